/* What a turn says: messages joined by commas, in a buffer that the host reads. */
#include "guest.h"

#include <stdlib.h>
#include <string.h>

#define KEPT_BYTES (64 << 10)

static uint32_t room;

static char *place(void)
{
    return (char *)(uintptr_t)exchange.out;
}

/* Add a message. False where there is no memory for it, or where it is more than a turn may say. */
bool say(const char *text, size_t size)
{
    size_t comma = exchange.out_size ? 1 : 0;
    size_t needed = exchange.out_size + comma + size;
    if (needed > MOST_SAID) {
        exchange.out_size = MOST_SAID + 1; /* nothing of it is read */
        return false;
    }
    if (needed > room) {
        size_t wanted = needed + needed / 2 + 1024;
        char *moved = realloc(place(), wanted);
        if (!moved)
            return false;
        exchange.out = (uint32_t)(uintptr_t)moved;
        room = (uint32_t)wanted;
    }
    if (comma)
        place()[exchange.out_size] = ',';
    memcpy(place() + exchange.out_size + comma, text, size);
    exchange.out_size = (uint32_t)needed;
    return true;
}

/* Forget what was said. */
void say_nothing(void)
{
    exchange.out_size = 0;
    if (room > KEPT_BYTES) {
        free(place());
        exchange.out = 0;
        room = 0;
    }
}

/* Say what an error says of itself, as plain text. */
void say_error(JSContext *ctx, JSValueConst error)
{
    size_t size;
    const char *text = JS_ToCStringLen(ctx, &size, error);
    if (!text) {
        JS_FreeValue(ctx, JS_GetException(ctx));
        return;
    }
    say(text, size);
    JS_FreeCString(ctx, text);
    JSValue stack = JS_GetPropertyStr(ctx, error, "stack");
    const char *trace = JS_IsString(stack) ? JS_ToCStringLen(ctx, &size, stack) : NULL;
    if (trace)
        say(trace, size);
    JS_FreeCString(ctx, trace);
    JS_FreeValue(ctx, stack);
}
