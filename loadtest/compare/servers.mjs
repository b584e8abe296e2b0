// Starts and stops the servers. Each is one process on a free port of 127.0.0.1, with the same small environment.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, closeSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const START_MILLIS = 30_000;
const STOP_MILLIS = 15_000;

/** command: of the folder that everything is written to. */
export const servers = [
  { name: "loomchat", title: "Loomchat", protocol: "plain", command: loomchat },
  { name: "bun", title: "Bun", protocol: "plain", command: (folder) => [bunProgram(folder), peer(folder, "bun")] },
  { name: "ws", title: "Node ws", protocol: "plain", command: (folder) => [process.execPath, peer(folder, "ws")] },
  { name: "socket.io", title: "Socket.IO", protocol: "socket.io",
    command: (folder) => [process.execPath, peer(folder, "socket-io")] },
];

const peer = (folder, name) => join(folder, "peers", `${name}.mjs`);

/** As make run starts it. */
function loomchat() {
  const { JAVA = "java", RUN_FLAGS = "", JAR = "target/loomchat.jar" } = process.env;
  return [JAVA, ...RUN_FLAGS.split(/\s+/).filter(Boolean), "-jar", JAR, "serve"];
}

/** Bun's program is in a package of its own for each system. */
export function bunProgram(folder) {
  const packages = join(folder, "peers", "node_modules", "@oven");
  const found = existsSync(packages) ? readdirSync(packages).map((each) => join(packages, each, "bin", "bun")) : [];
  return found.find(existsSync) ?? join(packages, "bun");
}

/** Nothing of the caller's that would change one server, but for the number of Loomchat's loops. */
function environment(logs) {
  const { PATH, HOME, LANG, IO_THREADS } = process.env;
  const kept = { PATH, HOME, LANG, IO_THREADS, NODE_ENV: "production", HOST: "127.0.0.1", PORT: "0", LOG_DIR: logs };
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
}

const started = new Set();

/** Ends what still runs, at once. */
export function killAll() {
  for (const child of started) child.kill("SIGKILL");
}

/** Starts it and waits until it says its port. Throws an Error that says why it did not start. */
export async function start(server, folder) {
  if (server.running) return { ...server.running, stop: async () => {} };
  const logs = resolve(folder, "logs", server.name);
  rmSync(logs, { recursive: true, force: true });
  mkdirSync(logs, { recursive: true });
  const errorsTo = join(folder, `${server.name}.err`);
  const errors = openSync(errorsTo, "w");
  const [program, ...args] = server.command(folder);
  const child = spawn(program, args, { env: environment(logs), stdio: ["ignore", "pipe", errors] });
  closeSync(errors);
  started.add(child);
  let ended = false;
  const end = new Promise((done) => {
    const isEnded = () => { ended = true; started.delete(child); done(); };
    child.once("exit", isEnded).once("error", isEnded);
  });
  const stop = async () => {
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MILLIS);
    await end;
    clearTimeout(timer);
    rmSync(logs, { recursive: true, force: true });
  };
  const port = await awaitPort(child, end);
  if (port === null) {
    await stop();
    throw new Error(`did not start, see ${errorsTo}`);
  }
  return { address: "127.0.0.1", port, pid: child.pid, hasEnded: () => ended, stop };
}

async function awaitPort(child, end) {
  const lines = createInterface({ input: child.stdout });
  const said = new Promise((done) => {
    lines.on("line", (line) => {
      const port = /listens on (?:http:\/\/[^:]+:)?(\d+)/.exec(line);
      if (port) done(Number(port[1]));
    });
  });
  let timer;
  const late = new Promise((done) => { timer = setTimeout(done, START_MILLIS, null); });
  const port = await Promise.race([said, late, end.then(() => null)]);
  clearTimeout(timer);
  return port;
}
