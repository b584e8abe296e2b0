// A relay on Socket.IO with its Redis adapter, for the bench: node server.js PORT REDIS_URL
const { createServer } = require("node:http");
const { Server } = require("socket.io");
const { createAdapter } = require("@socket.io/redis-adapter");
const { createClient } = require("redis");

const [port, url] = process.argv.slice(2);
const publisher = createClient({ url });
const subscriber = publisher.duplicate();

Promise.all([publisher.connect(), subscriber.connect()]).then(() => {
  const http = createServer();
  const io = new Server(http, { transports: ["websocket"], adapter: createAdapter(publisher, subscriber) });
  io.on("connection", (socket) => {
    const room = `pair ${socket.handshake.query.pair}`;
    socket.join(room);
    socket.emit("matched");
    socket.on("m", (text) => socket.to(room).emit("m", text));
  });
  http.listen(Number(port), "127.0.0.1", () => console.log("listening"));
});
