/* Included at the end of the engine's main file: which values are their own JSON.

   Most are. Finding out is the larger part of writing a value down, so it is done here and not in JavaScript: no code
   of a tenant's is run by it, and no names are listed. */
#ifndef PLAIN_VALUE_H
#define PLAIN_VALUE_H

static bool is_plain(JSContext *ctx, JSValueConst value, int depth);

static bool is_symbol(JSContext *ctx, JSAtom name)
{
    return !__JS_AtomIsTaggedInt(name) && ctx->rt->atom_array[name]->atom_type != JS_ATOM_TYPE_STRING;
}

static bool is_plain_name(JSContext *ctx, JSAtom name)
{
    if (__JS_AtomIsTaggedInt(name))
        return true;
    const JSString *text = ctx->rt->atom_array[name];
    return name != JS_ATOM___proto__ && !(text->len && (text->is_wide_char ? str16(text)[0] : str8(text)[0]) == '$');
}

static bool is_plain_array(JSContext *ctx, JSObject *array, int depth)
{
    const JSObject *prototype = array->shape->proto;
    if (!array->fast_array || (prototype && prototype != JS_VALUE_GET_OBJ(ctx->class_proto[JS_CLASS_ARRAY])))
        return false;
    for (uint32_t i = 0; i < array->u.array.count; i++) {
        if (!is_plain(ctx, array->u.array.u.values[i], depth))
            return false;
    }
    JSValueConst length = array->prop[0].u.value; /* a hole at the end would be null */
    return JS_VALUE_GET_TAG(length) == JS_TAG_INT && (uint32_t)JS_VALUE_GET_INT(length) == array->u.array.count;
}

static bool is_plain_object(JSContext *ctx, JSObject *object, int depth)
{
    JSShape *shape = object->shape;
    const JSObject *prototype = shape->proto;
    if (object->is_exotic || (prototype && prototype != JS_VALUE_GET_OBJ(ctx->class_proto[JS_CLASS_OBJECT])))
        return false;
    const JSShapeProperty *property = get_shape_prop(shape);
    for (int i = 0; i < shape->prop_count; i++, property++) {
        if (property->atom == JS_ATOM_NULL || !(property->flags & JS_PROP_ENUMERABLE))
            continue;
        if (is_symbol(ctx, property->atom))
            continue;
        if ((property->flags & JS_PROP_TMASK) || !is_plain_name(ctx, property->atom) ||
            !is_plain(ctx, object->prop[i].u.value, depth))
            return false;
    }
    return true;
}

static bool is_plain(JSContext *ctx, JSValueConst value, int depth)
{
    switch (JS_VALUE_GET_NORM_TAG(value)) {
    case JS_TAG_INT:
    case JS_TAG_BOOL:
    case JS_TAG_NULL:
    case JS_TAG_STRING:
    case JS_TAG_STRING_ROPE:
        return true;
    case JS_TAG_FLOAT64: {
        double number = JS_VALUE_GET_FLOAT64(value);
        return isfinite(number) && (number != 0 || !signbit(number));
    }
    case JS_TAG_OBJECT:
        break;
    default:
        return false;
    }
    JSObject *object = JS_VALUE_GET_OBJ(value);
    if (depth == 0 || object->tmp_mark)
        return false; /* too deep, or met twice */
    object->tmp_mark = 1;
    if (object->class_id == JS_CLASS_ARRAY)
        return is_plain_array(ctx, object, depth - 1);
    return object->class_id == JS_CLASS_OBJECT && is_plain_object(ctx, object, depth - 1);
}

/* Take back the marks of `is_plain`, which went no further than they reach. */
static void unmark(JSValueConst value)
{
    if (JS_VALUE_GET_TAG(value) != JS_TAG_OBJECT)
        return;
    JSObject *object = JS_VALUE_GET_OBJ(value);
    if (!object->tmp_mark)
        return;
    object->tmp_mark = 0;
    if (object->class_id == JS_CLASS_ARRAY && object->fast_array) {
        for (uint32_t i = 0; i < object->u.array.count; i++)
            unmark(object->u.array.u.values[i]);
    } else if (object->class_id == JS_CLASS_OBJECT) {
        const JSShapeProperty *property = get_shape_prop(object->shape);
        for (int i = 0; i < object->shape->prop_count; i++, property++) {
            if (property->atom != JS_ATOM_NULL && !(property->flags & JS_PROP_TMASK))
                unmark(object->prop[i].u.value);
        }
    }
}

/* Whether JSON says all of `value`: nothing undefined, no -0, nothing met twice, no name that looks like a tag,
   containers nested at most `depth` deep. Whether a `toJSON` was put on a prototype is not looked at. */
bool JS_IsPlain(JSContext *ctx, JSValueConst value, int depth)
{
    bool is = is_plain(ctx, value, depth);
    unmark(value);
    return is;
}

#endif
