// The client of the protocol chat.v1 (docs/protocol.md), over one connection that is made again when it is lost.
// Long, because every message of the protocol is handled here.

import { createConnection } from "./connection.js";
import { createOutbox } from "./outbox.js";
import { saveChat, takeSavedChat } from "./saved-chat.js";
import { createTyping } from "./typing.js";

const GOT_AFTER_MILLIS = 250;
const NOT_TAKEN = ["too-fast", "bad-id", "away-full"];
const ABOUT_CALLS = /^calls?-|-call$/;
/** Close code of a server that stops, with a reason. Without one Firefox says so itself, of a page that is reloaded. */
const GOING_AWAY = 1001;
/** Close code of a server that cannot resume the chat now: this client then tries longer. */
const TRY_AGAIN_LATER = 1013;
const LONGER_SECONDS = 10;
/** So long a server waits for a page that was reloaded, unless its close code says that it needs longer. */
const RELOAD_SECONDS = 3;
const MOST_RELOAD_SECONDS = 10;
const RELOADED_WITHIN = 4100;
/** From its scripts to a connection on which it has resumed, with a margin. */
const ROUND_TRIPS = 6;
/** So long a server may take to notice that a connection is silent: PING_INTERVAL and PONG_TIMEOUT. */
const UNNOTICED_SECONDS = 35;

/** How long a reload would take until the chat is resumed, by how long this load of the page took. */
function reloadSeconds() {
  const load = performance.getEntriesByType("navigation")[0];
  return load ? Math.ceil((load.loadEventEnd + ROUND_TRIPS * (load.responseStart - load.requestStart)) / 1000) : 0;
}

/**
 * Calls the page: `on.connecting(retryMillis, refused)`, `waiting(others, interests)`, null while unknown,
 * `matched(interests, first)`, `said(text)`, `state(id, "sent" | "delivered")`, `typing(on)`,
 * `partnerAway(why, seconds, moves)`, with 0 seconds where nobody knows how many are left, `partnerPaused()`,
 * `partnerBack()`, `missed(count)`, `cut(refused)`,
 * `resumed({id, missed, lost}, moved)`, `ended(why, unsent messages, fate)`, `warned(code)`,
 * `confirmed("reported" | "reported-before" | "not-reported" | "blocked" | "blocked-for-good" | "unknown" |
 * "not-sent" | "not-blocked")`,
 * `working()` when the way in takes a proof of work, `banned({until, reason})`,
 * `draining()`, `callable(policy)` and `call(message)` for calls, and on a move to another server `moving()` in place
 * of `connecting` and `cut`. `kept()` returns what the page needs after a reload. `fate(id)` is that of a message which
 * was not delivered by the end of its chat: "lost" or "unknown".
 */
export function createChat(on, identity) {
  // "idle", "looking", "chat", or "resuming": in a chat whose connection broke
  let mode = "idle";
  let interests = [];
  let limits = { textBytes: 65_536, interests: 8, interestChars: 32, resumeSeconds: 15 };
  let newSecret = ""; // of the present connection
  let secret = ""; // of the connection on which the chat began
  let ticket; // the last one for that secret: another server may know nothing of the chat
  let known = false; // whether that one was an identity's: only the same identity can resume it
  let newKnown = false;
  let run; // of the server on which the chat began or was resumed last
  let newRun;
  let chat = 0;
  let reportable = 0; // the current chat or the last one
  let complaints = []; // of that partner, without an answer yet: `{message, again}`
  let seen = 0; // id of the last message from the partner
  let keptFrom = Infinity; // id of my first message that is only kept for a partner who is away
  let cutAt = 0;
  let unnoticed = false; // the cut by the server, which keeps the chat from when it notices
  let putOff = false; // with TRY_AGAIN_LATER, since the cut
  let moving = false; // to another server
  let stopping = false; // this server, and no other one takes over
  let abandoned = null; // the `resume` of a chat that was left while the server could not be told
  let abandonedUntil = 0;
  let gotTimer = 0;

  // The stranger waits for seconds only. A server that cannot tell yet is not to be asked by all of them at once.
  const hurries = () => mode === "resuming" && !putOff;
  const mayBeGuest = () => mode !== "resuming" || !known;
  const socket = createConnection({ text: receive, lost, hurries, mayBeGuest, revoked, banned, working }, identity);
  const send = (message) => socket.send(JSON.stringify(message));
  /** Something that the server answers at once: without an answer there is no connection. */
  function request(message) {
    const sent = send(message);
    if (sent) socket.expectAnswer();
    return sent;
  }
  const outbox = createOutbox(
    ({ id, text }) => mode === "chat" && send({ type: "chat", chat, id, text }),
    () => socket.lose(),
  );
  const typing = createTyping((value) => mode === "chat" && send({ type: "typing", chat, on: value }));

  const handlers = {
    welcome(message) {
      limits = message.limits;
      on.callable(message.calls);
      newSecret = message.secret;
      newKnown = Boolean(message.known);
      newRun = message.run;
      if (!stillAbandoned() && mode === "looking") ask();
      if (abandoned) send(abandoned);
      else if (mode === "resuming") send(resume());
    },
    waiting(message) {
      if (mode !== "looking") return;
      moving = false;
      on.waiting(message.others ?? message.count - 1, interests);
    },
    matched(message) {
      if (mode !== "looking") return abandon(message.chat);
      begin(message.chat);
      ticket = message.ticket;
      on.matched(message.interests, message.first);
    },
    resumed(message) {
      abandoned = null;
      if (mode !== "resuming") {
        complainAgain();
        return abandon(message.chat);
      }
      mode = "chat";
      secret = newSecret;
      ticket = message.ticket;
      known = newKnown;
      run = newRun;
      on.resumed(message, moving);
      settle();
      keptFrom = message.partnerAway ? message.id + 1 : Infinity;
      on.state(message.id, "sent");
      if (message.partnerAway) on.partnerAway("broke", 0);
      complainAgain();
      // What was not sent before it is not for somebody who is blocked.
      if (complaints.some((each) => each.message.type === "block")) outbox.sent(message.id);
      else outbox.resumed(message.id);
    },
    draining(message) {
      stopping = !message.move;
      if (stopping) return on.draining();
      if (mode !== "chat" && mode !== "looking") return;
      moving = true;
      on.moving();
      // In a chat the server closes the connection.
      if (mode === "looking") socket.lose();
    },
    reported: (message) => answered(message.again && !complaints[0]?.again ? "reported-before" : "reported"),
    blocked: (message) => answered(message.lasting ? "blocked-for-good" : "blocked"),
    "auth-due": () => socket.renew(),
    authed: () => socket.renewed(),
    error: refused,
  };

  /** For messages about the present chat; about any other they are ignored. */
  const chatHandlers = {
    chat(message) {
      if (message.id <= seen) return;
      seen = message.id;
      gotTimer ||= setTimeout(confirmArrival, GOT_AFTER_MILLIS);
      on.typing(false);
      on.said(message.text);
    },
    ack(message) {
      if (message.state === "delivered") outbox.delivered(message.id);
      else outbox.sent(message.id);
      on.state(message.id, message.state, !outbox.unsent().length);
    },
    typing: (message) => on.typing(message.on),
    away(message) {
      keptFrom = message.move ? Infinity : outbox.next();
      on.partnerAway(message.why, message.seconds, message.move);
    },
    paused() {
      keptFrom = Infinity;
      on.partnerPaused();
    },
    missed: (message) => on.missed(message.count),
    back() {
      keptFrom = Infinity;
      on.partnerBack();
      outbox.resend();
    },
    left: (message) => end(message.stopped ? "stopped" : message.why, true),
    call: on.call,
    signal: on.call,
    ice: on.call,
  };

  function receive(text) {
    const message = parse(text);
    if (!message) return;
    if (Object.hasOwn(handlers, message.type)) handlers[message.type](message);
    else if (chat && message.chat === chat && Object.hasOwn(chatHandlers, message.type)) chatHandlers[message.type](message);
  }

  function refused(message) {
    if (message.code === "cannot-resume") return notResumed(message.why);
    if (message.code === "bad-token") return socket.notRenewed();
    if (message.code === "too-many-reports") return answered("not-reported");
    // After a break that was too long the server knows neither the chat nor the stranger.
    if (message.code === "stale-chat" && message.chat === reportable && complaints.length) return answered("unknown");
    if (ABOUT_CALLS.test(message.code)) return on.call(message);
    if (["slow-down", "too-fast", "away-full"].includes(message.code)) on.warned(message.code);
    if (NOT_TAKEN.includes(message.code) && message.chat === chat) outbox.resendLater();
  }

  function notResumed(why) {
    complainAgain();
    if (abandoned && mode === "looking") ask();
    abandoned = null;
    if (mode !== "resuming") return;
    // Another server of a crowd has another run, and knows that the chat is over.
    if (!ticket && run !== newRun) end("restarted");
    else end(["left", "next"].includes(why) ? "left-away" : "away");
  }

  /** What came of a report or a block. */
  function answered(what) {
    complaints.shift();
    on.confirmed(what);
  }

  /** Returns "sent", or "kept" for when the server can be told, or nothing where it never will be. */
  function complain(about) {
    const message = { ...about, chat: reportable };
    const sent = send(message);
    if (!sent && !abandoned && mode !== "chat" && mode !== "resuming") return "";
    complaints.push({ message });
    return sent ? "sent" : "kept";
  }

  /** On another connection. The server may know them already, without that its answer arrived. */
  function complainAgain() {
    for (const each of complaints) {
      each.again = true;
      send(each.message);
    }
  }

  /** The server will not be told. */
  function giveUpComplaints() {
    for (const { message } of complaints.splice(0)) on.confirmed(message.type === "block" ? "not-blocked" : "not-sent");
  }

  const resume = () => ({ type: "resume", secret, ticket, id: seen, from: outbox.from(), chat });

  function stillAbandoned() {
    if (performance.now() >= abandonedUntil) abandoned = null;
    return Boolean(abandoned);
  }

  const ask = () => request({ type: "find", interests });

  /** Leaves a chat that this page no longer wants, so that its partner knows, and goes on looking if it was. */
  function abandon(number) {
    send({ type: "leave", chat: number });
    if (mode === "looking") ask();
  }

  function begin(number) {
    mode = "chat";
    chat = reportable = number;
    complaints = [];
    secret = newSecret;
    known = newKnown;
    run = newRun;
    seen = 0;
    settle();
    outbox.begin();
  }

  function settle() {
    cutAt = 0;
    unnoticed = false;
    putOff = false;
    moving = false;
  }

  /** `answered`: by the server. */
  function end(why, answered = false) {
    const unsent = outbox.unsent();
    const fate = outbox.fates(answered, keptFrom);
    quiet();
    mode = "idle";
    on.ended(why, unsent, fate);
    if (!socket.isOpen()) giveUpComplaints();
  }

  /** Ends the chat here: none of its state may reach the next one. */
  function quiet() {
    chat = 0;
    keptFrom = Infinity;
    settle();
    stopping = false;
    outbox.begin();
    typing.stop(true);
    clearTimeout(gotTimer);
    gotTimer = 0;
  }

  function lost({ retryMillis, code, reason, refused }) {
    if (code === TRY_AGAIN_LATER) abandoned = null;
    if (mode === "idle" && stillAbandoned()) return;
    if (mode === "idle") {
      socket.stop();
      return giveUpComplaints();
    }
    if (mode === "looking") return moving ? on.moving() : on.connecting(retryMillis, refused);
    if (code === GOING_AWAY && reason && mode === "chat") {
      // The notice of it may not have come.
      moving = Boolean(ticket);
      if (!moving) {
        socket.stop();
        return end("stopped");
      }
    }
    const moved = moving && mode === "chat";
    // Nobody closed it: there was silence, or no network.
    if (mode === "chat") unnoticed = code === undefined;
    putOff ||= mode === "resuming" && code === TRY_AGAIN_LATER;
    mode = "resuming";
    outbox.pause();
    typing.stop(true);
    cutAt ||= performance.now();
    if (performance.now() - cutAt >= patienceSeconds() * 1000) {
      socket.stop();
      return end(stopping ? "stopped" : "lost");
    }
    if (moving) on.moving();
    else on.cut(refused);
    if (moved) socket.retryNow();
  }

  const patienceSeconds = () =>
    limits.resumeSeconds + (unnoticed ? UNNOTICED_SECONDS : 0) + (putOff ? LONGER_SECONDS : 0);

  function working() {
    if (mode !== "idle") on.working();
  }

  function revoked() {
    if (mode === "chat" || mode === "resuming") end("revoked");
  }

  function banned(ban) {
    if (mode === "chat" || mode === "resuming") end("banned");
    mode = "idle";
    on.banned(ban);
  }

  /** The partner learns of it before a chat ends. */
  function confirmArrivalNow() {
    if (!gotTimer) return;
    clearTimeout(gotTimer);
    confirmArrival();
  }

  function confirmArrival() {
    gotTimer = 0;
    if (mode === "chat" && seen) send({ type: "got", chat, id: seen });
  }

  function find(wanted) {
    interests = wanted;
    mode = "looking";
    moving = false;
    if (ask()) return on.waiting(null, interests);
    on.connecting(0);
    socket.start();
  }

  addEventListener("pagehide", (event) => {
    confirmArrivalNow();
    const until = Date.now() + (limits.resumeSeconds + LONGER_SECONDS) * 1000;
    if (chat) saveChat({ until, secret, ticket, known, run, chat, seen, outbox: outbox.state(), complaints, page: on.kept() });
    else if (mode === "looking") saveChat({ until, interests });
    // Into the browser's page cache, where the connection would stay open, and a partner talk to nobody.
    if (event.persisted) socket.pause();
    else if (chat && reloadSeconds() > RELOAD_SECONDS) {
      socket.pause(RELOADED_WITHIN + Math.min(reloadSeconds(), MOST_RELOAD_SECONDS));
    }
  });
  // Back from there: the state is as before, but for the connection.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    takeSavedChat();
    if (mode !== "idle") socket.lose();
  });

  return {
    find,
    limits: () => limits,
    isConnected: socket.isOpen,
    /**
     * Goes on with the chat, or the search for one, that a reload of the page interrupted. Returns what `on.kept()`
     * had returned, with my messages that may be unsent; null without a chat.
     */
    goOnAfterReload() {
      const kept = takeSavedChat();
      if (kept?.interests) find(kept.interests);
      if (!kept?.chat) return null;
      begin(kept.chat);
      outbox.begin(kept.outbox);
      ({ secret, ticket, known, run, seen, complaints } = kept);
      mode = "resuming";
      cutAt = performance.now();
      socket.start();
      return { ...kept.page, unsent: outbox.unsent() };
    },
    /** Leaves the chat for the next one. Returns the `fate` of my messages. */
    next(wanted) {
      const ending = mode === "chat" && wanted.join() === interests.join() ? chat : 0;
      confirmArrivalNow();
      const fate = outbox.fates(false);
      if (!ending) this.leave();
      quiet();
      if (!ending || !request({ type: "next", chat: ending })) {
        find(wanted);
        return fate;
      }
      mode = "looking";
      on.waiting(null, interests);
      return fate;
    },
    /**
     * The connection stays: the server knows by it whom this visitor blocked and met. Returns the `fate` of my
     * messages.
     */
    leave() {
      confirmArrivalNow();
      const fate = outbox.fates(false);
      if (mode === "chat") abandon(chat);
      if (mode === "resuming") {
        abandoned = resume();
        abandonedUntil = cutAt + patienceSeconds() * 1000;
      }
      if (mode === "looking") send({ type: "leave" });
      quiet();
      mode = "idle";
      if (!socket.isOpen() && !abandoned) socket.stop();
      return fate;
    },
    /** What the server knows of this visitor by the connection ends with it. */
    disconnect: socket.stop,
    /** Queues a message and returns its id. It is sent again until the server has it or the chat ends. */
    say(text) {
      typing.stop(true);
      return outbox.add(text);
    },
    typed: (text) => mode === "chat" && typing.typed(text),
    /** Sends what a call says; false without a connection. */
    call: (message) => mode === "chat" && send({ ...message, chat }),
    report: (reason) => complain({ type: "report", reason }),
    block: () => complain({ type: "block" }),
  };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
