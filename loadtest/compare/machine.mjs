// What a figure depends on: the machine, the versions of everything, and what else ran.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { bunProgram } from "./servers.mjs";

const BUSY_MILLIS = 3000;

/** The first line that a program prints, or null. */
function firstLine(program, ...args) {
  try {
    return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).split("\n")[0].trim();
  } catch {
    return null;
  }
}

function fromFile(file, pattern) {
  try {
    return pattern.exec(readFileSync(file, "utf8"))?.[1] ?? null;
  } catch {
    return null;
  }
}

function installedVersion(folder, name) {
  return fromFile(join(folder, "peers", "node_modules", name, "package.json"), /"version": "([^"]+)"/);
}

function loomchatVersion() {
  const version = fromFile("pom.xml", /<artifactId>loomchat<\/artifactId>\s*<version>([^<]+)</) ?? "";
  const commit = firstLine("git", "rev-parse", "--short", "HEAD");
  const changed = commit && firstLine("git", "status", "--porcelain", "--untracked-files=no");
  return [version, commit && `(${commit}${changed ? " with changes" : ""})`].filter(Boolean).join(" ");
}

const versions = {
  loomchat: () => loomchatVersion(),
  bun: (folder) => firstLine(bunProgram(folder), "--version"),
  ws: (folder) => installedVersion(folder, "ws"),
  "socket.io": (folder) => installedVersion(folder, "socket.io"),
};

/**
 * The share of all cores that something else takes now. The load average looks back a minute, and so upon the build
 * that came before.
 */
async function busyShare() {
  const ticks = () => os.cpus().reduce(({ all, idle }, { times }) => ({
    all: all + times.user + times.nice + times.sys + times.irq + times.idle,
    idle: idle + times.idle,
  }), { all: 0, idle: 0 });
  const before = ticks();
  await pause(BUSY_MILLIS);
  const after = ticks();
  return 1 - (after.idle - before.idle) / (after.all - before.all);
}

export async function describeMachine(folder, servers) {
  const cpuInfo = "/proc/cpuinfo";
  return {
    date: new Date().toISOString().slice(0, 10),
    cores: os.cpus().length,
    virtual: fromFile(cpuInfo, /^flags\s*:.*\b(hypervisor)\b/m) !== null,
    cpu: fromFile(cpuInfo, /^model name\s*:\s*(.+)$/m) ?? os.arch(),
    memoryGb: Math.round(os.totalmem() / 2 ** 30),
    system: fromFile("/etc/os-release", /^PRETTY_NAME="?([^"\n]+)"?$/m) ?? os.type(),
    kernel: os.release(),
    loadBefore: os.loadavg()[0],
    busyBefore: await busyShare(),
    jdk: firstLine(process.env.JAVA ?? "java", "--version"),
    node: process.version,
    compiler: firstLine(process.env.CC || "cc", "--version"),
    ioThreads: process.env.IO_THREADS ?? null,
    versions: Object.fromEntries(servers.map(({ name }) => [name, versions[name]?.(folder) ?? null])),
  };
}

export const loadAverage = () => os.loadavg()[0];
