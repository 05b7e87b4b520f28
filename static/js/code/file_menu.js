// The menu of the file that is shown.

import { fill, h, icon } from "../base/dom.js";
import { popup } from "../base/popup.js";

/** Append its button to `bar`. `items()` answers `{ icon, label, about, why, run }`, `why` null where it can be done. */
export function createFileMenu(bar, { items, name }) {
  const more = h("button", { type: "button", class: "button ghost small icon-only", "aria-label": "More to do with this file", "aria-haspopup": "true", title: "More to do with this file" }, icon("more"));
  const panel = h("div", { class: "popup file-menu", hidden: true, role: "group", "aria-label": "More to do with this file", on: { keydown: walk } });
  bar.append(more, panel);
  const menu = popup(more, panel, { onOpen: draw });

  function draw() {
    fill(panel, h("p", { class: "file-menu-name", text: name() }), items().map(item));
    queueMicrotask(() => panel.querySelector("button").focus());
  }

  function item({ icon: sign, label, about, why, turned, run }) {
    const press = () => {
      if (why !== null) return;
      menu.close();
      more.focus();
      run();
    };
    const props = { type: "button", class: "menu-item", "aria-disabled": why === null ? null : "true", on: { click: press } };
    return h("button", props, icon(sign, turned ? "icon turned" : "icon"), h("span", { class: "menu-text" }, h("span", { text: label }), h("span", { class: "menu-about", text: why ?? about })));
  }
}

function walk(event) {
  const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (way === undefined) return;
  event.preventDefault();
  const all = [...event.currentTarget.querySelectorAll("button")];
  all[(all.indexOf(document.activeElement) + way + all.length) % all.length].focus();
}
