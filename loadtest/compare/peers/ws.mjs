// A stranger relay on Node's ws: the plain protocol of docs/protocol.md, kept in memory alone.
// node ws.mjs; prints its port once it listens.
import { WebSocketServer } from "ws";

/** Who waits for a partner: never more than one. */
let waiting = null;

const matched = JSON.stringify({ type: "info", msg: "You are connected to a stranger!" });
const left = JSON.stringify({ type: "info", msg: "Stranger disconnected." });

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false, clientTracking: false });

server.on("connection", (socket) => {
  socket.partner = null;
  socket.on("message", (text) => {
    socket.partner?.send(JSON.stringify({ type: "chat", msg: text.toString() }));
  });
  socket.on("error", () => {}); // close follows
  socket.on("close", () => {
    if (waiting === socket) waiting = null;
    const partner = socket.partner;
    if (partner === null) return;
    socket.partner = partner.partner = null;
    partner.send(left);
  });
  if (waiting === null) {
    waiting = socket;
    return;
  }
  const partner = waiting;
  waiting = null;
  socket.partner = partner;
  partner.partner = socket;
  partner.send(matched);
  socket.send(matched);
});

server.on("listening", () => console.log(`listens on ${server.address().port}`));
