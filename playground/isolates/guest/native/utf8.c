/* UTF-8 as the Encoding Standard decodes it: each maximal piece that is no UTF-8 becomes one U+FFFD. */
#include "guest.h"

#include <stdlib.h>

#define REPLACEMENT 0xFFFD

/* How long the sequence at `at` is, or minus the length of the piece that is none. */
static int sequence(const uint8_t *at, const uint8_t *end)
{
    uint8_t first = at[0];
    if (first < 0x80)
        return 1;
    if (first < 0xC2 || first > 0xF4)
        return -1;
    int length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    uint8_t low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    uint8_t high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    for (int i = 1; i < length; i++) {
        if (at + i >= end || at[i] < low || at[i] > high)
            return -i;
        low = 0x80;
        high = 0xBF;
    }
    return length;
}

static bool well_formed(const uint8_t *at, const uint8_t *end)
{
    while (at < end) {
        int length = sequence(at, end);
        if (length < 0)
            return false;
        at += length;
    }
    return true;
}

static uint32_t code_point(const uint8_t *at, int length)
{
    switch (length) {
    case 1:
        return at[0];
    case 2:
        return (at[0] & 0x1Fu) << 6 | (at[1] & 0x3Fu);
    case 3:
        return (at[0] & 0x0Fu) << 12 | (at[1] & 0x3Fu) << 6 | (at[2] & 0x3Fu);
    default:
        return (at[0] & 0x07u) << 18 | (at[1] & 0x3Fu) << 12 | (at[2] & 0x3Fu) << 6 | (at[3] & 0x3Fu);
    }
}

JSValue decode_utf8(JSContext *ctx, const uint8_t *bytes, size_t size, bool fatal)
{
    const uint8_t *end = bytes + size;
    if (well_formed(bytes, end))
        return JS_NewStringLen(ctx, (const char *)bytes, size);
    if (fatal)
        return JS_ThrowTypeError(ctx, "The encoded data was not valid for encoding utf-8");
    uint16_t *units = js_malloc(ctx, size * sizeof *units);
    if (!units)
        return JS_EXCEPTION;
    size_t count = 0;
    for (const uint8_t *at = bytes; at < end;) {
        int length = sequence(at, end);
        uint32_t point = length < 0 ? REPLACEMENT : code_point(at, length);
        if (point < 0x10000) {
            units[count++] = (uint16_t)point;
        } else {
            units[count++] = (uint16_t)(0xD800 + ((point - 0x10000) >> 10));
            units[count++] = (uint16_t)(0xDC00 + ((point - 0x10000) & 0x3FF));
        }
        at += length < 0 ? -length : length;
    }
    JSValue text = JS_NewStringUTF16(ctx, units, count);
    js_free(ctx, units);
    return text;
}

/* QuickJS writes a lone surrogate as if it were a character: three bytes, as many as U+FFFD has. */
void replace_surrogates(uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i + 2 < size; i++) {
        if (bytes[i] == 0xED && bytes[i + 1] >= 0xA0) {
            bytes[i] = 0xEF;
            bytes[i + 1] = 0xBF;
            bytes[i + 2] = 0xBD;
        }
    }
}
