// The chat page: its phases, and the effect of each button and each message on them. The modules do the rest.
// Long, because all of them meet here.

import { createAlerts } from "./alerts.js";
import { createChat } from "./chat-v1.js";
import { createComposer } from "./composer.js";
import { confirmPress } from "./confirm-press.js";
import { createForgetMe } from "./forget-me.js";
import { createIdentity } from "./identity/identity.js";
import { whyRefused } from "./identity/session-requests.js";
import { createInterests } from "./interests.js";
import { createLanguageList, loadIn } from "./language-list.js";
import { dropPress, latePress } from "./late-press.js";
import { createMessageList, retell } from "./message-list.js";
import { saveView, takeView } from "./saved-chat.js";
import { locale, t } from "./texts.js";
import { createTypingSign } from "./typing.js";
import { createWaitingRoom } from "./waiting-room.js";

const $ = (id) => document.getElementById(id);
const main = $("main");
const root = document.documentElement;
const PAUSE_MILLIS = 700;
const WRITING_MILLIS = 2_000;
const SECOND_PRESS_MILLIS = 3_000;
const ANNOUNCED_MILLIS = 6_000;
const LOW_REMS = 20;
/** Keys that write. Each key of an input method has one of these names, or is part of a composition. */
const WRITES = /^(.|Backspace|Dead|Delete|Process|Unidentified)$/u;
const lastChat = $("kept-last").textContent;
const startTexts = [$("stage-title").textContent, $("stage-text").textContent];

const messages = createMessageList($("messages"), $("new-messages"));
const alerts = createAlerts();
const before = takeView(); // of another language
const waiting = createWaitingRoom($("waited"), before.waited);
const interests = createInterests($("interests"), $("interests-note"));
const showTyping = createTypingSign($("typing"), messages.settle);
const composer = createComposer($("composer"), { submit: say, typed: (text) => chat.typed(text) });
const next = confirmPress($("next"), findNext, announce);
const leave = confirmPress($("leave"), leaveChat, announce);
const identity = createIdentity();
const forgetMe = createForgetMe($("forget-me"), identity, announce, () => {
  chat.disconnect();
  $("find").focus();
});
let calls = null; // a promise, where the server has calls
let loadedCalls = null;
const states = new Map(); // id of my message → function that shows its state
let shared = []; // interests of this chat
let noted = false; // that the stranger is away
let refusal = "none"; // why no connection can be made: the end of a text's key
let last = before.last; // of the chat before, which can be kept until the next one begins
let reopening = false; // the settings, after a reload
let endedAt = 0;
let endedArmed = false; // between the two presses of Next or Leave
let wroteAt = -WRITING_MILLIS;
let soughtAt = 0;
let resending = false; // what the server has not taken, and the composer says so
let announceTimer = 0;

const chat = createChat({
  connecting(retryMillis, refused) {
    enter("connecting");
    if (retryMillis) showTrouble(refused);
    else banner("");
    showConnecting();
  },
  working() {
    if (main.dataset.phase === "chat") banner(t("working.text"));
    else enter("working");
  },
  waiting(others, wanted) {
    banner("");
    enter("waiting");
    waiting.count(others);
    const either = new Intl.ListFormat(locale, { type: "disjunction" });
    stageText(wanted.length ? t("waiting.interests", { interests: either.format(wanted) }) : t("waiting.text"));
  },
  matched(interests, first) {
    banner("");
    messages.clear();
    states.clear();
    last = [];
    noted = false;
    note(first ? "matched.first" : "matched.second");
    enter("chat");
    calls?.then((each) => each.met(first));
    who("here", interests);
    alerts.raise(t("alert.match"));
    composer.focus();
    // Whoever wants to report does so also while the connection is broken, and is told what cannot be done then.
    import("./on-demand/safety-dialog.js").catch(() => {});
  },
  said(text) {
    messages.theirs(text);
    alerts.raise(t("alert.message"));
  },
  state(id, state, all) {
    if (all && resending) composer.problem("");
    if (all) resending = false;
    for (const [each, show] of states) {
      if (each > id) continue;
      show(state);
      if (state === "delivered") states.delete(each);
    }
  },
  typing: showTyping,
  partnerAway(why, seconds, moves) {
    showTyping(false);
    who(moves ? "moving" : "away");
    if (moves || !seconds) return;
    noted = true;
    status("stranger", `away.${why}`, { count: seconds });
  },
  partnerPaused() {
    showTyping(false);
    who("paused");
  },
  partnerBack() {
    noteBack();
    who("here");
    calls?.then((each) => each.back());
  },
  callable(policy) {
    if (!policy) return;
    const parts = { policy, main, chat, messages, alerts, composer, announce };
    calls ??= import("./calls.js").then((module) => (loadedCalls = module.createCalls(parts)));
    // The next connection asks for it again.
    calls.catch(() => (calls = null));
  },
  call: (message) => calls?.then((each) => each.message(message)),
  missed: (count) => note("lost.theirs", { count }),
  cut(refused) {
    if (!$("banner").textContent) status("me", "connection.broke");
    showTyping(false);
    who("you-away");
    showTrouble(refused);
  },
  moving() {
    showTyping(false);
    banner(t("connection.moving"));
  },
  resumed({ id, missed, lost = 0, call = 0, partnerAway }, moved) {
    banner("");
    if (!partnerAway) noteBack();
    who("here");
    for (const [each, show] of states) {
      if (each > id || each <= id - lost) continue;
      show("lost");
      states.delete(each);
    }
    if (!moved) status("me", "back.you");
    const losses = [lost && t("lost.mine", { count: lost }), missed && t("lost.theirs", { count: missed })];
    if (lost || missed) messages.note(losses.filter(Boolean).join(" "));
    calls?.then((each) => each.resumed(call));
  },
  ended(why, unsent, fate) {
    banner("");
    showFates(fate);
    endedAt = performance.now();
    endedArmed = Boolean(document.querySelector(".confirm.armed"));
    // Also with a finger, or while the words are thought of
    if (composer.text()) wroteAt = endedAt;
    const draft = composer.text();
    setDraftAside();
    // The rest of what the visitor was saying goes with them.
    if (unsent.length) composer.put([...unsent.map((each) => each.text), draft].filter(Boolean).join("\n"));
    note(`ended.${why}`);
    if (unsent.length) note("ended.unsent");
    enter("ended");
    alerts.raise(t("alert.ended"));
  },
  warned(code) {
    resending = code !== "slow-down";
    composer.problem(t(`warned.${code}`));
  },
  confirmed: (what) => note(`safety.${what}`),
  banned(ban) {
    banner("");
    // What was said stays, and can be kept.
    if (main.dataset.phase === "ended") return messages.status("ban", banText(ban));
    enter("banned");
    stageText(banText(ban));
    $("stop").focus();
  },
  draining() {
    const { phase } = main.dataset;
    if (["waiting", "chat"].includes(phase)) banner(t(phase === "chat" ? "connection.stopping.chat" : "connection.stopping"));
  },
  kept() {
    // Its end is to be read after a reload.
    loadedCalls?.leavePage();
    return { entries: messages.lastEntries(), shared, noted, draft: composer.text() };
  },
}, identity);

// Phase: "start", "connecting", "working", "waiting", "chat", "ended" or "banned".
function enter(phase) {
  if (main.dataset.phase === phase) return;
  const wasInside = $("conversation").contains(document.activeElement);
  main.dataset.phase = phase;
  const talking = phase === "chat" || phase === "ended";
  $("stage").hidden = talking;
  $("conversation").hidden = !talking;
  $("wish").hidden = phase !== "start";
  $("stop").hidden = phase === "start";
  $("stop").textContent = t(phase === "banned" ? "to-start" : "stop");
  forgetMe.show(phase === "start");
  showLast(!talking);
  $("after").hidden = phase !== "ended";
  $("kept").textContent = "";
  $("kept-last").textContent = lastChat;
  $("composer").hidden = phase !== "chat";
  $("next").hidden = $("leave").hidden = phase !== "chat";
  calls?.then((each) => each.update());
  next.disarm();
  leave.disarm();
  showTyping(false);
  [$("stage-title").textContent, $("stage-text").textContent] = phase === "start" ? startTexts : [t(`${phase}.title`), t(`${phase}.text`)];
  if (phase === "ended") {
    who("nobody", []);
    if (wasInside) messages.takeFocus();
  }
  if (!talking) {
    // The settings are not about the search.
    document.querySelector(looks() ? "dialog[open]:not(#settings-dialog)" : "dialog[open]")?.close("cancel");
    dropPress($("safety"));
    messages.clear();
  }
  if (phase === "waiting") waiting.start();
  else waiting.stop();
  if (!looks()) waiting.forget();
  composer.reset();
  settlePage();
  messages.settle();
}

const looks = () => ["connecting", "working", "waiting"].includes(main.dataset.phase);

/** Shows whether the stranger is here. Shared interests stay until others are given. */
function who(state, interests = shared) {
  shared = interests;
  $("who").classList.toggle("away", !["here", "nobody"].includes(state));
  $("who-text").textContent = t(`who.${state}`);
  $("shared").textContent = shared.length ? t("shared", { interests: shared.join(", ") }) : "";
}

function showLast(on) {
  $("last-chat").hidden = !on || !last.length;
}

/** Ends what the note of its absence says. */
function noteBack() {
  if (noted) status("stranger", "back.stranger");
  noted = false;
}

/** Until when, in the visitor's own time. */
function banText({ until, reason }) {
  const end = new Date(until ?? NaN);
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" });
  const when = isNaN(end) ? t("banned.ever") : t("banned.until", { time: moment.format(end).replaceAll(" ", "\u00a0") });
  // The server's own reason, which is not an operator's words
  const shown = /^Reported by several$/.test(reason) ? t("banned.reported") : reason;
  return reason ? `${when} ${t("banned.reason", { reason: shown })}` : when;
}

/** What few visitors need is loaded when they press `button`. `use(module, press)` is false if nothing opened. */
async function later(button, name, use) {
  const failed = () => messages.note(t("not-loaded"));
  const opened = await latePress(button, (press) =>
    import(`./on-demand/${name}.js`).then((module) => use(module, press), () => press.isOver() || failed()),
  );
  if (opened === false) tellReady(t("late.ready", { button: button.title }));
}

/** The visitor was writing when it came. */
function tellReady(text) {
  if ($("conversation").hidden) announce(text);
  else messages.status("late", text);
}

/** For screen readers, which find no old news there later. */
function announce(text) {
  clearTimeout(announceTimer);
  $("announce").textContent = text;
  if (text) announceTimer = setTimeout(announce, ANNOUNCED_MILLIS, "");
}

/** A note in the conversation, in the page's language also after that was changed. */
function note(key, values) {
  messages.note(t(key, values), [key, values]);
}

/** A note that takes the place of the last one of `kind`. */
function status(kind, key, values) {
  messages.status(kind, t(key, values), [key, values]);
}

/** What a report or block without a connection comes to. */
function noteKept(done, not) {
  if (done === "kept") status("kept", "safety.kept");
  else if (!done) note(not);
}

function stageText(text) {
  if ($("stage-text").textContent !== text) $("stage-text").textContent = text;
}

function showConnecting() {
  $("stage-title").textContent = t(navigator.onLine ? "connecting.title" : "connecting.offline.title");
  stageText(t(navigator.onLine ? "connecting.text" : "connecting.offline"));
}

/** The network came or went. */
function showNetwork() {
  if (main.dataset.phase === "connecting") showConnecting();
  showTroubleAgain();
}

/** The connection is missing. Whoever is refused looks for the fault in his own network, unless he is told better. */
function showTrouble(refused) {
  if (!refused) refusal = "none";
  banner(trouble());
  if (!refused) return;
  whyRefused().then((why) => {
    refusal = why;
    showTroubleAgain();
  });
}

/** Unless there is no trouble any more. */
function showTroubleAgain() {
  const troubles = ["none", "full", "unready", "offline"].map((each) => t(`connection.${each}`));
  if (troubles.includes($("banner").textContent)) banner(trouble());
}

function banner(text) {
  if ($("banner").textContent !== text) $("banner").textContent = text;
}

function trouble() {
  return t(`connection.${navigator.onLine ? refusal : "offline"}`);
}

function say(text) {
  const { textBytes } = chat.limits();
  const bytes = new TextEncoder().encode(text).length;
  resending &&= bytes <= textBytes;
  if (bytes > textBytes) return t("say.too-long");
  const id = chat.say(text);
  states.set(id, messages.mine(text, id));
  return "";
}

function find() {
  const wanted = interests.read(chat.limits());
  if (!wanted) return;
  soughtAt = performance.now();
  chat.find(wanted);
  $("stop").focus();
}

function findNext() {
  if (main.dataset.phase === "chat") setDraftAside();
  const wanted = interests.read(chat.limits());
  if (!wanted) return backToStart();
  last = messages.entries();
  soughtAt = performance.now();
  showFates(chat.next(wanted));
  $("stop").focus();
}

function leaveChat() {
  showFates(chat.leave());
  setDraftAside();
  banner("");
  note("ended.you");
  endedAt = performance.now();
  endedArmed = false;
  enter("ended");
}

/** The chat is over: no message stays on its way. */
function showFates(fate) {
  for (const [id, show] of states) show(fate(id));
  states.clear();
}

/** What was typed for this stranger is not for the next one. It stays in the conversation. */
function setDraftAside() {
  const draft = composer.text();
  if (draft.trim()) messages.mine(draft)("unsent");
  composer.put("");
}

function openSettings(again = false) {
  const parts = { isConnected: chat.isConnected, changeLanguage, again };
  return later($("settings"), "settings", (module, press) => module.openSettings(parts, press));
}

/** Loads the page again, which the visitor has not left: all is as before, in the language of the list. */
function changeLanguage(list) {
  interests.keep();
  saveView({ focus: list.id, waited: waiting.waited(), last });
  loadIn(list.value);
}

/** After that. */
async function takeFocusAgain() {
  if (before.focus === "language") $(main.dataset.phase === "start" ? "language" : "stop").focus();
  if (before.focus !== "settings-language") return;
  // To which the focus goes back when they are closed
  $("settings").focus();
  reopening = true;
  await openSettings(true);
  reopening = false;
}

function backToStart() {
  if (main.dataset.phase === "ended") last = messages.entries();
  chat.leave();
  banner("");
  enter("start");
  $("find").focus();
}

/** A low page scrolls. Its end is where the conversation is. */
function settlePage() {
  if (root.classList.contains("low") && !$("conversation").hidden) main.scrollIntoView({ block: "end" });
  else window.scrollTo(0, 0);
}

/**
 * A phone's keyboard covers part of the page; the rest is the visual viewport. The page takes exactly its height,
 * unless that is too low for header, conversation and box.
 */
function followVisualViewport() {
  const viewport = window.visualViewport;
  if (!viewport) return;
  function follow() {
    if (viewport.scale !== 1) return; // pinched: leave the page as it is
    root.style.setProperty("--app-height", `${viewport.height}px`);
    const low = viewport.height < LOW_REMS * parseFloat(getComputedStyle(root).fontSize);
    if (low && root.classList.contains("low")) return; // the visitor scrolls
    root.classList.toggle("low", low);
    settlePage();
  }
  viewport.addEventListener("resize", follow);
  follow();
}

$("wish").addEventListener("submit", (event) => {
  event.preventDefault();
  find();
});
$("again").addEventListener("click", findNext);
$("stop").addEventListener("click", () => {
  // It takes the place of the button before: the second half of a double click, or of a double Enter, is none for it.
  if (!looks() || performance.now() - soughtAt >= PAUSE_MILLIS) backToStart();
});
$("close").addEventListener("click", backToStart);
$("settings").hidden = false;
$("settings").addEventListener("click", () => openSettings());
$("safety").addEventListener("click", () => {
  // It is where Next was.
  if (main.dataset.phase === "ended" && mayBeSecondPress()) return;
  const does = {
    report: (reason) => noteKept(chat.report(reason), "safety.not-sent"),
    block() {
      // At once, also while the server cannot be told: pictures need no server.
      calls?.then((each) => each.chatEnded());
      noteKept(chat.block(), "safety.not-blocked");
    },
  };
  later($("safety"), "safety-dialog", (module, press) => module.openSafetyDialog(does, press));
});
$("languages").hidden = false;
createLanguageList($("language"), () => changeLanguage($("language")), (away) => ($("language-note").hidden = !away));
for (const id of ["copy", "save"]) {
  const keep = (button, chat, told) =>
    later($(button), "keep-chat", (module) => void module[id](chat, (text) => ($(told).textContent = text)));
  $(id).addEventListener("click", () => keep(id, messages.entries(), "kept"));
  $(`${id}-last`).addEventListener("click", () => keep(`${id}-last`, last, "kept-last"));
}
/** Whoever looks at the keys writes on after the end, and means to send with Enter and to leave with Esc. */
function mayWriteOn(key) {
  return performance.now() - wroteAt < WRITING_MILLIS && (key === "Enter" || wroteAt > endedAt);
}

/** Whoever has pressed Next or Leave once, before the stranger went, presses again, and means nothing else. */
const mayBeSecondPress = () => endedArmed && performance.now() - endedAt < SECOND_PRESS_MILLIS;

document.addEventListener("keydown", (event) => {
  // 229: of an input method, also where nothing else says so
  const composes = event.isComposing || event.keyCode === 229;
  const onButton = event.target.closest("button, a, [role=link]");
  if (composes || (WRITES.test(event.key) && !onButton)) wroteAt = performance.now();
  // An Enter that is held presses a button once, and never the one that has the focus next.
  if (event.key === "Enter" && event.repeat && event.target.closest("button")) event.preventDefault();
  if (composes || event.repeat || reopening || document.querySelector("dialog[open]")) return;
  const { phase } = main.dataset;
  if (event.key === "Escape" && phase === "chat") leave.press();
  if (event.key === "Escape" && looks() && performance.now() - soughtAt >= PAUSE_MILLIS) return backToStart();
  // A key that was meant for the chat is not one for the next.
  if (phase !== "ended" || performance.now() - endedAt < PAUSE_MILLIS || mayBeSecondPress() || mayWriteOn(event.key)) return;
  if (event.key !== "Escape" && (event.key !== "Enter" || event.shiftKey || onButton)) return;
  // Else the same key would press the button that has the focus then.
  event.preventDefault();
  findNext();
});
for (const change of ["online", "offline"]) addEventListener(change, showNetwork);
followVisualViewport();
forgetMe.show(true);
retell(last);
showLast(true);
const kept = chat.goOnAfterReload();
if (kept) {
  enter("chat");
  messages.restore(kept.entries ?? [], (id, show) => states.set(id, show));
  for (const { id, text } of kept.unsent) if (!states.has(id)) states.set(id, messages.mine(text, id));
  who("you-away", kept.shared ?? []);
  noted = Boolean(kept.noted);
  composer.put(kept.draft ?? "");
  composer.focus();
} else if ("pressed" in root.dataset) {
  $("wish").requestSubmit();
}
takeFocusAgain();
