package loomchat.log;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import loomchat.counters.Counters;

/**
 * Writes one {@link Sample} a second from the counters and the gauges of this process.
 *
 * <p>Runs on a platform thread of its own, because a virtual one would be late when the carriers are saturated, which
 * is when samples matter most. Ticks are at whole seconds after the start; when one is late all the same, or was
 * blocked by a bad disk, the next sample covers the longer time and says so in {@code millis}. The last sample, at the
 * stop, covers the rest, so that the sums over all samples are the totals.
 */
public final class Sampler implements AutoCloseable {
    private static final long PERIOD_NANOS = 1_000_000_000;

    private final EventLog log;
    private final Counters counters;
    private final ProcessGauges gauges;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().daemon().name("sampler").unstarted(this::run);

    // Sampler thread only
    private final FaultEscalation escalation;
    private long sampledAt;
    private volatile Sample.Process sampledProcess;
    private Sample.Traffic sampledTraffic = new Sample.Traffic(0, 0, 0, 0, 0, 0, 0);

    /**
     * @param virtualThreads how many are alive, which the JVM does not tell cheaply
     * @param carriers threads that carry virtual ones beside the JDK's own scheduler
     */
    public Sampler(EventLog log, Counters counters, LongSupplier virtualThreads, IntSupplier carriers) {
        this.log = log;
        this.counters = counters;
        escalation = new FaultEscalation(log::fatal, System::nanoTime);
        gauges = new ProcessGauges(virtualThreads, carriers);
    }

    public void start() {
        sampledAt = System.nanoTime();
        sampledProcess = gauges.read();
        thread.start();
    }

    /** The gauges of the last sample; null before {@link #start}. Any thread. */
    public Sample.Process process() {
        return sampledProcess;
    }

    /** Writes the last sample; then the log can be closed. Waits for 1 s at most, and so long only on a bad disk. */
    @Override
    public void close() {
        stop.countDown();
        try {
            thread.join(Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            for (long due = sampledAt + PERIOD_NANOS; !stop.await(due - System.nanoTime(), TimeUnit.NANOSECONDS); ) {
                sample();
                long late = System.nanoTime() - due;
                due += late < PERIOD_NANOS ? PERIOD_NANOS : (late / PERIOD_NANOS + 1) * PERIOD_NANOS;
            }
            sample();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A gauge that throws, or a lack of memory, costs this sample only; the next one covers its time. */
    private void sample() {
        try {
            log.sample(take());
            escalation.succeeded();
        } catch (RuntimeException | Error e) {
            escalation.failed(e);
            System.getLogger(Sampler.class.getName()).log(System.Logger.Level.ERROR, "A sample was not taken", e);
        }
    }

    /** The steps that may fail come first, so that no count is lost with them. */
    private Sample take() {
        Sample.Process process = gauges.read();
        LogHealth health = log.health();
        Sample.Traffic traffic = Sample.Traffic.of(counters);
        long now = System.nanoTime();
        Sample sample = new Sample(
                System.currentTimeMillis(),
                Math.round((now - sampledAt) / 1e6),
                traffic.since(sampledTraffic),
                Sample.Visitors.of(counters),
                process,
                health.queued(),
                health.syncMillis());
        sampledAt = now;
        sampledProcess = process;
        sampledTraffic = traffic;
        return sample;
    }
}
