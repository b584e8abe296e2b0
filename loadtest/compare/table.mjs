// The comparison as Markdown.

export const micros = (value) => `${value.toFixed(value < 100 ? 1 : 0)} µs`;
export const kilobytes = (value) => `${value.toFixed(value < 100 ? 1 : 0)} KB`;
export const millis = (value) => `${(value / 1000).toFixed(value < 10_000 ? 2 : value < 100_000 ? 1 : 0)} ms`;
const megabytes = (value) => `${value.toFixed(0)} MB`;
const times = (value) => value.toFixed(2);

/** To four digits: more are noise. */
export function rounded(value) {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 3);
  return (Math.round(value / step) * step).toLocaleString("en");
}

/** "5.8 µs (5.6–6.1)": the median of all rounds, the lowest and the highest. */
export function withSpread(figure, format) {
  if (!figure) return "–";
  const text = format(figure.median);
  if (figure.min === figure.max) return text;
  const bare = (value) => format(value).replace(/ .*/, "");
  return `${text} (${bare(figure.min)}–${bare(figure.max)})`;
}

/** Rows of load and server; the columns say a name, a heading, and how a row's cell reads. */
function table(summaries, columns, anyFailure) {
  const all = anyFailure ? [...columns, ["failed", failures]] : columns;
  const head = ["load", "server", ...all.map(([heading]) => heading)];
  const rows = summaries.flatMap(({ load, rows }) => rows.map((row, index) => [
    index === 0 ? `${load.title}: ${load.detail}` : "",
    row.server.name === "loomchat" ? `**${row.server.title}**` : row.server.title,
    ...all.map(([, cell]) => cell(row)),
  ]));
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** "2 of 5 rounds: 3 messages lost", each reason once. */
function failures({ failures: found, rounds }) {
  if (found.length === 0) return "";
  const reasons = [...new Set(found.map(({ failure }) => failure))];
  return `${found.length} of ${rounds} rounds: ${reasons.join("; ")}`;
}

const figure = (name, format) => ({ figures }) => withSpread(figures[name], format);
const ratio = ({ ratio: found }) => withSpread(found, times);
const reached = (row) => figure("perSecond", rounded)(row) + (row.behind ? ", fell behind" : "");

const columnsOf = {
  relay: [["server CPU a message", figure("cpu", micros)], ["ratio", ratio], ["messages/s", reached],
    ["p50", figure("p50", millis)], ["p99", figure("p99", millis)]],
  idle: [["memory a connection", figure("memory", kilobytes)], ["ratio", ratio],
    ["resident with all of them", figure("resident", megabytes)]],
  connect: [["server CPU a handshake", figure("cpu", micros)], ["ratio", ratio], ["handshakes/s", reached],
    ["p50", figure("p50", millis)], ["p99", figure("p99", millis)]],
};

function described({ machine, rounds, seconds }, servers) {
  const { cores, virtual, cpu, memoryGb, system, kernel, jdk, node, versions, date, ioThreads } = machine;
  const { loadBefore, busyBefore } = machine;
  const named = servers.map(({ name, title }) => `${title} ${versions[name] ?? ""}`.trim());
  const each = rounds === 1 ? "One round, so that nothing says how far figures vary" : `${rounds} rounds`;
  return [
    `${date}. ${cores}${virtual ? " virtual" : ""} cores (${cpu}), ${memoryGb} GB, ${system}, Linux ${kernel};`,
    `before: load average ${loadBefore.toFixed(2)}, cores ${(100 * busyBefore).toFixed(0)} % busy.`,
    `${named.join(", ")}; ${jdk}, Node ${node.slice(1)}.`,
    ioThreads ? `IO_THREADS=${ioThreads}.` : "",
    `${each}, ${seconds} s a load${rounds === 1 ? "" : "; medians, in parentheses the lowest and the highest round"}.`,
    "Ratio: to Loomchat in the same round, CPU or memory, above 1 is more than Loomchat.",
  ].filter(Boolean).join(" ");
}

/** A share of the cores that is more than a quiet system's own. */
const BUSY = 0.05;

/** Figures mean little when the client was late itself, or something else was busy. */
function doubts({ measurements, machine }) {
  const late = Math.max(0, ...measurements.map(({ output }) => output?.lateP99Micros ?? 0));
  return [
    late > 1000 ? `The client sent 1 % of some load's messages ${millis(late)} late: something else was busy.` : "",
    machine.busyBefore > BUSY ? "The machine was busy with something else before: do not trust these figures." : "",
  ].filter(Boolean).join(" ");
}

export function asMarkdown(results, summaries) {
  const servers = summaries[0].rows.map(({ server }) => server);
  const tables = ["relay", "idle", "connect"].map((kind) => {
    const some = summaries.filter(({ load }) => load.kind === kind);
    const anyFailure = some.some(({ rows }) => rows.some((row) => row.failures.length > 0));
    return some.length > 0 ? table(some, columnsOf[kind], anyFailure) : "";
  });
  return [described(results, servers), doubts(results), ...tables].filter(Boolean).join("\n\n") + "\n";
}
