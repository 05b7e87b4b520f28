/* The JavaScript heap's memory: the C library's, counted. */
#include "guest.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

static void *counted(void *block)
{
    if (block)
        exchange.heap += malloc_usable_size(block);
    return block;
}

static void *heap_calloc(void *opaque, size_t count, size_t size)
{
    (void)opaque;
    return counted(calloc(count, size));
}

static void *heap_malloc(void *opaque, size_t size)
{
    (void)opaque;
    return counted(malloc(size));
}

static void heap_free(void *opaque, void *block)
{
    (void)opaque;
    if (block)
        exchange.heap -= malloc_usable_size(block);
    free(block);
}

#define PAGE 65536
/* What the C library keeps beside a block. */
#define BESIDE 20

/* How large the C library's slot for a block is: a power of two. One that stays in its slot need not move. */
static size_t slot_of(size_t size)
{
    size_t needed = size + BESIDE;
    if (needed > PAGE / 2)
        needed = (needed + PAGE + 3) / PAGE * PAGE;
    return (size_t)1 << (32 - __builtin_clz(needed - 1));
}

/* The C library's own copies byte by byte what moves. */
static void *heap_realloc(void *opaque, void *block, size_t size)
{
    if (!block)
        return heap_malloc(opaque, size);
    if (!size) {
        heap_free(opaque, block);
        return NULL;
    }
    size_t before = malloc_usable_size(block);
    if (slot_of(size) == slot_of(before)) {
        void *same = realloc(block, size);
        if (same)
            exchange.heap += malloc_usable_size(same) - before;
        return same;
    }
    void *moved = heap_malloc(opaque, size);
    if (!moved)
        return NULL;
    memcpy(moved, block, before < size ? before : size);
    heap_free(opaque, block);
    return moved;
}

static size_t heap_size(const void *block)
{
    return malloc_usable_size((void *)block);
}

const JSMallocFunctions heap_functions = {heap_calloc, heap_malloc, heap_free, heap_realloc, heap_size};

/* Use up what is free below the memory's end, so that what an isolate allocates lies on pages of its own, side by
   side, and not in holes all over the template's, each of which it would have to copy. */
void settle_heap(void)
{
    const size_t end = __builtin_wasm_memory_size(0) << 16;
    for (size_t size = 64 << 10; size >= 8; size /= 2) {
        for (;;) {
            void *block = malloc(size);
            if (!block)
                break;
            if ((size_t)block + size > end) {
                free(block);
                break;
            }
        }
    }
}
