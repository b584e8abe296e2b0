// The chat page: its phases, and the effect of each button and each message on them. The modules do the rest.

import { createAlerts } from "./alerts.js";
import { createChat } from "./chat-v1.js";
import { createComposer } from "./composer.js";
import { confirmPress } from "./confirm-press.js";
import { createForgetMe } from "./forget-me.js";
import { createIdentity } from "./identity/identity.js";
import { createInterests } from "./interests.js";
import { createMessageList } from "./message-list.js";
import { createReportDialog } from "./report-and-block.js";
import { AWAY, banText, CONFIRMED, ENDINGS, LOST, MOVING, PAUSED, shownPhase, WORKING } from "./texts.js";
import { createTypingSign } from "./typing.js";
import { createWaitingRoom } from "./waiting-room.js";

const $ = (id) => document.getElementById(id);
const main = $("main");

const messages = createMessageList($("messages"), $("new-messages"));
const alerts = createAlerts($("sound"));
const waiting = createWaitingRoom($("waited"));
const interests = createInterests($("interests"), $("interests-note"));
const showTyping = createTypingSign($("typing"), messages.settle);
const composer = createComposer($("composer"), { submit: say, typed: (text) => chat.typed(text) });
const next = confirmPress($("next"), findNext, announce);
const leave = confirmPress($("leave"), backToStart, announce);
const identity = createIdentity();
const forgetMe = createForgetMe($("forget-me"), identity, announce, () => {
  chat.disconnect();
  $("find").focus();
});
let calls = null; // a promise, where the server has calls
const states = new Map(); // id of my message → function that shows its state

const chat = createChat({
  connecting(retryMillis) {
    enter("connecting");
    banner(retryMillis ? trouble() : "");
  },
  working() {
    if (main.dataset.phase === "chat") banner(WORKING);
    else enter("working");
  },
  waiting(count) {
    banner("");
    enter("waiting");
    waiting.count(count);
  },
  matched(shared, first) {
    banner("");
    messages.clear();
    states.clear();
    messages.note(`You are connected to a stranger. ${first ? "You begin." : "They may begin, or you do."}`);
    enter("chat");
    calls?.then((each) => each.met(first));
    who("A stranger is here", shared);
    alerts.raise("Someone is here");
    composer.focus();
  },
  said(text) {
    messages.theirs(text);
    alerts.raise("New message");
  },
  state(id, state) {
    for (const [each, show] of states) {
      if (each > id) continue;
      show(state);
      if (state === "delivered") states.delete(each);
    }
  },
  typing: showTyping,
  partnerAway(why, seconds) {
    showTyping(false);
    who("The stranger is away");
    $("who").classList.add("away");
    messages.note(`${AWAY[why]} They have ${seconds} seconds to come back; what you write is kept for them.`);
  },
  partnerPaused() {
    showTyping(false);
    who(PAUSED);
    $("who").classList.add("away");
  },
  partnerBack() {
    if ($("who-text").textContent !== PAUSED) messages.note("The stranger is back.");
    who("A stranger is here");
    calls?.then((each) => each.back());
  },
  callable(policy) {
    if (!policy) return;
    const parts = { policy, main, chat, messages, alerts, composer, announce };
    calls ??= import("./calls.js").then((module) => module.createCalls(parts));
    // The next connection asks for it again.
    calls.catch(() => (calls = null));
  },
  call: (message) => calls?.then((each) => each.message(message)),
  missed: (count) => messages.note(LOST.theirs(count)),
  cut() {
    if (main.dataset.phase !== "chat") enter("connecting");
    else if (!$("banner").textContent) messages.note("The connection broke. Trying to get back into this chat…");
    showTyping(false);
    who("You are away");
    $("who").classList.add("away");
    banner(trouble());
  },
  moving() {
    showTyping(false);
    banner(MOVING);
  },
  resumed({ id, missed, lost = 0, call = 0 }, moved) {
    banner("");
    enter("chat");
    who("A stranger is here");
    for (const [each, show] of states) {
      if (each > id || each <= id - lost) continue;
      show("lost");
      states.delete(each);
    }
    const news = [!moved && "You are back in the chat.", lost && LOST.mine(lost), missed && LOST.theirs(missed)];
    if (news.some(Boolean)) messages.note(news.filter(Boolean).join(" "));
    calls?.then((each) => each.resumed(call));
  },
  ended(why, unsent) {
    banner("");
    for (const { id } of unsent) states.get(id)?.("lost");
    states.clear();
    if (unsent.length) composer.putBack(unsent.map((each) => each.text).join("\n"));
    messages.note(ENDINGS[why] + (unsent.length ? " What was not delivered is back in the box." : ""));
    enter("ended");
    alerts.raise("Chat ended");
  },
  warned: (text) => composer.problem(text),
  confirmed: (what) => messages.note(CONFIRMED[what]),
  banned(ban) {
    banner("");
    enter("banned");
    $("stage-text").textContent = banText(ban);
    $("stop").focus();
  },
  draining: () => ["waiting", "chat"].includes(main.dataset.phase) && banner("The server is about to restart."),
}, identity);

const reportDialog = createReportDialog($("safety"), $("safety-dialog"), {
  report: (reason) => chat.report(reason) || messages.note("The report could not be sent: there is no connection."),
  block: () => chat.block() || messages.note("Blocking was not possible: there is no connection."),
});

// Phase: "start", "connecting", "working", "waiting", "chat", "ended" or "banned".
function enter(phase) {
  if (main.dataset.phase === phase) return;
  main.dataset.phase = phase;
  const talking = phase === "chat" || phase === "ended";
  $("stage").hidden = talking;
  $("conversation").hidden = !talking;
  $("wish").hidden = phase !== "start";
  $("stop").hidden = phase === "start";
  $("stop").textContent = phase === "banned" ? "Back to start" : "Stop looking";
  forgetMe.show(phase === "start");
  $("after").hidden = phase !== "ended";
  $("next").hidden = $("leave").hidden = phase !== "chat";
  calls?.then((each) => each.update());
  next.disarm();
  leave.disarm();
  showTyping(false);
  [$("stage-title").textContent, $("stage-text").textContent] = shownPhase(phase);
  if (phase === "ended") who("Nobody is here", []);
  if (!talking) reportDialog.close();
  if (phase === "waiting") waiting.start();
  else waiting.stop();
  composer.setReady(phase === "chat");
  messages.settle();
}

/** Shows whether the stranger is here. `shared` interests stay until others are given. */
function who(text, shared = null) {
  $("who").classList.remove("away");
  $("who-text").textContent = text;
  if (shared) $("shared").textContent = shared.length ? `You both like ${shared.join(", ")}` : "";
}

function announce(text) {
  $("announce").textContent = text;
}

function banner(text) {
  if ($("banner").textContent !== text) $("banner").textContent = text;
}

function trouble() {
  return navigator.onLine ? "No connection to the server. Trying again…" : "You are offline. Trying again once the network is back…";
}

/** Shows my message. `id` names it when its state changes. */
function showMine(text, id) {
  const show = messages.mine(text);
  show("sending");
  states.set(id, show);
}

function say(text) {
  if (main.dataset.phase !== "chat") return "Nobody is here to read it. Your text stays in the box.";
  const { textBytes } = chat.limits();
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > textBytes) return `Too long by ${bytes - textBytes} bytes. Send it in parts.`;
  showMine(text, chat.say(text));
  return "";
}

function find() {
  const wanted = interests.read(chat.limits());
  if (!wanted) return;
  chat.find(wanted);
  $("stop").focus();
}

function findNext() {
  const wanted = interests.read(chat.limits());
  if (!wanted) return backToStart();
  chat.next(wanted);
  $("stop").focus();
}

function backToStart() {
  chat.leave();
  banner("");
  enter("start");
  $("find").focus();
}

/** A phone's keyboard covers part of the page; the rest is the visual viewport. The page takes exactly its height. */
function followVisualViewport() {
  const viewport = window.visualViewport;
  if (!viewport) return;
  function follow() {
    if (viewport.scale !== 1) return; // pinched: leave the page as it is
    document.documentElement.style.setProperty("--app-height", `${viewport.height}px`);
    window.scrollTo(0, 0);
  }
  viewport.addEventListener("resize", follow);
  follow();
}

$("wish").addEventListener("submit", (event) => {
  event.preventDefault();
  find();
});
$("again").addEventListener("click", findNext);
$("stop").addEventListener("click", backToStart);
$("close").addEventListener("click", backToStart);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || event.repeat || reportDialog.isOpen()) return;
  if (main.dataset.phase === "chat") next.press();
});
followVisualViewport();
forgetMe.show(true);
const unsent = chat.resumeAfterReload();
if (unsent) {
  enter("connecting");
  for (const { id, text } of unsent) showMine(text, id);
}
