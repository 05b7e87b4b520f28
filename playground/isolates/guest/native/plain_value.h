/* Included at the end of the engine's main file: which values are their own JSON, and that JSON.

   Most are. Finding out and writing them down is most of what a value costs on its way out, so it is done here, with a
   look at the objects' insides, and not in JavaScript: no code of a tenant's is run by it, no names are listed, and no
   property is looked up. */
#ifndef PLAIN_VALUE_H
#define PLAIN_VALUE_H

/* What `write_value` comes to. */
enum { PLAIN = 0, NOT_PLAIN = 1, NOT_WRITTEN = -1 };

typedef struct {
    JSContext *ctx;
    StringBuffer *to;   /* NULL: only find out whether it is plain */
    bool tagged;        /* names may look like tags: it is a tree of the runtime's own */
} Writing;

static int write_value(const Writing *writing, JSValueConst value, int depth);

static int put(const Writing *writing, const char *text, int size)
{
    return writing->to && string_buffer_write8(writing->to, (const uint8_t *)text, size) ? NOT_WRITTEN : PLAIN;
}

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

/* One character that JSON cannot say as it is; how many units it took. */
static int write_escaped(StringBuffer *to, const JSString *text, uint32_t at)
{
    static const char short_ones[] = "\bb\ff\nn\rr\tt\"\"\\\\";
    uint32_t unit = text->is_wide_char ? str16(text)[at] : str8(text)[at];
    if (is_hi_surrogate(unit) && at + 1 < text->len && is_lo_surrogate(str16(text)[at + 1]))
        return string_buffer_write16(to, str16(text) + at, 2) ? NOT_WRITTEN : 2;
    char escaped[8];
    for (const char *one = short_ones; *one; one += 2) {
        if (unit == (uint8_t)*one) {
            escaped[0] = '\\';
            escaped[1] = one[1];
            return string_buffer_write8(to, (uint8_t *)escaped, 2) ? NOT_WRITTEN : 1;
        }
    }
    snprintf(escaped, sizeof escaped, "\\u%04x", unit);
    return string_buffer_write8(to, (uint8_t *)escaped, 6) ? NOT_WRITTEN : 1;
}

/* Write a text of characters of eight bits that JSON can say as they are, in quotes and with `after` where that is not 0;
   NOT_PLAIN where it is another, or where others were written before. */
static int write_simple(StringBuffer *to, const JSString *text, char after)
{
    if (text->is_wide_char || to->is_wide_char)
        return NOT_PLAIN;
    int most = text->len + 3;
    if (to->len + most > to->size && string_buffer_realloc(to, to->len + most, 0))
        return NOT_WRITTEN;
    uint8_t *at = str8(to->str) + to->len;
    if (!copy_plain(at + 1, str8(text), text->len))
        return NOT_PLAIN;
    at[0] = at[text->len + 1] = '"';
    at[text->len + 2] = after;
    to->len += most - !after;
    return PLAIN;
}

static int write_text(const Writing *writing, const JSString *text)
{
    StringBuffer *to = writing->to;
    if (!to)
        return PLAIN;
    int status = write_simple(to, text, 0);
    if (status != NOT_PLAIN)
        return status;
    if (string_buffer_putc8(to, '"'))
        return NOT_WRITTEN;
    for (uint32_t i = 0; i < text->len;) {
        uint32_t start = i;
        if (text->is_wide_char) {
            const uint16_t *units = str16(text);
            while (i < text->len && units[i] >= 32 && units[i] != '"' && units[i] != '\\' && !is_surrogate(units[i]))
                i++;
            if (i > start && string_buffer_write16(to, units + start, i - start))
                return NOT_WRITTEN;
        } else {
            const uint8_t *units = str8(text);
            i = end_of_plain(units + i, units + text->len, false) - units;
            if (i > start && string_buffer_write8(to, units + start, i - start))
                return NOT_WRITTEN;
        }
        if (i < text->len) {
            int units = write_escaped(to, text, i);
            if (units < 0)
                return NOT_WRITTEN;
            i += units;
        }
    }
    return string_buffer_putc8(to, '"') ? NOT_WRITTEN : PLAIN;
}

static int write_name(const Writing *writing, JSAtom name)
{
    if (!writing->to)
        return PLAIN;
    if (__JS_AtomIsTaggedInt(name)) {
        char text[16] = "\"";
        size_t size = 1 + u32toa(text + 1, __JS_AtomToUInt32(name));
        text[size++] = '"';
        text[size++] = ':';
        return put(writing, text, size);
    }
    const JSString *text = writing->ctx->rt->atom_array[name];
    int status = write_simple(writing->to, text, ':');
    if (status != NOT_PLAIN)
        return status;
    return write_text(writing, text) == PLAIN ? put(writing, ":", 1) : NOT_WRITTEN;
}

static int write_array(const Writing *writing, JSObject *array, int depth)
{
    const JSObject *prototype = array->shape->proto;
    if (!array->fast_array || (prototype && prototype != JS_VALUE_GET_OBJ(writing->ctx->class_proto[JS_CLASS_ARRAY])))
        return NOT_PLAIN;
    JSValueConst length = array->prop[0].u.value; /* a hole at the end would be null */
    if (JS_VALUE_GET_TAG(length) != JS_TAG_INT || (uint32_t)JS_VALUE_GET_INT(length) != array->u.array.count)
        return NOT_PLAIN;
    if (put(writing, "[", 1))
        return NOT_WRITTEN;
    for (uint32_t i = 0; i < array->u.array.count; i++) {
        if (i && put(writing, ",", 1))
            return NOT_WRITTEN;
        int status = write_value(writing, array->u.array.u.values[i], depth);
        if (status != PLAIN)
            return status;
    }
    return put(writing, "]", 1);
}

typedef struct {
    uint32_t index;
    int place;
} Indexed;

static int by_index(const void *one, const void *other)
{
    uint32_t a = ((const Indexed *)one)->index, b = ((const Indexed *)other)->index;
    return a < b ? -1 : a > b;
}

static bool is_written(JSContext *ctx, const JSShapeProperty *property)
{
    return property->atom != JS_ATOM_NULL && (property->flags & JS_PROP_ENUMERABLE) && !is_symbol(ctx, property->atom);
}

static int write_property(const Writing *writing, const JSObject *object, int place, bool *first, int depth)
{
    const JSShapeProperty *property = get_shape_prop(object->shape) + place;
    if (property->flags & JS_PROP_TMASK)
        return NOT_PLAIN;
    if (!writing->tagged && !is_plain_name(writing->ctx, property->atom))
        return NOT_PLAIN;
    if (!*first && put(writing, ",", 1))
        return NOT_WRITTEN;
    *first = false;
    if (write_name(writing, property->atom))
        return NOT_WRITTEN;
    return write_value(writing, object->prop[place].u.value, depth);
}

/* The properties whose names are array indexes come first, in their order. */
static int write_indexed(const Writing *writing, const JSObject *object, int count, bool *first, int depth)
{
    JSContext *ctx = writing->ctx;
    Indexed *indexed = js_malloc(ctx, count * sizeof *indexed);
    if (!indexed)
        return NOT_WRITTEN;
    int found = 0, status = PLAIN;
    for (int i = 0; i < object->shape->prop_count; i++) {
        const JSShapeProperty *property = get_shape_prop(object->shape) + i;
        indexed[found].place = i;
        if (is_written(ctx, property) && JS_AtomIsArrayIndex(ctx, &indexed[found].index, property->atom) &&
            ++found == count)
            break;
    }
    qsort(indexed, found, sizeof *indexed, by_index);
    for (int i = 0; i < found && status == PLAIN; i++)
        status = write_property(writing, object, indexed[i].place, first, depth);
    js_free(ctx, indexed);
    return status;
}

static int write_object(const Writing *writing, JSObject *object, int depth)
{
    JSContext *ctx = writing->ctx;
    const JSShape *shape = object->shape;
    const JSObject *prototype = shape->proto;
    if (object->is_exotic || (prototype && prototype != JS_VALUE_GET_OBJ(ctx->class_proto[JS_CLASS_OBJECT])))
        return NOT_PLAIN;
    uint32_t index;
    int count = 0;
    for (int i = 0; i < shape->prop_count; i++) {
        const JSShapeProperty *property = get_shape_prop(object->shape) + i;
        count += is_written(ctx, property) && JS_AtomIsArrayIndex(ctx, &index, property->atom);
    }
    bool first = true;
    if (put(writing, "{", 1))
        return NOT_WRITTEN;
    int status = count ? write_indexed(writing, object, count, &first, depth) : PLAIN;
    for (int i = 0; i < shape->prop_count && status == PLAIN; i++) {
        const JSShapeProperty *property = get_shape_prop(object->shape) + i;
        if (is_written(ctx, property) && !(count && JS_AtomIsArrayIndex(ctx, &index, property->atom)))
            status = write_property(writing, object, i, &first, depth);
    }
    return status == PLAIN ? put(writing, "}", 1) : status;
}

static int write_number(const Writing *writing, double number)
{
    if (!isfinite(number) || (number == 0 && signbit(number)))
        return NOT_PLAIN;
    if (!writing->to)
        return PLAIN;
    char text[128];
    JSDTOATempMem memory;
    return put(writing, text, js_dtoa(text, number, 10, 0, JS_DTOA_FORMAT_FREE, &memory));
}

static int write_rope(const Writing *writing, JSValueConst rope)
{
    if (!writing->to)
        return PLAIN;
    JSValue text = js_linearize_string_rope(writing->ctx, rope);
    if (JS_IsException(text))
        return NOT_WRITTEN;
    int status = write_text(writing, JS_VALUE_GET_STRING(text));
    JS_FreeValue(writing->ctx, text);
    return status;
}

static int write_value(const Writing *writing, JSValueConst value, int depth)
{
    char text[16];
    switch (JS_VALUE_GET_NORM_TAG(value)) {
    case JS_TAG_INT:
        return put(writing, text, i32toa(text, JS_VALUE_GET_INT(value)));
    case JS_TAG_BOOL:
        return JS_VALUE_GET_BOOL(value) ? put(writing, "true", 4) : put(writing, "false", 5);
    case JS_TAG_NULL:
        return put(writing, "null", 4);
    case JS_TAG_STRING:
        return write_text(writing, JS_VALUE_GET_STRING(value));
    case JS_TAG_STRING_ROPE:
        return write_rope(writing, value);
    case JS_TAG_FLOAT64:
        return write_number(writing, JS_VALUE_GET_FLOAT64(value));
    case JS_TAG_OBJECT:
        break;
    default:
        return NOT_PLAIN;
    }
    JSObject *object = JS_VALUE_GET_OBJ(value);
    if (depth == 0 || object->tmp_mark)
        return NOT_PLAIN; /* too deep, or met twice */
    object->tmp_mark = 1;
    if (object->class_id == JS_CLASS_ARRAY)
        return write_array(writing, object, depth - 1);
    return object->class_id == JS_CLASS_OBJECT ? write_object(writing, object, depth - 1) : NOT_PLAIN;
}

/* Take back the marks of `write_value`, which went no further than they reach. */
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
    const Writing writing = {ctx, NULL, false};
    bool is = write_value(&writing, value, depth) == PLAIN;
    unmark(value);
    return is;
}

/* The text `head`, and the JSON of a value that is plain as `JS_IsPlain` has it; undefined for any other. `tagged`: it
   may have any names. No `toJSON` is asked. */
JSValue JS_WritePlain(JSContext *ctx, JSValueConst value, int depth, bool tagged, char head)
{
    StringBuffer buffer;
    const Writing writing = {ctx, &buffer, tagged};
    if (string_buffer_init(ctx, &buffer, 64))
        return JS_EXCEPTION;
    int status = string_buffer_putc8(&buffer, head) ? NOT_WRITTEN : write_value(&writing, value, depth);
    unmark(value);
    if (status == PLAIN)
        return string_buffer_end(&buffer);
    string_buffer_free(&buffer);
    return status == NOT_PLAIN ? JS_UNDEFINED : JS_EXCEPTION;
}

#endif
