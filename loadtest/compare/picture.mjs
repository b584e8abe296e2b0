// The comparison as a picture: a panel for each load, a bar for each server, a line from its lowest to its highest
// round. It brings its own background, so that it reads on light and on dark pages, and takes the reader's choice.
import { kilobytes, micros, millis, rounded } from "./table.mjs";
import { mainFigure } from "./statistics.mjs";

const WIDTH = 880;
const MARGIN = 24;
const HEAD = 74;
const PANEL = { width: (WIDTH - 3 * MARGIN) / 2, head: 46, gap: 26 };
const ROW = 26;
const BAR = { left: 90, height: 16, right: 136 };

const style = `
  text { font: 13px system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif; fill: #1f2328; }
  .page { fill: #ffffff; stroke: #d1d9e0; }
  .title { font-size: 17px; font-weight: 600; }
  .load { font-weight: 600; }
  .quiet { fill: #59636e; font-size: 12px; }
  .own { fill: #0b6bcb; }
  .other { fill: #a3adb8; }
  .spread { stroke: #1f2328; stroke-width: 1.5; }
  .failed { fill: #b3261e; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .page { fill: #0d1117; stroke: #3d444d; }
    .quiet { fill: #9198a1; }
    .own { fill: #4493f8; }
    .other { fill: #59636e; }
    .spread { stroke: #f0f6fc; }
    .failed { fill: #ff8a80; }
  }`;

const escape = (text) => String(text).replace(/[<>&"]/g, (c) => `&#${c.charCodeAt(0)};`);

function text(x, y, content, kind = "") {
  return `<text x="${x}" y="${y}"${kind ? ` class="${kind}"` : ""}>${escape(content)}</text>`;
}

const headings = {
  relay: "server CPU a message",
  idle: "memory a connection",
  connect: "server CPU a handshake",
};

/** What stands behind a bar: the figure, and what else matters under that load. */
function label(load, row) {
  const { cpu, memory, p99, perSecond } = row.figures;
  const figure = load.kind === "idle" ? kilobytes(memory.median) : micros(cpu.median);
  if (row.failures.length > 0) return `${figure}, ${row.failures.length} of ${row.rounds} failed`;
  if (row.behind) return `${figure}, fell behind`;
  if (load.kind === "idle") return figure;
  return `${figure}, ${load.rate ? `p99 ${millis(p99.median)}` : `${rounded(perSecond.median)}/s`}`;
}

function bar(load, row, x, y, scale) {
  const figure = row.figures[mainFigure(load)];
  const left = x + BAR.left;
  const middle = y + BAR.height / 2;
  const baseline = middle + 4.5;
  const own = row.server.name === "loomchat";
  const hasFailed = row.failures.length > 0;
  const name = text(x, baseline, row.server.title, own ? "load" : "");
  if (!figure) return name + text(left, baseline, hasFailed ? "failed" : "not known", "failed");
  const at = (value) => (left + value * scale).toFixed(1);
  const width = Math.max(1, figure.median * scale).toFixed(1);
  const reach = `<line x1="${at(figure.min)}" x2="${at(figure.max)}" y1="${middle}" y2="${middle}" class="spread"/>`;
  const lines = [
    name,
    `<rect x="${left}" y="${y}" width="${width}" height="${BAR.height}" rx="2" class="${own ? "own" : "other"}"/>`,
    figure.min < figure.max ? reach : "",
    text((left + figure.max * scale + 7).toFixed(1), baseline, label(load, row), hasFailed ? "failed" : ""),
  ];
  return lines.filter(Boolean).join("\n  ");
}

function panel({ load, rows }, x, y) {
  const highest = Math.max(...rows.map((row) => row.figures[mainFigure(load)]?.max ?? 0));
  const scale = highest > 0 ? (PANEL.width - BAR.left - BAR.right - 7) / highest : 0;
  return [
    text(x, y + 14, `${load.title}: ${load.detail}`, "load"),
    text(x, y + 31, headings[load.kind], "quiet"),
    ...rows.map((row, index) => bar(load, row, x, y + PANEL.head + index * ROW, scale)),
  ].join("\n  ");
}

const about = "What a message, a connection and a handshake cost each server";

export function asPicture({ machine, rounds }, summaries) {
  const rowHeight = PANEL.head + summaries[0].rows.length * ROW + PANEL.gap;
  const height = HEAD + Math.ceil(summaries.length / 2) * rowHeight;
  const each = rounds === 1 ? "one round" : `medians of ${rounds} rounds, lines from the lowest to the highest`;
  const where = `${machine.cores}${machine.virtual ? " virtual" : ""} cores, client on the same machine`;
  const panels = summaries.map((summary, index) =>
    panel(summary, MARGIN + (index % 2) * (PANEL.width + MARGIN), HEAD + (index >> 1) * rowHeight));
  const size = `width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${about}">
  <title>${about}</title>
  <style>${style}
  </style>
  <rect x=".5" y=".5" width="${WIDTH - 1}" height="${height - 1}" rx="8" class="page"/>
  ${text(MARGIN, 34, "Shorter is better", "title")}
  ${text(MARGIN, 54, `${each}; ${where}; ${machine.date}`, "quiet")}
  ${panels.join("\n  ")}
</svg>
`;
}
