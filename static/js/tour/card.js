// The card of the guided walk: beside what it points at, never in the way of it, and never modal.

import { fill, h, icon } from "../base/dom.js";
import { regainFocus } from "../base/focus.js";

const GAP = 12;
const EDGE = 10;
const NARROW = 860;

/** `{ show(content), point(anchor), focus(), close() }`; `onEnd()` when it is closed by hand. */
export function createCard({ onEnd }) {
  const body = h("div", { class: "tour-body", role: "status", "aria-live": "polite" });
  const foot = h("div", { class: "tour-foot" });
  const close = h("button", { type: "button", class: "button ghost small icon-only tour-close", "aria-label": "End the walk", on: { click: onEnd } }, icon("cross"));
  const arrow = h("span", { class: "tour-arrow", "aria-hidden": "true" });
  const element = h("section", { class: "tour", role: "region", "aria-label": "Guided walk", tabindex: "-1" }, arrow, close, body, foot);
  let marked = null;
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    onEnd();
  });
  document.body.append(element);

  function point(anchor) {
    if (marked !== anchor) {
      marked?.classList.remove("tour-here");
      anchor?.classList.add("tour-here");
      marked = anchor;
    }
    element.classList.toggle("loose", anchor === null);
    if (anchor === null || window.innerWidth <= NARROW) return settle(element, null);
    return settle(element, anchor.getBoundingClientRect(), arrow);
  }

  return {
    /** `after`: what just happened; `at`: which stop of how many. */
    show({ after, title, text, at, buttons }) {
      fill(
        body,
        after && h("p", { class: "tour-after" }, icon("check"), h("span", { text: after })),
        h("h2", { class: "tour-title", text: title }),
        h("p", { class: "tour-text", text }),
      );
      const held = foot.contains(document.activeElement);
      fill(foot, at && h("span", { class: "tour-at", text: at }), buttons.map(({ label, look = "", title = null, run }) => h("button", { type: "button", class: `button small ${look}`, text: label, title, on: { click: run } })));
      if (held) element.focus({ preventScroll: true });
    },
    point,
    focus: () => element.focus({ preventScroll: true }),
    close() {
      const [held, place] = [element.contains(document.activeElement), marked];
      marked?.classList.remove("tour-here");
      element.remove();
      if (held) regainFocus(place, document.getElementById("help-button"));
    },
  };
}

/** Below the anchor where there is room, else above it; on narrow screens the sheet has it at the foot of the page. */
function settle(element, box, arrow) {
  if (box === null) {
    for (const side of ["left", "top"]) element.style.removeProperty(side);
    return;
  }
  const { offsetWidth: width, offsetHeight: height } = element;
  const left = Math.min(Math.max(EDGE, box.left + box.width / 2 - width / 2), window.innerWidth - width - EDGE);
  const below = box.bottom + GAP + height < window.innerHeight - EDGE;
  const top = below ? box.bottom + GAP : Math.max(EDGE, box.top - GAP - height);
  element.style.setProperty("left", `${Math.round(left)}px`);
  element.style.setProperty("top", `${Math.round(top)}px`);
  element.dataset.side = below ? "below" : "above";
  arrow.style.setProperty("left", `${Math.round(Math.min(Math.max(18, box.left + box.width / 2 - left), width - 18))}px`);
}
