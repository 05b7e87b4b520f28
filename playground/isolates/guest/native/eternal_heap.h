/* Included at the end of the engine's main file. */
#ifndef ETERNAL_HEAP_H
#define ETERNAL_HEAP_H

/* Let all that is there stay for ever. What is allocated from now on lies in blocks of its own. */
void JS_KeepForEver(JSRuntime *rt)
{
    struct list_head *el, *next;
    for (int size = 0; size < JS_ARENA_BLOCK_SIZE_COUNT; size++) {
        list_for_each(el, &rt->arena_state.arena_list[size]) {
            JSArena *arena = list_entry(el, JSArena, link);
            for (int i = 0; i < arena->n_blocks; i++) {
                JSMallocBlockHeader *block = arena_get_block(arena, i, arena_block_sizes[size]);
                block->ref_count = ETERNAL;
            }
            if (arena->n_used_blocks < arena->n_blocks)
                init_list_head(&arena->free_link); /* it may be taken out of a list once more */
        }
        init_list_head(&rt->arena_state.free_arena_list[size]);
        /* nor does the first new one of a size write to the last that was there, each on a page of its own */
        init_list_head(&rt->arena_state.arena_list[size]);
    }
    list_for_each_safe(el, next, &rt->gc_obj_list) {
        JSGCObjectHeader *object = list_entry(el, JSGCObjectHeader, link);
        JS_REF_COUNT(object) = ETERNAL;
        init_list_head(&object->link);
    }
    init_list_head(&rt->gc_obj_list);
}

#endif
