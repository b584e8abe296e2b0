// My messages of one chat, in order. They are sent again until the server confirms them, and kept within bounds until
// the stranger does: when the server dies, another one may need them.

const RESEND_AFTER_MILLIS = 1_000;
const ACK_DEADLINE_MILLIS = 10_000;
const MOST_KEPT = 64;
const MOST_KEPT_BYTES = 32 * 1024;

/** `transmit(message)` sends one, or returns false; `dead()` is called when nothing is confirmed for too long. */
export function createOutbox(transmit, dead) {
  let messages = []; // without a gap up to lastId
  let lastId = 0;
  let sentId = 0; // confirmed by the server
  let triedId = 0; // what is above has never been on its way
  let resendTimer = 0;
  let ackTimer = 0;

  const unsent = () => messages.filter((each) => each.id > sentId);

  function go(message) {
    if (transmit(message)) triedId = Math.max(triedId, message.id);
  }

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
    unsent().forEach(go);
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
    begin(from = { lastId: 0, sentId: 0, triedId: 0, messages: [] }) {
      pause();
      ({ lastId, sentId, triedId, messages } = from);
    },
    state: () => ({ lastId, sentId, triedId, messages }),
    unsent,
    next: () => lastId + 1,
    /**
     * What became of a message that was never confirmed as delivered, once the chat is over: "lost", or "unknown".
     * `answered`: the server has ended the chat, and had confirmed all that it took. What is not below `keptFrom` was
     * only kept for a stranger who is away.
     */
    fates: (answered, keptFrom) => {
      const [sent, tried] = [sentId, triedId];
      return (id) => (id > tried || (answered && (id > sent || id >= keptFrom)) ? "lost" : "unknown");
    },
    /** The first id that can be sent again. */
    from: () => (messages.length ? messages[0].id : lastId + 1),
    add(text) {
      const message = { id: ++lastId, text, bytes: new TextEncoder().encode(text).length };
      messages.push(message);
      if (!resendTimer) go(message);
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
