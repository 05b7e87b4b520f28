// The worker of types as the editor asks it: started when it is wanted, told what has changed before each question.

const URL_OF_WORKER = "/static/build/types.js";
const POLICY = "playground-worker"; // the one that the page's Content-Security-Policy allows
const IDLE_AT_LATEST_MS = 4000;

/**
 * `texts()` gives the documents of the draft, names and texts (CodeMirror's `Text`), which are compared by identity.
 * `onReady()` is called when the worker answers. Questions that are asked before, or of a worker that has failed, are
 * answered by null.
 */
export function createTypes({ texts, onReady }) {
  const waiting = new Map(); // id: resolve
  const sent = new Map(); // name: Text
  let worker = null;
  let ready = false;
  let last = 0;

  function start() {
    if (worker !== null || typeof Worker === "undefined") return;
    worker = new Worker(trusted(URL_OF_WORKER), { type: "module", name: "types" });
    worker.onmessage = ({ data }) => heard(data);
    worker.onerror = (event) => {
      event.preventDefault();
      console.info("types are not there: the worker did not load");
      end();
    };
  }

  function heard({ id, answer, error, ready: first }) {
    if (first) {
      ready = true;
      performance.mark("types-ready");
      onReady();
      return;
    }
    if (error !== undefined) console.info(`types: ${error}`);
    waiting.get(id)?.(error === undefined ? answer : null);
    waiting.delete(id);
  }

  function end() {
    ready = false;
    for (const resolve of waiting.values()) resolve(null);
    waiting.clear();
  }

  /** Tell the worker what it does not know yet. Documents keep their order in its queue before the question. */
  function tell() {
    const now = texts();
    const gone = [...sent.keys()].some((name) => !now.has(name));
    const changed = [...now].filter(([name, text]) => sent.get(name) !== text);
    if (gone) post("open", [Object.fromEntries([...now].map(([name, text]) => [name, text.toString()]))]);
    else for (const [name, text] of changed) post("change", [name, text.toString()]);
    sent.clear();
    for (const [name, text] of now) sent.set(name, text);
  }

  function post(method, values) {
    last += 1;
    worker.postMessage({ id: last, method, values });
    return last;
  }

  return {
    /** Start the worker when the browser has nothing else to do; not for whoever saves data. */
    startWhenIdle() {
      if (navigator.connection?.saveData) return;
      const idle = globalThis.requestIdleCallback ?? ((work) => setTimeout(work, 300));
      idle(start, { timeout: IDLE_AT_LATEST_MS });
    },
    start,
    isReady: () => ready,
    /** Ask one of the methods of service.js. */
    ask(method, ...values) {
      if (!ready) return Promise.resolve(null);
      tell();
      return new Promise((resolve) => waiting.set(post(method, values), resolve));
    },
  };
}

let policy;

/** A worker's address, as Trusted Types want it: this one and no other. */
function trusted(url) {
  if (globalThis.trustedTypes === undefined) return url;
  policy ??= trustedTypes.createPolicy(POLICY, {
    createScriptURL(given) {
      if (given !== URL_OF_WORKER) throw new TypeError(`${given} is no worker of this page`);
      return given;
    },
  });
  return policy.createScriptURL(url);
}
