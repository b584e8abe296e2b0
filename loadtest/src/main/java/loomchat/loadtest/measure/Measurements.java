package loomchat.loadtest.measure;

import java.util.List;
import java.util.Map;
import java.util.Set;
import loomchat.loadtest.scenario.Quantity;
import loomchat.loadtest.scenario.Threshold;
import org.HdrHistogram.Histogram;

/**
 * What a run came to. Histograms are in nanoseconds.
 *
 * @param startMillis wall clock of the start
 * @param sendSeconds from the start to the last send
 * @param byPersona per persona that sends, from the intended and from the actual time
 * @param generator the load generator's own condition
 * @param interrupted whether somebody ended it early
 */
public record Measurements(
        String scenario,
        String target,
        long startMillis,
        double sendSeconds,
        int clients,
        long seed,
        Map<String, Long> totals,
        Histogram intended,
        Histogram actual,
        Histogram connect,
        Histogram match,
        Histogram toSlowReaders,
        Histogram overResumes,
        Map<String, Histogram[]> byPersona,
        Map<String, Long> errors,
        Map<String, String> examples,
        Generator generator,
        boolean interrupted,
        List<Timeline.Row> timeline) {

    /** How the generator itself fared; {@code lag} is how late its threads ran, {@code lateness} how late it sent. */
    public record Generator(
            Histogram lateness, Histogram lag, double cpuSeconds, double gcShare, long peakRssBytes, int loops) {
        private static final long HARMLESS = 25_000_000;
        private static final long HOPELESS = 250_000_000;

        long delayP99() {
            return Math.max(lateness.getValueAtPercentile(99), lag.getValueAtPercentile(99));
        }
    }

    public long total(String name) {
        return totals.get(name);
    }

    public long faults() {
        return RunCounters.faults(totals);
    }

    public double deliveredRate() {
        return total("delivered") / Math.max(0.001, sendSeconds);
    }

    /**
     * Why this run's figures are not valid, or null: the generator was itself as slow as what it measured. Below 25 ms at the
     * 99th percentile that is called harmless, above 250 ms it never is.
     */
    public String overload() {
        long own = generator.delayP99();
        boolean messages = intended.getTotalCount() > 0;
        long measured = (messages ? intended : connect).getValueAtPercentile(99);
        if (own > Generator.HOPELESS || measured > 0 && own > Generator.HARMLESS && own > measured / 2) {
            return "the load generator was %s late itself at p99 (measured p99: %s)"
                    .formatted(Quantity.time(own), measured == 0 ? "none" : Quantity.time(measured));
        }
        if (generator.gcShare() > 0.1) {
            return "the load generator spent %s %% of the time collecting garbage"
                    .formatted(Quantity.number(100 * generator.gcShare()));
        }
        return null;
    }

    /** The value of a threshold's figure: times in nanoseconds, percentages as fractions, NaN where nothing was measured. */
    public double metric(Threshold threshold) {
        String name = threshold.figure();
        if (threshold.isTime()) {
            return time(group(threshold.group()), name);
        }
        if (name.equals("rate")) {
            return deliveredRate();
        }
        double count = total(name);
        if (!threshold.percent()) {
            return count;
        }
        double of = Set.of("failed", "refused", "broken").contains(name) ? total("attempts") : total("sent");
        return of == 0 ? Double.NaN : count / of;
    }

    private static double time(Histogram histogram, String figure) {
        if (histogram.getTotalCount() == 0) {
            return Double.NaN;
        }
        return figure.equals("max")
                ? histogram.getMaxValue()
                : histogram.getValueAtPercentile(Double.parseDouble(figure.substring(1)));
    }

    private Histogram group(String name) {
        return switch (name) {
            case "" -> intended;
            case "actual" -> actual;
            case "connect" -> connect;
            case "match" -> match;
            default -> byPersona.get(name)[0];
        };
    }
}
