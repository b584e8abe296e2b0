'use strict';
(() => {
  const { timeline, intended, actual } = JSON.parse(document.getElementById('data').textContent);
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const graphs = document.getElementById('graphs');
  const plots = [];
  const milliseconds = (value) => value == null ? '–' : value >= 1000 ? (value / 1000).toPrecision(3) + ' s' : value.toPrecision(3) + ' ms';
  const amount = (value) => value == null ? '–' : Number(value.toPrecision(4)).toLocaleString('en');
  const tick = (format) => (plot, values) => values.map((value) => value == null ? '' : format(value));
  // A logarithmic axis has no place for nothing
  const positive = (values) => values.map((value) => value > 0 ? value : null);

  function graph(title, data, lines, { value = amount, log = false, x = {}, xScale = { time: false }, xLabel = 'seconds' } = {}) {
    const figure = document.createElement('figure');
    const caption = document.createElement('figcaption');
    caption.textContent = title;
    figure.append(caption);
    graphs.append(figure);
    const axis = { stroke: css('--soft'), grid: { stroke: css('--line'), width: 1 }, ticks: { stroke: css('--line'), width: 1 } };
    plots.push(new uPlot({
      width: figure.clientWidth,
      height: 260,
      cursor: { sync: xScale.distr ? undefined : { key: 'time' } },
      scales: { x: xScale, y: log ? { distr: 3 } : { range: (plot, low, high) => [0, high > 0 ? high * 1.05 : 1] } },
      axes: [{ ...axis, label: xLabel, ...x }, { ...axis, size: 70, values: tick(value) }],
      series: [
        { label: xLabel, value: (plot, at) => at != null && x.show ? x.show(at) : amount(at) },
        ...lines.map(([label, stroke, dash]) => ({ label, stroke, width: 1.5, dash, spanGaps: true, value: (plot, at) => value(at) })),
      ],
    }, data, figure));
  }

  const blue = '#3b82f6', orange = '#f97316', green = '#16a34a', red = '#dc2626', grey = '#8b949e', violet = '#8b5cf6';
  const t = timeline;
  graph('Messages per second', [t.seconds, t.sent_per_s, t.delivered_per_s], [['sent', blue], ['delivered', green]]);
  graph('Latency from the intended time of sending', [t.seconds, positive(t.p50_ms), positive(t.p99_ms), positive(t.p999_ms), positive(t.max_ms), positive(t.actual_p99_ms)],
    [['p50', green], ['p99', orange], ['p99.9', red], ['max', violet], ['p99 from the actual time', grey, [4, 4]]],
    { value: milliseconds, log: true });
  graph('Clients', [t.seconds, t.connections, t.chatting], [['connected', blue], ['chatting', green]]);
  if ([...t.failed, ...t.faults].some((count) => count > 0)) {
    graph('Failures and faults', [t.seconds, t.failed, t.faults], [['failed connections', orange], ['faults', red]]);
  }
  curve();
  graph('The load generator: how late it was itself', [t.seconds, positive(t.generator_lag_max_ms), positive(t.generator_lateness_p99_ms)],
    [['threads, max', red], ['sends, p99', orange]], { value: milliseconds, log: true });
  graph('The load generator: CPU (100 % is one core)', [t.seconds, t.generator_cpu_percent], [['CPU %', blue]]);

  function curve() {
    const at = (points) => new Map(points);
    const both = [at(intended), at(actual)];
    const steps = [...new Set([...both[0].keys(), ...both[1].keys()])].sort((a, b) => a - b);
    if (steps.length < 2) {
      return;
    }
    const percentile = (step) => (100 - 100 / step).toFixed(step > 1000 ? 4 : 2).replace(/\.?0+$/, '') + ' %';
    graph('Latency by percentile', [steps, ...both.map((points) => steps.map((step) => points.get(step) ?? null))],
      [['from the intended time', orange], ['from the actual time', grey, [4, 4]]],
      { value: milliseconds, log: true, xLabel: 'percentile', xScale: { time: false, distr: 3 }, x: { values: tick(percentile), show: percentile } });
  }

  addEventListener('resize', () => plots.forEach((plot) => plot.setSize({ width: plot.root.parentElement.clientWidth, height: 260 })));
})();
