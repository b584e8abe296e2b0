// The graphs of load tests and comparisons, over the time since the starts: a look closer needs no new numbers. The
// page is complete without this script.

import { showTimes, stamp, timeIn } from "./report-format.js";
import { Graphs } from "./report-graphs.js";

const LEAST_SHOWN_MILLIS = 2_000;

showTimes(document);
showChoices();

/** The lists and the forms have the reader's time zone, as the rest of the page has. */
function showChoices() {
  for (const each of document.querySelectorAll("option[data-began]")) {
    each.textContent = each.textContent.replace(/^[\d-]+ [\d:]+/, stamp(Date.parse(each.dataset.began)));
  }
  const form = document.getElementById("compare-ranges");
  for (const input of form?.querySelectorAll("input") ?? []) {
    input.placeholder = "2026-11-24 01:50";
    if (/^\d{4}-.*Z$/.test(input.value)) {
      input.value = stamp(Date.parse(input.value));
    }
  }
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    const side = (name) => [`${name}From`, `${name}To`].map((each) => instant(timeIn(form.elements[each]))).join("..");
    const node = form.elements.node?.value;
    const asked = new URLSearchParams({ a: side("a"), b: side("b"), ...(node && { node }) });
    if (form.checkValidity()) {
      location.assign(`/report/compare?${asked}`);
    }
  });
}

function instant(sent) {
  return /^\d{13}$/.test(sent) ? new Date(Number(sent)).toISOString() : sent;
}

const element = document.getElementById("graph-data");
if (element) {
  const data = JSON.parse(element.textContent);
  /** What was shown before each look closer. */
  const before = [];
  const graphs = new Graphs({
    zoom(from, to) {
      before.push(data.shown);
      const start = Math.max(0, Math.min(from, data.to - LEAST_SHOWN_MILLIS));
      show({ from: start, to: Math.min(data.to, Math.max(to, start + LEAST_SHOWN_MILLIS)) });
    },
    back() {
      if (before.length > 0) {
        show(before.pop());
      }
    },
  });
  const show = (shown) => graphs.show(Object.assign(data, { shown }));
  document.querySelectorAll(".script-only").forEach((each) => (each.hidden = false));
  show();
}
