/* Included in the engine's main file, before its parsers.

   The engine sees how deeply calls are nested by C's stack, which lies in the guest's memory. A function whose
   variables are all WebAssembly's own takes nothing of it, only of the host's stack, at whose end the isolate dies. So
   each function that nests takes some, so much that ours ends first; and the parsers look before they go deeper, not
   at the next token, where what is thrown is taken for a mistake in the text. */
#ifndef NESTING_H
#define NESTING_H

/* What parsing goes down at the most from one look to the next. */
#define NESTED_BYTES 8192

/* The compiler must not know that nothing is done with it. */
#define TAKE_STACK(bytes) \
    char taken[bytes]; \
    __asm__ volatile("" : : "r"(taken))

static int js_parse_too_deep(JSParseState *s, const char *message, ...)
{
    va_list nothing;
    va_start(nothing, message);
    JS_ThrowError2(s->ctx, JS_RANGE_ERROR, false, message, nothing);
    va_end(nothing);
    int column = s->token.col_num;
    if (s->token.ptr && s->token.ptr >= s->token.line_start)
        column = (int)(s->token.ptr - s->token.line_start) + 1;
    build_backtrace(s->ctx, s->ctx->rt->current_exception, JS_UNDEFINED, s->filename, s->token.line_num, column,
                    JS_BACKTRACE_FLAG_SINGLE_LEVEL);
    return -1;
}

static inline bool is_too_deep(JSParseState *s)
{
    if (likely(!js_check_stack_overflow(s->ctx->rt, NESTED_BYTES)))
        return false;
    js_parse_too_deep(s, "Maximum call stack size exceeded");
    return true;
}

/* At the beginning of a function of the parser's, which gives -1 where it throws. */
#define GO_DEEPER(s, bytes) \
    TAKE_STACK(bytes); \
    if (is_too_deep(s)) \
        return -1

#endif
