// The guided walk: it goes on when the real thing has happened, and only then, unless somebody skips a stop.

import * as api from "../state/api.js";
import { openExample } from "../gallery/opening.js";
import { createCard } from "./card.js";
import { END, afterwards, stopsFor } from "./walk.js";

const LOOK_MS = 300;
const SHARES_MS = 1500;

/** Begin it; `onOver(finished)` when it is over. Answers `{ update(scene), end(), stop() }`, or null where it could not begin. */
export async function startTour(page, { onOver }) {
  if (!(await openExample(page, "walk", { quiet: true }))) return null;
  const stops = stopsFor(page.can);
  const before = new Set(page.model.get().log.order);
  const card = createCard({ onEnd: () => end(false) });
  let at = 0;
  let over = false;
  let scene = null;
  let shared = false;
  let sharesBefore = null;
  let asked = 0;
  const timer = setInterval(look, LOOK_MS);
  window.addEventListener("resize", point);
  enter(null, true);
  return { update: (next) => ((scene = next), look()), end, there, stop: () => stops[at]?.id ?? "end" };

  function known() {
    const { log } = page.model.get();
    const id = log.order.findLast((each) => !before.has(each));
    return { run: id === undefined ? undefined : log.runs[id], runs: log.order, shared };
  }

  function enter(after, focus) {
    const stop = stops[at];
    const last = stop === undefined;
    const { title, text } = last ? END : stop;
    const skip = { label: "Skip this", look: "ghost", run: () => go(null, true) };
    const ways = [
      { label: "Open the examples", look: "primary", run: () => (end(true), page.commands.run("examples")) },
      { label: "Done", run: () => end(true) },
    ];
    const way = { label: "Go there", look: "ghost", title: "Go there (w)", run: there };
    card.show({ after, title, text, at: last ? null : `${at + 1} of ${stops.length}`, buttons: last ? ways : [skip, way] });
    if (!last && window.innerWidth <= 860 && document.body.dataset.view !== stop.pane) page.show(stop.pane);
    point();
    if (focus) card.focus();
  }

  function go(after, focus) {
    at += 1;
    enter(after, focus);
  }

  function look() {
    const stop = stops[at];
    if (over || stop === undefined) return point();
    if (stop.id === "share") void askShares();
    const now = known();
    if (stop.done(now)) go(afterwards(stop, now), false);
    return point();
  }

  /** The first of the stop's places that can be seen. */
  function anchor() {
    const selectors = stops[at]?.anchor ?? [];
    const places = selectors.map((selector) => document.querySelector(selector));
    return places.find((place) => place !== null && place.checkVisibility()) ?? null;
  }

  function point() {
    card.point(document.querySelector("dialog[open]") === null ? anchor() : null);
  }

  /** For whoever goes by keys; to the card itself where there is nothing to point at, at the end or before it is there. */
  function there() {
    const stop = stops[at];
    if (stop !== undefined && window.innerWidth <= 860) page.show(stop.pane);
    const place = anchor();
    if (place === null) return card.focus();
    place.scrollIntoView({ block: "nearest" });
    (place.matches("button") ? place : (place.querySelector("button:not([disabled])") ?? card)).focus();
    return undefined;
  }

  /** Links are no part of the log: the server is asked for them, now and then, while this stop is on. */
  async function askShares() {
    const session = page.session.id();
    if (session === null || Date.now() - asked < SHARES_MS) return;
    asked = Date.now();
    const { shares = [] } = await api.session(session).catch(() => ({}));
    sharesBefore ??= shares.length;
    if (shares.length > sharesBefore && document.querySelector("dialog[open]") === null) shared = true;
  }

  function end(finished) {
    if (over) return;
    over = true;
    clearInterval(timer);
    window.removeEventListener("resize", point);
    card.close();
    onOver(finished);
  }
}
