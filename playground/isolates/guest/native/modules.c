/* Imports: the runtime says which module a specifier means, and what is in it. */
#include "guest.h"

#include <string.h>

static JSValue resolve_function, load_function;

static JSValue call_with_text(JSContext *ctx, JSValueConst function, const char *first, const char *second,
                              JSValueConst attributes)
{
    JSValue given[3] = {JS_NewString(ctx, first), JS_UNDEFINED, JS_UNDEFINED};
    if (second) {
        given[1] = JS_NewString(ctx, second);
        given[2] = JS_DupValue(ctx, attributes);
    }
    JSValue answer = JS_IsException(given[0]) || JS_IsException(given[1])
                         ? JS_EXCEPTION
                         : JS_Call(ctx, function, JS_UNDEFINED, 3, (JSValueConst *)given);
    for (int i = 0; i < 3; i++)
        JS_FreeValue(ctx, given[i]);
    return answer;
}

static char *normalize(JSContext *ctx, const char *importer, const char *specifier, JSValueConst attributes,
                       void *opaque)
{
    (void)opaque;
    JSValue answer = call_with_text(ctx, resolve_function, importer, specifier, attributes);
    const char *text = JS_IsException(answer) ? NULL : JS_ToCString(ctx, answer);
    char *name = text ? js_strdup(ctx, text) : NULL;
    JS_FreeCString(ctx, text);
    JS_FreeValue(ctx, answer);
    return name;
}

/* Whatever the attributes say, `resolve` is asked. */
static int any_attributes(JSContext *ctx, void *opaque, JSValueConst attributes)
{
    (void)ctx, (void)opaque, (void)attributes;
    return 0;
}

/* Call `act` for each own enumerable property of a module's object; 0 when it was for all. */
static int each_export(JSContext *ctx, JSModuleDef *module, JSValueConst exports,
                       int act(JSContext *, JSModuleDef *, const char *, JSValue))
{
    JSPropertyEnum *names;
    uint32_t count;
    if (JS_GetOwnPropertyNames(ctx, &names, &count, exports, JS_GPN_STRING_MASK | JS_GPN_ENUM_ONLY) < 0)
        return -1;
    int status = 0;
    for (uint32_t i = 0; i < count && status == 0; i++) {
        const char *name = JS_AtomToCString(ctx, names[i].atom);
        JSValue value = name ? JS_GetProperty(ctx, exports, names[i].atom) : JS_EXCEPTION;
        status = JS_IsException(value) ? -1 : act(ctx, module, name, value);
        JS_FreeCString(ctx, name);
    }
    JS_FreePropertyEnum(ctx, names, count);
    return status;
}

static int declare(JSContext *ctx, JSModuleDef *module, const char *name, JSValue value)
{
    JS_FreeValue(ctx, value);
    return JS_AddModuleExport(ctx, module, name);
}

static int fill(JSContext *ctx, JSModuleDef *module)
{
    JSValue exports = JS_GetModulePrivateValue(ctx, module);
    int status = each_export(ctx, module, exports, JS_SetModuleExport);
    JS_FreeValue(ctx, exports);
    return status;
}

static JSModuleDef *module_of_object(JSContext *ctx, const char *name, JSValueConst exports)
{
    JSModuleDef *module = JS_NewCModule(ctx, name, fill);
    if (!module || each_export(ctx, module, exports, declare) < 0)
        return NULL;
    JS_SetModulePrivateValue(ctx, module, JS_DupValue(ctx, exports));
    return module;
}

static JSModuleDef *module_of_source(JSContext *ctx, const char *name, JSValueConst text)
{
    size_t size;
    const char *source = JS_ToCStringLen(ctx, &size, text);
    if (!source)
        return NULL;
    JSValue compiled = JS_Eval(ctx, source, size, name, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
    JS_FreeCString(ctx, source);
    if (JS_IsException(compiled))
        return NULL;
    JSModuleDef *module = JS_VALUE_GET_PTR(compiled);
    JS_FreeValue(ctx, compiled); /* the context keeps its modules */
    JSValue meta = JS_GetImportMeta(ctx, module);
    if (JS_IsException(meta))
        return NULL;
    JS_DefinePropertyValueStr(ctx, meta, "url", JS_NewString(ctx, name), JS_PROP_C_W_E);
    JS_FreeValue(ctx, meta);
    return module;
}

static JSModuleDef *load(JSContext *ctx, const char *name, void *opaque, JSValueConst attributes)
{
    (void)opaque, (void)attributes;
    JSValue content = call_with_text(ctx, load_function, name, NULL, JS_UNDEFINED);
    JSModuleDef *module = NULL;
    if (JS_IsString(content))
        module = module_of_source(ctx, name, content);
    else if (JS_IsObject(content))
        module = module_of_object(ctx, name, content);
    else if (!JS_IsException(content))
        JS_ThrowTypeError(ctx, "a module is a text or an object");
    JS_FreeValue(ctx, content);
    return module;
}

bool set_modules(JSContext *ctx, JSValueConst resolve, JSValueConst load_module)
{
    if (!JS_IsFunction(ctx, resolve) || !JS_IsFunction(ctx, load_module))
        return false;
    JSRuntime *runtime = JS_GetRuntime(ctx);
    resolve_function = JS_DupValue(ctx, resolve);
    load_function = JS_DupValue(ctx, load_module);
    JS_SetModuleLoaderFunc2(runtime, NULL, load, any_attributes, NULL);
    JS_SetModuleNormalizeFunc2(runtime, normalize);
    return true;
}
