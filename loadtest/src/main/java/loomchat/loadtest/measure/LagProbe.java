package loomchat.loadtest.measure;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import loomchat.net.Loop;

/**
 * Watches the generator itself. Its own platform thread hands every loop a task each {@link #EVERY} and measures
 * how late it runs: by so much any message may have been seen too late. The tick asks for processor time, memory
 * and garbage collection.
 */
public final class LagProbe implements AutoCloseable {
    private static final long EVERY = TimeUnit.MILLISECONDS.toNanos(10);
    private static final Path STATUS = Path.of("/proc/self/status");

    private final List<Loop> loops;
    private final LatencyRecorders latency;
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
    private long peakRss;

    public LagProbe(List<Loop> loops, LatencyRecorders latency) {
        this.loops = loops;
        this.latency = latency;
        this.thread = Thread.ofPlatform().daemon(true).name("lag probe").start(this::run);
    }

    private void run() {
        try {
            measureUntilClosed();
        } catch (RejectedExecutionException e) {
            // A loop has ended before this thread: the run is over.
        }
    }

    private void measureUntilClosed() {
        while (!closed) {
            long due = System.nanoTime() + EVERY;
            LockSupport.parkNanos(this, EVERY);
            if (!measuring) {
                continue;
            }
            for (int i = 0; i < loops.size(); i++) {
                int stripe = i;
                loops.get(i).execute(() -> latency.record(LatencyKind.LAG, stripe, System.nanoTime() - due));
            }
        }
    }

    /** All messages have arrived: how late the generator is does not matter any more. */
    public void stopMeasuring() {
        measuring = false;
    }

    boolean isMeasuring() {
        return thread.isAlive();
    }

    /** Adds what the generator has used since the last row. */
    public void addTo(TimelineRow row) {
        long now = System.nanoTime();
        long cpu = system.getProcessCpuTime();
        long gc = gcMillis();
        long rss = rssBytes();
        row.put(TimelineColumn.CPU_PERCENT, 100.0 * (cpu - lastCpu) / Math.max(1, now - lastNanos))
                .put(TimelineColumn.GC_MILLIS, gc - lastGc)
                .put(TimelineColumn.RSS_BYTES, rss);
        lastNanos = now;
        lastCpu = cpu;
        lastGc = gc;
        peakRss = Math.max(peakRss, rss);
    }

    /** From the start to the last row. */
    public GeneratorHealth health() {
        double gcShare = (lastGc - firstGc) * 1e6 / Math.max(1, lastNanos - firstNanos);
        return new GeneratorHealth((lastCpu - firstCpu) / 1e9, gcShare, peakRss, loops.size());
    }

    private long gcMillis() {
        return collectors.stream()
                .mapToLong(c -> Math.max(0, c.getCollectionTime()))
                .sum();
    }

    /** Resident memory of this process; 0 where the system does not say. */
    private static long rssBytes() {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith("VmRSS:")) {
                    return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        } catch (IOException e) {
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
