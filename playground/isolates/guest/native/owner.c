/* Whose work is being done.

   QuickJS knows one queue of jobs, in which the work of several runs may stand. Each reaction to a promise
   remembers whose work asked for it, and each job whose it is, so what an `await` goes on with belongs to the
   function that awaits, whoever settles the promise. */
#include "owner.h"

JSValue job_owner = JS_UNDEFINED;

static JSValue entering = JS_UNDEFINED;

void own(JSContext *ctx, JSValueConst owner)
{
    JSValue before = job_owner;
    job_owner = JS_DupValue(ctx, owner);
    JS_FreeValue(ctx, before);
}

static int is_same(JSValueConst a, JSValueConst b)
{
    if (!JS_IsObject(a) || !JS_IsObject(b))
        return !JS_IsObject(a) && !JS_IsObject(b);
    return JS_VALUE_GET_PTR(a) == JS_VALUE_GET_PTR(b);
}

void enter_owner(JSContext *ctx, JSValueConst owner)
{
    if (is_same(owner, job_owner))
        return;
    own(ctx, owner);
    JSValue answer = JS_Call(ctx, entering, JS_UNDEFINED, 1, &owner);
    JS_FreeValue(ctx, JS_IsException(answer) ? JS_GetException(ctx) : answer);
}

void tell_owners(JSContext *ctx, JSValueConst enter)
{
    entering = JS_DupValue(ctx, enter);
}
