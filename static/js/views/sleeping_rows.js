// Rows that are far out of sight hold nothing: an empty line keeps their place, and their content comes when they come near.

const MARGIN_PX = 350;
const HEIGHT_PX = 37;
const RESTING = "step resting";

/**
 * Wraps row views of a long list. `wrap(make)` answers a view like that of `make()`, made when it is near the visible part of
 * `scroller`; `forget(view)` when it leaves the list.
 */
export function createSleepingRows(scroller) {
  const views = new WeakMap();
  const observer = new IntersectionObserver(
    (changes) => {
      for (const { target, isIntersecting, boundingClientRect } of changes) {
        const view = views.get(target);
        if (isIntersecting) view?.wake();
        else view?.rest(boundingClientRect.height);
      }
    },
    { root: scroller, rootMargin: `${MARGIN_PX}px 0px` },
  );

  function wrap(make) {
    let inner = null;
    let latest = null;
    const element = document.createElement("li");
    const view = {
      element,
      get button() {
        view.wake();
        return inner.button;
      },
      update(...given) {
        latest = given;
        if (inner !== null) return inner.update(...given);
        const state = given[0].step?.state ?? "planned";
        if (element.className !== RESTING) element.className = RESTING;
        if (element.dataset.state !== state) element.dataset.state = state;
        const depth = String(Math.min(given[4] ?? 0, 6));
        if (element.dataset.depth !== depth) element.dataset.depth = depth;
        return undefined;
      },
      wake() {
        if (inner !== null || latest === null) return;
        inner = make(element);
        element.style.removeProperty("height");
        inner.update(...latest);
      },
      rest(height) {
        if (inner === null || element.contains(document.activeElement) || element.classList.contains("selected")) return;
        element.style.setProperty("height", `${height || HEIGHT_PX}px`);
        element.replaceChildren();
        inner = null;
        view.update(...latest);
      },
    };
    element.style.setProperty("height", `${HEIGHT_PX}px`);
    element.wake = view.wake;
    views.set(element, view);
    observer.observe(element);
    return view;
  }

  return { wrap, forget: (view) => observer.unobserve(view.element) };
}
