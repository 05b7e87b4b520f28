// The gallery: a dialog of examples, each a small lesson, with a sketch of how a run of it goes.

import { openDialog } from "../base/dialogs.js";
import { coded, fill, h, icon } from "../base/dom.js";
import { ranked } from "../shell/matching.js";
import { listExamples } from "./examples.js";
import { sketch } from "./sketch.js";

const GHOSTS = 6;

/** Open it; `onOpen(id)` opens an example. Answers the dialog. */
export function openGallery(onOpen) {
  const field = h("input", { class: "field gallery-field", type: "search", "aria-label": "Find an example", placeholder: "Find an example", autocomplete: "off", spellcheck: "false" });
  const shelf = h("div", { class: "gallery-shelf" });
  const count = h("p", { class: "visually-hidden", role: "status" });
  const dialog = openDialog(
    "Examples",
    [h("p", { class: "gallery-lead", text: "Each is a small lesson. Opening one keeps what you have typed: Undo brings it back." }), h("div", { class: "gallery-search" }, icon("search"), field), shelf, count],
    "gallery",
  );
  let all = [];
  field.addEventListener("input", draw);
  shelf.addEventListener("keydown", moved);
  void load();
  field.focus();
  return dialog;

  async function load() {
    fill(shelf, Array.from({ length: GHOSTS }, () => h("div", { class: "gallery-card ghost", "aria-hidden": "true" }, h("span", { class: "ghost-line" }), h("span", { class: "ghost-line short" }))));
    try {
      all = await listExamples();
      draw();
    } catch (error) {
      const again = h("button", { type: "button", class: "button", text: "Try again", on: { click: load } });
      fill(shelf, h("div", { class: "gallery-none", role: "alert" }, h("p", { text: `The examples could not be loaded. ${error.message}` }), again));
    }
  }

  function draw() {
    const query = field.value.trim();
    const found = ranked(query, all, ({ title, group, shows, language }) => `${title} ${group} ${shows} ${language === "ts" ? "TypeScript" : "JavaScript"}`, { whole: true }).map(({ item }) => item);
    if (query !== "") count.textContent = found.length === 1 ? "1 example" : `${found.length} examples`;
    if (found.length === 0) return fill(shelf, h("p", { class: "gallery-none", text: "No example is about that. Try “retry”, “sleep” or “event”." }));
    if (query !== "") return fill(shelf, h("ul", { class: "gallery-cards" }, found.map(card)));
    const groups = [...new Set(all.map(({ group }) => group))];
    return fill(shelf, groups.map((group) => h("section", { "aria-label": group }, h("h3", { class: "gallery-group", text: group }), h("ul", { class: "gallery-cards" }, all.filter((each) => each.group === group).map(card)))));
  }

  function card(example) {
    const open = () => {
      dialog.close();
      onOpen(example.id);
    };
    const facts = [example.language === "ts" ? "TypeScript" : null, example.files.length > 1 ? `${example.files.length} files` : null].filter(Boolean);
    return h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "gallery-card", on: { click: open } },
        sketch(example.sketch),
        h("span", { class: "gallery-title" }, example.title, facts.length > 0 && h("span", { class: "gallery-facts", text: facts.join(", ") })),
        h("span", { class: "gallery-shows" }, coded(example.shows)),
      ),
    );
  }

  /** The arrows go from card to card, by what is beside and below what. */
  function moved(event) {
    const cards = [...shelf.querySelectorAll("button.gallery-card")];
    const at = cards.indexOf(document.activeElement);
    if (at < 0) return;
    const next = { ArrowRight: cards[at + 1], ArrowLeft: cards[at - 1], ArrowDown: below(cards, at, 1), ArrowUp: below(cards, at, -1) ?? field }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
  }
}

/** The nearest card in the next row that way. */
function below(cards, at, way) {
  const from = cards[at].getBoundingClientRect();
  const boxes = cards.map((card) => ({ card, box: card.getBoundingClientRect() }));
  const others = boxes.filter(({ box }) => (way > 0 ? box.top >= from.bottom : box.bottom <= from.top));
  const distance = ({ box }) => Math.abs(box.left - from.left) + 3 * Math.abs(box.top - from.top);
  return others.sort((a, b) => distance(a) - distance(b))[0]?.card;
}
