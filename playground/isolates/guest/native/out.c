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

/* Where the next `size` bytes go; a comma is there before them where they need one. Between two slices the host may read
   what was said until then, so it stays where it is until it has been copied. NULL: there is no memory for them, or it
   is more than a turn may say. */
static char *room_for(size_t size)
{
    size_t comma = exchange.out_size ? 1 : 0;
    size_t needed = exchange.out_size + comma + size;
    if (needed > MOST_SAID) {
        exchange.out_size = MOST_SAID + 1; /* nothing of it is read */
        return NULL;
    }
    if (needed > room) {
        size_t wanted = needed + needed / 2 + 1024;
        char *before = place(), *moved = malloc(wanted);
        if (!moved)
            return NULL;
        memcpy(moved, before, exchange.out_size);
        exchange.out = (uint32_t)(uintptr_t)moved;
        room = (uint32_t)wanted;
        free(before);
    }
    if (comma)
        place()[exchange.out_size] = ',';
    return place() + exchange.out_size + comma;
}

static void said_until(const char *end)
{
    exchange.out_size = (uint32_t)(end - place());
}

/* Add a message. False where there is no room for it. */
bool say(const char *text, size_t size)
{
    char *to = room_for(size);
    if (to) {
        memcpy(to, text, size);
        said_until(to + size);
    }
    return to;
}

/* Add a message, the JSON of an object that has properties, with one more: `value`, whose JSON this is. It is not
   quoted, and so need not be read twice. */
bool say_value(const char *message, size_t size, const char *value, size_t value_size)
{
    static const char name[] = ",\"value\":";
    const size_t name_size = sizeof name - 1;
    char *to = room_for(size + name_size + value_size);
    if (to) {
        memcpy(to, message, size - 1);
        to += size - 1;
        memcpy(to, name, name_size);
        memcpy(to + name_size, value, value_size);
        to += name_size + value_size;
        *to++ = '}';
        said_until(to);
    }
    return to;
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
