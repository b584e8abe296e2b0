// The protocol chat.v1 (docs/protocol.md) over one link: what this client owes the server, and what the page is told.

import { createLink } from "./link.js";
import { createOutbox } from "./outbox.js";
import { keepSecret, takeSecret } from "./secret.js";
import { createTyping } from "./typing.js";

const GOT_AFTER_MILLIS = 250;
const NOT_TAKEN = ["too-fast", "bad-id", "away-full"];

/**
 * Tells the page `on.connecting(retryMillis)`, `waiting(count)`, `matched(interests, first)`, `said(text)`,
 * `state(id, "sent" | "delivered")`, `typing(on)`, `partnerAway(why, seconds)`, `partnerBack()`, `cut()`, `resumed(missed)`,
 * `ended(why, unsent messages)`, `warned(text)`, `confirmed("reported" | "blocked")` and `draining()`.
 */
export function createChat(on) {
  // "idle", "looking", "chat", or "resuming": in a chat whose connection broke
  let mode = "idle";
  let interests = [];
  let limits = { textBytes: 65_536, interests: 8, interestChars: 32, resumeSeconds: 15 };
  let newSecret = ""; // of the connection that there is
  let secret = ""; // of the connection that the chat began on
  let chat = 0;
  let reportable = 0; // the current chat or the last one
  let seen = 0; // the last message of the partner that arrived
  let cutAt = 0;
  let gotTimer = 0;

  const link = createLink({ open() {}, text: receive, lost }, ["chat.v1"]);
  const send = (message) => link.send(JSON.stringify(message));
  const outbox = createOutbox(
    ({ id, text }) => mode === "chat" && send({ type: "chat", chat, id, text }),
    () => link.lose(),
  );
  const typing = createTyping((value) => mode === "chat" && send({ type: "typing", chat, on: value }));

  const handlers = {
    welcome(message) {
      limits = message.limits;
      newSecret = message.secret;
      if (mode === "looking") ask();
      if (mode === "resuming") send({ type: "resume", secret, id: seen });
    },
    waiting: (message) => mode === "looking" && on.waiting(message.count),
    matched(message) {
      if (mode !== "looking") return abandon(message.chat);
      begin(message.chat);
      on.matched(message.interests, message.first);
    },
    resumed(message) {
      if (mode !== "resuming") return abandon(message.chat);
      mode = "chat";
      secret = newSecret;
      outbox.confirm(message.id);
      on.resumed(message.missed);
      on.state(message.id, "sent");
      if (message.partnerAway) on.partnerAway("broke", limits.resumeSeconds);
      outbox.resend();
    },
    draining: () => on.draining(),
    reported: () => on.confirmed("reported"),
    blocked: () => on.confirmed("blocked"),
    error: refused,
  };

  /** These count only if they are about the chat that there is. */
  const chatHandlers = {
    chat(message) {
      if (message.id <= seen) return;
      seen = message.id;
      gotTimer ||= setTimeout(confirmArrival, GOT_AFTER_MILLIS);
      on.typing(false);
      on.said(message.text);
    },
    ack(message) {
      outbox.confirm(message.id);
      on.state(message.id, message.state);
    },
    typing: (message) => on.typing(message.on),
    away: (message) => on.partnerAway(message.why, message.seconds),
    back() {
      on.partnerBack();
      outbox.resend();
    },
    left: (message) => end(message.why),
  };

  function receive(text) {
    const message = parse(text);
    if (!message) return;
    if (Object.hasOwn(handlers, message.type)) handlers[message.type](message);
    else if (chat && message.chat === chat && Object.hasOwn(chatHandlers, message.type)) chatHandlers[message.type](message);
  }

  function refused(message) {
    if (message.code === "cannot-resume" && mode === "resuming") return end("lost");
    if (["slow-down", "too-fast", "away-full"].includes(message.code)) on.warned(message.text);
    if (NOT_TAKEN.includes(message.code) && message.chat === chat) outbox.resendLater();
  }

  const ask = () => send({ type: "find", interests });

  /** Nobody here wants that chat any more: its partner shall know, and who looks for another goes on looking. */
  function abandon(number) {
    send({ type: "leave", chat: number });
    if (mode === "looking") ask();
  }

  function begin(number) {
    mode = "chat";
    chat = reportable = number;
    secret = newSecret;
    seen = 0;
    cutAt = 0;
    outbox.begin();
  }

  function end(why) {
    const unsent = outbox.state().pending;
    quiet();
    mode = "idle";
    on.ended(why, unsent);
  }

  /** No chat any more: nothing of it may reach the next. */
  function quiet() {
    chat = 0;
    cutAt = 0;
    outbox.begin();
    typing.stop(true);
    clearTimeout(gotTimer);
    gotTimer = 0;
  }

  function lost({ retryMillis }) {
    if (mode === "idle") return link.stop();
    if (mode === "looking") return on.connecting(retryMillis);
    mode = "resuming";
    outbox.pause();
    typing.stop(true);
    cutAt ||= performance.now();
    if (performance.now() - cutAt < limits.resumeSeconds * 1000) return on.cut();
    link.stop();
    end("lost");
  }

  function confirmArrival() {
    gotTimer = 0;
    if (mode === "chat" && seen) send({ type: "got", chat, id: seen });
  }

  function find(wanted) {
    interests = wanted;
    mode = "looking";
    if (ask()) return on.waiting(0);
    on.connecting(0);
    link.start();
  }

  addEventListener("pagehide", () => chat && keepSecret({ secret, chat, seen, outbox: outbox.state() }));
  // Back from the browser's cache of pages that were left: everything is as it was, but the connection.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    takeSecret();
    if (mode !== "idle") link.lose();
  });

  return {
    find,
    limits: () => limits,
    /** Takes up the chat that a reload of the page cut off. Returns the own messages in it that may not have been sent, or null. */
    resumeAfterReload() {
      const kept = takeSecret();
      if (!kept) return null;
      begin(kept.chat);
      outbox.begin(kept.outbox);
      ({ secret, seen } = kept);
      mode = "resuming";
      cutAt = performance.now();
      link.start();
      return kept.outbox.pending;
    },
    next(wanted) {
      const ending = mode === "chat" && wanted.join() === interests.join() ? chat : 0;
      if (!ending) this.leave();
      quiet();
      if (!ending || !send({ type: "next", chat: ending })) return find(wanted);
      mode = "looking";
      on.waiting(0);
    },
    /** The connection stays: the server knows by it whom this visitor blocked and met. */
    leave() {
      if (mode === "chat") abandon(chat);
      if (mode === "looking") send({ type: "leave" });
      quiet();
      mode = "idle";
      if (!link.isOpen()) link.stop();
    },
    /** Takes a message over and returns its id. It is sent until the server has it or the chat is over. */
    say(text) {
      typing.stop(true);
      return outbox.add(text);
    },
    typed: (text) => mode === "chat" && typing.typed(text),
    report: (reason) => send({ type: "report", chat: reportable, reason }),
    block: () => send({ type: "block", chat: reportable }),
  };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
