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

/* The first byte that a string in JSON cannot hold as it is; with `ascii`, also the first that is none. */
static const uint8_t *end_of_plain(const uint8_t *at, const uint8_t *end, bool ascii)
{
    for (; end - at >= 8; at += 8) {
        uint64_t bytes = eight_bytes(at);
        uint64_t control = (bytes - EACH(0x20)) & ~bytes & EACH(0x80);
        if (control | has_zero(bytes ^ EACH('"')) | has_zero(bytes ^ EACH('\\')) | (ascii ? bytes & EACH(0x80) : 0))
            break;
    }
    while (at < end && *at >= 0x20 && *at != '"' && *at != '\\' && !(ascii && *at >= 0x80))
        at++;
    return at;
}

#endif
