package loomchat.chat.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import loomchat.testing.InProcessServer;
import loomchat.testing.Leaks;
import loomchat.testing.RawClient;
import loomchat.testing.RestlessClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two hundred places at which people come, talk and vanish at random, through real sockets. In the end nobody waits,
 * and by the record nobody was paired with itself, twice at a time, lost, or ended twice.
 */
class MatchmakerStressTest {
    private static final int THREADS = 8;
    private static final int PLACES = 200;
    private static final long NANOS = TimeUnit.SECONDS.toNanos(4);

    @TempDir
    Path dir;

    @Test
    @Timeout(90)
    void whateverLeavesWhenNobodyIsLostOrPairedTwice() throws Exception {
        long seed = System.nanoTime();
        System.out.println("MatchmakerStressTest seed " + seed);
        List<String> threadsBefore = Leaks.serverThreads();
        InProcessServer room = InProcessServer.open(dir, "MAX_MESSAGE_BYTES", "1000", "IO_THREADS", "2");
        int entered;
        try (room) {
            entered = crowd(seed, room.port());
            room.awaitNobody();
            try (RawClient one = room.enter();
                    RawClient other = room.enter()) {
                InProcessServer.expectPair(one, other);
                assertThat(Leaks.serverThreads())
                        .as("threads of a server with two clients, which the check below would find")
                        .contains("loop-0", "reaper")
                        .filteredOn(each -> each.endsWith("-virtual"))
                        .hasSizeGreaterThanOrEqualTo(2);
                one.sendText("nobody was left waiting");
                assertThat(other.readText()).isEqualTo(InProcessServer.chat("nobody was left waiting"));
            }
        }
        InProcessServer.Record record = room.record();
        record.assertConsistent();
        assertThat(record.of("New Connection")).as("seed %d", seed).hasSize(entered + 2);
        assertThat(record.of("Disconnected")).hasSize(entered + 2);
        int matched = record.of("Matched").size();
        assertThat(matched).as("matches of seed %d", seed).isGreaterThan(entered / 8);
        assertThat(record.of("Chat Ended")).hasSize(matched);
        System.out.printf("MatchmakerStressTest: %d connections, %d pairs%n", entered, matched);
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() ->
                        assertThat(Leaks.serverThreads()).as("threads left").isEqualTo(threadsBefore));
    }

    private static int crowd(long seed, int port) throws Exception {
        List<RestlessClient> places = IntStream.range(0, PLACES)
                .mapToObj(i -> new RestlessClient(new Random(seed + i), port, false))
                .toList();
        List<Thread> threads = new ArrayList<>();
        long end = System.nanoTime() + NANOS;
        for (int i = 0; i < THREADS; i++) {
            List<RestlessClient> mine = places.subList(PLACES / THREADS * i, PLACES / THREADS * (i + 1));
            Random random = new Random(seed - i - 1);
            threads.add(Thread.ofPlatform().start(() -> {
                while (System.nanoTime() < end) {
                    mine.get(random.nextInt(mine.size())).act();
                }
                mine.forEach(RestlessClient::end);
            }));
        }
        for (Thread each : threads) {
            each.join();
        }
        return places.stream().mapToInt(each -> each.entered).sum();
    }
}
