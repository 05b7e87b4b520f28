// The focus of whoever uses keys, where what it was in has gone.

/** Let the first of these places that can (elements, or null) have the focus, if nothing has it. */
export function regainFocus(...places) {
  for (const place of places) {
    if (document.activeElement !== null && document.activeElement !== document.body) return;
    place?.focus({ preventScroll: true });
  }
}
