package loomchat.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import loomchat.testing.InProcessServer;
import loomchat.testing.Leaks;
import loomchat.testing.RestlessClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A crowd in which people vanish in every way there is, for a while. When the crowd has gone, heap, threads and
 * descriptors are back where they were, and nothing was complained of. The long one takes {@code -Dsoak.seconds}, 300
 * unless told.
 */
class SoakTest {
    private static final int PLACES = 60;
    private static final long MAY_GROW = 8 << 20;

    @TempDir
    Path dir;

    @Test
    @Tag("slow")
    void aShortSoakLeavesNothingBehind() throws Exception {
        soak(3);
    }

    @Test
    @Tag("slow")
    void aLongSoakLeavesNothingBehind() throws Exception {
        soak(Integer.getInteger("soak.seconds", 300));
    }

    private void soak(int seconds) throws Exception {
        long seed = System.nanoTime();
        System.out.println("SoakTest seed " + seed);
        List<LogRecord> complaints = new CopyOnWriteArrayList<>();
        Handler collecting = collector(complaints);
        Logger logger = Logger.getLogger("");
        logger.addHandler(collecting);
        try {
            InProcessServer room = InProcessServer.open(
                    dir,
                    "MAX_MESSAGE_BYTES",
                    "1000",
                    "PING_INTERVAL",
                    "500ms",
                    "PONG_TIMEOUT",
                    "500ms",
                    "MESSAGE_TIMEOUT",
                    "1s",
                    "SEND_TIMEOUT",
                    "1s",
                    "LOG_SEGMENT_BYTES",
                    "4M",
                    "LOG_RETAIN_BYTES",
                    "0");
            try (room) {
                crowd(seed, room.port(), 2);
                room.awaitNobody();
                long heap = Leaks.usedHeap();
                long files = Leaks.openFiles();
                List<String> threads = Leaks.serverThreads();

                int entered = crowd(seed + 1, room.port(), seconds);
                room.awaitNobody();
                Leaks.awaitNoMoreThan(files, threads);
                long heapAfter = Leaks.usedHeap();
                System.out.printf(
                        "SoakTest: %d connections, heap %d KB, then %d KB%n", entered, heap >> 10, heapAfter >> 10);
                assertThat(heapAfter).as("heap in use").isLessThan(heap + MAY_GROW);
            }
            room.record().assertConsistent();
        } finally {
            logger.removeHandler(collecting);
        }
        assertThat(complaints)
                .extracting(LogRecord::getMessage)
                .as("complaints, seed %d", seed)
                .isEmpty();
    }

    private static int crowd(long seed, int port, int seconds) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        List<RestlessClient> places = IntStream.range(0, PLACES)
                .mapToObj(i -> new RestlessClient(new Random(seed * 31 + i), port, true))
                .toList();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            List<RestlessClient> mine = places.subList(PLACES / 4 * i, PLACES / 4 * (i + 1));
            threads.add(Thread.ofPlatform().start(() -> {
                Random random = new Random(seed);
                while (System.nanoTime() < end) {
                    mine.get(random.nextInt(mine.size())).act();
                    java.util.concurrent.locks.LockSupport.parkNanos(200_000);
                }
                mine.forEach(RestlessClient::end);
            }));
        }
        for (Thread each : threads) {
            each.join();
        }
        return places.stream().mapToInt(each -> each.entered).sum();
    }

    /** Everything that a program should tell its operator: warnings, and whatever has an exception. */
    private static Handler collector(List<LogRecord> into) {
        return new Handler() {
            @Override
            public void publish(LogRecord line) {
                boolean ours =
                        line.getLoggerName() != null && line.getLoggerName().startsWith("loomchat");
                if (ours && (line.getLevel().intValue() >= Level.WARNING.intValue() || line.getThrown() != null)) {
                    into.add(line);
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }
}
