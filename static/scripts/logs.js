// The live log: server-sent events at the bottom of a list of bounded length, as LogPage writes it. All content is
// shown as text only. New entries wait while the reader has paused or looks at older ones.
// Long, because the stream, the rows, the filter and the bottom share the list; the page loads it with one request.

const MOST_SHOWN = 500;
const MOST_HELD = 500;
const NEAR_BOTTOM = 48;
// The server says something every two seconds, even if nothing happens.
const LONGEST_SILENCE_MILLIS = 10_000;
// The same choice as on the report's pages.
const ZONE = "loomchat.times";
const OFFSET = { timeZoneName: "longOffset" };
const DAY = { weekday: "long", year: "numeric", month: "long", day: "numeric" };

const $ = (id) => document.getElementById(id);
const entries = $("entries");
const state = $("state");
const trouble = $("trouble");
const nothing = $("nothing");
const older = $("older");
const pause = $("pause");
const filter = $("filter");
const following = $("following");
const servers = $("servers");
const heading = $("heading");
const newest = $("newest");
const zone = $("zone");

let source = null;
let held = [];
let heldLost = 0;
let startsAnew = false;
let frameDue = false;
let paused = false;
let atBottom = true;
// Something else was asked for: its entries replace those that are shown, wherever the reader looks.
let asked = false;
let signedOut = false;
let heard = 0;

// The stream

function follow(said = "Connecting", kind = "") {
  source?.close();
  signedOut = false;
  const wanted = query();
  tell(said, kind);
  heard = performance.now();
  source = new EventSource(`/logs/events?${wanted}`);
  const on = (name, act) =>
    source.addEventListener(name, (event) => {
      heard = performance.now();
      act(event);
    });
  on("begin", begin);
  on("history", (event) => searched(JSON.parse(event.data)));
  on("entry", (event) => arrived(JSON.parse(event.data)));
  on("left-out", (event) => arrived({ leftOut: Number(event.data) }));
  on("servers", (event) => showServers(JSON.parse(event.data)));
  on("trouble", (event) => showTrouble(event.data));
  on("idle", () => {});
  on("open", tellState);
  on("error", lost);
}

/** A server that hangs, or a network that went away, leaves the stream open and silent. */
function watch() {
  if (!signedOut && performance.now() - heard > LONGEST_SILENCE_MILLIS) {
    follow("The server does not answer; trying again", "bad");
  }
}

/** Why the server lets nobody in, such as a log that cannot be written: then nothing new comes here. */
function showTrouble(why) {
  if (trouble.textContent !== why) trouble.textContent = why;
  trouble.hidden = why === "";
  tellState();
}

/** The stream begins, also after a lost connection, with the last entries. They replace the list. */
function begin() {
  held = [];
  heldLost = 0;
  startsAnew = true;
  if (asked) {
    asked = false;
    atBottom = true;
  }
  if (isLive()) release();
}

/** Says how far the server has searched the log. */
function searched({ older: above, nothing: instead }) {
  older.textContent = above;
  nothing.textContent = instead;
  showOlder();
}

function showOlder() {
  older.hidden = older.textContent === "" || entries.childElementCount === 0;
}

function lost() {
  if (source.readyState === EventSource.CLOSED) {
    refused();
  } else {
    tell("Connection lost; trying again", "warn");
  }
}

/** A stream does not say why it was refused: the page's own address does. */
async function refused() {
  const asking = source;
  const signal = AbortSignal.timeout(10_000);
  const status = await fetch(address(), { method: "HEAD", cache: "no-store", signal }).then((answer) => answer.status, () => 0);
  if (source !== asking) return; // something else is followed meanwhile
  if (status !== 401) {
    tell("The server refused; trying again", "bad");
    setTimeout(follow, 5_000 + Math.random() * 5_000);
    return;
  }
  signedOut = true;
  tellState();
  if (asked) entries.replaceChildren();
  const link = element("a", "", "Sign in again");
  link.href = `/operator?${new URLSearchParams({ to: location.pathname + location.search })}`;
  nothing.replaceChildren("You are signed out. ", link);
  nothing.hidden = false;
  nothing.scrollIntoView({ block: "nearest" });
}

function tellState() {
  if (signedOut) tell("Signed out", "warn");
  else if (source.readyState !== EventSource.OPEN) tell("Connecting", "");
  else if (!trouble.hidden) tell("Server in trouble", "bad");
  else if (paused) tell("Paused", "warn");
  else if (!atBottom) tell("Looking back", "");
  else tell("Live", "good");
}

function tell(text, kind) {
  if (state.textContent !== text) state.textContent = text;
  state.className = `chip ${kind}`;
}

/** What each server of a crowd counts now; a server of its own says nothing. A new stream may be another server's. */
function showServers(all) {
  const own = all.find((each) => each.own);
  const title = own ? `Log of ${own.name}` : "Log";
  if (heading.textContent !== title) {
    heading.textContent = title;
    document.title = `${title} – Loomchat`;
  }
  servers?.replaceChildren(
    ...all.map((each) => {
      const name = element("th", "", each.own ? `${each.name} (this one)` : each.name);
      name.scope = "row";
      const row = document.createElement("tr");
      const numbers = [each.connections, each.chats, each.waiting];
      row.append(name, ...numbers.map((value) => element("td", "number", value.toLocaleString("en-US"))));
      return row;
    }),
  );
}

// Entries that arrive: they wait for the next frame, or for the reader

function isLive() {
  return atBottom && !paused;
}

function arrived(entry) {
  hold(entry);
  if (!isLive()) {
    showHeld();
  } else if (!frameDue) {
    frameDue = true;
    requestAnimationFrame(() => {
      frameDue = false;
      if (isLive()) release();
      else showHeld();
    });
  }
}

function hold(entry) {
  const last = held.at(-1);
  if (entry.messages) held = held.filter((each) => !(each.messages && each.time === entry.time));
  if (entry.leftOut && last?.leftOut) last.leftOut += entry.leftOut;
  else held.push(entry);
  if (held.length > MOST_HELD) {
    const first = held.shift();
    heldLost += first.leftOut ?? 1;
  }
}

function showHeld() {
  // After a lost connection the last entries come again: those that the list has are not new.
  const known = startsAnew ? ([...entries.querySelectorAll(".entry")].at(-1)?.dataset.time ?? "") : "";
  const count = held.filter((each) => !each.time || each.time > known).length + heldLost;
  newest.hidden = count === 0;
  newest.textContent = `${count.toLocaleString("en-US")} new ↓`;
}

/** Shows what waited. */
function release() {
  if (startsAnew) {
    startsAnew = false;
    entries.replaceChildren();
    nothing.hidden = false;
  }
  if (heldLost) addGap(heldLost);
  for (const each of held) add(each);
  held = [];
  heldLost = 0;
  trim();
  showOlder();
  newest.hidden = true;
  toBottom();
}

function add(entry) {
  nothing.hidden = true;
  if (entry.leftOut) {
    addGap(entry.leftOut);
    return;
  }
  const item = row(entry);
  if (entry.messages) [...entries.querySelectorAll(".sum")].findLast((each) => each.dataset.time === entry.time)?.remove();
  entries.insertBefore(item, entry.messages ? endOfSecond(secondOf(item)) : firstLaterSum(secondOf(item)));
  markDay(item);
}

function secondOf(item) {
  return item.dataset.time?.slice(0, 19);
}

/** What follows the last entry of this second or of an earlier one; null at the end of the list. */
function endOfSecond(second) {
  let item = entries.lastElementChild;
  while (item && !(secondOf(item) <= second)) item = item.previousElementSibling;
  return item ? item.nextElementSibling : entries.firstElementChild;
}

/** An entry that comes a moment late stays before the sums of later seconds; null at the end of the list. */
function firstLaterSum(second) {
  let place = null;
  for (let item = entries.lastElementChild; item; item = item.previousElementSibling) {
    if (!item.classList.contains("sum") || secondOf(item) <= second) break;
    place = item;
  }
  return place;
}

/** Counts lines that were too many to show, in their place. */
function addGap(count) {
  const last = entries.lastElementChild;
  const gap = last?.classList.contains("gap") ? last : document.createElement("li");
  gap.className = "gap";
  gap.dataset.count = Number(gap.dataset.count ?? 0) + count;
  const shown = Number(gap.dataset.count).toLocaleString("en-US");
  gap.textContent = `${shown} more events, too many to show; the log file has them`;
  entries.append(gap);
}

function trim() {
  while (entries.childElementCount > MOST_SHOWN) {
    const [first, second] = entries.children;
    const isDay = first.classList.contains("day");
    (isDay && !second.classList.contains("day") ? second : first).remove();
    older.textContent ||= "Older events are in the log's files";
  }
}

// Rows, as LogPage writes them

function row(entry) {
  const item = element("li", `entry ${entry.kind}${entry.messages ? " sum" : ""}`);
  item.dataset.time = entry.time;
  const time = element("time", "when mono", clock(entry.time));
  time.dateTime = entry.time;
  const details = element("span", "details");
  const named = linkSessions(details, entry);
  const links = element("span", "links");
  if (entry.session && !named) links.append(link("session", entry.session, `Session ${entry.session}`), " ");
  if (entry.chat) links.append(link("chat", entry.chat, `Chat ${entry.chat}`));
  item.append(time, element("span", "what", entry.event), details, links);
  return item;
}

/** The details, with links where they name a session of the entry; returns whether they name its own. */
function linkSessions(details, entry) {
  let named = false;
  for (const part of entry.details.split(/([Ss]ession \d{1,18})/)) {
    const number = Number(/^[Ss]ession (\d+)$/.exec(part)?.[1]);
    if (number && (number === entry.session || number === entry.partner)) {
      named ||= number === entry.session;
      details.append(link("session", number, part));
    } else {
      details.append(part);
    }
  }
  return named;
}

function link(name, value, text) {
  const anchor = element("a", "", text);
  const wanted = query();
  wanted.set(name, value);
  anchor.href = `/logs?${wanted}`;
  return anchor;
}

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

// Times

function isIso(time) {
  return time[10] === "T" && time.endsWith("Z");
}

function isLocal() {
  return zone.value === "local";
}

/** The time of a day, with milliseconds unless it is a whole second's. */
function clock(time) {
  if (!isIso(time)) return time;
  if (!isLocal()) return time.slice(11, -1);
  return new Date(time).toTimeString().slice(0, 8) + time.slice(19, -1);
}

/** Where the clock is changed, a day has two parts, each with its offset. */
function day(time) {
  if (!isLocal()) return new Date(time).toLocaleDateString("en-GB", { ...DAY, timeZone: "UTC" });
  const at = new Date(time);
  const [begin, end] = [0, 1].map((by) => new Date(at.getFullYear(), at.getMonth(), at.getDate() + by));
  const changed = begin.getTimezoneOffset() !== end.getTimezoneOffset();
  const offset = changed ? `, UTC${at.toLocaleString("en-GB", OFFSET).split("GMT")[1]}` : "";
  return at.toLocaleDateString("en-GB", DAY) + offset;
}

/** Puts the day before an entry that begins it. */
function markDay(item) {
  const time = item.dataset.time;
  if (!isIso(time)) return;
  let before = item.previousElementSibling;
  while (before && !before.classList.contains("day")) before = before.previousElementSibling;
  const wanted = day(time);
  if (before?.textContent === wanted) return;
  // The sum of a day's first second comes before entries of that day.
  if (item.nextElementSibling?.classList.contains("day")) item.nextElementSibling.remove();
  item.before(element("li", "day", wanted));
}

function showZone() {
  for (const each of entries.querySelectorAll(".day")) each.remove();
  for (const each of entries.querySelectorAll(".entry")) {
    each.firstElementChild.textContent = clock(each.dataset.time);
  }
  let last = "";
  for (const each of entries.querySelectorAll(".entry")) {
    if (isIso(each.dataset.time) && day(each.dataset.time) !== last) {
      last = day(each.dataset.time);
      each.before(element("li", "day", last));
    }
  }
}

// The filter: the form, the address and the chips say the same

/** The parameters of the form, without those that are empty. */
function query() {
  const wanted = new URLSearchParams(new FormData(filter));
  for (const [name, value] of [...wanted]) {
    if (!value) wanted.delete(name);
  }
  return wanted;
}

function address() {
  const wanted = query();
  return wanted.size ? `/logs?${wanted}` : "/logs";
}

/** Fills the form from an address. */
function take(search) {
  const wanted = new URLSearchParams(search);
  for (const name of ["event", "session", "chat"]) filter.elements[name].value = wanted.get(name) ?? "";
  filter.elements.relays.checked = wanted.get("relays") === "each";
}

function show() {
  showChips();
  asked = true;
  atBottom = true;
  paused = false;
  pause.setAttribute("aria-pressed", "false");
  follow();
}

function go() {
  if (address() !== location.pathname + location.search) history.pushState(null, "", address());
  show();
}

function showChips() {
  const chips = [];
  for (const [name, label] of [
    ["session", "Session"],
    ["chat", "Chat"],
  ]) {
    const value = filter.elements[name].value;
    if (!value) continue;
    const without = query();
    without.delete(name);
    const chip = element("a", "chip clear", `Only ${label} ${value} `);
    chip.href = without.size ? `/logs?${without}` : "/logs";
    chip.setAttribute("aria-label", `Do not filter by ${label} ${value}`);
    const cross = element("span", "", "✕");
    cross.setAttribute("aria-hidden", "true");
    chip.append(cross);
    chips.push(chip);
  }
  following.replaceChildren(...chips);
  following.hidden = chips.length === 0;
}

function followLink(event) {
  const anchor = event.target.closest("a");
  if (!anchor || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  take(anchor.search);
  go();
  filter.elements.event.focus({ preventScroll: true });
}

// The bottom

function toBottom() {
  scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" });
}

function isAtBottom() {
  return scrollY + innerHeight >= document.documentElement.scrollHeight - NEAR_BOTTOM;
}

addEventListener(
  "scroll",
  () => {
    atBottom = isAtBottom();
    if (source) tellState();
    if (isLive() && (held.length || heldLost)) release();
  },
  { passive: true },
);

// A phone that is turned, its keyboard, or a bar above that takes another line: the page stays at the bottom.
function stayAtBottom() {
  if (atBottom) toBottom();
}
addEventListener("resize", stayAtBottom);
new ResizeObserver(stayAtBottom).observe(document.body);

newest.addEventListener("click", () => setPaused(false));
pause.addEventListener("click", () => setPaused(!paused));

function setPaused(now) {
  paused = now;
  pause.setAttribute("aria-pressed", String(paused));
  tellState();
  if (!paused) {
    atBottom = true;
    tellState();
    release();
  }
}

filter.addEventListener("submit", (event) => {
  event.preventDefault();
  go();
});
filter.addEventListener("change", (event) => {
  if (event.target.matches("select, [type=checkbox]") || filter.checkValidity()) filter.requestSubmit();
});
entries.addEventListener("click", followLink);
following.addEventListener("click", followLink);
addEventListener("popstate", () => {
  take(location.search);
  show();
});
zone.addEventListener("change", () => {
  try {
    localStorage.setItem(ZONE, zone.value);
  } catch {
    // No storage in this browser: the choice lasts for this page.
  }
  showZone();
});

try {
  zone.value = localStorage.getItem(ZONE) === "local" ? "local" : "utc";
} catch {
  zone.value = "utc";
}
history.scrollRestoration = "manual";
zone.hidden = false;
pause.hidden = false;
// What changes in the form is shown at once.
filter.querySelector("button").hidden = true;
take(location.search);
show();
setInterval(watch, 1_000);
