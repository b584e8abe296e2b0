package loomchat.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Map;
import loomchat.counters.Durations;

/**
 * The metrics of one scrape, made of numbers. Names are without the suffixes that belong to a kind. Used by one request
 * thread.
 */
public final class MetricList {
    private static final double NANOS = 1e9;

    private final MetricSnapshots.Builder all = MetricSnapshots.builder();

    public MetricSnapshots build() {
        return all.build();
    }

    /** What does not change while the process runs. */
    public void info(String name, String help, String... labels) {
        all.metricSnapshot(InfoSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(InfoSnapshot.InfoDataPointSnapshot.builder()
                        .labels(Labels.of(labels))
                        .build())
                .build());
    }

    public void gauge(String name, String help, double value) {
        all.metricSnapshot(GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
                .build());
    }

    public void gauge(String name, String help, String label, Map<String, ? extends Number> values) {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
        values.forEach((value, number) -> gauge.dataPoint(GaugeDataPointSnapshot.builder()
                .labels(Labels.of(label, value))
                .value(number.doubleValue())
                .build()));
        all.metricSnapshot(gauge.build());
    }

    public void counter(String name, String help, double value) {
        all.metricSnapshot(CounterSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(CounterDataPointSnapshot.builder().value(value).build())
                .build());
    }

    public void counter(String name, String help, String label, Map<String, ? extends Number> values) {
        CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
        values.forEach((value, number) -> counter.dataPoint(CounterDataPointSnapshot.builder()
                .labels(Labels.of(label, value))
                .value(number.doubleValue())
                .build()));
        all.metricSnapshot(counter.build());
    }

    public void histogram(String name, String help, Durations durations) {
        all.metricSnapshot(HistogramSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(point(Labels.EMPTY, durations))
                .build());
    }

    public void histogram(String name, String help, String label, Map<String, Durations> durations) {
        HistogramSnapshot.Builder histogram =
                HistogramSnapshot.builder().name(name).help(help);
        durations.forEach((value, each) -> histogram.dataPoint(point(Labels.of(label, value), each)));
        all.metricSnapshot(histogram.build());
    }

    private static HistogramDataPointSnapshot point(Labels labels, Durations durations) {
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        long[] counts = durations.counts();
        for (int i = 0; i < counts.length; i++) {
            buckets.bucket(i < durations.bounds() ? durations.bound(i) / NANOS : Double.POSITIVE_INFINITY, counts[i]);
        }
        return HistogramDataPointSnapshot.builder()
                .labels(labels)
                .classicHistogramBuckets(buckets.build())
                .sum(durations.totalNanos() / NANOS)
                .build();
    }
}
