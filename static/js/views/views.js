// The views of a run, as tabs: each is loaded when it is first shown, and drawn only while it is shown.

import { byId, fill, h, icon } from "../base/dom.js";
import { createDock } from "./dock.js";

const KEPT = "playground:view";

/**
 * The registry and the host of views: `{ add, show, current, tab, update }`. A view: `{ id, title, icon, load, docks }`; `load()` resolves
 * to a module with `mount(root, page)` that answers `{ update(scene) }`; `docks`: the host shows the panel of the selected
 * step below it (a view that opens steps in itself leaves it out). The first that is added is shown where nothing is kept.
 */
export function createViews(page) {
  const tabs = h("div", { class: "view-tabs", role: "tablist", "aria-label": "Views of the run" });
  byId("view-tabs").append(tabs);
  const host = byId("views");
  const dock = createDock(byId("dock"), page);
  const views = new Map();
  let current = null;
  let scene = null;
  const kept = remembered();
  tabs.addEventListener("keydown", moveByKeys);

  function add(view) {
    const show = () => page.showView(view.id);
    const tab = h("button", { type: "button", class: "view-tab", role: "tab", id: `tab-${view.id}`, "aria-controls": `view-${view.id}`, on: { click: show } }, icon(view.icon), h("span", { text: view.title }));
    const root = h("div", { class: `view view-${view.id}`, id: `view-${view.id}`, role: "tabpanel", "aria-labelledby": tab.id, hidden: true });
    tabs.append(tab);
    host.append(root);
    views.set(view.id, { ...view, tab, root, mounted: null, loading: null });
    page.commands.add({ id: `view.${view.id}`, title: `Show the ${view.title.toLowerCase()}`, group: "View", run: show });
    if (current === null || view.id === kept) bring(view.id);
    else drawTabs();
  }

  function bring(id) {
    const view = views.get(id);
    if (view === undefined) return;
    current = id;
    for (const each of views.values()) each.root.hidden = each !== view;
    drawTabs();
    if (view.mounted === null) void load(view);
    else if (scene !== null) draw();
  }

  /** Tabs are there when there is something to choose. */
  function drawTabs() {
    tabs.hidden = views.size < 2;
    for (const { id, tab } of views.values()) {
      tab.setAttribute("aria-selected", String(id === current));
      tab.tabIndex = id === current ? 0 : -1;
    }
  }

  async function load(view) {
    view.loading ??= view.load().then(
      (module) => {
        view.root.replaceChildren();
        view.mounted = module.mount(view.root, page);
        if (scene !== null && current === view.id) draw();
      },
      () => {
        view.loading = null;
        fill(view.root, h("p", { class: "view-failed", text: "This view could not be loaded. Choose it again when the server is back." }));
      },
    );
    await view.loading;
  }

  function draw() {
    const view = views.get(current);
    view.mounted?.update(scene);
    dock.update(view.docks ? scene : null);
  }

  return {
    add,
    show(id) {
      if (id !== current) remember(id);
      bring(id);
    },
    current: () => current,
    /** The tab of the view that is shown, or null. */
    tab: () => views.get(current)?.tab ?? null,
    update(next) {
      scene = next;
      if (current !== null) draw();
    },
  };
}

function moveByKeys(event) {
  const tabs = [...event.currentTarget.children];
  const at = tabs.indexOf(document.activeElement);
  const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (at < 0 || next === undefined) return;
  event.preventDefault();
  const tab = tabs[(next + tabs.length) % tabs.length];
  tab.focus();
  tab.click();
}

function remembered() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function remember(id) {
  try {
    localStorage.setItem(KEPT, id);
  } catch {
    // holds for this page only
  }
}
