// The graphs of load tests and comparisons, over the time since the starts: a look closer needs no new numbers. The
// page is complete without this script.

import { showTimes } from "./report-format.js";
import { Graphs } from "./report-graphs.js";

const LEAST_SHOWN_MILLIS = 2_000;

showTimes(document);
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
