// Measures servers in turn, round by round, with one client, and writes what it found. Started by compare.sh.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { writeDocument } from "./document.mjs";
import { clientArguments, warmUp } from "./loads.mjs";
import { describeMachine, loadAverage } from "./machine.mjs";
import { readOptions, WrongOption } from "./options.mjs";
import { asPicture } from "./picture.mjs";
import { killAll, start } from "./servers.mjs";
import { failureOf, figuresOf, summarize } from "./statistics.mjs";
import { asMarkdown } from "./table.mjs";

/** What the client's own deadlines add up to, with some seconds more. */
const CLIENT_MILLIS = 60_000;
/** For what a server does after its clients have left. */
const PAUSE_MILLIS = 500;

const clients = new Set();

/** Plays one load against one server. Returns what the client printed, or throws an Error that says why it did not. */
async function play(options, server, running, load) {
  const { address, port, path, pid } = running;
  const to = ["--address", address, "--port", `${port}`, "--pid", `${pid}`, "--protocol", server.protocol];
  if (path) to.push("--path", path);
  const client = spawn(join(options.folder, "loadclient"), [...to, ...clientArguments(load, options.seconds)]);
  clients.add(client);
  const said = { out: "", err: "" };
  client.stdout.on("data", (data) => { said.out += data; });
  client.stderr.on("data", (data) => { said.err += data; });
  const seconds = (load.seconds ?? options.seconds) + load.warmup;
  const timer = setTimeout(() => client.kill("SIGKILL"), seconds * 1000 + CLIENT_MILLIS);
  const code = await new Promise((done) => client.once("close", done).once("error", done));
  clearTimeout(timer);
  clients.delete(client);
  if (code !== 0) throw new Error(said.err.split("\n")[0] || `the client ended without a result (${code})`);
  return JSON.parse(said.out);
}

/** One load in a process that is running: a measurement, with its figures or why there are none. */
async function measure(options, server, running, load) {
  try {
    const output = await play(options, server, running, load);
    const failure = running.hasEnded?.() ? "the server ended" : failureOf(load, output);
    return { output, failure, figures: figuresOf(load, output, running.pid > 0) };
  } catch (e) {
    return { output: null, failure: running.hasEnded?.() ? "the server ended" : e.message, figures: {} };
  }
}

/** Some loads in one process of a server. */
async function measureInOne(options, server, loads, report) {
  let running;
  try {
    running = await start(server, options.folder);
  } catch (e) {
    loads.forEach((load) => report(load, { output: null, failure: e.message, figures: {} }));
    return;
  }
  try {
    if (!loads[0].fresh) {
      await measure(options, server, running, warmUp(options.seconds));
      await pause(PAUSE_MILLIS);
    }
    for (const load of loads) {
      report(load, await measure(options, server, running, load));
      await pause(PAUSE_MILLIS);
    }
  } finally {
    await running.stop();
  }
}

/** Who is first changes from round to round, so that nobody always has the machine at its best. */
const rotated = (servers, round) => servers.map((_, index) => servers[(index + round - 1) % servers.length]);

async function measureAll(options, measurements) {
  const processes = [
    ...options.loads.filter((load) => load.fresh).map((load) => [load]),
    options.loads.filter((load) => !load.fresh),
  ].filter((some) => some.length > 0);
  for (let round = 1; round <= options.rounds; round++) {
    for (const server of rotated(options.servers, round)) {
      for (const loads of processes) {
        await measureInOne(options, server, loads, (load, measured) => {
          measurements.push({ round, server: server.name, load: load.name, loadAverage: loadAverage(), ...measured });
          const figures = Object.entries(measured.figures).map(([name, value]) => `${name} ${value.toFixed(1)}`);
          const found = measured.failure ?? figures.join(", ");
          console.error(`round ${round} of ${options.rounds}, ${server.title}, ${load.title}: ${found}`);
        });
      }
    }
  }
}

async function main() {
  const options = await readOptions();
  mkdirSync(options.folder, { recursive: true });
  const machine = await describeMachine(options.folder, options.servers);
  const results = { machine, rounds: options.rounds, seconds: options.seconds, loads: options.loads, measurements: [] };
  await measureAll(options, results.measurements);
  const summaries = summarize(options.loads, options.servers, results.measurements);
  const markdown = asMarkdown(results, summaries);
  const picture = asPicture(results, summaries);
  writeFileSync(join(options.folder, "results.json"), JSON.stringify(results, null, 1) + "\n");
  writeFileSync(join(options.folder, "table.md"), markdown);
  writeFileSync(join(options.folder, "picture.svg"), picture);
  if (options.write) writeDocument(markdown, picture);
  console.log(markdown);
  return results.measurements.some(({ failure }) => failure !== null) ? 1 : 0;
}

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    for (const client of clients) client.kill("SIGKILL");
    killAll();
    process.exit(130);
  });
}
process.once("exit", killAll);

main().then(
  (code) => { process.exitCode = code; },
  (e) => {
    console.error(e instanceof WrongOption ? e.message : e.stack);
    process.exitCode = 2;
  },
);
