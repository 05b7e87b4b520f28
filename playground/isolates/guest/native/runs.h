/* Included in the engine's main file: how long a run of usual characters is, eight bytes at a time.

   The guest's loops are dear: each time around, it is looked whether the turn's time is up. */
#ifndef RUNS_H
#define RUNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define EACH(byte) (0x0101010101010101ull * (byte))

static inline uint64_t eight_bytes(const uint8_t *at)
{
    uint64_t bytes;
    memcpy(&bytes, at, sizeof bytes);
    return bytes;
}

/* Whether one of the bytes is 0. */
static inline uint64_t has_zero(uint64_t bytes)
{
    return (bytes - EACH(1)) & ~bytes & EACH(0x80);
}

/* Whether all of it is ASCII. */
static bool is_ascii(const uint8_t *at, size_t size)
{
    const uint8_t *end = at + size;
    uint64_t seen = 0;
    for (; end - at >= 64; at += 64) {
        for (int i = 0; i < 64; i += 8)
            seen |= eight_bytes(at + i);
    }
    for (; end - at >= 8; at += 8)
        seen |= eight_bytes(at);
    for (; at < end; at++)
        seen |= *at;
    return !(seen & EACH(0x80));
}

/* Where among eight bytes are those that a string in JSON cannot hold as they are: their highest bits. The first is
   right, whatever a borrow has made of the next. */
static inline uint64_t not_plain(uint64_t bytes)
{
    uint64_t control = (bytes - EACH(0x20)) & ~bytes & EACH(0x80);
    return control | has_zero(bytes ^ EACH('"')) | has_zero(bytes ^ EACH('\\'));
}

static inline bool is_plain_byte(uint8_t byte)
{
    return byte >= 0x20 && byte != '"' && byte != '\\';
}

/* The first byte that a string in JSON cannot hold as it is; with `ascii`, also the first that is none. */
static const uint8_t *end_of_plain(const uint8_t *at, const uint8_t *end, bool ascii)
{
    for (; end - at >= 8; at += 8) {
        uint64_t bytes = eight_bytes(at), found = not_plain(bytes) | (ascii ? bytes & EACH(0x80) : 0);
        if (found)
            return at + (__builtin_ctzll(found) >> 3);
    }
    while (at < end && is_plain_byte(*at) && !(ascii && *at >= 0x80))
        at++;
    return at;
}

/* Copy a text that a string in JSON can hold as it is; false for any other, of which some may have been copied. */
static bool copy_plain(uint8_t *to, const uint8_t *from, size_t size)
{
    if (size < 8) {
        for (size_t i = 0; i < size; i++) {
            if (!is_plain_byte(from[i]))
                return false;
            to[i] = from[i];
        }
        return true;
    }
    for (size_t i = 0;; i += 8) {
        if (i + 8 > size)
            i = size - 8; /* some of it once more */
        uint64_t bytes = eight_bytes(from + i);
        if (not_plain(bytes))
            return false;
        memcpy(to + i, &bytes, sizeof bytes);
        if (i + 8 == size)
            return true;
    }
}

/* The engine's hash of a text's bytes: h * 263 + byte, for one after the other. */
static uint32_t hash_bytes(const uint8_t *at, size_t size, uint32_t h)
{
    const uint32_t p2 = 263 * 263, p3 = p2 * 263, p4 = p3 * 263, p5 = p4 * 263, p6 = p5 * 263, p7 = p6 * 263;
    const uint8_t *end = at + size;
    for (; end - at >= 8; at += 8)
        h = h * (p7 * 263) + at[0] * p7 + at[1] * p6 + at[2] * p5 + at[3] * p4 + at[4] * p3 + at[5] * p2 + at[6] * 263 + at[7];
    for (; at < end; at++)
        h = h * 263 + *at;
    return h;
}

#endif
