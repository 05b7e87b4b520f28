// The story of a run as a part of the page: how one opens it. The strip itself is loaded when it is first wanted.

import { byId, h, icon } from "../base/dom.js";
import { HIDDEN } from "../shell/commands.js";

/** A part of the page: a button at the views' tabs, and commands. */
export function mountStory(page) {
  const root = byId("story");
  const button = h("button", { type: "button", class: "button ghost small story-toggle", "aria-expanded": "false", "aria-controls": "story", title: "Go back and forth in what the run has committed", on: { click: () => page.commands.run("story.toggle") } }, icon("journal"), h("span", { text: "Story" }));
  byId("run-tools").append(button);
  let strip = null;
  let loading = null;
  let scene = null;

  const isOpen = () => !root.hidden;
  const noRun = () => (page.model.get().selected === null ? "There is no run to tell the story of." : null);
  const whenOpen = () => (isOpen() && strip !== null ? noRun() : HIDDEN);

  function set(open) {
    root.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (!open) {
      strip?.stop();
      return page.showMoment(null);
    }
    page.show("run");
    return load();
  }

  async function load() {
    loading ??= import("./strip.js").then(
      (module) => {
        strip = module.mount(root, page, { onClose: () => (set(false), button.focus()) });
        if (scene !== null) strip.update(scene);
        strip.focus();
      },
      () => {
        loading = null;
        root.textContent = "The story could not be loaded. Try again when the server is back.";
      },
    );
    await loading;
    if (isOpen()) strip?.focus();
  }

  page.commands.add(
    { id: "story.toggle", title: "Story: go back in what this run has done", group: "View", refusal: noRun, run: () => set(!isOpen()) },
    { id: "story.play", title: "Story: play, or hold", group: "View", refusal: whenOpen, run: () => strip.play() },
    { id: "story.back", title: "Story: one entry back", group: "View", refusal: whenOpen, run: () => strip.go(-1) },
    { id: "story.forward", title: "Story: one entry on", group: "View", refusal: whenOpen, run: () => strip.go(1) },
    { id: "story.now", title: "Story: back to now", group: "View", refusal: () => (page.model.get().moment === null ? HIDDEN : null), run: () => page.showMoment(null) },
  );

  return {
    update(next) {
      scene = next;
      button.disabled = next.state.selected === null;
      const past = next.state.moment !== null && next.run !== next.live;
      if ((document.body.dataset.past === "true") !== past) document.body.dataset.past = String(past);
      if (isOpen()) strip?.update(next);
    },
  };
}
