// My messages of one chat, in order. They are sent again until the server confirms them, and kept within bounds until
// the stranger does: when the server dies, another one may need them.

const RESEND_AFTER_MILLIS = 1_000;
const ACK_DEADLINE_MILLIS = 10_000;
const MOST_KEPT = 64;
const MOST_KEPT_BYTES = 32 * 1024;

/** `transmit(message)` sends one if it can; `dead()` is called when nothing is confirmed for too long. */
export function createOutbox(transmit, dead) {
  let messages = []; // without a gap up to lastId
  let lastId = 0;
  let sentId = 0; // confirmed by the server
  let resendTimer = 0;
  let ackTimer = 0;

  const unsent = () => messages.filter((each) => each.id > sentId);

  function watch() {
    clearTimeout(ackTimer);
    ackTimer = lastId > sentId ? setTimeout(dead, ACK_DEADLINE_MILLIS) : 0;
  }

  function bound() {
    let bytes = messages.reduce((sum, each) => sum + each.bytes, 0);
    while (messages.length && messages[0].id <= sentId && (messages.length > MOST_KEPT || bytes > MOST_KEPT_BYTES)) {
      bytes -= messages.shift().bytes;
    }
  }

  function resend() {
    clearTimeout(resendTimer);
    resendTimer = 0;
    unsent().forEach(transmit);
    watch();
  }

  function pause() {
    clearTimeout(resendTimer);
    clearTimeout(ackTimer);
    resendTimer = ackTimer = 0;
  }

  /** The server has all messages up to `id`. */
  function sent(id) {
    if (id <= sentId) return;
    sentId = id;
    lastId = Math.max(lastId, id);
    bound();
    watch();
  }

  return {
    /** Begins a new chat, or goes on with the `state()` of one. */
    begin(from = { lastId: 0, sentId: 0, messages: [] }) {
      pause();
      ({ lastId, sentId, messages } = from);
    },
    state: () => ({ lastId, sentId, messages }),
    unsent,
    /** The first id that can be sent again. */
    from: () => (messages.length ? messages[0].id : lastId + 1),
    add(text) {
      const message = { id: ++lastId, text, bytes: new TextEncoder().encode(text).length };
      messages.push(message);
      if (!resendTimer) transmit(message);
      if (lastId === sentId + 1) watch();
      return message.id;
    },
    sent,
    /** The stranger has all messages up to `id`. */
    delivered(id) {
      sent(id);
      messages = messages.filter((each) => each.id > id);
    },
    /** The server goes on behind `id`, which may be below what another one had. */
    resumed(id) {
      sentId = id;
      lastId = Math.max(lastId, id);
      bound();
      resend();
    },
    resend,
    resendLater() {
      resendTimer ||= setTimeout(resend, RESEND_AFTER_MILLIS);
    },
    pause,
  };
}
