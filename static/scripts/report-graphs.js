// Draws the graphs of the report with uPlot: means as lines, least to greatest as bands, marks for restarts and load
// tests. Long, because the options of one graph are made in one place.

const HEIGHT = 220;
const SIZES = ["B", "kB", "MB", "GB", "TB", "PB"];
const DASHES = [[], [7, 4], [2, 4]];
const BAND_OPACITY = 0.2;

const FORMATS = {
  count: number,
  rate: number,
  bytes,
  bytesRate: (value) => `${bytes(value)}/s`,
  percent: (value) => `${number(value)} %`,
  millisRate: (value) => `${number(value)} ms/s`,
};

function number(value) {
  const size = Math.abs(value);
  if (size > 0 && size < 0.1) {
    return value.toLocaleString("en-US", { maximumSignificantDigits: 2 });
  }
  const digits = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", { minimumFractionDigits: 0, maximumFractionDigits: digits });
}

function bytes(value) {
  let unit = 0;
  let scaled = value;
  while (Math.abs(scaled) >= 999.5 && unit < SIZES.length - 1) {
    scaled /= 1000;
    unit++;
  }
  if (unit === 0) {
    return `${number(value)} B`;
  }
  const digits = scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  return `${scaled.toLocaleString("en-US", { maximumFractionDigits: digits })} ${SIZES[unit]}`;
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** All graphs of the page. `zoom(from, to)` is called with milliseconds when somebody drags across one. */
export class Graphs {
  #plots = new Map();
  #data = null;
  #zoom;

  constructor({ zoom }) {
    this.#zoom = zoom;
    const redraw = () => this.#redraw();
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
    const times = withGaps(data);
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
      const columns = [times.seconds, ...graph.lines.flatMap((line) => linesOf(line, times.rows))];
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
  }

  #redraw() {
    for (const plot of this.#plots.values()) {
      plot.destroy();
    }
    this.#plots.clear();
    this.show(this.#data);
  }

  #plot(place, graph, columns) {
    const format = FORMATS[graph.unit];
    const series = [{}];
    const bands = [];
    const perLine = (columns.length - 1) / graph.lines.length;
    graph.lines.forEach((line, i) => {
      const stroke = colour(`--series-${i + 1}`);
      const first = series.length;
      series.push({ label: line.label, stroke, width: 1.5, dash: DASHES[i], points: { show: lonely } });
      if (perLine === 3) {
        series.push({ label: "least", points: { show: false } }, { label: "greatest", points: { show: false } });
        bands.push({ series: [first + 2, first + 1], fill: withOpacity(stroke) });
      }
    });
    const plot = new uPlot(
      {
        width: Math.max(200, Math.floor(place.clientWidth)),
        height: HEIGHT,
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
        legend: { show: false },
        cursor: {
          y: false,
          points: { size: (u, i) => ((i - 1) % perLine === 0 ? 7 : 0) },
          drag: { x: true, y: false, setScale: false },
          sync: { key: "report", setSeries: false },
        },
        scales: { x: { time: true }, y: { range: (u, min, max) => [0, max > 0 ? max * 1.05 : 5] } },
        axes: [axis({ space: 70, values: hours }), axis({ size: 72, values: (u, ticks) => ticks.map(format) })],
        series,
        bands,
        hooks: {
          setSelect: [(u) => this.#selected(u)],
          setCursor: [(u) => readOut(place, graph, u, format, perLine)],
          drawAxes: [(u) => drawMarks(u, this.#data)],
        },
      },
      columns,
      (u, init) => {
        place.replaceChildren(u.root);
        init();
        u.setScale("x", xRange(this.#data));
      },
    );
    this.#keyboard(place, graph, plot);
    this.resize.observe(place);
    return plot;
  }

  #selected(plot) {
    if (plot.select.width < 4) {
      return;
    }
    const from = plot.posToVal(plot.select.left, "x") * 1000;
    const to = plot.posToVal(plot.select.left + plot.select.width, "x") * 1000;
    plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
    this.#zoom(from, to);
  }

  /** Arrow keys walk along the graph, plus and minus look closer and wider around the cursor. */
  #keyboard(place, graph, plot) {
    place.tabIndex = 0;
    place.setAttribute("role", "application");
    place.setAttribute("aria-roledescription", "graph");
    const title = place.closest("figure").querySelector("h3").textContent;
    place.setAttribute("aria-label", `${title}. Left and right walk along it, plus looks closer, minus wider. The table below has the numbers.`);
    place.onkeydown = (event) => {
      const last = plot.data[0].length - 1;
      const at = plot.cursor.idx ?? last;
      const step = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key];
      if (step !== undefined) {
        const seconds = plot.data[0][Math.min(last, Math.max(0, step))];
        plot.setCursor({ left: plot.valToPos(seconds, "x"), top: 10 });
      } else if (event.key === "+" || event.key === "-") {
        const middle = plot.data[0][at] * 1000;
        const half = (this.#data.to - this.#data.from) * (event.key === "+" ? 0.25 : 1);
        this.#zoom(middle - half, Math.min(middle + half, Math.max(this.#data.at, middle + 1000)));
      } else {
        return;
      }
      event.preventDefault();
    };
  }
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
function withGaps({ time: starts, bucketSeconds, from, to }) {
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

function xRange(data) {
  return { min: data.from / 1000, max: Math.max(data.to, data.from + 1000) / 1000 };
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

/** Labels of the time axis: 24 hours, and the date where a day begins. */
function hours(plot, ticks) {
  const range = plot.scales.x.max - plot.scales.x.min;
  let day = "";
  return ticks.map((seconds) => {
    const iso = new Date(seconds * 1000).toISOString();
    const date = iso.slice(0, 10);
    const shown = range < 600 ? iso.slice(11, 19) : iso.slice(11, 16);
    if (range > 14 * 86400) {
      return date;
    }
    const label = date === day ? shown : `${shown}\n${date}`;
    day = date;
    return label;
  });
}

function withOpacity(stroke) {
  const hex = stroke.match(/^#([0-9a-f]{6})$/i);
  return hex ? `${stroke}${Math.round(BAND_OPACITY * 255).toString(16).padStart(2, "0")}` : "transparent";
}

/** Puts the values under the cursor into the legend. */
function readOut(place, graph, plot, format, perLine) {
  const items = place.closest("figure").querySelectorAll(".legend li");
  const at = plot.cursor.idx;
  items.forEach((item, i) => {
    let output = item.querySelector("output");
    if (!output) {
      output = document.createElement("output");
      item.append(" ", output);
    }
    const value = at == null ? null : plot.data[1 + i * perLine][at];
    if (value == null) {
      output.textContent = at == null ? "" : "no value";
      return;
    }
    const least = perLine === 3 ? plot.data[2 + i * perLine][at] : null;
    const most = perLine === 3 ? plot.data[3 + i * perLine][at] : null;
    output.textContent = format(value) + (least == null ? "" : ` (${format(least)} to ${format(most)})`);
  });
}

function drawMarks(plot, data) {
  const context = plot.ctx;
  const { left, top, width, height } = plot.bbox;
  const x = (millis) => Math.round(plot.valToPos(millis / 1000, "x", true));
  const within = (at) => at >= left && at <= left + width;
  const colours = { start: colour("--good"), crash: colour("--bad"), "log stall": colour("--warn") };
  context.save();
  for (const span of loadTests(data)) {
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
  for (const mark of data.marks) {
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

/**
 * From each announced start to its end; without one, until the server stopped or crashed, or the end of the range.
 */
function loadTests(data) {
  const ends = new Map(data.marks.filter((each) => each.kind === "load test end").map((each) => [each.id, each.time]));
  const spans = data.marks
    .filter((each) => each.kind === "load test start")
    .map((each) => ({ from: each.time, to: ends.get(each.id) ?? endOfRun(data, each.time) }));
  const starts = new Set(data.marks.filter((each) => each.kind === "load test start").map((each) => each.id));
  for (const [id, end] of ends) {
    if (!starts.has(id)) {
      spans.push({ from: data.from, to: end });
    }
  }
  return spans;
}

function endOfRun(data, after) {
  return data.marks.find((each) => each.time > after && ["stop", "crash", "start"].includes(each.kind))?.time ?? data.to;
}
