// My messages of one chat that the server has not confirmed, in order. They are sent again until it confirms them.

const RESEND_AFTER_MILLIS = 1_000;
const ACK_DEADLINE_MILLIS = 10_000;

/** `transmit(message)` sends one if it can; `dead()` is called when nothing is confirmed for too long. */
export function createOutbox(transmit, dead) {
  let pending = [];
  let lastId = 0;
  let resendTimer = 0;
  let ackTimer = 0;

  function watch() {
    clearTimeout(ackTimer);
    ackTimer = pending.length ? setTimeout(dead, ACK_DEADLINE_MILLIS) : 0;
  }

  function resend() {
    clearTimeout(resendTimer);
    resendTimer = 0;
    pending.forEach(transmit);
    watch();
  }

  function pause() {
    clearTimeout(resendTimer);
    clearTimeout(ackTimer);
    resendTimer = ackTimer = 0;
  }

  return {
    /** Begins a new chat, or goes on with the `state()` of one. */
    begin(from = { lastId: 0, pending: [] }) {
      pause();
      ({ lastId, pending } = from);
    },
    state: () => ({ lastId, pending }),
    add(text) {
      const message = { id: ++lastId, text };
      pending.push(message);
      if (!resendTimer) transmit(message);
      if (pending.length === 1) watch();
      return message.id;
    },
    /** The server has all messages up to `id`. */
    confirm(id) {
      lastId = Math.max(lastId, id);
      const before = pending.length;
      pending = pending.filter((each) => each.id > id);
      if (pending.length !== before) watch();
    },
    resend,
    resendLater() {
      resendTimer ||= setTimeout(resend, RESEND_AFTER_MILLIS);
    },
    pause,
  };
}
