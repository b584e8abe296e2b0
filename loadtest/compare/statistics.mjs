// From what the client measured to figures: what failed, medians, spreads, and ratios within a round.

/** What is wrong with a measurement, as one text, or null. Figures of one that failed count for nothing. */
export function failureOf(load, output) {
  const { clients, failed, matched, dead, stuck, why, unsent, undelivered, outOfOrder, damaged, misdelivered } = output;
  const because = why ? ` (${why})` : "";
  const unmatched = load.kind === "connect" ? 0 : Math.max(0, clients - failed - matched);
  const findings = [
    [failed, `handshakes failed${because}`],
    [unmatched, "clients were not matched"],
    [dead, `connections died${because}`],
    [stuck, "connections were not closed after a close frame"],
    [unsent, "messages could not be sent, because the server did not read"],
    [undelivered, "messages lost"],
    [outOfOrder, "messages out of order, or after a gap"],
    [damaged, "messages changed"],
    [misdelivered, "messages given to somebody else"],
  ];
  const found = findings.filter(([count]) => count > 0).map(([count, what]) => `${count.toLocaleString("en")} ${what}`);
  if (found.length > 0) return found.join("; ");
  return load.kind !== "idle" && output.count === 0 ? `no ${load.unit} at all` : null;
}

/** The figures of one measurement. CPU and memory are null for a server whose process is not known. */
export function figuresOf(load, output, hasProcess) {
  const { serverCpuMicros, perSecond, p50Micros, p99Micros, rssKb, rssBeforeKb, clients } = output;
  if (load.kind === "idle") {
    return hasProcess ? { memory: (rssKb - rssBeforeKb) / clients, resident: rssKb / 1024 } : {};
  }
  const figures = { perSecond, p50: p50Micros, p99: p99Micros };
  return hasProcess ? { cpu: serverCpuMicros, ...figures } : figures;
}

/** What servers are compared by, and what the picture shows. Less is better. */
export const mainFigure = (load) => (load.kind === "idle" ? "memory" : "cpu");

/** A server is behind when it relays less than this share of what is sent. */
const KEEPS_UP = 0.98;

export function spread(values) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0], max: sorted.at(-1) };
}

/** One server under one load, over all rounds. baseline: the same of the server that others are compared with. */
function summarizeOne(load, measured, baseline) {
  const good = measured.filter((each) => each.failure === null);
  const names = [...new Set(good.flatMap((each) => Object.keys(each.figures)))];
  const figures = Object.fromEntries(names.map((name) => [name, spread(good.map((each) => each.figures[name]))]));
  const main = mainFigure(load);
  const ratios = good.map((each) => {
    const beside = baseline.find((other) => other.round === each.round && other.failure === null);
    return beside ? each.figures[main] / beside.figures[main] : NaN;
  });
  return {
    rounds: measured.length,
    failures: measured.filter((each) => each.failure !== null).map(({ round, failure }) => ({ round, failure })),
    figures,
    ratio: spread(ratios),
    behind: Boolean(load.rate && figures.perSecond && figures.perSecond.median < KEEPS_UP * load.rate),
  };
}

/** For each load, each server's summary. */
export function summarize(loads, servers, measurements) {
  return loads.map((load) => {
    const of = (name) => measurements.filter((each) => each.load === load.name && each.server === name);
    const rows = servers.map((server) => ({ server, ...summarizeOne(load, of(server.name), of("loomchat")) }));
    return { load, rows };
  });
}
