// Adds a cursor to the graphs of load tests and comparisons: it shows the values of both ranges at the same time since
// their starts, by pointer or by arrow keys. The graphs are complete without it.

import { showTimes } from "./report-format.js";

const RIGHT = 12;
const TOP = 12;
const BOTTOM = 24;

const data = JSON.parse(document.getElementById("overlay-data")?.textContent ?? "[]");

function elapsed(seconds) {
  const whole = Math.round(seconds);
  if (whole < 60) {
    return `${whole} s`;
  }
  return whole < 3600
    ? `${Math.floor(whole / 60)} min ${whole % 60} s`
    : `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

function addCursor(graph) {
  const figure = document.querySelector(`[data-graph="${CSS.escape(graph.id)}"]`);
  const svg = figure?.querySelector("svg");
  const plot = figure?.querySelector(".overlay-plot");
  if (!svg) {
    return;
  }
  const output = figure.querySelector("output");
  const { width, height } = svg.viewBox.baseVal;
  const step = Math.min(...graph.lines.map((line) => line.step));
  const last = Math.max(0, Math.ceil(graph.seconds / step) - 1);
  const cursor = document.createElementNS("http://www.w3.org/2000/svg", "line");
  cursor.setAttribute("class", "cursor");
  cursor.setAttribute("y1", TOP);
  cursor.setAttribute("y2", height - BOTTOM);
  let position = 0;

  function show(to) {
    position = Math.min(last, Math.max(0, to));
    const seconds = (position + 0.5) * step;
    const x = graph.left + (seconds / graph.seconds) * (width - graph.left - RIGHT);
    cursor.setAttribute("x1", x);
    cursor.setAttribute("x2", x);
    svg.append(cursor);
    const values = graph.lines.map((line) => {
      const value = line.values[Math.floor(seconds / line.step)] ?? "–";
      return line.name ? `${line.name} ${value}` : value;
    });
    const text = `${elapsed(position * step)}: ${values.join(", ")}`;
    output.textContent = text;
    plot.setAttribute("aria-valuenow", position);
    plot.setAttribute("aria-valuetext", text);
  }

  function hide() {
    cursor.remove();
    output.textContent = "";
  }

  plot.tabIndex = 0;
  plot.setAttribute("role", "slider");
  plot.setAttribute("aria-label", `${figure.querySelector("h3").textContent}, time since the start`);
  plot.setAttribute("aria-valuemin", 0);
  plot.setAttribute("aria-valuemax", last);
  plot.setAttribute("aria-valuenow", 0);
  plot.setAttribute("aria-valuetext", elapsed(0));
  output.setAttribute("aria-live", "off"); // the slider tells it
  const onPointer = (event) => {
    const box = svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * width;
    show(Math.floor((((x - graph.left) / (width - graph.left - RIGHT)) * graph.seconds) / step));
  };
  plot.addEventListener("pointermove", onPointer);
  plot.addEventListener("pointerdown", onPointer);
  plot.addEventListener("pointerleave", hide);
  plot.addEventListener("focus", () => plot.matches(":focus-visible") && show(position));
  plot.addEventListener("blur", hide);
  plot.addEventListener("keydown", (event) => {
    const far = Math.max(1, Math.round(last / 10));
    const to = {
      ArrowLeft: position - 1,
      ArrowDown: position - 1,
      ArrowRight: position + 1,
      ArrowUp: position + 1,
      PageDown: position - far,
      PageUp: position + far,
      Home: 0,
      End: last,
    }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      show(to);
    }
  });
}

showTimes(document);
data.forEach(addCursor);
