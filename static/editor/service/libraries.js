// What the service knows before it has read a line: the language, in TypeScript's own files, and what an isolate has
// besides, in ours. Of TypeScript's files those are left out whose contents are not in an isolate: shared memory,
// Temporal, decorators, the DOM, and of Intl what docs/web-platform.md says is not there.

import es5 from "typescript-service/lib/lib.es5.d.ts";
import es2015Collection from "typescript-service/lib/lib.es2015.collection.d.ts";
import es2015Core from "typescript-service/lib/lib.es2015.core.d.ts";
import es2015Generator from "typescript-service/lib/lib.es2015.generator.d.ts";
import es2015Iterable from "typescript-service/lib/lib.es2015.iterable.d.ts";
import es2015Promise from "typescript-service/lib/lib.es2015.promise.d.ts";
import es2015Proxy from "typescript-service/lib/lib.es2015.proxy.d.ts";
import es2015Reflect from "typescript-service/lib/lib.es2015.reflect.d.ts";
import es2015Symbol from "typescript-service/lib/lib.es2015.symbol.d.ts";
import es2015SymbolWellknown from "typescript-service/lib/lib.es2015.symbol.wellknown.d.ts";
import es2016ArrayInclude from "typescript-service/lib/lib.es2016.array.include.d.ts";
import es2016Intl from "typescript-service/lib/lib.es2016.intl.d.ts";
import es2017Arraybuffer from "typescript-service/lib/lib.es2017.arraybuffer.d.ts";
import es2017Date from "typescript-service/lib/lib.es2017.date.d.ts";
import es2017Intl from "typescript-service/lib/lib.es2017.intl.d.ts";
import es2017Object from "typescript-service/lib/lib.es2017.object.d.ts";
import es2017String from "typescript-service/lib/lib.es2017.string.d.ts";
import es2017Typedarrays from "typescript-service/lib/lib.es2017.typedarrays.d.ts";
import es2018Asyncgenerator from "typescript-service/lib/lib.es2018.asyncgenerator.d.ts";
import es2018Asynciterable from "typescript-service/lib/lib.es2018.asynciterable.d.ts";
import es2018Intl from "typescript-service/lib/lib.es2018.intl.d.ts";
import es2018Promise from "typescript-service/lib/lib.es2018.promise.d.ts";
import es2018Regexp from "typescript-service/lib/lib.es2018.regexp.d.ts";
import es2019Array from "typescript-service/lib/lib.es2019.array.d.ts";
import es2019Intl from "typescript-service/lib/lib.es2019.intl.d.ts";
import es2019Object from "typescript-service/lib/lib.es2019.object.d.ts";
import es2019String from "typescript-service/lib/lib.es2019.string.d.ts";
import es2019Symbol from "typescript-service/lib/lib.es2019.symbol.d.ts";
import es2020Bigint from "typescript-service/lib/lib.es2020.bigint.d.ts";
import es2020Date from "typescript-service/lib/lib.es2020.date.d.ts";
import es2020Intl from "typescript-service/lib/lib.es2020.intl.d.ts";
import es2020Number from "typescript-service/lib/lib.es2020.number.d.ts";
import es2020Promise from "typescript-service/lib/lib.es2020.promise.d.ts";
import es2020String from "typescript-service/lib/lib.es2020.string.d.ts";
import es2020SymbolWellknown from "typescript-service/lib/lib.es2020.symbol.wellknown.d.ts";
import es2021Intl from "typescript-service/lib/lib.es2021.intl.d.ts";
import es2021Promise from "typescript-service/lib/lib.es2021.promise.d.ts";
import es2021String from "typescript-service/lib/lib.es2021.string.d.ts";
import es2021Weakref from "typescript-service/lib/lib.es2021.weakref.d.ts";
import es2022Array from "typescript-service/lib/lib.es2022.array.d.ts";
import es2022Error from "typescript-service/lib/lib.es2022.error.d.ts";
import es2022Object from "typescript-service/lib/lib.es2022.object.d.ts";
import es2022Regexp from "typescript-service/lib/lib.es2022.regexp.d.ts";
import es2022String from "typescript-service/lib/lib.es2022.string.d.ts";
import es2023Array from "typescript-service/lib/lib.es2023.array.d.ts";
import es2023Collection from "typescript-service/lib/lib.es2023.collection.d.ts";
import es2023Intl from "typescript-service/lib/lib.es2023.intl.d.ts";
import es2024Arraybuffer from "typescript-service/lib/lib.es2024.arraybuffer.d.ts";
import es2024Collection from "typescript-service/lib/lib.es2024.collection.d.ts";
import es2024Object from "typescript-service/lib/lib.es2024.object.d.ts";
import es2024Promise from "typescript-service/lib/lib.es2024.promise.d.ts";
import es2024Regexp from "typescript-service/lib/lib.es2024.regexp.d.ts";
import es2024String from "typescript-service/lib/lib.es2024.string.d.ts";
import es2025Collection from "typescript-service/lib/lib.es2025.collection.d.ts";
import es2025Float16 from "typescript-service/lib/lib.es2025.float16.d.ts";
import es2025Iterator from "typescript-service/lib/lib.es2025.iterator.d.ts";
import es2025Promise from "typescript-service/lib/lib.es2025.promise.d.ts";
import es2025Regexp from "typescript-service/lib/lib.es2025.regexp.d.ts";
import esnextArray from "typescript-service/lib/lib.esnext.array.d.ts";
import esnextCollection from "typescript-service/lib/lib.esnext.collection.d.ts";
import esnextDisposable from "typescript-service/lib/lib.esnext.disposable.d.ts";
import esnextError from "typescript-service/lib/lib.esnext.error.d.ts";
import esnextTypedarrays from "typescript-service/lib/lib.esnext.typedarrays.d.ts";
import bindings from "../../types/bindings.d.ts";
import bytes from "../../types/bytes.d.ts";
import language from "../../types/language.d.ts";
import text from "../../types/text.d.ts";
import workers from "../../types/workers.d.ts";
import crypto from "../../types/web/crypto.d.ts";
import encoding from "../../types/web/encoding.d.ts";
import events from "../../types/web/events.d.ts";
import fetch from "../../types/web/fetch.d.ts";
import globals from "../../types/web/globals.d.ts";
import streams from "../../types/web/streams.d.ts";
import url from "../../types/web/url.d.ts";

/** TypeScript's files, by name. */
export const standard = {
  "lib.es5.d.ts": es5,
  "lib.es2015.collection.d.ts": es2015Collection,
  "lib.es2015.core.d.ts": es2015Core,
  "lib.es2015.generator.d.ts": es2015Generator,
  "lib.es2015.iterable.d.ts": es2015Iterable,
  "lib.es2015.promise.d.ts": es2015Promise,
  "lib.es2015.proxy.d.ts": es2015Proxy,
  "lib.es2015.reflect.d.ts": es2015Reflect,
  "lib.es2015.symbol.d.ts": es2015Symbol,
  "lib.es2015.symbol.wellknown.d.ts": es2015SymbolWellknown,
  "lib.es2016.array.include.d.ts": es2016ArrayInclude,
  "lib.es2016.intl.d.ts": es2016Intl,
  "lib.es2017.arraybuffer.d.ts": es2017Arraybuffer,
  "lib.es2017.date.d.ts": es2017Date,
  "lib.es2017.intl.d.ts": es2017Intl,
  "lib.es2017.object.d.ts": es2017Object,
  "lib.es2017.string.d.ts": es2017String,
  "lib.es2017.typedarrays.d.ts": es2017Typedarrays,
  "lib.es2018.asyncgenerator.d.ts": es2018Asyncgenerator,
  "lib.es2018.asynciterable.d.ts": es2018Asynciterable,
  "lib.es2018.intl.d.ts": es2018Intl,
  "lib.es2018.promise.d.ts": es2018Promise,
  "lib.es2018.regexp.d.ts": es2018Regexp,
  "lib.es2019.array.d.ts": es2019Array,
  "lib.es2019.intl.d.ts": es2019Intl,
  "lib.es2019.object.d.ts": es2019Object,
  "lib.es2019.string.d.ts": es2019String,
  "lib.es2019.symbol.d.ts": es2019Symbol,
  "lib.es2020.bigint.d.ts": es2020Bigint,
  "lib.es2020.date.d.ts": es2020Date,
  "lib.es2020.intl.d.ts": withoutData(es2020Intl),
  "lib.es2020.number.d.ts": es2020Number,
  "lib.es2020.promise.d.ts": es2020Promise,
  "lib.es2020.string.d.ts": es2020String,
  "lib.es2020.symbol.wellknown.d.ts": es2020SymbolWellknown,
  "lib.es2021.intl.d.ts": es2021Intl,
  "lib.es2021.promise.d.ts": es2021Promise,
  "lib.es2021.string.d.ts": es2021String,
  "lib.es2021.weakref.d.ts": es2021Weakref,
  "lib.es2022.array.d.ts": es2022Array,
  "lib.es2022.error.d.ts": es2022Error,
  "lib.es2022.object.d.ts": es2022Object,
  "lib.es2022.regexp.d.ts": es2022Regexp,
  "lib.es2022.string.d.ts": es2022String,
  "lib.es2023.array.d.ts": es2023Array,
  "lib.es2023.collection.d.ts": es2023Collection,
  "lib.es2023.intl.d.ts": es2023Intl,
  "lib.es2024.arraybuffer.d.ts": es2024Arraybuffer,
  "lib.es2024.collection.d.ts": es2024Collection,
  "lib.es2024.object.d.ts": es2024Object,
  "lib.es2024.promise.d.ts": es2024Promise,
  "lib.es2024.regexp.d.ts": es2024Regexp,
  "lib.es2024.string.d.ts": es2024String,
  "lib.es2025.collection.d.ts": es2025Collection,
  "lib.es2025.float16.d.ts": es2025Float16,
  "lib.es2025.iterator.d.ts": es2025Iterator,
  "lib.es2025.promise.d.ts": es2025Promise,
  "lib.es2025.regexp.d.ts": es2025Regexp,
  "lib.esnext.array.d.ts": esnextArray,
  "lib.esnext.collection.d.ts": esnextCollection,
  "lib.esnext.disposable.d.ts": esnextDisposable,
  "lib.esnext.error.d.ts": esnextError,
  "lib.esnext.typedarrays.d.ts": esnextTypedarrays,
};

/** Ours that declare globals and modules, by path. */
export const ours = {
  "/types/bindings.d.ts": bindings,
  "/types/language.d.ts": language,
  "/types/workers.d.ts": workers,
  "/types/web/crypto.d.ts": crypto,
  "/types/web/encoding.d.ts": encoding,
  "/types/web/events.d.ts": events,
  "/types/web/fetch.d.ts": fetch,
  "/types/web/globals.d.ts": globals,
  "/types/web/streams.d.ts": streams,
  "/types/web/url.d.ts": url,
};

/** Ours that are modules, for files that hold no code. */
export const TEXT = "/types/text.d.ts";
export const BYTES = "/types/bytes.d.ts";
export const forFiles = { [TEXT]: text, [BYTES]: bytes };

/** Intl without the classes that need megabytes of data. */
function withoutData(intl) {
  return intl.replace(/const (Locale|DisplayNames): \{[^]*?\n {4}\};/g, "");
}
