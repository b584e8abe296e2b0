// Draws graphs over time with uPlot: means as lines, least to greatest as bands with a thin line along the greatest,
// marks for restarts, shades for load tests. The cursor shows all values of all graphs at once; a drag, a pinch or keys
// choose a range. For the report, load tests and comparisons (see GraphJson). Long, because the options of one graph
// are made in one place.

import { menu } from "./report-export.js";
import { FORMATS, isUtc, moment, sinceStart, stamp } from "./report-format.js";

const HEIGHT = 220;
const DASHES = [[], [7, 4], [2, 4]];
const BAND_OPACITY = 0.2;
const PEAK_OPACITY = 0.55;
const LEAST_DRAG = 6;
const LEAST_SPAN_SECONDS = 1;
const DOUBLE_TAP_MILLIS = 350;
const HOUR = 3600;
const MONTH = 30 * 24 * HOUR;
// The library's own have nothing between one and five minutes, which leaves a narrow graph with one label.
const STEPS = [
  ...[1, 2, 5, 10, 15, 30, 60, 120, 180, 300, 600, 900, 1800],
  ...[1, 2, 3, 4, 6, 8, 12, 24, 48, 96, 168, 336].map((each) => each * HOUR),
  ...[1, 2, 3, 4, 6].map((each) => each * MONTH),
  ...[1, 2, 5, 10].map((each) => each * 365 * 24 * HOUR),
];
const STEPS_SINCE_START = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400];

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/**
 * All graphs of the page. `zoom(from, to)` is called with milliseconds, once for each drag, pinch or key; `back()` when
 * somebody leaves what was chosen by a double tap or the Escape key. Without them, the graphs only show values.
 */
export class Graphs {
  #plots = new Map();
  #data = null;
  #zoom;
  #back;
  #spoken;
  #following = false;
  // The graph with the cursor, the time under it, and whether a mouse holds it there.
  #cursor = null;
  #mouse = false;

  constructor({ zoom = null, back = null } = {}) {
    this.#zoom = zoom;
    this.#back = back;
    this.#spoken = document.createElement("p");
    this.#spoken.className = "visually-hidden";
    this.#spoken.setAttribute("role", "status");
    document.body.append(this.#spoken);
    const redraw = () => this.redraw();
    new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
    this.resize = new ResizeObserver((entries) => {
      for (const entry of entries) {
        const plot = this.#plots.get(entry.target.closest("[data-graph]")?.dataset.graph);
        if (plot && entry.contentRect.width > 0 && Math.abs(plot.width - entry.contentRect.width) >= 1) {
          plot.setSize({ width: Math.floor(entry.contentRect.width), height: HEIGHT });
        }
      }
    });
  }

  show(data) {
    this.#data = data;
    const times = withGaps(data, data);
    // Each graph moves its cursor with its range: none leads the others until all have their new one.
    this.#following = true;
    for (const [id, plot] of this.#plots) {
      if (!data.graphs.some((graph) => graph.id === id)) {
        plot.destroy();
        this.#plots.delete(id);
      }
    }
    for (const graph of data.graphs) {
      const place = document.querySelector(`[data-graph="${graph.id}"] .plot`);
      const old = this.#plots.get(graph.id);
      if (!place) {
        old?.destroy();
        this.#plots.delete(graph.id);
        continue;
      }
      const { seconds, rows } = graph.time ? withGaps(data, graph) : times;
      const columns = [seconds, ...graph.lines.flatMap((line) => linesOf(line, rows))];
      if (old && old.root.isConnected && old.series.length === columns.length) {
        // One batch, so that the new numbers are never drawn in the old range.
        old.batch(() => {
          old.setData(columns, false);
          old.setScale("x", xRange(data));
        });
      } else {
        old?.destroy();
        this.#plots.set(graph.id, this.#plot(place, graph, columns));
      }
    }
    this.#following = false;
    this.#hold();
  }

  /** After new numbers: a mouse keeps the cursor where it is, otherwise the cursor keeps its time. */
  #hold() {
    const plot = this.#plots.get(this.#cursor?.id);
    if (plot) {
      const left = this.#mouse ? plot.cursor.left : plot.valToPos(this.#cursor.seconds, "x");
      const within = left >= 0 && left <= plot.over.clientWidth;
      plot.setCursor({ left: within ? left : -10, top: within ? 10 : -10 });
    }
  }

  /** Draws everything again, as after a change of colours or of the time zone. */
  redraw() {
    for (const plot of this.#plots.values()) {
      plot.destroy();
    }
    this.#plots.clear();
    this.#cursor = null;
    if (this.#data) {
      this.show(this.#data);
    }
  }

  #plot(place, graph, columns) {
    const format = FORMATS[graph.unit];
    const series = [{}];
    const bands = [];
    const perLine = (columns.length - 1) / graph.lines.length;
    graph.lines.forEach((line, i) => {
      const stroke = colour(`--series-${i + 1}`);
      const first = series.length;
      series.push({ label: line.label, stroke, width: 2, dash: DASHES[i], points: { show: lonely } });
      if (perLine === 3) {
        series.push(
          { label: "least", points: { show: false } },
          { label: "greatest", stroke: withOpacity(stroke, PEAK_OPACITY), width: 1, points: { show: lonely } },
        );
        bands.push({ series: [first + 2, first + 1], fill: withOpacity(stroke, BAND_OPACITY) });
      }
    });
    const tip = new Tip(graph, format, perLine, this.#data.sinceStart ? sinceStart : (seconds) => moment(seconds * 1000));
    const plot = new uPlot(
      {
        width: Math.max(200, Math.floor(place.clientWidth)),
        height: HEIGHT,
        // Room for half a label at the right edge and above the highest number.
        padding: [10, 30, 0, 0],
        tzDate: (seconds) => (isUtc() ? uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC") : new Date(seconds * 1000)),
        legend: { show: false },
        cursor: {
          y: false,
          points: { size: (u, i) => ((i - 1) % perLine === 0 ? 7 : 0) },
          drag: { x: false, y: false, setScale: false },
          bind: { dblclick: () => null },
        },
        scales: { x: { time: !this.#data.sinceStart }, y: { range: (u, min, max) => [0, max > 0 ? max * 1.05 : 5] } },
        axes: [this.#data.sinceStart ? axis({ size: 34, incrs: STEPS_SINCE_START, values: (u, ticks) => ticks.map(sinceStart) }) : axis({ space: room, incrs: STEPS, values: hours }), axis({ size: labelRoom, values: (u, ticks) => ticks.map(format) })],
        series,
        bands,
        hooks: {
          setCursor: [(u) => (tip.show(u), this.#follow(graph.id, u))],
          drawAxes: [(u) => drawMarks(u, this.#data)],
        },
      },
      columns,
      (u, init) => {
        place.replaceChildren(u.root);
        init();
        u.over.append(tip.element);
        u.setScale("x", xRange(this.#data));
      },
    );
    this.#pointer(plot);
    this.#keyboard(place, graph, plot, tip);
    menu(place.closest("figure"), () => this.#current(graph.id));
    this.resize.observe(place);
    return plot;
  }

  /** What is shown of a graph now, to be saved. */
  #current(id) {
    const graph = this.#data.graphs.find((each) => each.id === id);
    const { seconds, rows } = withGaps(this.#data, graph.time ? graph : this.#data);
    const lines = graph.lines.map((line) => {
      const [mean, min, max] = linesOf(line, rows);
      return { mean, min, max };
    });
    const title = document.querySelector(`[data-graph="${id}"] h3`).textContent;
    return { title, graph, seconds, lines, data: this.#data, spans: this.#data.loadTests ?? [] };
  }

  /** A drag along the time axis chooses a range, with a mouse or a finger; so does a pinch. Up and down scrolls. */
  #pointer(plot) {
    const over = plot.over;
    const held = new Map();
    let start = null;
    let pinched = null;
    let lastTap = { at: 0, x: 0 };
    const place = (event) => event.clientX - over.getBoundingClientRect().left;
    const value = (x) => plot.posToVal(Math.min(Math.max(x, 0), over.clientWidth), "x");
    const end = () => {
      held.clear();
      start = null;
      pinched = null;
      this.#select(0, 0);
    };
    over.addEventListener("pointerenter", (event) => (this.#mouse = event.pointerType === "mouse"));
    over.addEventListener("pointerleave", () => (this.#mouse = false));
    over.addEventListener("pointerdown", (event) => {
      this.#mouse = event.pointerType === "mouse";
      if (event.button !== 0 || (event.pointerType === "mouse" && held.size > 0)) {
        return;
      }
      held.set(event.pointerId, place(event));
      over.setPointerCapture(event.pointerId);
      if (held.size === 1) {
        start = place(event);
      } else if (held.size === 2 && this.#zoom) {
        start = null;
        this.#select(0, 0);
        pinched = [...held.entries()].map(([id, x]) => ({ id, value: value(x) }));
      }
    });
    over.addEventListener("pointermove", (event) => {
      this.#mouse = event.pointerType === "mouse";
      if (!held.has(event.pointerId)) {
        return;
      }
      held.set(event.pointerId, place(event));
      if (pinched) {
        this.#preview(pinchedRange(pinched, held, over.clientWidth, this.#data));
      } else if (start !== null && this.#zoom && Math.abs(place(event) - start) >= LEAST_DRAG) {
        this.#select(value(Math.min(start, place(event))), value(Math.max(start, place(event))));
        if (event.pointerType !== "mouse") {
          plot.setCursor({ left: place(event), top: 10 });
        }
      }
    });
    over.addEventListener("pointerup", (event) => {
      if (!held.has(event.pointerId)) {
        return;
      }
      const x = place(event);
      if (pinched) {
        const { min, max } = pinchedRange(pinched, held, over.clientWidth, this.#data);
        end();
        this.#zoom(min * 1000, max * 1000);
        return;
      }
      const from = start;
      end();
      if (from !== null && this.#zoom && Math.abs(x - from) >= LEAST_DRAG) {
        this.#zoom(value(Math.min(from, x)) * 1000, value(Math.max(from, x)) * 1000);
      } else if (event.pointerType !== "mouse") {
        const again = event.timeStamp - lastTap.at < DOUBLE_TAP_MILLIS && Math.abs(x - lastTap.x) < 30;
        lastTap = { at: again ? 0 : event.timeStamp, x };
        plot.setCursor({ left: x, top: 10 });
        if (again) {
          this.#back?.();
        }
      }
    });
    over.addEventListener("pointercancel", () => {
      if (pinched) {
        this.#preview(xRange(this.#data));
      }
      end();
    });
    over.addEventListener("dblclick", (event) => {
      if (event.pointerType !== "touch" && !matchMedia("(hover: none)").matches) {
        this.#back?.();
      }
    });
  }

  /** Moves the cursors of all other graphs to the same moment. */
  #follow(id, leader) {
    // Only the graph that has the cursor can lose it: one that is drawn for the first time says that it has none.
    if (this.#following || (leader.cursor.left < 0 && this.#cursor?.id !== id)) {
      return;
    }
    this.#following = true;
    const seconds = leader.cursor.left < 0 ? null : leader.posToVal(leader.cursor.left, "x");
    this.#cursor = seconds === null ? null : { id, seconds };
    for (const plot of this.#plots.values()) {
      if (plot !== leader) {
        const left = seconds === null ? -10 : plot.valToPos(seconds, "x");
        // A graph that was drawn this moment has no range yet.
        plot.setCursor(Number.isFinite(left) ? { left, top: 10 } : { left: -10, top: -10 });
      }
    }
    this.#following = false;
  }

  /** Marks a range of seconds in all graphs; none when both are equal. */
  #select(from, to) {
    for (const plot of this.#plots.values()) {
      const left = from === to ? 0 : plot.valToPos(from, "x");
      const width = from === to ? 0 : plot.valToPos(to, "x") - left;
      plot.setSelect({ left, width, top: 0, height: plot.over.clientHeight }, false);
    }
  }

  /**
   * Half the range, within it, or twice the range, at the latest until now: around a moment, or around the middle.
   */
  #around(moment, closer) {
    const { min, max } = xRange(this.#data);
    const [from, to] = [min * 1000, max * 1000];
    const middle = moment ?? (from + to) / 2;
    if (closer) {
      const start = Math.min(Math.max(from, middle - (to - from) / 4), (from + to) / 2);
      return [start, start + (to - from) / 2];
    }
    return [middle - (to - from), Math.min(middle + to - from, Math.max(this.#data.at ?? to, to))];
  }

  #preview(range) {
    for (const plot of this.#plots.values()) {
      plot.setScale("x", range);
    }
  }

  /** Arrow keys walk along the graph, plus and minus look closer and wider around the cursor, Escape goes back. */
  #keyboard(place, graph, plot, tip) {
    place.tabIndex = 0;
    place.setAttribute("role", "application");
    place.setAttribute("aria-roledescription", "graph");
    const title = place.closest("figure").querySelector("h3").textContent;
    const zooms = this.#zoom ? ", plus looks closer, minus wider, Escape goes back" : "";
    place.setAttribute("aria-label", `${title}. Left and right walk along it${zooms}. The table below has the numbers.`);
    place.onkeydown = (event) => {
      const last = plot.data[0].length - 1;
      // Without a cursor, a walk begins at the end that it comes from.
      const at = plot.cursor.idx;
      const step = { ArrowLeft: (at ?? last + 1) - 1, ArrowRight: (at ?? -1) + 1, Home: 0, End: last }[event.key];
      if (step !== undefined) {
        this.#mouse = false;
        const seconds = plot.data[0][Math.min(last, Math.max(0, step))];
        plot.setCursor({ left: plot.valToPos(seconds, "x"), top: 10 });
        this.#spoken.textContent = tip.text();
      } else if (this.#zoom && (event.key === "+" || event.key === "-")) {
        this.#zoom(...this.#around(at == null ? null : plot.data[0][at] * 1000, event.key === "+"));
      } else if (event.key === "Escape" && this.#back) {
        this.#back();
      } else {
        return;
      }
      event.preventDefault();
    };
  }
}

/** The box at the cursor: the time, and each line with its mean and what it was at least and at most. */
class Tip {
  #time = document.createElement("p");
  #rows;
  #format;
  #perLine;
  #moment;

  /** `moment` writes the seconds of the time axis. */
  constructor(graph, format, perLine, moment) {
    this.#format = format;
    this.#perLine = perLine;
    this.#moment = moment;
    this.element = document.createElement("div");
    this.element.className = "graph-tip";
    this.element.hidden = true;
    this.element.append(this.#time);
    this.#rows = graph.lines.map((line, i) => {
      const row = document.createElement("p");
      const swatch = document.createElement("span");
      swatch.className = `swatch s${i + 1}`;
      const label = document.createElement("span");
      label.textContent = line.label;
      const value = document.createElement("b");
      const band = document.createElement("small");
      row.append(swatch, label, value, band);
      this.element.append(row);
      return { label: line.label, value, band };
    });
  }

  show(plot) {
    const at = plot.cursor.idx;
    // A graph that is taken away has no data any more, but its cursor may still leave.
    const values = at == null ? [] : this.#rows.map((row, i) => plot.data[1 + i * this.#perLine]?.[at]);
    this.element.hidden = plot.cursor.left < 0 || values.every((each) => each == null);
    if (this.element.hidden) {
      return;
    }
    const seconds = plot.data[0][at];
    this.#time.textContent = this.#moment(seconds);
    this.#rows.forEach((row, i) => {
      row.value.textContent = values[i] == null ? "–" : this.#format(values[i]);
      const least = this.#perLine === 3 ? plot.data[2 + i * this.#perLine][at] : null;
      const most = this.#perLine === 3 ? plot.data[3 + i * this.#perLine][at] : null;
      row.band.textContent = least == null ? "" : `${this.#format(least)} to ${this.#format(most)}`;
    });
    const x = plot.valToPos(seconds, "x");
    const width = this.element.offsetWidth;
    const room = plot.over.clientWidth;
    const left = x < room / 2 ? x + 12 : x - 12 - width;
    this.element.style.transform = `translate(${Math.round(Math.min(Math.max(left, -60), room - width + 24))}px, 0)`;
  }

  /** The same in one line, to be read aloud. */
  text() {
    const rows = this.#rows.map((row) => `${row.label && `${row.label} `}${row.value.textContent}${row.band.textContent && `, ${row.band.textContent}`}`);
    return `${this.#time.textContent}: ${rows.join("; ")}`;
  }
}

/** The range in which both fingers are on the times on which they were put. */
function pinchedRange(pinched, held, width, data) {
  const [one, other] = pinched.map((each) => ({ value: each.value, x: held.get(each.id) }));
  const old = xRange(data);
  const apart = Math.abs(one.x - other.x) < 1 ? Math.sign(one.x - other.x || 1) : one.x - other.x;
  const perPixel = Math.max(LEAST_SPAN_SECONDS / width, Math.abs((one.value - other.value) / apart));
  const min = Math.max(0, (one.value + other.value) / 2 - ((one.x + other.x) / 2) * perPixel);
  const latest = Math.max((data.at ?? data.to) / 1000, old.max);
  return { min, max: Math.min(latest, min + perPixel * width) };
}

/** A value between two gaps makes no line: it is drawn as a point. */
function lonely(plot, i, from, to) {
  const values = plot.data[i];
  for (let at = from; at <= to; at++) {
    if (values[at] != null && values[at - 1] == null && values[at + 1] == null) {
      return true;
    }
  }
  return false;
}

function linesOf(line, rows) {
  const pick = (values) => rows.map((row) => (row < 0 ? null : values[row]));
  return line.min ? [pick(line.mean), pick(line.min), pick(line.max)] : [pick(line.mean)];
}

/**
 * A bucket is drawn at the middle of its part in the range, so that the first and the last stay visible. A gap of more
 * than a bucket becomes a row without values, which interrupts the lines.
 */
function withGaps({ from, to }, { time: starts, bucketSeconds }) {
  const seconds = [];
  const rows = [];
  starts.forEach((start, row) => {
    const middle = (Math.max(start, from / 1000) + Math.min(start + bucketSeconds, to / 1000)) / 2;
    if (row > 0 && start - starts[row - 1] > bucketSeconds * 1.5) {
      seconds.push(starts[row - 1] + bucketSeconds * 1.5);
      rows.push(-1);
    }
    seconds.push(middle);
    rows.push(row);
  });
  return { seconds, rows };
}

/** What is shown: all of the data, or a part of it that the page chose. */
function xRange(data) {
  const { from, to } = data.shown ?? data;
  return { min: from / 1000, max: Math.max(to, from + 1000) / 1000 };
}

function axis(more) {
  return {
    stroke: colour("--ink-soft"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { stroke: colour("--line"), width: 1, size: 4 },
    font: "12px system-ui, sans-serif",
    ...more,
  };
}

/** As wide as the longest number on the axis. */
function labelRoom(plot, labels) {
  const longest = Math.max(4, ...(labels ?? []).map((each) => each.length));
  return Math.ceil(longest * 6.8) + 14;
}

/** How far labels of the time axis are apart at least: on a longer one each has its date. */
function room(plot, i, min, max) {
  return max - min > 2 * 24 * HOUR ? 70 : 60;
}

/** Labels of the time axis: 24 hours, and the date where a day begins. */
function hours(plot, ticks) {
  const range = plot.scales.x.max - plot.scales.x.min;
  let day = "";
  return ticks.map((seconds) => {
    const text = stamp(seconds * 1000);
    const date = text.slice(0, 10);
    const shown = range < 600 ? text.slice(11, 19) : text.slice(11, 16);
    if (range > 14 * 86400) {
      return date;
    }
    const label = date === day ? shown : `${shown}\n${date}`;
    day = date;
    return label;
  });
}

function withOpacity(stroke, opacity) {
  const hex = stroke.match(/^#([0-9a-f]{6})$/i);
  return hex ? `${stroke}${Math.round(opacity * 255).toString(16).padStart(2, "0")}` : "transparent";
}

function drawMarks(plot, data) {
  const context = plot.ctx;
  const { left, top, width, height } = plot.bbox;
  const x = (millis) => Math.round(plot.valToPos(millis / 1000, "x", true));
  const within = (at) => at >= left && at <= left + width;
  const colours = { start: colour("--good"), crash: colour("--bad"), "log stall": colour("--warn") };
  context.save();
  for (const span of data.loadTests ?? []) {
    const from = Math.max(left, x(span.from));
    const to = Math.min(left + width, Math.max(x(span.to), x(span.from) + 2 * devicePixelRatio));
    if (to > from) {
      context.fillStyle = colour("--thread");
      context.globalAlpha = 0.1;
      context.fillRect(from, top, to - from, height);
      context.globalAlpha = 1;
    }
  }
  context.lineWidth = devicePixelRatio;
  context.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  for (const mark of data.marks ?? []) {
    const at = x(mark.time);
    // A load test is shaded, and lines around each would hide the others.
    if (within(at) && !mark.kind.startsWith("load test")) {
      context.strokeStyle = colours[mark.kind] ?? colour("--line-strong");
      context.beginPath();
      context.moveTo(at, top);
      context.lineTo(at, top + height);
      context.stroke();
    }
  }
  context.restore();
}
