package loomchat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import loomchat.loadtest.measure.RunCounters;
import loomchat.loadtest.testing.CommandRun;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three servers under load; servers and Redis are killed and stopped meanwhile. Nothing is lost, comes twice or in the
 * wrong order, and nobody is left behind.
 */
class ClusterKillsTest {
    private static final int SERVERS = 3;
    /** A server writes at least every 50 ms: of so many users one has an event that a kill costs. */
    private static final int USERS_FOR_A_LINE = 30;

    @TempDir
    Path dir;

    private final AtomicReference<Exception> failure = new AtomicReference<>();

    private interface Step {
        void run() throws Exception;
    }

    @Test
    @Tag("slow")
    @Timeout(150)
    void aMinuteWithAKillOfEverything() throws Exception {
        try (Crowd crowd = new Crowd(dir, SERVERS);
                ScheduledExecutorService clock = Executors.newScheduledThreadPool(1)) {
            at(clock, 8_000, () -> crowd.restart(0));
            at(clock, 18_000, crowd.redis::freeze);
            at(clock, 21_000, crowd.redis::thaw);
            at(clock, 29_000, () -> crowd.restart(1));
            at(clock, 38_000, crowd.redis::kill);
            at(clock, 40_000, crowd.redis::start);
            at(clock, 48_000, () -> crowd.restart(2));
            CommandRun played = play(crowd, "DURATION=60s", "CLIENTS=150");
            clock.shutdownNow();
            judge(played);
            compare(played, crowd, 150);
        }
    }

    /** A server is killed every 20 s and Redis is killed or stopped every 40 s, each at a random moment. */
    @Test
    @Tag("slow")
    @Timeout(900)
    void tenMinutesOfKillsAtRandom() throws Exception {
        String given = System.getProperty("cluster.seed");
        long seed = given == null ? System.nanoTime() : Long.parseLong(given);
        int minutes = Integer.getInteger("cluster.minutes", 10);
        System.out.println("ClusterKillsTest seed " + seed);
        Random random = new Random(seed);
        try (Crowd crowd = new Crowd(dir, SERVERS);
                ScheduledExecutorService clock = Executors.newScheduledThreadPool(2)) {
            for (int second = 15; second < minutes * 60 - 10; second += 20) {
                int victim = random.nextInt(SERVERS);
                at(clock, second * 1_000L + random.nextInt(8_000), () -> crowd.restart(victim));
            }
            for (int second = 30; second < minutes * 60 - 20; second += 40) {
                long begin = second * 1_000L + random.nextInt(10_000);
                boolean kills = random.nextBoolean();
                long lasts = 500 + random.nextInt(6_000);
                at(clock, begin, kills ? crowd.redis::kill : crowd.redis::freeze);
                at(clock, begin + lasts, kills ? crowd.redis::start : crowd.redis::thaw);
            }
            CommandRun played = play(crowd, "DURATION=" + minutes + "m", "CLIENTS=1500");
            clock.shutdownNow();
            judge(played);
            compare(played, crowd, 1_500);
        }
    }

    private void at(ScheduledExecutorService clock, long millis, Step step) {
        clock.schedule(
                () -> {
                    try {
                        step.run();
                    } catch (Exception e) {
                        failure.compareAndSet(null, e);
                    }
                },
                millis,
                TimeUnit.MILLISECONDS);
    }

    private CommandRun play(Crowd crowd, String duration, String clients) throws Exception {
        try (ExecutorService player = Executors.newSingleThreadExecutor()) {
            Future<CommandRun> played = player.submit(() -> CommandRun.stress(
                    dir.resolve("results"),
                    "nodes",
                    "URL=" + crowd.urls(),
                    "KILLS=true",
                    "DRAIN=12s",
                    duration,
                    clients));
            return played.get();
        }
    }

    private void judge(CommandRun played) throws Exception {
        assertThat(failure.get()).isNull();
        for (String each : RunCounters.FAULTS) {
            assertThat(played.total(each)).as(each).isZero();
        }
        for (String each : List.of("violations", "stillWaiting", "failed")) {
            assertThat(played.total(each)).as(each).isZero();
        }
        long resumed = played.total("resumed");
        long failed = played.total("resumesFailed");
        assertThat(resumed).isPositive();
        assertThat(failed / (double) (resumed + failed))
                .as("resumes that failed, of %d", resumed + failed)
                .isLessThanOrEqualTo(0.005);
        assertThat(played.total("killedConnections")).isPositive();
    }

    /**
     * What all servers have on their disks together is what the client counted, but for the lines of the last
     * milliseconds before each kill, and for what was on its way to who left.
     */
    private void compare(CommandRun played, Crowd crowd, int users) throws Exception {
        JsonObject totals = crowd.report().getJsonObject("totals");
        int kills = totals.getInt("starts") - SERVERS;
        long unwritten = (long) kills * users / USERS_FOR_A_LINE;
        long connections = totals.getInt("connections");
        long matches = totals.getInt("matches");
        long messages = totals.getInt("messages");
        assertThat(connections)
                .as("connections")
                .isBetween(played.total("connected") - unwritten, played.total("connected") + unwritten);
        assertThat(2 * matches)
                .as("sides of matches")
                .isBetween(played.total("matched") - unwritten, played.total("matched") + unwritten);
        long delivered = played.total("delivered");
        long mayHaveBeen = delivered
                + played.total("cutOff")
                + played.total("unmatched")
                + played.total("unconfirmed")
                + played.total("missed");
        assertThat(messages).as("messages").isBetween(delivered - unwritten, mayHaveBeen);
    }
}
