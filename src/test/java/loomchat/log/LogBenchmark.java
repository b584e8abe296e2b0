package loomchat.log;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * What the record costs: lines a second through queue, encoder and file; CPU of a producer and of the writer for each
 * message at the pace of a server; and the same through an {@link ArrayBlockingQueue} of event objects, the plain way,
 * beside it.
 *
 * <p>CPU times are those of the threads involved, as the system counts them, so that "on one core" means lines for
 * each second of CPU, whichever cores they were spent on.
 */
public final class LogBenchmark {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int LINES = 4_000_000;

    private LogBenchmark() {}

    /** Runs for about 15 s and needs 600 MB in {@code scratch}, which it gives back. */
    public static void run(Path scratch) throws Exception {
        System.out.printf("The record, in %s%n", scratch);
        for (int round = 0; round < 3; round++) {
            throughput(scratch);
        }
        for (int round = 0; round < 3; round++) {
            queue("ring", new Ring());
            queue("ArrayBlockingQueue", new Plain());
        }
        for (int perSecond : new int[] {1_000, 10_000, 40_000, 100_000}) {
            paced(scratch, perSecond);
        }
        age(scratch, 40_000);
    }

    private static void throughput(Path scratch) throws Exception {
        Path dir = Files.createTempDirectory(scratch, "log-bench");
        try {
            EventLog log = EventLog.open(LogOptions.in(dir));
            long start = System.nanoTime();
            long cpuBefore = ownCpu();
            long[] writerBefore = cpu();
            for (int i = 0; i < LINES; i++) {
                log.relayed(1_700_000_000_000L + i / 100, i & 1023, i & 511, 500);
            }
            long producer = ownCpu() - cpuBefore;
            while (log.health().queued() > 0) {
                LockSupport.parkNanos(100_000);
            }
            long wall = System.nanoTime() - start;
            long[] writer = cpu();
            log.close();
            long cpu = producer + writer[0] - writerBefore[0] + writer[1] - writerBefore[1];
            System.out.printf(
                    "  throughput: %.2f million lines/s on the clock, %.2f million for each second of CPU"
                            + " (producer %.0f ns, writer %.0f ns, sync %.0f ns a line; %.0f MB/s)%n",
                    LINES * 1e3 / wall,
                    LINES * 1e3 / cpu,
                    (double) producer / LINES,
                    (double) (writer[0] - writerBefore[0]) / LINES,
                    (double) (writer[1] - writerBefore[1]) / LINES,
                    bytes(dir) * 1e3 / wall);
        } finally {
            delete(dir);
        }
    }

    private interface Queue {
        void put(int i);

        /** What is there, encoded; how many that was. */
        int take(LineBatch batch);
    }

    private static final class Ring implements Queue {
        private final EventRing ring = new EventRing(LogOptions.DEFAULT_QUEUE_EVENTS);
        private int taken;

        @Override
        public void put(int i) {
            while (!ring.offerRelay(time(i), i & 1023, i & 511, 500)) {
                LockSupport.parkNanos(100_000);
            }
        }

        @Override
        public int take(LineBatch batch) {
            int before = taken;
            while (!batch.isFull() && ring.next()) {
                batch.relay(ring);
                taken++;
            }
            ring.release();
            return taken - before;
        }
    }

    private static final class Plain implements Queue {
        private final ArrayBlockingQueue<Event> queue = new ArrayBlockingQueue<>(LogOptions.DEFAULT_QUEUE_EVENTS);
        private final List<Event> drained = new ArrayList<>();

        @Override
        public void put(int i) {
            while (!queue.offer(new Event.MessageRelay(time(i), i & 1023, i & 511, 500))) {
                LockSupport.parkNanos(100_000);
            }
        }

        @Override
        public int take(LineBatch batch) {
            drained.clear();
            queue.drainTo(drained, 1500);
            drained.forEach(batch::add);
            return drained.size();
        }
    }

    private static long time(int i) {
        return 1_700_000_000_000L + i / 100;
    }

    /**
     * Queue and encoder without a file: two producers that put 100,000 events/s in bursts of 25, a consumer that looks
     * each 4 ms, as in a busy server. What counts is what a producer pays, and how long a put can hold it.
     */
    private static void queue(String name, Queue queue) throws Exception {
        int events = 150_000;
        int burst = 25;
        CountDownLatch done = new CountDownLatch(1);
        LongAdder consumer = new LongAdder();
        Thread.ofPlatform().daemon().start(() -> {
            LineBatch batch = new LineBatch();
            for (int taken = 0; taken < events * 2; ) {
                batch.clear();
                int now = queue.take(batch);
                taken += now;
                if (now == 0) {
                    LockSupport.parkNanos(4_000_000);
                }
            }
            consumer.add(ownCpu());
            done.countDown();
        });
        Histogram puts = new ConcurrentHistogram(1, 10_000_000_000L, 3);
        long start = System.nanoTime();
        Thread[] producers = new Thread[2];
        for (int p = 0; p < producers.length; p++) {
            producers[p] = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < events; i += burst) {
                    long began = System.nanoTime();
                    for (int j = 0; j < burst; j++) {
                        queue.put(i + j);
                    }
                    puts.recordValue(System.nanoTime() - began);
                    long due = start + (i + burst) * 20_000L;
                    while (System.nanoTime() < due) {
                        LockSupport.parkNanos(due - System.nanoTime());
                    }
                }
            });
        }
        for (Thread each : producers) {
            each.join();
        }
        done.await();
        System.out.printf(
                "  %s: a put takes %.0f ns (median of bursts), p99 %.0f, p99.9 %.0f ns, a burst at most %.0f us; a take %.0f ns%n",
                name,
                puts.getValueAtPercentile(50) / (double) burst,
                puts.getValueAtPercentile(99) / (double) burst,
                puts.getValueAtPercentile(99.9) / (double) burst,
                puts.getMaxValue() / 1e3,
                consumer.sum() / (events * 2.0));
    }

    /** A producer that records {@code perSecond} in small bursts, as messages arrive, for 2 s. */
    private static void paced(Path scratch, int perSecond) throws Exception {
        Path dir = Files.createTempDirectory(scratch, "log-bench");
        try {
            EventLog log = EventLog.open(LogOptions.in(dir));
            int messages = 2 * perSecond;
            int burst = Math.max(1, perSecond / 2000);
            long producer = 0;
            long[] before = cpu();
            long start = System.nanoTime();
            for (int i = 0; i < messages; i += burst) {
                long began = System.nanoTime();
                for (int j = 0; j < burst; j++) {
                    log.relayed(System.currentTimeMillis(), j, 7, 500);
                }
                producer += System.nanoTime() - began;
                long due = start + (long) ((i + burst) * 1e9 / perSecond);
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
            }
            long[] after = cpu();
            log.close();
            System.out.printf(
                    "  at %,d messages/s: %.0f ns in the producer (its clock read included), %.0f ns in the writer, %.0f ns in"
                            + " the sync, a message%n",
                    perSecond,
                    (double) producer / messages,
                    (double) (after[0] - before[0]) / messages,
                    (double) (after[1] - before[1]) / messages);
        } finally {
            delete(dir);
        }
    }

    /** How old the oldest event of a batch is when the batch is written, to the millisecond that its line tells. */
    private static void age(Path scratch, int perSecond) throws Exception {
        Path dir = Files.createTempDirectory(scratch, "log-bench");
        try {
            FaultyDisk disk = new FaultyDisk();
            Histogram ages = new Histogram(1, 60_000, 3);
            disk.onWrite = batch -> ages.recordValue(Math.max(0, System.currentTimeMillis() - firstTime(batch)));
            EventLog log = EventLog.open(LogOptions.in(dir), segment -> {}, disk);
            long start = System.nanoTime();
            for (int i = 0; i < 3 * perSecond; i += 20) {
                for (int j = 0; j < 20; j++) {
                    log.relayed(System.currentTimeMillis(), j, 7, 500);
                }
                long due = start + (long) ((i + 20) * 1e9 / perSecond);
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
            }
            log.close();
            System.out.printf(
                    "  at %,d messages/s the oldest line of a batch is written after %d ms (median), p99 %d, p99.9 %d, at most %d ms%n",
                    perSecond,
                    ages.getValueAtPercentile(50),
                    ages.getValueAtPercentile(99),
                    ages.getValueAtPercentile(99.9),
                    ages.getMaxValue());
        } finally {
            delete(dir);
        }
    }

    private static long firstTime(ByteBuffer batch) {
        byte[] time = new byte[24];
        batch.get(batch.position() + "{\"time\":\"".length(), time);
        return Instant.parse(new String(time, StandardCharsets.US_ASCII)).toEpochMilli();
    }

    private static long ownCpu() {
        return THREADS.getCurrentThreadCpuTime();
    }

    /** CPU time so far of the log writer and of the sync thread. */
    private static long[] cpu() {
        return new long[] {cpu("log-writer"), cpu("log-sync")};
    }

    private static long cpu(String name) {
        for (var info : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
            if (info != null && info.getThreadName().equals(name)) {
                return THREADS.getThreadCpuTime(info.getThreadId());
            }
        }
        return 0;
    }

    private static long bytes(Path dir) throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return files.mapToLong(each -> each.toFile().length()).sum();
        }
    }

    private static void delete(Path dir) {
        try (Stream<Path> files = Files.walk(dir)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(each -> each.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
