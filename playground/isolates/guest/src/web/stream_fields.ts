/**
 * What web-streams-polyfill keeps in its objects. It assigns ordinary properties, which JSON, the console
 * and `Object.keys` would show; a setter on the prototype makes each of them one that is not enumerable when
 * it is first assigned.
 */
import * as p from "../primordials";

const CONTROLLER = "queue queueTotalSize started strategyHWM ";
const SOURCE = "closeRequested pullAgain pulling pullAlgorithm cancelAlgorithm ";
const READER = "ownerReadableStream closedPromise closedPromise_resolve closedPromise_reject ";

const FIELDS: Record<string, string> = {
  ByteLengthQueuingStrategy: "byteLengthQueuingStrategyHighWaterMark",
  CountQueuingStrategy: "countQueuingStrategyHighWaterMark",
  ReadableByteStreamController: `${CONTROLLER}${SOURCE}controlledReadableByteStream byobRequest
    autoAllocateChunkSize pendingPullIntos`,
  ReadableStream: "state reader storedError disturbed readableStreamController",
  ReadableStreamBYOBReader: `${READER}readIntoRequests`,
  ReadableStreamBYOBRequest: "associatedReadableByteStreamController view",
  ReadableStreamDefaultController: `${CONTROLLER}${SOURCE}controlledReadableStream strategySizeAlgorithm`,
  ReadableStreamDefaultReader: `${READER}readRequests`,
  TransformStream: `writable readable backpressure backpressureChangePromise backpressureChangePromise_resolve
    transformStreamController`,
  TransformStreamDefaultController: `controlledTransformStream transformAlgorithm flushAlgorithm
    cancelAlgorithm finishPromise finishPromise_resolve finishPromise_reject`,
  WritableStream: `state storedError writer writableStreamController writeRequests inFlightWriteRequest
    closeRequest inFlightCloseRequest pendingAbortRequest backpressure`,
  WritableStreamDefaultController: `${CONTROLLER}controlledWritableStream abortReason abortController
    strategySizeAlgorithm writeAlgorithm closeAlgorithm abortAlgorithm`,
  WritableStreamDefaultWriter: `ownerWritableStream readyPromise readyPromise_resolve readyPromise_reject
    readyPromiseState closedPromise closedPromise_resolve closedPromise_reject closedPromiseState`,
};

/** One for all: a stream has dozens of fields. */
const descriptor = p.record();
descriptor["configurable"] = descriptor["writable"] = true;
descriptor["enumerable"] = false;

/** Hide what the objects of these classes keep. */
export function hideFields(classes: Readonly<Record<string, { readonly prototype: object }>>): void {
  for (const name of p.keys(FIELDS)) {
    for (const field of FIELDS[name]!.split(/\s+/)) hideField(classes[name]!.prototype, `_${field}`);
  }
}

function hideField(prototype: object, key: string): void {
  p.defineProperty(prototype, key, {
    configurable: true,
    set(this: object, value: unknown) {
      descriptor["value"] = value;
      p.defineProperty(this, key, descriptor as PropertyDescriptor);
      descriptor["value"] = undefined;
    },
  });
}

/** Let the iterators of streams, of which this is one, be like the language's own async iterators. */
export function likeTheLanguages(iterator: object): void {
  const prototype = p.getPrototypeOf(iterator) as Record<symbol, unknown>;
  hideField(prototype, "_asyncIteratorImpl");
  delete prototype[Symbol.asyncIterator];
  const generators = p.getPrototypeOf(async function* () {}.prototype as object) as object;
  p.setPrototypeOf(prototype, p.getPrototypeOf(generators) as object);
}
