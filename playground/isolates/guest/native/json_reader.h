/* Included in the engine's main file, before its parser of JSON: JSON to values in one go.

   A value on its way in is mostly names to intern and properties to define. The parser takes each through a token, a
   text of its own, a look for the property and a look for the shape that has one more. Here what an object or an array
   holds is gathered first, and its room made once. What is rare, and what is no JSON, is left to the parser, which also
   says what is wrong. */
#ifndef JSON_READER_H
#define JSON_READER_H

/* Objects of so many properties or more have a shape of their own, which no other object is looked for. */
#define MANY_PROPERTIES 64
/* Of containers within each other; what is deeper is the parser's. */
#define MOST_NESTED 500
/* Of a text so many bytes are a value or a name, most likely. */
#define BYTES_OF_ITEM 12

typedef struct {
    JSContext *ctx;
    JSParseState *parser;
    const uint8_t *at;
    const uint8_t *end; /* where a 0 is */
    JSValue *items;     /* what the containers hold that are being read */
    int count;
    int room;
} Reading;

static bool read_value(Reading *reading, int depth);

static bool keep_item(Reading *reading, JSValue item)
{
    if (reading->count == reading->room) {
        int room = reading->room ? reading->room * 2 : (reading->end - reading->at) / BYTES_OF_ITEM + 8;
        JSValue *items = js_realloc(reading->ctx, reading->items, room * sizeof *items);
        if (!items) {
            JS_FreeValue(reading->ctx, item);
            return false;
        }
        reading->items = items;
        reading->room = room;
    }
    reading->items[reading->count++] = item;
    return true;
}

/* The first character that is no space. */
static inline uint8_t next_character(Reading *reading)
{
    while (unlikely(*reading->at <= ' ') && (*reading->at == ' ' || *reading->at == '\n' || *reading->at == '\t' ||
                                             *reading->at == '\r'))
        reading->at++;
    return *reading->at;
}

/* The text at a quote, as a string, or an exception. */
static JSValue read_text(Reading *reading)
{
    const uint8_t *start = reading->at + 1, *end = end_of_plain(start, reading->end, true);
    if (*end == '"') {
        reading->at = end + 1;
        return js_new_string8_len(reading->ctx, (const char *)start, end - start);
    }
    if (json_parse_string(reading->parser, &start))
        return JS_EXCEPTION;
    reading->at = start;
    JSValue text = reading->parser->token.u.str.str;
    reading->parser->token.val = ' ';
    return text;
}

/* The atom of a text of ASCII characters that is no number. */
static JSAtom atom_of(JSRuntime *rt, const uint8_t *text, uint32_t size)
{
    uint32_t hash = hash_string8(text, size, JS_ATOM_TYPE_STRING) & JS_ATOM_HASH_MASK;
    uint32_t *place = &rt->atom_hash[hash & (rt->atom_hash_size - 1)];
    for (uint32_t i = *place; i; i = rt->atom_array[i]->hash_next) {
        JSAtomStruct *known = rt->atom_array[i];
        if (known->hash == hash && known->atom_type == JS_ATOM_TYPE_STRING && known->len == size &&
            !known->is_wide_char && !memcmp(str8(known), text, size)) {
            if (!__JS_AtomIsConst(i))
                ref_up(known);
            return i;
        }
    }
    JSString *made = js_alloc_string_rt(rt, size, 0);
    if (!made)
        return JS_ATOM_NULL;
    memcpy(str8(made), text, size);
    str8(made)[size] = 0;
    if (rt->atom_free_index == 0 || rt->atom_count + 1 >= rt->atom_count_resize)
        return __JS_NewAtom(rt, made, JS_ATOM_TYPE_STRING); /* which makes room for more */
    uint32_t i = rt->atom_free_index;
    rt->atom_free_index = atom_get_free(rt->atom_array[i]);
    rt->atom_array[i] = made;
    rt->atom_count++;
    made->atom_type = JS_ATOM_TYPE_STRING;
    made->hash = hash;
    made->first_weak_ref = NULL;
    made->hash_next = *place;
    *place = i;
    return i;
}

static JSAtom read_name(Reading *reading)
{
    const uint8_t *start = reading->at + 1, *end = end_of_plain(start, reading->end, true);
    if (*end == '"' && !is_digit(*start)) {
        reading->at = end + 1;
        return atom_of(reading->ctx->rt, start, end - start);
    }
    JSValue text = read_text(reading);
    return JS_IsException(text) ? JS_ATOM_NULL : JS_NewAtomStr(reading->ctx, JS_VALUE_GET_STRING(text));
}

/* Give `object` a property, which it may have already; both are taken. */
static bool set_one(JSContext *ctx, JSObject *object, JSAtom name, JSValue value)
{
    JSProperty *property;
    if (find_own_property(&property, object, name)) {
        JS_FreeValue(ctx, property->u.value);
        property->u.value = value;
    } else {
        property = add_property(ctx, object, name, JS_PROP_C_W_E);
        if (property)
            property->u.value = value;
        else
            JS_FreeValue(ctx, value);
    }
    JS_FreeAtom(ctx, name);
    return property;
}

/* The same, for an object whose shape is its own and has room for one more. */
static void set_next(JSContext *ctx, JSObject *object, JSAtom name, JSValue value)
{
    JSShape *shape = object->shape;
    JSShapeProperty *properties = get_shape_prop(shape);
    uint32_t *place = &prop_hash_end(shape)[-(intptr_t)hash_atom(name, shape->prop_hash_mask) - 1];
    for (uint32_t i = *place; i; i = properties[i - 1].hash_next) {
        if (properties[i - 1].atom == name) {
            JS_FreeAtom(ctx, name);
            JS_FreeValue(ctx, object->prop[i - 1].u.value);
            object->prop[i - 1].u.value = value;
            return;
        }
    }
    object->prop[shape->prop_count].u.value = value;
    properties[shape->prop_count] = (JSShapeProperty){.hash_next = *place, .flags = JS_PROP_C_W_E, .atom = name};
    *place = ++shape->prop_count;
}

/* An object of so many properties, whose names and values lie at `items` and are taken. */
static JSValue object_of(JSContext *ctx, const JSValue *items, int count)
{
    JSValue made;
    bool many = count >= MANY_PROPERTIES;
    if (many) {
        uint32_t places = JS_PROP_INITIAL_HASH_SIZE;
        while (places < (uint32_t)count)
            places *= 2;
        JSShape *shape = js_new_shape_nohash(ctx, JS_VALUE_GET_OBJ(ctx->class_proto[JS_CLASS_OBJECT]), places, count);
        made = shape ? JS_NewObjectFromShape(ctx, shape, JS_CLASS_OBJECT, NULL) : JS_EXCEPTION;
    } else {
        made = JS_NewObject(ctx);
    }
    bool failed = JS_IsException(made);
    for (int i = 0; i < count; i++) {
        JSAtom name = JS_VALUE_GET_INT(items[2 * i]);
        if (failed) {
            JS_FreeAtom(ctx, name);
            JS_FreeValue(ctx, items[2 * i + 1]);
        } else if (many) {
            set_next(ctx, JS_VALUE_GET_OBJ(made), name, items[2 * i + 1]);
        } else {
            failed = !set_one(ctx, JS_VALUE_GET_OBJ(made), name, items[2 * i + 1]);
        }
    }
    if (!failed)
        return made;
    JS_FreeValue(ctx, made);
    return JS_EXCEPTION;
}

/* What lies at the end of what is kept: names, as the integers that atoms are, and values in turn; or values alone. */
static void forget_items(Reading *reading, int from, bool named)
{
    bool name = named;
    for (int i = from; i < reading->count; i++, name = named && !name) {
        if (name)
            JS_FreeAtom(reading->ctx, JS_VALUE_GET_INT(reading->items[i]));
        else
            JS_FreeValue(reading->ctx, reading->items[i]);
    }
    reading->count = from;
}

static bool read_properties(Reading *reading, int depth)
{
    if (next_character(reading) == '}') {
        reading->at++;
        return true;
    }
    for (;;) {
        if (next_character(reading) != '"')
            return false;
        JSAtom name = read_name(reading);
        if (name == JS_ATOM_NULL)
            return false;
        if (!keep_item(reading, JS_MKVAL(JS_TAG_INT, name))) {
            JS_FreeAtom(reading->ctx, name);
            return false;
        }
        if (next_character(reading) != ':')
            return false;
        reading->at++;
        if (!read_value(reading, depth))
            return false;
        uint8_t after = next_character(reading);
        if (after != ',' && after != '}')
            return false;
        reading->at++;
        if (after == '}')
            return true;
    }
}

static bool read_object(Reading *reading, int depth)
{
    int from = reading->count;
    reading->at++;
    if (!read_properties(reading, depth)) {
        forget_items(reading, from, true);
        return false;
    }
    JSValue made = object_of(reading->ctx, reading->items + from, (reading->count - from) / 2);
    reading->count = from;
    return !JS_IsException(made) && keep_item(reading, made);
}

static bool read_elements(Reading *reading, int depth)
{
    if (next_character(reading) == ']') {
        reading->at++;
        return true;
    }
    for (;;) {
        if (!read_value(reading, depth))
            return false;
        uint8_t after = next_character(reading);
        if (after != ',' && after != ']')
            return false;
        reading->at++;
        if (after == ']')
            return true;
    }
}

static bool read_array(Reading *reading, int depth)
{
    int from = reading->count;
    reading->at++;
    if (!read_elements(reading, depth)) {
        forget_items(reading, from, false);
        return false;
    }
    JSValue made = JS_NewArrayFrom(reading->ctx, reading->count - from, reading->items + from);
    reading->count = from;
    return !JS_IsException(made) && keep_item(reading, made);
}

static bool read_word(Reading *reading, const char *word, size_t size, JSValue value)
{
    if ((size_t)(reading->end - reading->at) < size || memcmp(reading->at, word, size))
        return false;
    reading->at += size;
    return keep_item(reading, value);
}

static bool read_number(Reading *reading)
{
    const uint8_t *at = reading->at;
    if ((*at == '-' && !is_digit(at[1])) || (*at == '0' && is_digit(at[1])))
        return false;
    if (json_parse_number(reading->parser, &at))
        return false;
    reading->at = at;
    return keep_item(reading, reading->parser->token.u.num.val);
}

/* Keep the value that comes next. False where it cannot be read here, and nothing of it is kept. */
static bool read_value(Reading *reading, int depth)
{
    TAKE_STACK(128);
    if (js_check_stack_overflow(reading->ctx->rt, 0))
        return false;
    switch (next_character(reading)) {
    case '{':
        return depth && read_object(reading, depth - 1);
    case '[':
        return depth && read_array(reading, depth - 1);
    case '"': {
        JSValue text = read_text(reading);
        return !JS_IsException(text) && keep_item(reading, text);
    }
    case 't':
        return read_word(reading, "true", 4, JS_TRUE);
    case 'f':
        return read_word(reading, "false", 5, JS_FALSE);
    case 'n':
        return read_word(reading, "null", 4, JS_NULL);
    case '-':
    case '0' ... '9':
        return read_number(reading);
    default:
        return false;
    }
}

/* The value of a JSON text, at whose end there is a 0; undefined where the parser has to look at it. */
static JSValue read_json(JSContext *ctx, const char *text, size_t size)
{
    JSParseState parser;
    js_parse_init(ctx, &parser, text, size, "<input>", 1);
    Reading reading = {ctx, &parser, (const uint8_t *)text, (const uint8_t *)text + size, NULL, 0, 0};
    JSValue value = JS_UNDEFINED;
    if (read_value(&reading, MOST_NESTED)) {
        value = reading.items[0];
        if (next_character(&reading) != 0 || reading.at != reading.end) {
            JS_FreeValue(ctx, value);
            value = JS_UNDEFINED;
        }
    } else if (JS_HasException(ctx)) {
        JS_FreeValue(ctx, JS_GetException(ctx));
    }
    js_free(ctx, reading.items);
    return value;
}

#endif
