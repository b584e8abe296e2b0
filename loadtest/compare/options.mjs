// What the environment asks for. A wrong value ends the comparison with one line before anything is measured.
import { lookup } from "node:dns/promises";
import { loads } from "./loads.mjs";
import { servers } from "./servers.mjs";

export class WrongOption extends Error {}

function count(name, otherwise) {
  const value = process.env[name] || String(otherwise);
  if (!/^[1-9]\d{0,3}$/.test(value)) throw new WrongOption(`${name}=${value}: a whole number from 1 to 9999`);
  return Number(value);
}

/** Of all, those whose names are listed; all when nothing is. */
function chosen(name, all) {
  const value = process.env[name] || all.map((each) => each.name).join(",");
  if (value === "none") return [];
  return value.split(",").map((wanted) => {
    const found = all.find((each) => each.name === wanted.trim());
    if (!found) throw new WrongOption(`${name}=${value}: some of ${all.map((each) => each.name).join(",")}`);
    return found;
  });
}

/** A server that somebody else started, or null. */
async function ownServer() {
  const { URL: url, PID: pid = "", NAME: name = "yours", PROTOCOL: protocol = "plain" } = process.env;
  if (!url) return null;
  const parts = /^ws:\/\/([^/:]+)(?::(\d+))?(\/\S*)?$/.exec(url);
  if (!parts) throw new WrongOption(`URL=${url}: such as ws://127.0.0.1:8080/, without TLS`);
  if (!/^\d*$/.test(pid)) throw new WrongOption(`PID=${pid}: the server's process, on this machine`);
  if (!/^[\w .-]{1,12}$/.test(name) || servers.some((each) => each.name === name)) {
    throw new WrongOption(`NAME=${name}: up to 12 letters, digits, blanks, . and -, and no other server's name`);
  }
  if (!["plain", "socket.io"].includes(protocol)) throw new WrongOption(`PROTOCOL=${protocol}: plain or socket.io`);
  const [, host, port = "80", path] = parts;
  const { address } = await lookup(host, 4).catch(() => {
    throw new WrongOption(`URL=${url}: no address of ${host} is known`);
  });
  return { name, title: name, protocol, running: { address, port: Number(port), path, pid: Number(pid || 0) } };
}

export async function readOptions() {
  const env = process.env;
  const own = await ownServer();
  const options = {
    rounds: count("ROUNDS", 5),
    seconds: count("SECONDS_EACH", 5),
    loads: chosen("LOADS", loads),
    servers: [...chosen("SERVERS", servers), ...(own ? [own] : [])],
    write: env.WRITE === "true",
    folder: env.COMPARE_DIR,
  };
  if (options.servers.length === 0 || options.loads.length === 0) throw new WrongOption("Nothing is to be measured");
  if (options.write && (own || options.loads.length < loads.length || options.servers.length < servers.length)) {
    throw new WrongOption("WRITE=true is for a comparison of all loads and the project's own servers");
  }
  return options;
}
