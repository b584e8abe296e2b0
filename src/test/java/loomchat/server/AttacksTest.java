package loomchat.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import loomchat.testing.CpuPriority;
import loomchat.testing.InProcessServer;
import loomchat.testing.RawClient;
import loomchat.testing.ServerProcess;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All attacks at once against a server in a process of its own, beside 500 calm pairs: these lose nothing, and when the
 * attackers are gone, the server's memory and descriptors are back. {@code -Dattack.seconds}, 600 by default.
 */
class AttacksTest {
    private static final int PAIRS = 500;
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int WARM_UP_SECONDS = 60;
    private static final int QUIET_SECONDS = 60;

    @TempDir
    Path dir;

    private final List<Calm> calm = new ArrayList<>();
    private Process attackers;

    /** After a failure, too: the threads of the calm pairs would be waited for. */
    private void endCalm() {
        calm.forEach(Calm::end);
    }

    @AfterEach
    void stopAttackers() {
        if (attackers != null) {
            attackers.destroyForcibly();
        }
    }

    @Test
    @Tag("slow")
    void calmPairsLoseNothing() throws Exception {
        int seconds = Integer.getInteger("attack.seconds", 600);
        Map<String, String> settings = Map.of(
                "COMPRESSION", "true",
                "LOG_SEGMENT_BYTES", "16M",
                "LOG_RETAIN_BYTES", "256M",
                "MAX_CONNECTIONS", "3000",
                "REQUEST_TIMEOUT", "10s",
                // The attackers are to have the limits of strangers from elsewhere.
                "LIMIT_LOOPBACK", "true");
        try (ServerProcess server = new ServerProcess(dir, settings);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                AutoCloseable _ = this::endCalm) {
            CpuPriority.measureFirst();
            meet(server.port());
            List<Future<?>> talks = calm.stream()
                    .<Future<?>>map(each -> threads.submit(each::talk))
                    .toList();
            // What is compiled only then would count against the quiet server.
            measure(WARM_UP_SECONDS);
            Histogram quiet = measure(QUIET_SECONDS);
            long files = openFiles(server);
            long rss = rssBytes(server);

            attackers = CpuPriority.startWhenIdle(Attackers.class, Integer.toString(server.port()));
            Histogram attacked = measure(seconds);
            attackers.getOutputStream().close();
            List<String> strikes = attackers.inputReader().lines().toList();
            assertThat(attackers.waitFor(60, TimeUnit.SECONDS)).isTrue();
            await().atMost(Duration.ofSeconds(60)).until(() -> openFiles(server) <= files + 20);
            System.out.printf(
                    "AttacksTest: %s%n  p50 %.2f -> %.2f ms, p99 %.2f -> %.2f ms; RSS %d -> %d MB%n",
                    strikes,
                    quiet.getValueAtPercentile(50) / 1e6,
                    attacked.getValueAtPercentile(50) / 1e6,
                    quiet.getValueAtPercentile(99) / 1e6,
                    attacked.getValueAtPercentile(99) / 1e6,
                    rss >> 20,
                    rssBytes(server) >> 20);
            assertThat(strikes).hasSize(12);
            endCalm();
            for (Future<?> each : talks) {
                each.get(60, TimeUnit.SECONDS);
            }
            assertThat(calm.stream().mapToLong(Calm::missing).sum())
                    .as("messages lost")
                    .isZero();
            // The heap of the process is 256 MB; the rest of it is bounded as well.
            assertThat(rssBytes(server)).as("resident memory").isLessThan(700L << 20);
            assertThat(server.terminate(30)).as("exit code").isZero();
        }
    }

    // Calm pairs

    private void meet(int port) throws IOException {
        for (int i = 0; i < PAIRS; i++) {
            RawClient first = RawClient.open(port, "/");
            RawClient second = RawClient.open(port, "/");
            InProcessServer.expectPair(first, second);
            calm.add(new Calm(first, second, (double) i / PAIRS));
            calm.add(new Calm(second, first, (i + 0.5) / PAIRS));
        }
    }

    /** One direction of a pair: a message each two seconds, whose arrival the other side checks. */
    private static final class Calm {
        private final RawClient from;
        private final RawClient to;
        private final double offset;
        private volatile ConcurrentHistogram times = new ConcurrentHistogram(3);
        private volatile boolean ended;
        private volatile long sent;
        private volatile long received;

        /** @param offset of its first message, as a share of the pause */
        Calm(RawClient from, RawClient to, double offset) {
            this.from = from;
            this.to = to;
            this.offset = offset;
        }

        void talk() {
            try {
                // Spread over the pause: if all spoke at once, their own queue would be what is measured.
                long first = System.nanoTime() + (long) (PAUSE_NANOS * offset);
                for (long due = first; !ended; due += PAUSE_NANOS) {
                    LockSupport.parkNanos(due - System.nanoTime());
                    String text = Long.toString(sent++);
                    long start = System.nanoTime();
                    from.sendText(text);
                    assertThat(to.readText()).isEqualTo(InProcessServer.chat(text));
                    times.recordValue(System.nanoTime() - start);
                    received++;
                }
            } catch (IOException e) {
                throw new AssertionError("Somebody calm was cut off", e);
            }
        }

        void end() {
            ended = true;
        }

        long missing() {
            return sent - received;
        }
    }

    private Histogram measure(int seconds) {
        calm.forEach(each -> each.times = new ConcurrentHistogram(3));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
        Histogram all = new Histogram(3);
        calm.forEach(each -> all.add(each.times));
        return all;
    }

    // The process

    private static long openFiles(ServerProcess server) throws IOException {
        try (var files = Files.list(Path.of("/proc", Long.toString(server.pid()), "fd"))) {
            return files.count();
        }
    }

    private static long rssBytes(ServerProcess server) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(server.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }
}
