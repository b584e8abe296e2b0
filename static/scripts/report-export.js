// Saves one graph as a picture (SVG with all that it needs, on a light ground) or its numbers as CSV.

import { FORMATS, sinceStart, stamp, zoneName } from "./report-format.js";

const NS = "http://www.w3.org/2000/svg";
const COLOURS = ["#43399f", "#b84a27", "#2a7a52", "#94690a", "#1d6f94", "#963a7d"];
const DASHES = ["none", "7 4", "2 4"];
const MARKS = { start: "#256141", crash: "#a01f2c", "log stall": "#7a4b00" };
const FONT = "system-ui, -apple-system, Segoe UI, Roboto, sans-serif";
const WIDTH = 960;
const HEIGHT = 420;
const LEFT = 92;
const RIGHT = 24;
const TOP = 84;
const BOTTOM = 44;

/**
 * Puts a menu on a figure. `current()` returns what is shown: `{ title, graph, seconds, columns, data, spans }`, where
 * `columns` has least, mean and greatest of each line beside `seconds`.
 */
export function menu(figure, current) {
  if (figure.querySelector(".graph-menu")) {
    return;
  }
  const title = figure.querySelector("h3").textContent;
  const details = document.createElement("details");
  details.className = "graph-menu";
  const summary = document.createElement("summary");
  summary.className = "icon-button";
  summary.textContent = "⋯";
  summary.setAttribute("aria-label", `Save ${title}`);
  summary.title = "Save this graph";
  const list = document.createElement("div");
  list.append(
    item("Picture (SVG)", () => save(`${name(current())}.svg`, "image/svg+xml", svgOf(current()))),
    item("Data (CSV)", () => save(`${name(current())}.csv`, "text/csv", csvOf(current()))),
  );
  details.append(summary, list);
  details.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && details.open) {
      details.open = false;
      summary.focus();
      event.stopPropagation();
    }
  });
  details.addEventListener("focusout", (event) => {
    if (!details.contains(event.relatedTarget)) {
      details.open = false;
    }
  });
  figure.querySelector("figcaption").append(details);

  function item(label, run) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", () => {
      details.open = false;
      summary.focus();
      run();
    });
    return button;
  }
}

function name({ graph, data }) {
  return `loomchat-${graph.id}-${data.name?.replace(/[^\w.-]+/g, "-") ?? new Date(data.from).toISOString().slice(0, 19).replaceAll(":", "")}`;
}

function save(file, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  link.download = file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** One row for each bucket, times in UTC or in seconds since the start. */
export function csvOf({ graph, data }) {
  const head = [data.sinceStart ? "seconds" : "time"];
  for (const line of graph.lines) {
    head.push(...(line.min ? [`${line.label}, least`, `${line.label}, mean`, `${line.label}, greatest`] : [line.label || "value"]));
  }
  const rows = (graph.time ?? data.time).map((seconds, row) => {
    const values = graph.lines.flatMap((line) => (line.min ? [line.min[row], line.mean[row], line.max[row]] : [line.mean[row]]));
    return [data.sinceStart ? seconds : new Date(seconds * 1000).toISOString(), ...values.map((each) => each ?? "")];
  });
  return [head, ...rows].map((row) => row.map(field).join(",") + "\r\n").join("");
}

function field(value) {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The graph as it is shown, with title, range and legend. */
export function svgOf({ title, graph, seconds, lines, data, spans }) {
  const svg = element("svg", { xmlns: NS, viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, "font-family": FONT });
  const shown = data.shown ?? data;
  const from = shown.from / 1000;
  const to = Math.max(shown.to / 1000, from + 1);
  const most = niceCeiling(Math.max(0, ...lines.flatMap((line) => (line.max ?? line.mean).filter((each) => each != null))));
  const x = (at) => LEFT + ((at - from) / (to - from)) * (WIDTH - LEFT - RIGHT);
  const y = (value) => HEIGHT - BOTTOM - (value / most) * (HEIGHT - TOP - BOTTOM);
  svg.append(
    element("rect", { width: WIDTH, height: HEIGHT, fill: "#ffffff" }),
    text(title, 24, 34, { "font-size": 20, "font-weight": 600 }),
    text(data.sinceStart ? data.name : `${stamp(data.from)} to ${stamp(data.to)} ${zoneName()}`, WIDTH - RIGHT, 34, { "text-anchor": "end", fill: "#5d5767" }),
  );
  let left = 24;
  graph.lines.forEach((line, i) => {
    svg.append(
      element("line", { x1: left, x2: left + 24, y1: 58, y2: 58, stroke: COLOURS[i], "stroke-width": 3, "stroke-dasharray": DASHES[i] }),
      text(line.label, left + 30, 62, {}),
    );
    left += 54 + line.label.length * 7.2;
  });
  if (graph.lines.some((line) => line.min)) {
    svg.append(element("rect", { x: left, y: 51, width: 24, height: 14, fill: "#43399f", opacity: 0.2 }), text("least to greatest", left + 30, 62, {}));
  }
  for (const span of spans) {
    const start = Math.max(LEFT, x(span.from / 1000));
    const width = Math.min(WIDTH - RIGHT, x(span.to / 1000)) - start;
    if (width > 0) {
      svg.append(element("rect", { x: start, y: TOP, width, height: HEIGHT - TOP - BOTTOM, fill: "#a63f22", opacity: 0.1 }));
    }
  }
  for (let i = 0; i <= 4; i++) {
    const at = y((most * i) / 4);
    svg.append(
      element("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: at, y2: at, stroke: "#d8cfbd" }),
      text(FORMATS[graph.unit]((most * i) / 4), LEFT - 8, at + 4, { "text-anchor": "end", fill: "#5d5767" }),
    );
  }
  for (let i = 0; i <= 4; i++) {
    const at = from + ((to - from) * i) / 4;
    const label = data.sinceStart ? sinceStart(at) : to - from > 2 * 86_400 ? stamp(at * 1000, 16) : stamp(at * 1000).slice(11);
    svg.append(text(label, x(at), HEIGHT - 18, { "text-anchor": ["start", "middle", "middle", "middle", "end"][i], fill: "#5d5767" }));
  }
  for (const mark of data.marks) {
    if (!mark.kind.startsWith("load test") && mark.time >= data.from && mark.time <= data.to) {
      const at = x(mark.time / 1000);
      svg.append(element("line", { x1: at, x2: at, y1: TOP, y2: HEIGHT - BOTTOM, stroke: MARKS[mark.kind] ?? "#8d8371", "stroke-dasharray": "4 4" }));
    }
  }
  lines.forEach((line, i) => {
    if (line.max) {
      svg.append(
        element("path", { d: band(line, seconds, x, y), fill: COLOURS[i], opacity: 0.2 }),
        element("path", { d: path(line.max, seconds, x, y), fill: "none", stroke: COLOURS[i], opacity: 0.5 }),
      );
    }
  });
  lines.forEach((line, i) => {
    svg.append(element("path", { d: path(line.mean, seconds, x, y), fill: "none", stroke: COLOURS[i], "stroke-width": 2, "stroke-dasharray": DASHES[i], "stroke-linejoin": "round" }));
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(svg)}\n`;
}

function element(tag, attributes) {
  const made = document.createElementNS(NS, tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key !== "xmlns") {
      made.setAttribute(key, typeof value === "number" ? Math.round(value * 100) / 100 : value);
    }
  }
  return made;
}

function text(content, x, y, more) {
  const made = element("text", { x, y, "font-size": 13, fill: "#24212c", ...more });
  made.textContent = content;
  return made;
}

function path(values, seconds, x, y) {
  let drawn = false;
  return values
    .map((value, i) => {
      const part = value == null ? "" : `${drawn ? "L" : "M"}${x(seconds[i]).toFixed(1)} ${y(value).toFixed(1)}${drawn ? "" : "h0.5"}`;
      drawn = value != null;
      return part;
    })
    .join("");
}

function band(line, seconds, x, y) {
  let all = "";
  let upper = [];
  let lower = [];
  const close = () => {
    all += upper.length ? `M${upper.join("L")}L${lower.reverse().join("L")}Z` : "";
    upper = [];
    lower = [];
  };
  line.max.forEach((value, i) => {
    if (value == null) {
      close();
    } else {
      upper.push(`${x(seconds[i]).toFixed(1)} ${y(value).toFixed(1)}`);
      lower.push(`${x(seconds[i]).toFixed(1)} ${y(line.min[i]).toFixed(1)}`);
    }
  });
  close();
  return all;
}

function niceCeiling(value) {
  if (value <= 0) {
    return 4;
  }
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 5, 8].find((step) => step * power >= value) ?? 10) * power;
}
