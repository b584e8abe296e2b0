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
import { locale, t } from "./texts.js";
import { createTypingSign } from "./typing.js";
import { createWaitingRoom } from "./waiting-room.js";

const $ = (id) => document.getElementById(id);
const main = $("main");
const startTexts = [$("stage-title").textContent, $("stage-text").textContent];

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
    if (main.dataset.phase === "chat") banner(t("working.text"));
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
    messages.note(t(first ? "matched.first" : "matched.second"));
    enter("chat");
    calls?.then((each) => each.met(first));
    who(t("who.here"), shared);
    alerts.raise(t("alert.match"));
    composer.focus();
  },
  said(text) {
    messages.theirs(text);
    alerts.raise(t("alert.message"));
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
    who(t("who.away"));
    $("who").classList.add("away");
    messages.note(t(`away.${why}`, { count: seconds }));
  },
  partnerPaused() {
    showTyping(false);
    who(t("who.paused"));
    $("who").classList.add("away");
  },
  partnerBack() {
    if ($("who-text").textContent !== t("who.paused")) messages.note(t("back.stranger"));
    who(t("who.here"));
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
  missed: (count) => messages.note(t("lost.theirs", { count })),
  cut() {
    if (main.dataset.phase !== "chat") enter("connecting");
    else if (!$("banner").textContent) messages.note(t("connection.broke"));
    showTyping(false);
    who(t("who.you-away"));
    $("who").classList.add("away");
    banner(trouble());
  },
  moving() {
    showTyping(false);
    banner(t("connection.moving"));
  },
  resumed({ id, missed, lost = 0, call = 0 }, moved) {
    banner("");
    enter("chat");
    who(t("who.here"));
    for (const [each, show] of states) {
      if (each > id || each <= id - lost) continue;
      show("lost");
      states.delete(each);
    }
    const news = [
      !moved && t("back.you"),
      lost && t("lost.mine", { count: lost }),
      missed && t("lost.theirs", { count: missed }),
    ];
    if (news.some(Boolean)) messages.note(news.filter(Boolean).join(" "));
    calls?.then((each) => each.resumed(call));
  },
  ended(why, unsent) {
    banner("");
    for (const { id } of unsent) states.get(id)?.("lost");
    states.clear();
    if (unsent.length) composer.putBack(unsent.map((each) => each.text).join("\n"));
    messages.note([t(`ended.${why}`), unsent.length && t("ended.unsent")].filter(Boolean).join(" "));
    enter("ended");
    alerts.raise(t("alert.ended"));
  },
  warned: (code) => composer.problem(t(`warned.${code}`)),
  confirmed: (what) => messages.note(t(`safety.${what}`)),
  banned(ban) {
    banner("");
    enter("banned");
    $("stage-text").textContent = banText(ban);
    $("stop").focus();
  },
  draining: () => ["waiting", "chat"].includes(main.dataset.phase) && banner(t("connection.restart")),
}, identity);

const reportDialog = createReportDialog($("safety"), $("safety-dialog"), {
  report: (reason) => chat.report(reason) || messages.note(t("safety.not-sent")),
  block: () => chat.block() || messages.note(t("safety.not-blocked")),
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
  $("stop").textContent = t(phase === "banned" ? "to-start" : "stop");
  forgetMe.show(phase === "start");
  $("after").hidden = phase !== "ended";
  $("next").hidden = $("leave").hidden = phase !== "chat";
  calls?.then((each) => each.update());
  next.disarm();
  leave.disarm();
  showTyping(false);
  [$("stage-title").textContent, $("stage-text").textContent] = phase === "start" ? startTexts : [t(`${phase}.title`), t(`${phase}.text`)];
  if (phase === "ended") who(t("who.nobody"), []);
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
  if (shared) $("shared").textContent = shared.length ? t("shared", { interests: shared.join(", ") }) : "";
}

/** Until when, in the visitor's own time. */
function banText({ until, reason }) {
  const end = new Date(until ?? NaN);
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" });
  const when = isNaN(end) ? t("banned.ever") : t("banned.until", { time: moment.format(end).replaceAll(" ", "\u00a0") });
  return reason ? `${when} ${t("banned.reason", { reason })}` : when;
}

function announce(text) {
  $("announce").textContent = text;
}

function banner(text) {
  if ($("banner").textContent !== text) $("banner").textContent = text;
}

function trouble() {
  return t(navigator.onLine ? "connection.none" : "connection.offline");
}

/** Shows my message. `id` names it when its state changes. */
function showMine(text, id) {
  const show = messages.mine(text);
  show("sending");
  states.set(id, show);
}

function say(text) {
  if (main.dataset.phase !== "chat") return t("say.nobody");
  const { textBytes } = chat.limits();
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > textBytes) return t("say.too-long", { count: bytes - textBytes });
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
