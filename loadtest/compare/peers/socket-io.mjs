// A stranger relay on Socket.IO over WebSocket alone, with events of its own instead of the plain protocol: matched,
// chat (a text), left. Kept in memory alone. node socket-io.mjs; prints its port once it listens.
import { createServer } from "node:http";
import { Server } from "socket.io";

/** Who waits for a partner: never more than one. */
let waiting = null;

const http = createServer();
const server = new Server(http, { transports: ["websocket"], serveClient: false });

// What its manual says to do against memory: let go of the first request.
server.engine.on("connection", (connection) => {
  connection.request = null;
});

server.on("connection", (socket) => {
  socket.data.partner = null;
  socket.on("chat", (text) => {
    socket.data.partner?.emit("chat", text);
  });
  socket.on("disconnect", () => {
    if (waiting === socket) waiting = null;
    const partner = socket.data.partner;
    if (partner === null) return;
    socket.data.partner = partner.data.partner = null;
    partner.emit("left");
  });
  if (waiting === null) {
    waiting = socket;
    return;
  }
  const partner = waiting;
  waiting = null;
  socket.data.partner = partner;
  partner.data.partner = socket;
  partner.emit("matched");
  socket.emit("matched");
});

http.listen(0, "127.0.0.1", () => console.log(`listens on ${http.address().port}`));
