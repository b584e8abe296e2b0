package loomchat.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.Callable;
import java.util.stream.DoubleStream;

/**
 * What one call costs in CPU time of the calling thread, as the system counts it: on a machine that others use too, a
 * call on the clock takes as long as they let it.
 */
public final class CpuCost {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final long WARMUP_NANOS = 1_500_000_000L;
    private static final long ROUND_NANOS = 200_000_000L;
    private static final int ROUNDS = 9;

    /** Results go here, so that the compiler leaves no call out. */
    @SuppressWarnings("unused")
    private static volatile Object sink;

    private CpuCost() {}

    /** Prints the median of some rounds, and the cheapest. */
    public static void print(String name, Callable<?> call) throws Exception {
        nanosEach(call, WARMUP_NANOS);
        double[] rounds = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            rounds[i] = nanosEach(call, ROUND_NANOS);
        }
        double median =
                DoubleStream.of(rounds).sorted().skip(ROUNDS / 2).findFirst().orElseThrow();
        System.out.printf(
                "  %-40s %9.2f us, at best %9.2f us%n",
                name, median / 1e3, DoubleStream.of(rounds).min().orElseThrow() / 1e3);
    }

    private static double nanosEach(Callable<?> call, long atLeastNanos) throws Exception {
        long start = THREADS.getCurrentThreadCpuTime();
        long calls = 0;
        for (int batch = 1; ; batch = Math.min(batch * 2, 1 << 16)) {
            for (int i = 0; i < batch; i++) {
                sink = call.call();
            }
            calls += batch;
            long spent = THREADS.getCurrentThreadCpuTime() - start;
            if (spent >= atLeastNanos) {
                return (double) spent / calls;
            }
        }
    }
}
