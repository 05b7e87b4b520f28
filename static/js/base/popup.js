// A panel that opens under its button and closes by Escape, by leaving, or by a press elsewhere.

export function popup(button, panel, { onOpen = () => {} } = {}) {
  const isOpen = () => !panel.hidden;
  const set = (open) => {
    if (open) onOpen();
    panel.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  };
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => set(!isOpen()));
  document.addEventListener("pointerdown", (event) => {
    if (isOpen() && !panel.contains(event.target) && !button.contains(event.target)) set(false);
  });
  for (const element of [panel, button]) {
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !isOpen()) return;
      event.stopPropagation();
      set(false);
      button.focus();
    });
  }
  // what had the focus may be gone
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen() || document.activeElement !== document.body) return;
    event.stopImmediatePropagation();
    set(false);
    button.focus();
  });
  panel.addEventListener("focusout", (event) => {
    if (isOpen() && event.relatedTarget !== null && !panel.contains(event.relatedTarget) && event.relatedTarget !== button) set(false);
  });
  return { close: () => set(false), open: () => set(true), isOpen };
}
