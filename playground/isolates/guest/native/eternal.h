/* Included in the engine's main file, after what it knows of reference counts.

   What is there when the template is taken is there for ever: an isolate lives too briefly to gain from freeing it.
   So it is not counted. Counting would write to each object that is used, and each page written to is a page that
   every isolate has for itself. Nor does the cycle collector look at such objects, which would touch them all. What
   they refer to stays, as long as they do. */
#ifndef ETERNAL_H
#define ETERNAL_H

#define ETERNAL (1 << 30)

static inline void ref_up(const void *object)
{
    JSMallocBlockHeader *block = js_rc(object);
    if (likely(block->ref_count < ETERNAL))
        block->ref_count++;
}

/* The number of references that are left. */
static inline int ref_down(const void *object)
{
    JSMallocBlockHeader *block = js_rc(object);
    if (likely(block->ref_count < ETERNAL))
        block->ref_count--;
    return block->ref_count;
}

#endif
