// Too many runs in a short time: Run counts the wait down, and can be pressed again by itself when it is over.

import { byId, setText } from "../base/dom.js";

const TICK_MS = 250;
const UNKNOWN_S = 5; // where the server does not say how long

/** `{ hold(seconds), refusal() }`; `onFree()` when the wait is over. */
export function mountQuota({ onFree = () => {} } = {}) {
  const button = byId("run-button");
  const label = button.querySelector("span");
  const said = label.textContent;
  let until = 0;
  let timer = null;

  const left = () => Math.max(0, Math.ceil((until - Date.now()) / 1000));

  function draw() {
    if (left() > 0) {
      setText(label, `${said} in ${left()} s`);
      return;
    }
    clearInterval(timer);
    timer = null;
    setText(label, said);
    button.removeAttribute("aria-disabled");
    button.classList.remove("held");
    onFree();
  }

  return {
    hold(seconds) {
      until = Date.now() + (seconds ?? UNKNOWN_S) * 1000;
      button.setAttribute("aria-disabled", "true");
      button.classList.add("held");
      timer ??= setInterval(draw, TICK_MS);
      draw();
    },
    /** Why nothing can be run now, or null. */
    refusal: () => (left() > 0 ? `Too many runs in a short time: in ${left()} s you can run again.` : null),
  };
}
