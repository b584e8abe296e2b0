// The live log: server-sent events at the top of a list of bounded length. All content is shown as text only.

const MOST_SHOWN = 500;
const MOST_HELD = 500;

const entries = document.getElementById("entries");
const state = document.getElementById("state");
const nothing = document.getElementById("nothing");
const pause = document.getElementById("pause");
const filter = document.getElementById("filter");
const servers = document.getElementById("servers");
const leftOutNote = document.getElementById("left-out");

let source = null;
let leftOut = 0;
let held = [];
let heldLost = 0;
let paused = false;

function follow() {
  source?.close();
  const wanted = new URLSearchParams(new FormData(filter));
  for (const [name, value] of [...wanted]) {
    if (!value) {
      wanted.delete(name);
    }
  }
  history.replaceState(null, "", wanted.size ? `/logs?${wanted}` : "/logs");
  tell("Connecting", "");
  source = new EventSource(`/logs/events?${wanted}`);
  source.addEventListener("begin", begin);
  source.addEventListener("entry", (event) => arrived(JSON.parse(event.data)));
  source.addEventListener("left-out", (event) => gap(Number(event.data)));
  source.addEventListener("servers", (event) => showServers(JSON.parse(event.data)));
  source.addEventListener("open", () => tell(paused ? "Paused" : "Live", paused ? "warn" : "good"));
  source.addEventListener("error", lost);
}

/** What each server of a crowd counts now; a server of its own says nothing. */
function showServers(all) {
  servers?.replaceChildren(
    ...all.map((each) => {
      const name = document.createElement("th");
      name.scope = "row";
      name.textContent = each.own ? `${each.name} (this one)` : each.name;
      const row = document.createElement("tr");
      row.append(name, ...[each.connections, each.chats, each.waiting].map(number));
      return row;
    }),
  );
}

function number(value) {
  const cell = document.createElement("td");
  cell.className = "number";
  cell.textContent = value.toLocaleString("en-US");
  return cell;
}

/** The stream begins, also after a lost connection, with the last entries. They replace the list. */
function begin() {
  entries.replaceChildren();
  held = [];
  heldLost = 0;
  nothing.hidden = false;
}

function lost() {
  if (source.readyState === EventSource.CLOSED) {
    tell("The server refused; trying again", "bad");
    setTimeout(follow, 5_000 + Math.random() * 5_000);
  } else {
    tell("Connection lost; trying again", "warn");
  }
}

function arrived(entry) {
  if (paused) {
    held.push(entry);
    if (held.length > MOST_HELD) {
      held.shift();
      heldLost++;
    }
    pause.textContent = `Go on (${held.length + heldLost} new)`;
  } else {
    add(row(entry));
  }
}

function add(item) {
  nothing.hidden = true;
  entries.prepend(item);
  while (entries.childElementCount > MOST_SHOWN) {
    entries.lastElementChild.remove();
  }
}

function row(entry) {
  const item = document.createElement("li");
  for (const [part, text] of [
    ["when mono", entry.time],
    ["what", entry.event],
    ["details", entry.details],
  ]) {
    const span = document.createElement("span");
    span.className = part;
    span.textContent = text;
    item.append(span);
  }
  return item;
}

/** Counts lines that were too many to show, and marks their place in the list. */
function gap(count) {
  leftOut += count;
  leftOutNote.hidden = false;
  leftOutNote.textContent = `${leftOut.toLocaleString("en-US")} events were too many to show and were left out; the log file has them all.`;
  if (paused) {
    return;
  }
  const first = entries.firstElementChild;
  if (first?.dataset.gap) {
    first.dataset.gap = Number(first.dataset.gap) + count;
    first.textContent = gapText(first.dataset.gap);
    return;
  }
  const item = document.createElement("li");
  item.className = "gap";
  item.dataset.gap = count;
  item.textContent = gapText(count);
  add(item);
}

function gapText(count) {
  return `${Number(count).toLocaleString("en-US")} left out`;
}

function tell(text, kind) {
  state.textContent = text;
  state.className = `chip ${kind}`;
}

pause.hidden = false;
pause.addEventListener("click", () => {
  paused = !paused;
  pause.setAttribute("aria-pressed", String(paused));
  pause.textContent = "Pause";
  if (paused) {
    tell("Paused", "warn");
    return;
  }
  if (heldLost) {
    gap(heldLost);
  }
  held.forEach((entry) => add(row(entry)));
  held = [];
  heldLost = 0;
  tell(source.readyState === EventSource.OPEN ? "Live" : "Connecting", source.readyState === EventSource.OPEN ? "good" : "");
});

filter.addEventListener("submit", (event) => {
  event.preventDefault();
  leftOut = 0;
  leftOutNote.hidden = true;
  follow();
});
filter.elements.event.addEventListener("change", () => filter.requestSubmit());

follow();
