// Draws the graphs of a run with uPlot: one cursor and one tooltip for all, a range to look closer at. A classic
// script, because report.html has it in itself and opens from disk. The live page gives it new numbers.
// Long, because report.html has one script for all graphs.
"use strict";

const runGraphs = (() => {
  const HEIGHT = 230;
  // As drawn for paper: run.css fits them to their cards, whatever the paper is.
  const PRINTED_WIDTH = 360;
  const PRINTED_WIDE = 740;
  const SIZES = ["B", "kB", "MB", "GB", "TB"];
  const STEPS_OF_TIME = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200];
  const FORMATS = {
    count: number,
    rate: (value) => `${number(value)}/s`,
    percent: (value) => `${number(value)} %`,
    bytes,
    millis,
  };

  const plots = new Map();
  let data = null;
  let known = { seconds: [] };
  let zoomed = null;
  let hovered = null;

  function number(value) {
    const size = Math.abs(value);
    const digits = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2;
    return value.toLocaleString("en-US", { maximumFractionDigits: digits });
  }

  function bytes(value) {
    let unit = 0;
    let scaled = value;
    while (scaled >= 999.5 && unit < SIZES.length - 1) {
      scaled /= 1000;
      unit++;
    }
    return `${number(unit === 0 ? scaled : Number(scaled.toPrecision(3)))} ${SIZES[unit]}`;
  }

  function millis(value) {
    const short = (amount) => Number(amount.toPrecision(3)).toLocaleString("en-US");
    return value >= 1000 ? `${short(value / 1000)} s` : value < 0.9995 ? `${short(value * 1000)} µs` : `${short(value)} ms`;
  }

  function clock(seconds) {
    const whole = Math.round(seconds);
    const two = (part) => String(part).padStart(2, "0");
    const minutes = Math.floor(whole / 60);
    return minutes < 60 ? `${minutes}:${two(whole % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
  }

  /** Of a logarithmic axis, grid lines at powers of ten alone. */
  function decades(u, splits) {
    return splits.map((value) => (Math.abs(Math.log10(value) % 1) < 1e-9 ? value : null));
  }

  /** The range of a logarithmic axis, so that a grid line is below and above, also of a single value. */
  function wholeDecades(u, min, max) {
    const low = 10 ** Math.floor(Math.log10(min ?? 1));
    return [low, Math.max(10 * low, 10 ** Math.ceil(Math.log10(max ?? 1)))];
  }

  /** 1 / (1 - percentile) as a percentile. */
  function percentile(step) {
    const value = 100 - 100 / step;
    return `p${Number(value.toFixed(step >= 1000 ? 4 : 2))}`;
  }

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  // Numbers

  /** Takes new numbers: rows of the timeline from `from` on, after those that are known, if these still hold. */
  function take(fresh) {
    const continues = data?.rows === fresh.rows && fresh.from > 0;
    const from = continues ? fresh.from : 0;
    const all = {};
    for (const [name, values] of Object.entries(fresh.timeline)) {
      all[name] = [...(continues ? known[name].slice(0, from) : []), ...values];
    }
    known = all;
    data = fresh;
  }

  /** Columns for uPlot. A logarithmic axis has no place for nothing: 0 is where nothing was measured. */
  function columns(graph) {
    const shown = (values) => (graph.unit === "millis" ? values.map((value) => (value > 0 ? value : null)) : values);
    if (graph.source === "timeline") {
      return [known.seconds, ...graph.lines.map((line) => shown(known[line.key]))];
    }
    if (graph.source === "server") {
      return [data.server.seconds, ...graph.lines.map((line) => data.server[line.key])];
    }
    return uPlot.join(graph.lines.map((line) => [data.curves[line.key].steps, shown(data.curves[line.key].values)]));
  }

  function isEmpty(graph, values) {
    return values[0].length < 2 || values.slice(1).every((line) => line.every((value) => value == null))
      || (graph.id === "errors" && values.slice(1).every((line) => line.every((value) => value === 0)));
  }

  // Graphs

  function show(fresh) {
    if (fresh) {
      take(fresh);
    }
    if (document.hidden) {
      return; // drawn when somebody looks
    }
    for (const graph of data.graphs) {
      const place = document.querySelector(`[data-graph="${graph.id}"] .plot`);
      const values = columns(graph);
      const old = plots.get(graph.id);
      if (isEmpty(graph, values)) {
        old?.destroy();
        plots.delete(graph.id);
        nothing(place, graph);
      } else if (old?.root.isConnected && old.series.length === values.length) {
        old.batch(() => {
          old.setData(values, false);
          old.setScale("x", range(graph, values));
        });
      } else {
        old?.destroy();
        plots.set(graph.id, plot(place, graph, values));
      }
    }
  }

  function nothing(place, graph) {
    const said = document.createElement("p");
    said.className = "soft nothing";
    said.textContent =
      graph.id === "errors" && known.seconds.length > 1 ? "None: no connection failed, no message had a fault." : "Nothing was measured yet.";
    place.replaceChildren(said);
  }

  function range(graph, values) {
    if (zoomed && graph.source !== "curves") {
      return zoomed;
    }
    const all = graph.source === "curves" ? values[0] : [0, ...known.seconds];
    return { min: all[0], max: Math.max(all.at(-1), all[0] + 1) };
  }

  function grid(filter) {
    const line = { stroke: () => colour("--line"), width: 1, ...(filter ? { filter } : {}) };
    return { grid: line, ticks: { ...line, size: 4 } };
  }

  function axis(more) {
    return {
      stroke: () => colour("--ink-soft"),
      ...grid(),
      font: "12px system-ui, sans-serif",
      ...more,
    };
  }

  function plot(place, graph, values) {
    const format = FORMATS[graph.unit];
    const overTime = graph.source !== "curves";
    const x = overTime
      ? { size: 34, incrs: STEPS_OF_TIME, space: 60, values: (u, ticks) => ticks.map(clock) }
      : { size: 34, space: 64, values: (u, ticks) => ticks.map((tick) => (tick == null ? null : percentile(tick))) };
    const made = new uPlot(
      {
        width: Math.max(200, Math.floor(place.clientWidth)),
        height: HEIGHT,
        legend: { show: false },
        cursor: {
          y: false,
          drag: { x: overTime, y: false, setScale: false },
          sync: overTime ? { key: "run", setSeries: false } : undefined,
          bind: { dblclick: () => () => zoom(null) },
        },
        scales: {
          x: overTime ? { time: false } : { time: false, distr: 3 },
          y: graph.unit === "millis" ? { distr: 3, range: wholeDecades } : { range: (u, min, max) => [0, max > 0 ? max * 1.05 : 1] },
        },
        axes: [
          axis(overTime ? x : { ...x, ...grid(decades) }),
          axis({ size: labelRoom, ...(graph.unit === "millis" ? grid(decades) : {}), values: (u, ticks) => ticks.map((tick) => (tick == null ? null : format(tick))) }),
        ],
        series: [
          {},
          ...graph.lines.map((line, i) => ({
            label: line.label,
            stroke: () => colour(`--series-${i + 1}`),
            width: 1.75,
            points: { show: lonely },
            spanGaps: graph.source !== "timeline",
          })),
        ],
        hooks: {
          setSelect: [selected],
          setCursor: [(u) => pointAt(u, graph, place)],
        },
      },
      values,
      (u, init) => {
        place.replaceChildren(u.root);
        init();
        u.setScale("x", range(graph, values));
      },
    );
    made.over.addEventListener("mouseenter", () => (hovered = made));
    made.over.addEventListener("mouseleave", () => leave(made));
    keyboard(place, made);
    sizes.observe(place);
    return made;
  }

  /** As wide as the longest number on the axis. */
  function labelRoom(u, labels) {
    const longest = Math.max(4, ...(labels ?? []).map((each) => each?.length ?? 0));
    return Math.ceil(longest * 6.8) + 14;
  }

  /** A value between two gaps makes no line: it is drawn as a point. */
  function lonely(u, i, from, to) {
    const values = u.data[i];
    for (let at = from; at <= to; at++) {
      if (values[at] != null && values[at - 1] == null && values[at + 1] == null) {
        return !u.series[i].spanGaps;
      }
    }
    return false;
  }

  const sizes = new ResizeObserver((entries) => {
    for (const entry of entries) {
      const made = plots.get(entry.target.closest("[data-graph]")?.dataset.graph);
      if (made && entry.contentRect.width > 0 && Math.abs(made.width - entry.contentRect.width) >= 1) {
        made.setSize({ width: Math.floor(entry.contentRect.width), height: HEIGHT });
      }
    }
  });

  function selected(u) {
    if (u.select.width < 4) {
      return;
    }
    const from = u.posToVal(u.select.left, "x");
    const to = u.posToVal(u.select.left + u.select.width, "x");
    u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
    zoom({ min: from, max: Math.max(to, from + 2) });
  }

  /** All graphs over time show the same range; null is all of it. */
  function zoom(to) {
    zoomed = to;
    for (const graph of data.graphs) {
      plots.get(graph.id)?.setScale("x", range(graph, plots.get(graph.id).data));
    }
  }

  function keyboard(place, u) {
    place.tabIndex = 0;
    place.setAttribute("role", "application");
    place.setAttribute("aria-roledescription", "graph");
    const title = place.closest("figure").querySelector("h3").textContent;
    place.setAttribute("aria-label", `${title}. Left and right walk along it, Escape shows all of it.`);
    place.onkeydown = (event) => {
      const last = u.data[0].length - 1;
      const at = u.cursor.idx ?? last;
      const step = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key];
      if (step !== undefined) {
        hovered = u;
        u.setCursor({ left: u.valToPos(u.data[0][Math.min(last, Math.max(0, step))], "x"), top: 10 });
        spoken.textContent = [...tip.children].map((row) => [...row.childNodes].map((each) => each.textContent).join(" ")).join("; ");
        event.preventDefault();
      } else if (event.key === "Escape") {
        zoom(null);
      }
    };
    place.onblur = () => leave(u);
  }

  // Tooltip

  const tip = document.createElement("div");
  tip.className = "graph-tip";
  tip.hidden = true;
  /** What the cursor that the keyboard moves is at, to be read aloud. */
  const spoken = document.createElement("p");
  spoken.className = "visually-hidden";
  spoken.setAttribute("role", "status");
  document.body.append(spoken);

  function leave(u) {
    if (hovered === u) {
      hovered = null;
      tip.hidden = true;
    }
  }

  /** Values at the cursor: in the tooltip of the graph that is pointed at, and in the legends of all. */
  function pointAt(u, graph, place) {
    const at = u.cursor.idx;
    const format = FORMATS[graph.unit];
    const written = graph.lines.map((line, i) => {
      const value = at == null ? null : u.data[i + 1][at];
      return value == null ? "" : format(value);
    });
    place.closest("figure").querySelectorAll(".legend output").forEach((output, i) => (output.textContent = written[i]));
    if (u === hovered) {
      fillTip(u, graph, place, at, written);
    }
  }

  function fillTip(u, graph, place, at, written) {
    if (at == null || u.cursor.left < 0) {
      tip.hidden = true;
      return;
    }
    const head = document.createElement("p");
    head.textContent = graph.source === "curves" ? percentile(u.data[0][at]) : clock(u.data[0][at]);
    const rows = graph.lines.map((line, i) => {
      const row = document.createElement("p");
      const swatch = document.createElement("span");
      swatch.className = `swatch s${i + 1}`;
      const label = document.createElement("span");
      label.textContent = line.label;
      const value = document.createElement("b");
      value.textContent = written[i] || "nothing";
      row.append(swatch, label, value);
      return row;
    });
    tip.replaceChildren(head, ...rows);
    tip.hidden = false;
    u.over.append(tip);
    const right = u.cursor.left > u.over.clientWidth / 2;
    const left = right ? u.cursor.left - tip.offsetWidth - 12 : u.cursor.left + 12;
    tip.style.transform = `translate(${Math.round(Math.max(-40, left))}px, 4px)`;
  }

  function legends() {
    for (const item of document.querySelectorAll("[data-graph] .legend li")) {
      if (!item.querySelector("output")) {
        item.append(" ", document.createElement("output"));
      }
    }
  }

  // Themes and paper

  const redraw = () => plots.forEach((each) => each.redraw(false));
  new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  document.addEventListener("visibilitychange", () => data && show());

  let theme;
  addEventListener("beforeprint", () => {
    theme = document.documentElement.getAttribute("data-theme");
    document.documentElement.dataset.theme = "light";
    for (const each of plots.values()) {
      each.setSize({ width: each.root.closest(".wide") ? PRINTED_WIDE : PRINTED_WIDTH, height: HEIGHT });
    }
  });
  addEventListener("afterprint", () => {
    if (theme) {
      document.documentElement.dataset.theme = theme;
    } else {
      document.documentElement.removeAttribute("data-theme");
    }
    plots.forEach((each) => each.setSize({ width: Math.floor(each.root.parentElement.clientWidth), height: HEIGHT }));
  });

  const read = (page) => JSON.parse(page.getElementById("run-data").textContent);
  document.querySelectorAll("[data-needs-script]").forEach((each) => (each.hidden = false));
  legends();
  show(read(document));
  return {
    read,
    show,
    legends,
    data: () => data,
    rows: () => known.seconds.length,
    range: (id, axis = "x") => ({ min: plots.get(id).scales[axis].min, max: plots.get(id).scales[axis].max }),
  };
})();
