/* The guest: QuickJS-NG, and what the host and the runtime need of it. See guest.c for the whole. */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "owner.h"
#include "quickjs.h"

/* Where the host and the guest leave things for each other. The host reads and writes it as bytes: 32-bit
   little-endian words in this order, `now_ms` a double. All pointers are addresses of the guest's memory. */
typedef struct {
    double now_ms;          /* host: real time, epoch ms, written before each slice of a turn */
    uint32_t in;            /* guest: where the host puts a message */
    uint32_t in_size;       /* guest: how much fits there */
    uint32_t out;           /* guest: what the turn said, messages joined by commas */
    uint32_t out_size;
    uint32_t random;        /* guest: where random bytes are wanted */
    uint32_t random_size;   /* guest: how many; the host fills them in and writes 0 */
    uint32_t heap;          /* guest: bytes of the JavaScript heap in use */
    uint32_t heap_limit;    /* host: most that it may be, before the first turn */
    uint32_t pool_left;     /* both: how many bytes of the pool nobody has had */
    int32_t owner;          /* guest: whose work is being done; 0: nobody's */
    uint32_t failed;        /* guest: not 0 where `out` says why a call failed, and is no message */
    uint8_t pool[1024];     /* host: random bytes, filled up between turns */
} Exchange;

extern Exchange exchange;

/* How a call of the guest ended; anything else than DONE leaves a text in `out`. */
enum { DONE = 0, THREW = 1, NO_MEMORY = 2, SAID_TOO_MUCH = 3 };

/* host.c: time and randomness, which come from the host */
void freeze_time(double ms);
void unfreeze_time(void);
void fill_random(uint8_t *into, size_t size);

/* eternal_heap.h, in the engine */
void JS_KeepForEver(JSRuntime *rt);

/* plain_value.h, in the engine */
bool JS_IsPlain(JSContext *ctx, JSValueConst value, int depth);
JSValue JS_WritePlain(JSContext *ctx, JSValueConst value, int depth, bool tagged, char head);

/* heap.c: the JavaScript heap's memory */
extern const JSMallocFunctions heap_functions;
void settle_heap(void);

/* out.c: what a turn says */
bool say(const char *text, size_t size);
bool say_value(const char *message, size_t size, const char *value, size_t value_size);
void say_nothing(void);
void say_error(JSContext *ctx, JSValueConst error);

/* utf8.c */
JSValue decode_utf8(JSContext *ctx, const uint8_t *bytes, size_t size, bool fatal);
void replace_surrogates(uint8_t *bytes, size_t size);

/* modules.c: imports, as the runtime resolves and loads them */
bool set_modules(JSContext *ctx, JSValueConst resolve, JSValueConst load);

/* native.c: the runtime's `native` */
bool add_native(JSContext *ctx);
/* Whether the runtime has said that the isolate is of no use any more. */
extern bool given_up;
/* No job is left: tell of rejections that nobody handled. Whether anything was told. */
bool end_rejections(JSContext *ctx);
/* No job is left: let the runtime go on with what has waited for that. Whether it did. */
bool idle(JSContext *ctx);

#endif
