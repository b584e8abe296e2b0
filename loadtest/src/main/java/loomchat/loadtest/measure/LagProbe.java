package loomchat.loadtest.measure;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import loomchat.net.Loop;
import org.HdrHistogram.Histogram;

/**
 * Watches the generator itself. Its own platform thread hands every loop a task each {@link #EVERY} and measures how late it runs:
 * that is how much later than true any message may have been seen. The tick asks for {@link #interval}; the histogram of the run
 * belongs to the tick.
 */
public final class LagProbe implements AutoCloseable {
    private static final long EVERY = TimeUnit.MILLISECONDS.toNanos(10);
    private static final Path STATUS = Path.of("/proc/self/status");

    private final List<Loop> loops;
    private final LatencyRecorders.Series lag = new LatencyRecorders.Series();
    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
    private final Thread thread;
    private volatile boolean measuring = true;
    private volatile boolean closed;

    // The tick's own
    private long lastNanos = System.nanoTime();
    private long lastCpu = system.getProcessCpuTime();
    private long lastGc = gcMillis();
    private final long firstNanos = lastNanos;
    private final long firstCpu = lastCpu;
    private final long firstGc = lastGc;

    public LagProbe(List<Loop> loops) {
        this.loops = loops;
        this.thread = Thread.ofPlatform().daemon(true).name("lag probe").start(this::run);
    }

    private void run() {
        while (!closed) {
            long due = System.nanoTime() + EVERY;
            LockSupport.parkNanos(this, EVERY);
            if (!measuring) {
                continue;
            }
            for (int i = 0; i < loops.size(); i++) {
                int stripe = i;
                loops.get(i).execute(() -> lag.record(stripe, System.nanoTime() - due));
            }
        }
    }

    /** Everything has arrived: how late the generator is does not matter any more. */
    public void stopMeasuring() {
        measuring = false;
    }

    /** The generator since the interval before. */
    public record Interval(double cpuPercent, long gcMillis, long lagP99, long lagMax, long rssBytes) {}

    public Interval interval() {
        long now = System.nanoTime();
        long cpu = system.getProcessCpuTime();
        long gc = gcMillis();
        Histogram lags = lag.drain();
        Interval interval = new Interval(
                100.0 * (cpu - lastCpu) / Math.max(1, now - lastNanos),
                gc - lastGc,
                lags.getValueAtPercentile(99),
                lags.getMaxValue(),
                rssBytes());
        lastNanos = now;
        lastCpu = cpu;
        lastGc = gc;
        return interval;
    }

    public Histogram lag() {
        return lag.total;
    }

    public double cpuSeconds() {
        return (lastCpu - firstCpu) / 1e9;
    }

    public double gcShare() {
        return (lastGc - firstGc) * 1e6 / Math.max(1, lastNanos - firstNanos);
    }

    private long gcMillis() {
        return collectors.stream()
                .mapToLong(c -> Math.max(0, c.getCollectionTime()))
                .sum();
    }

    /** Resident memory of this process; 0 where the system does not tell. */
    static long rssBytes() {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith("VmRSS:")) {
                    return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        } catch (java.io.IOException e) {
            // Not Linux.
        }
        return 0;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
