// A stranger relay on Bun's own WebSocket server: the plain protocol of docs/protocol.md, kept in memory alone.
// bun bun.mjs; prints its port once it listens.

/** Who waits for a partner: never more than one. */
let waiting = null;

const matched = JSON.stringify({ type: "info", msg: "You are connected to a stranger!" });
const left = JSON.stringify({ type: "info", msg: "Stranger disconnected." });

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch(request, server) {
    return server.upgrade(request, { data: { partner: null } })
      ? undefined
      : new Response("WebSocket only", { status: 426 });
  },
  websocket: {
    perMessageDeflate: false,
    // Above its limit Bun drops messages. One client never has so many bytes on their way.
    backpressureLimit: 64 << 20,
    open(socket) {
      if (waiting === null) {
        waiting = socket;
        return;
      }
      const partner = waiting;
      waiting = null;
      socket.data.partner = partner;
      partner.data.partner = socket;
      partner.send(matched);
      socket.send(matched);
    },
    message(socket, text) {
      socket.data.partner?.send(JSON.stringify({ type: "chat", msg: text }));
    },
    close(socket) {
      if (waiting === socket) waiting = null;
      const partner = socket.data.partner;
      if (partner === null) return;
      socket.data.partner = partner.data.partner = null;
      partner.send(left);
    },
  },
});

console.log(`listens on ${server.port}`);
