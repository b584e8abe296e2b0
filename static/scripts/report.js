// The interactive report: other ranges without a new page, graphs to zoom, fresh numbers while a server runs. The page
// is complete without this script. Each request fetches the page again, and its parts with a data-part replace the old
// ones. Long, because all of it shares what is shown.

import { isUtc, setZone, showTimes, stamp, timeIn } from "./report-format.js";
import { Graphs } from "./report-graphs.js";

const REFRESH_MILLIS = 2_000;
const SLOWEST_REFRESH_MILLIS = 60_000;
// While there is no answer: pages that are open at many desks do not ask all at once.
const ASK_MILLIS = 5_000;
const SPREAD_MILLIS = 2_000;
const LONGEST_ASK_MILLIS = 10_000;
const SHORTEST_RANGE_MILLIS = 2_000;
const HANGS = new Error("the server does not answer");

const graphs = new Graphs({ zoom: showBetween, back });
let data = readData(document);
let running = null;
let timer = 0;
let failures = 0;
// Nothing answers; otherwise a failure is an answer that is no report.
let unanswered = false;
let over = false;
let answered = Date.now();
let ended = performance.now();
let tookMillis = 0;

function readData(page) {
  return JSON.parse(page.getElementById("report-data").textContent);
}

/**
 * Fetches the report of an address and shows it. A newer request cancels an older one, and a refresh waits for its end.
 */
async function show(search, { push = false, refresh = false, zoomed = 0, refused = say } = {}) {
  running?.abort();
  clearTimeout(timer);
  const mine = new AbortController();
  running = mine;
  if (!refresh) {
    document.getElementById("main").setAttribute("aria-busy", "true");
  }
  const stopWatch = watch(mine);
  const asked = performance.now();
  let answer = null;
  try {
    answer = await fetch(`/report${search}`, { signal: mine.signal });
    const text = await answer.text();
    if (answer.status === 401) {
      signedOut();
      return;
    }
    if (!answer.ok) {
      if (!refresh && !isOfProxy(answer)) {
        refused(text.trim());
      }
      throw new Error(`status ${answer.status}`);
    }
    if (push) {
      history.pushState({ zoomed }, "", `/report${search}`);
    }
    answered = Date.now();
    takeOver(new DOMParser().parseFromString(text, "text/html"), refresh);
    failures = 0;
    unanswered = false;
  } catch (error) {
    if (error.name !== "AbortError") {
      failed(!answer || isOfProxy(answer) || error === HANGS, refresh);
    }
  } finally {
    stopWatch();
    if (running === mine) {
      running = null;
      ended = performance.now();
      tookMillis = ended - asked;
      document.getElementById("main").removeAttribute("aria-busy");
      plan();
    }
  }
}

/** A proxy says so of a server that does not answer it. The server's own 503 says when to come again. */
function isOfProxy(answer) {
  return [502, 503, 504].includes(answer.status) && !answer.headers.has("Retry-After");
}

/** Says what failed; a refresh may fail once without more than the badge. */
function failed(without, refresh) {
  failures++;
  unanswered = without;
  if (without) {
    silent();
    if (!refresh || failures > 1) {
      say(`The server does not answer. Numbers are from before${mayRefresh() ? "; asking every few seconds" : ""}.`);
    }
  } else if (refresh && failures > 1) {
    say("The server answers, but not with the report. Numbers are from before; trying again.");
  }
}

/** One small question: does the server answer at all? */
async function answers(canceled) {
  try {
    const signal = AbortSignal.any([canceled, AbortSignal.timeout(LONGEST_ASK_MILLIS)]);
    return (await fetch("/healthz", { method: "HEAD", cache: "no-store", signal })).ok;
  } catch {
    return false;
  }
}

/** A report may take long. One of a server that answers nothing else meanwhile is given up. */
function watch(mine) {
  let next = setTimeout(async function look() {
    if (!(await answers(mine.signal))) {
      mine.abort(HANGS);
    } else if (running === mine) {
      next = setTimeout(look, ASK_MILLIS);
    }
  }, ASK_MILLIS);
  return () => clearTimeout(next);
}

/** The badge stays true in a long pause; and when a server answers again, the numbers are fresh at once. */
async function ask() {
  const mine = new AbortController();
  running = mine;
  const alive = await answers(mine.signal);
  if (running !== mine) {
    return; // a range was chosen meanwhile
  }
  running = null;
  if (alive && unanswered && mayRefresh()) {
    show(location.search, { refresh: true });
    return;
  }
  if (!alive) {
    failed(true, true);
  }
  plan();
}

/** A sign-in ends after some hours. Nothing is asked any more; the page keeps what it has. */
function signedOut() {
  over = true;
  const badge = document.querySelector("[data-part=head] .chip");
  if (badge) {
    badge.className = "chip warn";
    badge.textContent = "Signed out";
  }
  const link = document.createElement("a");
  link.href = `/operator?${new URLSearchParams({ to: location.pathname + location.search })}`;
  link.textContent = "Sign in again";
  say("You are signed out. Numbers are from before. ", link);
}

function say(...parts) {
  const notice = document.createElement("p");
  notice.className = "notice bad";
  notice.setAttribute("role", "status");
  notice.append(...parts);
  document.querySelector("[data-part=problems]").replaceChildren(notice);
}

/** The badge no longer says that a server runs that does not answer; the next answer brings it back. */
function silent() {
  const badge = document.querySelector("[data-part=head] .chip");
  if (badge) {
    const time = document.createElement("time");
    time.dateTime = new Date(answered).toISOString();
    time.dataset.shown = "second";
    time.textContent = stamp(answered);
    badge.className = "chip bad";
    badge.replaceChildren("No answer since ", time);
  }
}

/** How often somebody looked closer since a range was chosen. */
function zoomed() {
  return history.state?.zoomed ?? 0;
}

/** Leaves the last closer look, as the browser's button does. */
function back() {
  if (zoomed() > 0) {
    history.back();
  }
}

/** Replaces the parts of the page by newer ones. Opened details and the focused form stay. */
function takeOver(page, refresh) {
  data = readData(page);
  const opened = new Set([...document.querySelectorAll("details[open]")].map((each) => each.dataset.keep));
  const scrolled = new Map(
    [...document.querySelectorAll("details[open] .table-scroll")].map((each) => [
      each.parentElement.dataset.keep,
      [each.scrollTop, each.scrollLeft],
    ]),
  );
  for (const old of document.querySelectorAll("[data-part]")) {
    const name = old.dataset.part;
    const fresh = page.querySelector(`[data-part="${name}"]`);
    if (refresh && (name === "picker" || (old.contains(document.activeElement) && name !== "graphs"))) {
      continue;
    }
    if (name === "graphs") {
      takeOverGraphs(old, fresh);
    } else {
      old.replaceChildren(...document.adoptNode(fresh).childNodes);
    }
  }
  document.getElementById("totals").textContent = page.getElementById("totals").textContent;
  for (const each of document.querySelectorAll("details[data-keep]")) {
    each.open = opened.has(each.dataset.keep);
    const table = each.querySelector(".table-scroll");
    const place = scrolled.get(each.dataset.keep);
    if (table && place) {
      [table.scrollTop, table.scrollLeft] = place;
    }
  }
  if (!refresh) {
    wirePicker();
  }
  showTimes(document);
  graphs.show(data);
}

/**
 * Replaces figures, except drawn graphs, which get new numbers. The graph of calls comes with the first call, and goes
 * where a range has none.
 */
function takeOverGraphs(old, fresh) {
  for (const before of old.querySelectorAll("[data-graph]")) {
    if (!fresh.querySelector(`[data-graph="${before.dataset.graph}"]`)) {
      before.remove();
    }
  }
  let last = null;
  for (const figure of fresh.querySelectorAll("[data-graph]")) {
    const before = old.querySelector(`[data-graph="${figure.dataset.graph}"]`);
    if (before?.querySelector(".plot") && figure.querySelector(".plot")) {
      before.querySelector("details[data-keep]").replaceWith(document.adoptNode(figure.querySelector("details[data-keep]")));
      last = before;
    } else {
      before?.remove();
      old.insertBefore(document.adoptNode(figure), last ? last.nextSibling : old.firstChild);
      last = figure;
    }
  }
}

/** The parameters of an address for the servers that are shown now. */
function addressOf(parameters) {
  return `?${new URLSearchParams(data.node ? { ...parameters, node: data.node } : parameters)}`;
}

function showBetween(from, to) {
  const start = Math.round(Math.max(0, from));
  const end = Math.round(Math.max(to, start + SHORTEST_RANGE_MILLIS));
  show(addressOf({ from: start, to: end }), { push: true, zoomed: zoomed() + 1 });
}

function move(share) {
  const by = (data.to - data.from) * share;
  showBetween(data.from + by, data.to + by);
}

function zoom(factor) {
  const middle = (data.from + data.to) / 2;
  const half = ((data.to - data.from) / 2) * factor;
  showBetween(middle - half, Math.max(middle + SHORTEST_RANGE_MILLIS / 2, Math.min(middle + half, Math.max(data.at, data.to))));
}

function wirePicker() {
  const picker = document.querySelector("[data-part=picker]");
  for (const each of document.querySelectorAll(".script-only")) {
    each.hidden = false;
  }
  // Each link of the picker and each card leads to another range of the same page.
  picker.querySelectorAll("nav a[href]").forEach(stay);
  document.getElementById("range-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const { from, to } = event.target.elements;
    const sent = [from, to].map((each) => timeIn(each, withDay(each.value)));
    if (event.target.checkValidity()) {
      // The server names what was sent, the reader knows what was typed.
      const refused = (why) => refuse(why.replace(sent[0], () => withDay(from.value)).replace(sent[1], () => withDay(to.value)));
      show(addressOf({ from: sent[0], to: sent[1] }), { push: true, refused });
    }
  });
  picker.querySelector("#node")?.addEventListener("change", (event) => event.target.form.requestSubmit());
  const nodes = document.getElementById("node-form");
  nodes?.addEventListener("submit", (event) => {
    event.preventDefault();
    show(`?${new URLSearchParams(new FormData(nodes))}`, { push: true });
  });
  document.getElementById("earlier").addEventListener("click", () => move(-0.5));
  document.getElementById("later").addEventListener("click", () => move(0.5));
  document.getElementById("zoom-in").addEventListener("click", () => zoom(0.5));
  document.getElementById("zoom-out").addEventListener("click", () => zoom(2));
  const reset = document.getElementById("reset");
  reset.hidden = zoomed() === 0;
  reset.addEventListener("click", () => history.go(-zoomed()));
  const live = document.getElementById("live");
  live.checked = data.endsNow;
  live.disabled = !data.endsNow;
  live.closest("label").title = data.endsNow ? "" : "This range has an end: choose one that ends now";
  live.addEventListener("change", plan);
  const zone = document.getElementById("zone");
  zone.value = isUtc() ? "utc" : "local";
  zone.addEventListener("change", () => {
    setZone(zone.value);
    showTimes(document);
    showInputs();
    graphs.redraw();
  });
  showInputs();
}

/** Says at the form why its range was refused; a refresh leaves that there. */
function refuse(why) {
  const form = document.getElementById("range-form");
  form.querySelector(".notice")?.remove();
  const notice = document.createElement("p");
  notice.className = "notice bad";
  notice.setAttribute("role", "alert");
  notice.textContent = why;
  form.append(notice);
}

/** A time without a day is of the day on which the range that is shown ends. */
function withDay(text) {
  const time = text.trim().match(/^(\d\d?)(:\d\d(?::\d\d)?)$/);
  return time ? `${stamp(data.to, 10)} ${time[1].padStart(2, "0")}${time[2]}` : text;
}

/** The form says which range is shown, in the time zone that was chosen. */
function showInputs() {
  const form = document.getElementById("range-form");
  if (data.to > 0) {
    form.elements.from.value = stamp(data.from);
    // Up to the next whole second, so that the last line is included.
    form.elements.to.value = stamp(data.to + 999);
  }
}

/** A link to another range of this page needs no new page. */
function stay(link) {
  link.addEventListener("click", (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
      event.preventDefault();
      const search = new URL(link.href).search;
      show(search, { push: true }).then(() => document.querySelector(`[data-part=picker] a[href="/report${search}"]`)?.focus());
    }
  });
}

function mayRefresh() {
  return !over && document.getElementById("live").checked && data.endsNow && !document.hidden;
}

/**
 * Schedules the next refresh, unless the page is hidden or a request runs, whose end schedules it. Slower after
 * failures and slow responses; a question before it where that is long, and while nothing answers.
 */
function plan() {
  clearTimeout(timer);
  if (running || !mayRefresh()) {
    return;
  }
  const pause = Math.min(SLOWEST_REFRESH_MILLIS, Math.max(REFRESH_MILLIS, 4 * tookMillis) * 2 ** failures);
  const left = unanswered ? Infinity : Math.max(0, pause - (performance.now() - ended));
  const next = ASK_MILLIS + Math.random() * SPREAD_MILLIS;
  timer = left > next ? setTimeout(ask, next) : setTimeout(() => show(location.search, { refresh: true }), left);
}

document.addEventListener("visibilitychange", plan);
document.addEventListener("click", (event) => {
  const card = event.target.closest?.("[data-part=verdicts] a[data-zoom]");
  if (card && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    show(new URL(card.href).search, { push: true, zoomed: zoomed() + 1 }).then(() => document.getElementById("graphs").scrollIntoView({ block: "start" }));
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target === document.body) {
    back();
  }
});
addEventListener("popstate", () => show(location.search));

wirePicker();
showTimes(document);
graphs.show(data);
plan();
