package loomchat.bench;

import java.nio.file.Path;
import java.util.Locale;
import loomchat.log.LogBenchmark;

/** Entry point of {@code make bench} for the record: scratch folder as the only argument, default the system's. */
public final class LogBench {
    private static final int ROUNDS = 3;
    private static final int SECONDS_EACH = 3;

    private LogBench() {}

    public static void main(String[] args) throws Exception {
        LogBenchmark.run(Path.of(args.length > 0 ? args[0] : System.getProperty("java.io.tmpdir")));
        costOfARelayedMessage();
    }

    /** Server CPU with the record and without, measured in turn. A good minute. */
    private static void costOfARelayedMessage() throws Exception {
        try (BenchServer on = BenchServer.start(true);
                BenchServer off = BenchServer.start(false)) {
            RelayBench.costMicros(on, "saturated", SECONDS_EACH);
            RelayBench.costMicros(off, "saturated", SECONDS_EACH);
            for (String load : new String[] {"saturated", "rate40k"}) {
                double[] with = new double[ROUNDS];
                double[] without = new double[ROUNDS];
                for (int round = 0; round < ROUNDS; round++) {
                    with[round] = RelayBench.costMicros(on, load, SECONDS_EACH);
                    without[round] = RelayBench.costMicros(off, load, SECONDS_EACH);
                }
                System.out.printf(
                        Locale.ROOT,
                        "  %s: %.2f us of server CPU a message with the record, %.2f without, %.2f more (medians of %d)%n",
                        load,
                        median(with),
                        median(without),
                        median(with) - median(without),
                        ROUNDS);
            }
        }
    }

    private static double median(double[] values) {
        java.util.Arrays.sort(values);
        return values[values.length / 2];
    }
}
