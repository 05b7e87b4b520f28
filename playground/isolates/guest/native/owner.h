/* Whose work is being done: see owner.c. Included by QuickJS's own quickjs.c too (see scripts/engine.py). */
#ifndef OWNER_H
#define OWNER_H

#include "quickjs.h"

/* An object of the runtime's, or undefined. Jobs that are queued now are its. */
extern JSValue job_owner;

/* What follows is that owner's work. */
void own(JSContext *ctx, JSValueConst owner);

/* A job of that owner's begins. */
void enter_owner(JSContext *ctx, JSValueConst owner);

/* Call `enter(owner)` when a job begins whose owner is another than before. */
void tell_owners(JSContext *ctx, JSValueConst enter);

#endif
