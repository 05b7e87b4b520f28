/* The guest's side of a turn: one message in, run until nothing is left to do, what was said out.

   The module imports nothing. The host writes a message to `exchange.in` and calls `turn`; between slices of
   a long turn it writes the time; where the guest waits for randomness it spins until the host, which looks
   after every slice, has filled it in. */
#include "guest.h"

#include <stdlib.h>
#include <string.h>

#define EXPORT(name) __attribute__((export_name(name)))

/* Of the linked stack (see scripts/guest.py). What is left serves functions that do not look. */
#define STACK_BYTES (STACK_SIZE / 4 * 3)
#define FIRST_IN_BYTES (64 << 10)
/* A small isolate ends before its first garbage collection, which would touch every object of the template. */
#define FIRST_GC_BYTES (4 << 20)

Exchange exchange;

static JSRuntime *runtime;
static JSContext *context;
static JSValue turn_function;

/* Exports are all of one shape, so that the host calls them in one way. */
EXPORT("exchange") uint32_t exchange_address(uint32_t nothing)
{
    (void)nothing;
    return (uint32_t)(uintptr_t)&exchange;
}

/* Make room for a message of `size` bytes. */
EXPORT("reserve") uint32_t reserve(uint32_t size)
{
    if (size <= exchange.in_size)
        return DONE;
    void *place = malloc(size);
    if (!place)
        return NO_MEMORY;
    free((void *)(uintptr_t)exchange.in);
    exchange.in = (uint32_t)(uintptr_t)place;
    exchange.in_size = size;
    return DONE;
}

static uint32_t failed(void)
{
    JSValue error = JS_GetException(context);
    exchange.failed = 1; /* the host may look before this returns */
    say_nothing();
    say_error(context, error);
    JS_FreeValue(context, error);
    return THREW;
}

static bool is_want_of_memory(JSValueConst error)
{
    if (JS_IsNull(error))
        return true;
    const char *text = JS_ToCString(context, error);
    bool is = !text || strcmp(text, "InternalError: out of memory") == 0;
    JS_FreeCString(context, text);
    return is;
}

/* Run what is left to do. A job gives what it throws to a promise; one that cannot, for want of memory, ends the
   isolate, since whoever waits for that promise would wait for ever. What a finalizer throws is lost. */
static bool run_jobs(void)
{
    JSContext *at;
    for (int status; (status = JS_ExecutePendingJob(runtime, &at)) != 0;) {
        if (status > 0)
            continue;
        JSValue error = JS_GetException(context);
        if (is_want_of_memory(error)) {
            JS_Throw(context, error);
            return false;
        }
        JS_FreeValue(context, error);
    }
    return true;
}

/* Evaluate the runtime, whose source of `size` bytes is in `in`; it leaves `turn` on globalThis. */
EXPORT("boot") uint32_t boot(uint32_t size)
{
    runtime = JS_NewRuntime2(&heap_functions, NULL);
    context = runtime ? JS_NewContext(runtime) : NULL;
    if (!context)
        return NO_MEMORY;
    JS_SetMaxStackSize(runtime, STACK_BYTES);
    if (!add_native(context))
        return failed();
    char *source = malloc(size + 1);
    if (!source)
        return NO_MEMORY;
    memcpy(source, (void *)(uintptr_t)exchange.in, size);
    source[size] = 0;
    JSValue value = JS_Eval(context, source, size, "runtime", JS_EVAL_TYPE_GLOBAL);
    free(source);
    if (JS_IsException(value))
        return failed();
    JS_FreeValue(context, value);
    JSValue global = JS_GetGlobalObject(context);
    turn_function = JS_GetPropertyStr(context, global, "turn");
    static const char *const ours[] = {"turn", "native"};
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
        JSAtom name = JS_NewAtom(context, ours[i]);
        JS_DeleteProperty(context, global, name, 0);
        JS_FreeAtom(context, name);
    }
    JS_FreeValue(context, global);
    return run_jobs() ? DONE : failed();
}

/* Make the booted guest ready to be copied: isolates start with what is here. */
EXPORT("settle") uint32_t settle(uint32_t nothing)
{
    (void)nothing;
    free((void *)(uintptr_t)exchange.in);
    exchange.in = exchange.in_size = 0;
    say_nothing();
    /* QuickJS lets go of a script, and of its whole text, when it evaluates the next one: not in every isolate */
    JS_FreeValue(context, JS_Eval(context, "0", 1, "runtime", JS_EVAL_TYPE_GLOBAL));
    JS_RunGC(runtime);
    JS_KeepForEver(runtime);
    settle_heap();
    JS_SetGCThreshold(runtime, exchange.heap + FIRST_GC_BYTES);
    return reserve(FIRST_IN_BYTES);
}

/* Deliver the message of `size` bytes that is in `in`. A long value follows it after a line's end, which JSON has none
   of; it is handed on as a text of its own. */
EXPORT("turn") uint32_t turn(uint32_t size)
{
    JS_UpdateStackTop(runtime);
    JS_SetMemoryLimit(runtime, exchange.heap_limit);
    say_nothing();
    const char *text = (const char *)(uintptr_t)exchange.in, *end = memchr(text, '\n', size);
    JSValue given[] = {JS_NewStringLen(context, text, end ? (size_t)(end - text) : size), JS_UNDEFINED};
    if (end && !JS_IsException(given[0]))
        given[1] = JS_NewStringLen(context, end + 1, text + size - end - 1);
    bool is_read = !JS_IsException(given[0]) && !JS_IsException(given[1]);
    JSValue value = is_read ? JS_Call(context, turn_function, JS_UNDEFINED, 2, given) : JS_EXCEPTION;
    JS_FreeValue(context, given[0]);
    JS_FreeValue(context, given[1]);
    if (JS_IsException(value))
        return failed();
    JS_FreeValue(context, value);
    do {
        if (!run_jobs())
            return failed();
    } while (end_rejections(context) || idle(context));
    if (given_up)
        return NO_MEMORY;
    return exchange.out_size > MOST_SAID ? SAID_TOO_MUCH : DONE;
}
