/* `native`: what the runtime finds while it is booted, and tenant code never sees. */
#include "guest.h"

#include <math.h>
#include <string.h>

#define MOST_RANDOM 65536
/* of containers within each other; plain.ts says it too */
#define MOST_DEPTH 200
/* of nodes; a container takes at most four of them */
#define MOST_TREE_DEPTH (MOST_DEPTH * 4 + 8)

static JSValue rejection_function;
static JSValue end_function;
static JSValue idle_function = JS_UNDEFINED;
static bool rejections;

bool given_up;

static JSValue native_out(JSContext *ctx, JSValueConst self, int count, JSValueConst *given)
{
    (void)self, (void)count;
    size_t size;
    const char *text = JS_ToCStringLen(ctx, &size, given[0]);
    if (!text)
        return JS_EXCEPTION;
    size_t value_size;
    const char *value = JS_IsUndefined(given[1]) ? NULL : JS_ToCStringLen(ctx, &value_size, given[1]);
    bool said = false;
    if (value && size && value_size)
        said = say_value(text, size, value + 1, value_size - 1);
    else if (!JS_HasException(ctx))
        said = say(text, size);
    JS_FreeCString(ctx, text);
    JS_FreeCString(ctx, value);
    return said ? JS_UNDEFINED : JS_HasException(ctx) ? JS_EXCEPTION : JS_ThrowOutOfMemory(ctx);
}

static JSValue native_entropy(JSContext *ctx, JSValueConst self, int count, JSValueConst *given)
{
    (void)self, (void)count;
    size_t size;
    uint8_t *bytes = JS_GetUint8Array(ctx, &size, given[0]);
    if (!bytes && JS_HasException(ctx))
        return JS_EXCEPTION;
    if (size > MOST_RANDOM)
        return JS_ThrowRangeError(ctx, "at most %d random bytes at once", MOST_RANDOM);
    fill_random(bytes, size);
    return JS_UNDEFINED;
}

static JSValue native_freeze(JSContext *ctx, JSValueConst self, int count, JSValueConst *given)
{
    (void)self, (void)count;
    int32_t owner = 0;
    if (JS_IsNumber(given[1]) && JS_ToInt32(ctx, &owner, given[1]) < 0)
        return JS_EXCEPTION;
    exchange.owner = owner;
    if (JS_IsUndefined(given[0])) {
        unfreeze_time();
        return JS_UNDEFINED;
    }
    double ms;
    if (JS_ToFloat64(ctx, &ms, given[0]) < 0)
        return JS_EXCEPTION;
    if (isfinite(ms) && ms >= 0)
        freeze_time(ms);
    return JS_UNDEFINED;
}

static JSValue native_now(JSContext *ctx, JSValueConst self, int count, JSValueConst *given)
{
    (void)self, (void)count, (void)given;
    return JS_NewFloat64(ctx, *(volatile double *)&exchange.now_ms);
}

static JSValue native_give_up(JSContext *ctx, JSValueConst self, int count, JSValueConst *given)
{
    (void)ctx, (void)self, (void)count, (void)given;
    given_up = true;
    return JS_UNDEFINED;
}

static JSValue native_is_plain(JSContext *ctx, JSValueConst self, int count, JSValueConst *given)
{
    (void)self, (void)count;
    return JS_NewBool(ctx, JS_IsPlain(ctx, given[0], MOST_DEPTH));
}

static JSValue native_write(JSContext *ctx, JSValueConst self, int count, JSValueConst *given)
{
    (void)self, (void)count;
    const char *kind = JS_ToCString(ctx, given[1]);
    if (!kind)
        return JS_EXCEPTION;
    char head = kind[0];
    JS_FreeCString(ctx, kind);
    return JS_WritePlain(ctx, given[0], head == 'j' ? MOST_DEPTH : MOST_TREE_DEPTH, head != 'j', head);
}

static JSValue native_read(JSContext *ctx, JSValueConst self, int count, JSValueConst *given)
{
    (void)self, (void)count;
    size_t size;
    const char *text = JS_ToCStringLen(ctx, &size, given[0]);
    if (!text)
        return JS_EXCEPTION;
    JSValue value = size ? JS_ParseJSON(ctx, text + 1, size - 1, "<input>") : JS_UNDEFINED;
    JS_FreeCString(ctx, text);
    return value;
}

static JSValue native_utf8_encode(JSContext *ctx, JSValueConst self, int count, JSValueConst *given)
{
    (void)self, (void)count;
    size_t size;
    const char *text = JS_ToCStringLen(ctx, &size, given[0]);
    if (!text)
        return JS_EXCEPTION;
    JSValue bytes = JS_NewUint8ArrayCopy(ctx, (const uint8_t *)text, size);
    JS_FreeCString(ctx, text);
    if (JS_IsException(bytes))
        return bytes;
    uint8_t *copied = JS_GetUint8Array(ctx, &size, bytes);
    if (copied)
        replace_surrogates(copied, size);
    return bytes;
}

static JSValue native_utf8_decode(JSContext *ctx, JSValueConst self, int count, JSValueConst *given)
{
    (void)self, (void)count;
    size_t size;
    const uint8_t *bytes = JS_GetUint8Array(ctx, &size, given[0]);
    if (!bytes && JS_HasException(ctx))
        return JS_EXCEPTION;
    return decode_utf8(ctx, bytes, size, JS_ToBool(ctx, given[1]));
}

static void rejected(JSContext *ctx, JSValueConst promise, JSValueConst reason, bool handled, void *opaque)
{
    (void)opaque;
    JSValueConst given[] = {promise, reason, handled ? JS_TRUE : JS_FALSE};
    rejections = true;
    JSValue answer = JS_Call(ctx, rejection_function, JS_UNDEFINED, 3, given);
    JS_FreeValue(ctx, JS_IsException(answer) ? JS_GetException(ctx) : answer);
}

bool end_rejections(JSContext *ctx)
{
    if (!rejections)
        return false;
    rejections = false;
    JSValue answer = JS_Call(ctx, end_function, JS_UNDEFINED, 0, NULL);
    JS_FreeValue(ctx, JS_IsException(answer) ? JS_GetException(ctx) : answer);
    return true;
}

static JSValue native_on_rejection(JSContext *ctx, JSValueConst self, int count, JSValueConst *given)
{
    (void)self, (void)count;
    if (!JS_IsFunction(ctx, given[0]) || !JS_IsFunction(ctx, given[1]))
        return JS_ThrowTypeError(ctx, "two functions are needed");
    rejection_function = JS_DupValue(ctx, given[0]);
    end_function = JS_DupValue(ctx, given[1]);
    JS_SetHostPromiseRejectionTracker(JS_GetRuntime(ctx), rejected, NULL);
    return JS_UNDEFINED;
}

bool idle(JSContext *ctx)
{
    if (JS_IsUndefined(idle_function))
        return false;
    JSValue answer = JS_Call(ctx, idle_function, JS_UNDEFINED, 0, NULL);
    if (JS_IsException(answer)) {
        JS_FreeValue(ctx, JS_GetException(ctx));
        return false;
    }
    return JS_ToBool(ctx, answer); /* of a boolean: nothing to free */
}

static JSValue native_on_idle(JSContext *ctx, JSValueConst self, int count, JSValueConst *given)
{
    (void)self, (void)count;
    if (!JS_IsFunction(ctx, given[0]))
        return JS_ThrowTypeError(ctx, "a function is needed");
    idle_function = JS_DupValue(ctx, given[0]);
    return JS_UNDEFINED;
}

static JSValue native_own(JSContext *ctx, JSValueConst self, int count, JSValueConst *given)
{
    (void)self, (void)count;
    own(ctx, given[0]);
    return JS_UNDEFINED;
}

static JSValue native_on_owner(JSContext *ctx, JSValueConst self, int count, JSValueConst *given)
{
    (void)self, (void)count;
    if (!JS_IsFunction(ctx, given[0]))
        return JS_ThrowTypeError(ctx, "a function is needed");
    tell_owners(ctx, given[0]);
    return JS_UNDEFINED;
}

static JSValue native_modules(JSContext *ctx, JSValueConst self, int count, JSValueConst *given)
{
    (void)self, (void)count;
    if (!set_modules(ctx, given[0], given[1]))
        return JS_ThrowTypeError(ctx, "two functions are needed");
    return JS_UNDEFINED;
}

bool add_native(JSContext *ctx)
{
    static const JSCFunctionListEntry functions[] = {
        JS_CFUNC_DEF("out", 2, native_out),
        JS_CFUNC_DEF("entropy", 1, native_entropy),
        JS_CFUNC_DEF("freeze", 2, native_freeze),
        JS_CFUNC_DEF("now", 0, native_now),
        JS_CFUNC_DEF("giveUp", 0, native_give_up),
        JS_CFUNC_DEF("isPlain", 1, native_is_plain),
        JS_CFUNC_DEF("write", 2, native_write),
        JS_CFUNC_DEF("read", 1, native_read),
        JS_CFUNC_DEF("utf8Encode", 1, native_utf8_encode),
        JS_CFUNC_DEF("utf8Decode", 2, native_utf8_decode),
        JS_CFUNC_DEF("onRejection", 2, native_on_rejection),
        JS_CFUNC_DEF("onIdle", 1, native_on_idle),
        JS_CFUNC_DEF("own", 1, native_own),
        JS_CFUNC_DEF("onOwner", 1, native_on_owner),
        JS_CFUNC_DEF("modules", 2, native_modules),
    };
    JSValue native = JS_NewObject(ctx);
    if (JS_IsException(native))
        return false;
    JS_SetPropertyFunctionList(ctx, native, functions, sizeof functions / sizeof *functions);
    JSValue global = JS_GetGlobalObject(ctx);
    int status = JS_DefinePropertyValueStr(ctx, global, "native", native, JS_PROP_C_W_E);
    JS_FreeValue(ctx, global);
    return status >= 0;
}
