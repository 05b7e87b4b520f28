// One life of several tabs of a session, made by a seed: see test_draft_simulation.py.

/** Play it. Answers which words were lost (and at which step), how many conflicts were decided, and how many tabs are apart. */
export async function live(createDraft, seed, steps) {
  const random = ((seed) => () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  })(seed);
  const pick = (list) => list[Math.floor(random() * list.length)];

  // whose code runs, over every await
  const { AsyncLocalStorage } = await import("node:async_hooks");
  const whose = new AsyncLocalStorage();
  const as = (tab, work) => whose.run(tab, work);

  // time
  let now = 0;
  let timers = [];
  globalThis.setTimeout = (run, ms = 0) => (timers.push({ at: now + ms, run, tab: whose.getStore() }), timers.at(-1));
  globalThis.clearTimeout = (timer) => (timers = timers.filter((each) => each !== timer));
  const turns = async () => { for (let turn = 0; turn < 40; turn += 1) await null; };
  async function pass(ms) {
    const until = now + ms;
    for (;;) {
      await turns();
      const due = timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      timers = timers.filter((each) => each !== due);
      now = Math.max(now, due.at);
      if (due.tab === undefined || due.tab.open) as(due.tab, due.run);
    }
    now = until;
  }

  // the browser
  const shelf = new Map();
  globalThis.localStorage = new Proxy({}, {
    get: (_, name) => ({ getItem: (key) => shelf.get(key) ?? null, setItem: (key, text) => shelf.set(key, text), removeItem: (key) => shelf.delete(key) })[name],
    ownKeys: () => [...shelf.keys()],
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: "" }),
  });
  globalThis.window = { addEventListener() {} };
  globalThis.document = { hidden: false, addEventListener() {} };
  const channels = new Set();
  globalThis.BroadcastChannel = class {
    constructor() { this.owner = whose.getStore(); this.listeners = []; channels.add(this); }
    addEventListener(_, listen) { this.listeners.push(listen); }
    removeEventListener(_, listen) { this.listeners = this.listeners.filter((each) => each !== listen); }
    postMessage(data) {
      for (const other of channels) if (other !== this && other.owner.open) as(other.owner, () => other.listeners.forEach((listen) => listen({ data })));
    }
  };
  const sessions = new Map();
  Object.defineProperty(globalThis, "sessionStorage", { configurable: true, get: () => ({ getItem: () => sessions.get(whose.getStore()) ?? null, setItem: (_, text) => sessions.set(whose.getStore(), text) }) });

  // the server
  const server = { draft: { files: { "a.js": "" }, main: "a.js", payload: "" }, revision: 0, versions: [] };
  const copy = (thing) => JSON.parse(JSON.stringify(thing));
  function answer(path, method, body) {
    if (method === "POST") return [201, (server.versions.push(body.files["a.js"]), { id: "v" })];
    if (method === "GET") return [200, { ...copy(server.draft), revision: server.revision }];
    const { revision, ...draft } = body;
    const same = JSON.stringify(draft) === JSON.stringify(server.draft);
    if (revision !== server.revision && !same) return [409, { error: "x", code: "draft_conflict", draft: { ...copy(server.draft), revision: server.revision } }];
    if (revision === server.revision) { server.draft = copy(draft); server.revision += 1; news(); }
    return [200, { revision: server.revision }];
  }
  globalThis.fetch = async (path, { method, body, headers }) => {
    const tab = whose.getStore();
    await null;
    if (!tab.online) throw new TypeError("offline");
    const lost = random() < 0.1;
    const [status, content] = answer(path, method, body === undefined ? undefined : JSON.parse(body));
    await null;
    if (lost || !tab.open) throw new TypeError("the answer was lost");
    return { ok: status < 400, status, statusText: "", headers: new Map([["content-type", "application/json"]]), text: async () => JSON.stringify(content) };
  };
  const news = () => { for (const tab of tabs) if (tab.open && tab.online && random() < 0.8) as(tab, () => tab.draft.told(server.revision)); };

  // the tabs
  let tabs = [];
  async function open() {
    const tab = { open: true, online: true, text: server.draft.files["a.js"], payload: server.draft.payload };
    const read = () => ({ files: { "a.js": tab.text }, main: "a.js", payload: tab.payload });
    const write = ({ files, payload }) => ((tab.text = files["a.js"]), (tab.payload = payload ?? tab.payload), tab.draft?.changed());
    as(tab, () => {
      tab.draft = createDraft({ start: { ...read(), revision: server.revision }, read, write, sessionId: () => "s", onState() {} });
      void tab.draft.restore();
    });
    tabs.push(tab);
    await pass(random() < 0.5 ? 0 : 200);
  }

  const typed = [];
  const everywhere = () => [
    JSON.stringify(server.draft), ...server.versions, ...shelf.values(), ...tabs.filter(({ open }) => open).map(({ text }) => text),
  ].join(" ");
  const lost = () => { const all = everywhere(); return typed.filter((word) => !all.includes(`<${word}>`)); };

  await open();
  let conflicts = 0;
  for (let step = 0; step < steps; step += 1) {
    const open_ = tabs.filter((tab) => tab.open);
    const tab = pick(open_.length > 0 ? open_ : [await open().then(() => tabs.at(-1))]);
    const what = random();
    if (what < 0.45) {
      typed.push(typed.length);
      tab.text += `<${typed.at(-1)}>`;
      as(tab, tab.draft.changed);
    } else if (what < 0.55) tab.online = !tab.online;
    else if (what < 0.62 && open_.length < 3) await open();
    else if (what < 0.67 && !tab.draft.dirty()) tab.open = false;
    else if (what < 0.72) tab.open = false; // it crashed: nothing is said, nothing is sent
    else if (tab.draft.state().theirs !== null && tab.online) {
      conflicts += 1;
      void as(tab, random() < 0.5 ? tab.draft.keepMine : tab.draft.takeTheirs).catch(() => {});
    }
    await pass(pick([0, 50, 400, 1000, 5000]));
    if (lost().length > 0) return { lost: lost(), step, conflicts };
  }
  for (const tab of tabs) tab.online = true;
  if (!tabs.some((tab) => tab.open)) await open();
  for (let round = 0; round < 30; round += 1) {
    for (const tab of tabs.filter((each) => each.open)) {
      void as(tab, () => tab.draft.told(server.revision));
      await pass(5000);
      if (tab.draft.state().theirs !== null) void as(tab, tab.draft.keepMine).catch(() => {});
      await pass(5000);
    }
  }
  await pass(20000);
  const shown = new Set(tabs.filter((tab) => tab.open).map((tab) => tab.text));
  return { lost: lost(), conflicts, apart: [...shown].filter((text) => text !== server.draft.files["a.js"]).length, typed: typed.length };
}
