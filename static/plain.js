// The plain protocol: a text message is what is said. A new partner takes a new connection, and a lost connection is a
// lost chat. Tells `on.connecting()`, `on.waiting()`, `on.matched()`, `on.said(text)` and `on.ended(why)`.

import { createLink } from "./link.js";

export function createPlainChat(on) {
  let matched = false;

  const link = createLink({
    open: () => on.waiting(),
    text: (text) => receive(text),
    lost: ({ retryMillis }) => {
      if (!matched) return on.connecting(retryMillis);
      // Nobody is given a new stranger without asking.
      end("lost");
      link.stop();
    },
  });

  function receive(text) {
    const message = parse(text);
    if (message?.type === "chat" && typeof message.msg === "string") return on.said(message.msg);
    if (message?.type !== "info") return;
    if (message.msg === "You are connected to a stranger!") {
      matched = true;
      on.matched();
    } else if (message.msg === "Stranger disconnected.") {
      end("left");
    }
  }

  function end(why) {
    if (!matched) return;
    matched = false;
    on.ended(why);
  }

  return {
    find() {
      matched = false;
      on.connecting(0);
      link.restart();
    },
    leave() {
      matched = false;
      link.stop();
    },
    /** False when it could not be sent: nobody is there, or the connection is gone. */
    say: (text) => matched && link.send(text),
  };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
