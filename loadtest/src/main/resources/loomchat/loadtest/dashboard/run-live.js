// The live page of a run: asks for the page again, whose answer waits for news, and takes over its parts. No timer sets
// the pace, because browsers slow down those of pages in the background. When the run is over, the last state stays,
// with report.html kept in this page, since the process that served it ends.
"use strict";

(() => {
  const RETRY_MILLIS = 2_000;
  const watcher = [...crypto.getRandomValues(new Uint8Array(8))].map((each) => each.toString(16).padStart(2, "0")).join("");
  let failures = 0;

  async function ask() {
    const known = runGraphs.data();
    // The last row of a long run may still grow.
    const from = Math.max(0, runGraphs.rows() - 1);
    const asked = new URLSearchParams({ watcher, revision: known.revision, rows: known.rows, from });
    const answer = await fetch(`/?${asked}`, { cache: "no-store" });
    if (!answer.ok) {
      throw new Error(`status ${answer.status}`);
    }
    takeOver(new DOMParser().parseFromString(await answer.text(), "text/html"));
  }

  function takeOver(page) {
    for (const old of document.querySelectorAll("[data-part]")) {
      const fresh = page.querySelector(`[data-part="${old.dataset.part}"]`);
      if (old.dataset.part === "graphs") {
        takeOverGraphs(old, fresh);
      } else if (old.dataset.part !== "links" && !old.isEqualNode(fresh) && !old.contains(document.activeElement)) {
        old.replaceChildren(...document.adoptNode(fresh).childNodes);
      }
    }
    document.title = page.title;
    runGraphs.legends();
    runGraphs.show(runGraphs.read(page));
  }

  /** Drawn graphs stay; those of the server come with the end of the run. */
  function takeOverGraphs(old, fresh) {
    let last = null;
    for (const figure of fresh.querySelectorAll("[data-graph]")) {
      const before = old.querySelector(`[data-graph="${figure.dataset.graph}"]`);
      const placed = before ?? document.adoptNode(figure);
      if (!before) {
        old.insertBefore(placed, last ? last.nextSibling : old.firstChild);
      }
      last = placed;
    }
  }

  function say(text, ...more) {
    const notice = document.createElement("p");
    notice.className = "notice";
    notice.setAttribute("role", "status");
    notice.append(text, ...more);
    document.querySelector("[data-part=links]").replaceChildren(notice);
  }

  async function keepReport() {
    const answer = await fetch(`/report.html?${new URLSearchParams({ watcher })}`, { cache: "no-store" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = answer.headers.get("Content-Disposition")?.match(/filename="([^"]+)"/)?.[1] ?? "report.html";
    link.textContent = "Save report.html";
    link.className = "button primary";
    say("The run is over. This page keeps its last state; report.html has the same as a file. ", link);
  }

  async function watch() {
    while (!runGraphs.data().over) {
      try {
        await ask();
        if (failures > 0) {
          document.querySelector("[data-part=links]").replaceChildren();
        }
        failures = 0;
      } catch {
        failures++;
        if (failures === 2) {
          say("The load client does not answer. Numbers are from before; trying again.");
        }
        await new Promise((go) => setTimeout(go, RETRY_MILLIS));
      }
    }
    await keepReport();
  }

  watch();
})();
