// The approver's page: what is asked, by which run, and one answer. Looking decides nothing.

import { observe, serverNow } from "../base/countdown.js";
import { byId } from "../base/dom.js";
import { adoptIcons } from "../base/icons.js";
import { mountTheme } from "../base/theme.js";
import { openApproval, readApproval } from "../share/share_api.js";
import { foldRun } from "../state/store.js";
import { mountDecision } from "./decision.js";
import { followRun } from "./follow.js";
import { showQuestion } from "./question.js";
import { showStory } from "./story.js";
import { LOST, UNKNOWN, showVerdict } from "./verdict.js";

const id = location.pathname.split("/").at(-1);
const TRY_AGAIN_MS = 3000;
const SLACK_MS = 250; // by which the clocks of the server and of this device may differ
const LONGEST_MS = 2 ** 31 - 1; // that a timer takes

let view = null;
let run = null;
let entries = [];
let stream = null;
let scheduled = false;
let expiry;

mountTheme();
adoptIcons();
const decision = mountDecision(byId("decide"), id, { onView: take, onStale: refresh });
await begin();

/** The secret goes to the server and out of the address: what is copied from there opens nothing. */
async function begin() {
  const secret = location.hash.slice(1);
  try {
    take(secret === "" ? await readApproval(id) : await openApproval(id, secret));
    if (secret !== "") history.replaceState(null, "", location.pathname);
  } catch (error) {
    if (error.status === undefined) throw error;
    if (error.status !== 0 && error.status < 500 && error.status !== 429) return fail(UNKNOWN);
    fail(LOST);
    setTimeout(begin, TRY_AGAIN_MS);
  }
}

function fail(verdict) {
  document.body.dataset.state = "closed";
  showVerdict(byId("verdict"), verdict);
}

/** The server has said how things stand. */
function take(next) {
  observe(next.now);
  view = next;
  if (view.run !== null) stream ??= followRun(id, { onEntry, onState, onOver: refresh });
  draw();
  awaitExpiry();
}

function onEntry(entry) {
  observe(entry.time);
  entries.push(entry);
  if (scheduled) return;
  scheduled = true;
  (document.hidden ? setTimeout : requestAnimationFrame)(drawRun);
}

function drawRun() {
  scheduled = false;
  run = foldRun(entries);
  draw();
  const step = run.steps.find(({ key }) => key === view.run?.step);
  // somebody else was faster, or its time is over: the server knows which
  if (view.state === "open" && step !== undefined && step.state !== "waiting") void refresh();
}

function onState(state) {
  document.body.dataset.live = state;
  byId("live").hidden = false;
  byId("live-text").textContent = state === "live" ? "Live" : state === "over" ? "Ended" : "Reconnecting";
}

async function refresh() {
  try {
    take(await readApproval(id));
  } catch (error) {
    if (error.status === undefined) throw error;
    if (error.status === 404) fail(UNKNOWN);
  }
}

function draw() {
  document.body.dataset.state = view.state;
  const open = view.state === "open";
  showVerdict(byId("verdict"), open ? null : view, run);
  showQuestion(byId("question"), open ? view : null, run);
  showStory(byId("story"), view.run === null ? null : view, run);
  decision.update(view);
  document.title = `${open ? view.question : byId("verdict").querySelector("h1").textContent} · Dynamic Workflows`;
}

/** A link that ends while somebody looks at it says so by itself. */
function awaitExpiry() {
  clearTimeout(expiry);
  if (view.state !== "open" || view.expires === null) return;
  expiry = setTimeout(refresh, Math.min(Math.max(0, view.expires - serverNow()) + SLACK_MS, LONGEST_MS));
}
