// Draws a dashboard of deploy/grafana from its own file and from what Prometheus answers to its own queries: panels at
// their places, timeseries, stat and bargauge panels with their units, colours, dashes and legends. A panel of another
// kind, or a query without data, is an error. It is no Grafana: what Grafana would draw looks different.
const COLUMNS = 24;
const ROW = 30;
const GAP = 8;
const COLOURS = ["#7a71cc", "#d2552d", "#308c5e", "#a4740b", "#2385b1", "#be56a1"];
const POWERS = Array.from({ length: 40 }, (none, nth) => 2 ** nth);
const INK = "#5d5767";
const GRID = "#e6dfd0";

let api;
let time;

async function draw(dashboard, prometheus, from, to, rateInterval) {
  api = prometheus + "/api/v1/";
  time = { from, to, rateInterval };
  document.body.append(element("h1", dashboard.title));
  document.querySelector("h1").append(element("small", `${clock(from)} to ${clock(to)} UTC`));
  const panels = document.body.appendChild(element("div"));
  panels.id = "panels";
  const starts = await marks(dashboard);
  let bottom = 0;
  for (const panel of dashboard.panels) {
    const box = panels.appendChild(element("div"));
    box.className = "panel";
    place(box, panel.gridPos, panels.clientWidth);
    bottom = Math.max(bottom, (panel.gridPos.y + panel.gridPos.h) * ROW);
    box.append(element("h2", panel.title));
    await kinds[panel.type](panel, box, starts);
  }
  panels.style.height = `${bottom}px`;
  return document.documentElement.scrollHeight;
}

const kinds = {
  async stat(panel, box) {
    const [{ value }] = await now(panel.targets[0]);
    const text = box.appendChild(element("div", format(panel, value)));
    text.className = "stat";
  },

  async bargauge(panel, box) {
    const bars = await now(panel.targets[0]);
    const most = Math.max(...bars.map((each) => each.value));
    for (const { name, value } of bars) {
      const bar = box.appendChild(element("div"));
      bar.className = "bar";
      const fill = element("i");
      fill.style.width = `${(100 * value) / most}%`;
      fill.style.background = panel.fieldConfig.defaults.color.fixedColor;
      bar.append(element("b", name), fill, element("b", format(panel, value)));
    }
  },

  async timeseries(panel, box, starts) {
    const lines = (await Promise.all(panel.targets.map(range))).flat();
    const colours = lines.map((line, nth) => look(panel, line.name, nth));
    const stacked = panel.fieldConfig.defaults.custom.stacking.mode === "normal";
    const xs = [];
    for (let x = time.from; x <= time.to; x++) xs.push(x);
    const ys = lines.map((line) => xs.map((x) => line.values.get(x) ?? null));
    if (stacked) ys.forEach((y, nth) => nth && y.forEach((v, i) => (y[i] = (v ?? 0) + (ys[nth - 1][i] ?? 0))));
    const soft = panel.fieldConfig.defaults.custom.axisSoftMax ?? 0;
    const legendHeight = legend(box, lines, colours);
    new uPlot(
      {
        width: box.clientWidth - 16,
        height: box.clientHeight - 40 - legendHeight,
        legend: { show: false },
        cursor: { show: false },
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
        scales: { y: { range: (plot, least, most) => [0, Math.max(most * 1.1, soft) || 1] } },
        axes: [
          { stroke: INK, grid: { stroke: GRID }, ticks: { stroke: GRID }, values: (plot, at) => at.map(clock), size: 24 },
          { stroke: INK, grid: { stroke: GRID }, ticks: { stroke: GRID }, values: (plot, at) => at.map((each) => format(panel, each)), size: 66, space: 28, incrs: panel.fieldConfig.defaults.unit === "bytes" ? POWERS : undefined },
        ],
        series: [{}, ...colours.map(({ stroke, dash }) => ({ stroke, dash, width: 1.5, points: { show: false }, fill: stacked ? `${stroke}60` : undefined }))],
        hooks: { draw: [(plot) => starts.forEach((at) => mark(plot, at))] },
      },
      [xs, ...ys],
      box,
    );
  },
};

function look(panel, name, nth) {
  const own = panel.fieldConfig.overrides.find((each) => each.matcher.options === name)?.properties ?? [];
  const property = (id) => own.find((each) => each.id === id)?.value;
  return {
    stroke: property("color")?.fixedColor ?? COLOURS[nth % COLOURS.length],
    dash: property("custom.lineStyle")?.dash,
  };
}

function legend(box, lines, colours) {
  const list = box.appendChild(element("div"));
  list.className = "legend";
  lines.forEach(({ name }, nth) => {
    const entry = list.appendChild(element("span"));
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("width", 20);
    svg.setAttribute("height", 4);
    const line = svg.appendChild(document.createElementNS(svg.namespaceURI, "line"));
    for (const [key, value] of Object.entries({ x2: 20, y1: 2, y2: 2, "stroke-width": 3, stroke: colours[nth].stroke })) {
      line.setAttribute(key, value);
    }
    if (colours[nth].dash) line.setAttribute("stroke-dasharray", colours[nth].dash.join(" "));
    entry.append(svg, name);
  });
  return list.offsetHeight;
}

function mark(plot, at) {
  const x = Math.round(plot.valToPos(at, "x", true));
  plot.ctx.save();
  plot.ctx.strokeStyle = COLOURS[2];
  plot.ctx.setLineDash([4, 3]);
  plot.ctx.beginPath();
  plot.ctx.moveTo(x, plot.bbox.top);
  plot.ctx.lineTo(x, plot.bbox.top + plot.bbox.height);
  plot.ctx.stroke();
  plot.ctx.restore();
}

/** Times, in seconds, of the annotations whose values are times. */
async function marks(dashboard) {
  const all = [];
  for (const each of dashboard.annotations.list.filter((one) => one.useValueForTime)) {
    for (const { value } of await now({ expr: each.expr, legendFormat: "" })) all.push(value / 1000);
  }
  return all.filter((at) => at >= time.from && at <= time.to);
}

async function now(target) {
  return (await ask("query", { query: filled(target.expr), time: time.to })).map((each) => ({
    name: named(target, each.metric),
    value: Number(each.value[1]),
  }));
}

async function range(target) {
  const answer = await ask("query_range", { query: filled(target.expr), start: time.from, end: time.to, step: 1 });
  return answer.map((each) => ({
    name: named(target, each.metric),
    values: new Map(each.values.filter(([, value]) => value !== "NaN").map(([at, value]) => [at, Number(value)])),
  }));
}

async function ask(what, parameters) {
  const answer = await (await fetch(`${api}${what}?${new URLSearchParams(parameters)}`)).json();
  if (answer.status !== "success" || answer.data.result.length === 0) {
    throw new Error(`${parameters.query}: ${answer.error ?? "no data"}`);
  }
  return answer.data.result;
}

function filled(expression) {
  return expression
    .replaceAll("$node", ".+")
    .replaceAll("$__rate_interval", time.rateInterval)
    .replaceAll("$__range", `${time.to - time.from}s`);
}

function named(target, labels) {
  return target.legendFormat.replaceAll(/\{\{(\w+)\}\}/g, (all, label) => labels[label] ?? "");
}

function format(panel, value) {
  const { unit, decimals } = panel.fieldConfig.defaults;
  const shown = (number, digits = 3) =>
    decimals === undefined ? String(Number(number.toPrecision(digits))) : number.toFixed(decimals);
  if (unit === "percentunit") return `${shown(value * 100)} %`;
  if (unit === "s") {
    const [scale, name] = value >= 1 || value === 0 ? [1, "s"] : value >= 1e-3 ? [1e3, "ms"] : [1e6, "µs"];
    return `${shown(value * scale)} ${name}`;
  }
  if (unit === "bytes" || unit === "Bps") {
    const [step, names] = unit === "bytes" ? [1024, ["B", "KiB", "MiB", "GiB"]] : [1000, ["B/s", "kB/s", "MB/s", "GB/s"]];
    let nth = 0;
    for (; value >= step && nth < 3; nth++) value /= step;
    return `${shown(value)} ${names[nth]}`;
  }
  return value >= 1000 ? `${shown(value / 1000)} K` : shown(value);
}

function place(box, { x, y, w, h }, width) {
  box.style.left = `${(x * width) / COLUMNS + GAP / 2}px`;
  box.style.top = `${y * ROW}px`;
  box.style.width = `${(w * width) / COLUMNS - GAP}px`;
  box.style.height = `${h * ROW - GAP}px`;
}

function clock(seconds) {
  return new Date(seconds * 1000).toISOString().slice(11, 19);
}

function element(name, text = "") {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
