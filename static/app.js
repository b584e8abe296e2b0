// The chat page: which phase it is in, and what a press or a message changes. Everything else is in the modules.

import { createAttention } from "./attention.js";
import { createComposer } from "./composer.js";
import { secondPress } from "./confirm.js";
import { createMessages } from "./messages.js";
import { createPlainChat } from "./plain.js";
import { followVisualViewport } from "./viewport.js";
import { createWaiting } from "./waiting.js";

const $ = (id) => document.getElementById(id);
const main = $("main");

const messages = createMessages($("messages"), $("new-messages"));
const attention = createAttention($("sound"));
const waiting = createWaiting($("waited"));
const composer = createComposer($("composer"), { submit: say });
const next = secondPress($("next"), findNext, announce);
const leave = secondPress($("leave"), backToStart, announce);

const chat = createPlainChat({
  connecting(retryMillis) {
    enter("connecting");
    banner(retryMillis ? (navigator.onLine ? "No connection to the server. Trying again…" : "You are offline. Trying again once the network is back…") : "");
  },
  waiting() {
    banner("");
    enter("waiting");
  },
  matched() {
    messages.clear();
    messages.note("You are connected to a stranger. Say hello!");
    enter("chat");
    attention.call("Someone is here");
    composer.focus();
  },
  said(text) {
    messages.theirs(text);
    attention.call("New message");
  },
  ended(why) {
    messages.note(why === "left" ? "The stranger has left." : "The connection was lost, and the chat with it.");
    enter("ended");
    attention.call("Chat ended");
  },
});

// Phase: "start", "connecting", "waiting", "chat" or "ended".
function enter(phase) {
  if (main.dataset.phase === phase) return;
  main.dataset.phase = phase;
  const talking = phase === "chat" || phase === "ended";
  $("stage").hidden = talking;
  $("conversation").hidden = !talking;
  $("find").hidden = phase !== "start";
  $("stop").hidden = phase === "start";
  $("after").hidden = phase !== "ended";
  $("next").hidden = $("leave").hidden = phase !== "chat";
  next.disarm();
  leave.disarm();
  stageText(phase);
  $("who").textContent = phase === "chat" ? "A stranger is here" : phase === "ended" ? "Nobody is here" : "";
  if (phase === "waiting") waiting.start();
  else waiting.stop();
  composer.setReady(phase === "chat");
}

function stageText(phase) {
  const [title, text] = {
    start: ["Meet a stranger", "One other person, one thread. No account, and what you say is never stored."],
    connecting: ["Connecting", "Getting hold of the server."],
    waiting: ["Looking for a stranger", "The next person who arrives is yours to talk to."],
  }[phase] ?? ["", ""];
  $("stage-title").textContent = title;
  $("stage-text").textContent = text;
}

function announce(text) {
  $("announce").textContent = text;
}

function banner(text) {
  if ($("banner").textContent !== text) $("banner").textContent = text;
}

function say(text) {
  if (main.dataset.phase !== "chat") return "Nobody is here to read it. Your text stays in the box.";
  if (!chat.say(text)) return "Not sent: the connection is gone. Your text stays in the box.";
  messages.mine(text);
  return "";
}

function findNext() {
  chat.find();
  $("stop").focus();
}

function backToStart() {
  chat.leave();
  banner("");
  enter("start");
  $("find").focus();
}

$("find").addEventListener("click", findNext);
$("again").addEventListener("click", findNext);
$("stop").addEventListener("click", backToStart);
$("close").addEventListener("click", backToStart);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || event.repeat) return;
  if (main.dataset.phase === "chat") next.press();
});
followVisualViewport();
