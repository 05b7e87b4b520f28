/* The JavaScript heap's memory: the C library's, counted. */
#include "guest.h"

#include <malloc.h>
#include <stdlib.h>

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

static void *heap_realloc(void *opaque, void *block, size_t size)
{
    (void)opaque;
    size_t before = block ? malloc_usable_size(block) : 0;
    void *moved = realloc(block, size);
    if (moved)
        exchange.heap += malloc_usable_size(moved) - before;
    else if (!size)
        exchange.heap -= before;
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
