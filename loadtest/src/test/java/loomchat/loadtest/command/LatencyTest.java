package loomchat.loadtest.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import loomchat.loadtest.testing.CommandRun;
import loomchat.loadtest.testing.DelayingProxy;
import loomchat.loadtest.testing.FaultyPlainServer;
import loomchat.testing.ServerProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Latencies mean what they say. Margins are wide: the machine may be busy. */
class LatencyTest {
    @TempDir
    Path results;

    @Test
    void aFrozenServerShowsFromTheIntendedTimeAndNotFromTheActualOne() throws Exception {
        try (FaultyPlainServer server = FaultyPlainServer.honest()) {
            Thread freezer = Thread.ofVirtual().start(() -> {
                Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> server.accepted.get() == 20);
                await(1500);
                server.freeze();
                await(2100);
                server.thaw();
            });
            CommandRun played = CommandRun.stress(
                    results,
                    "classic",
                    "URL=" + server.url(),
                    "CLIENTS=20",
                    "DURATION=6s",
                    "INTERVAL=10ms",
                    "WINDOW=1");
            freezer.join();
            assertThat(latency(played, "intended", "max")).isGreaterThanOrEqualTo(2000);
            assertThat(latency(played, "intended", "p90")).isGreaterThan(400);
            assertThat(latency(played, "actual", "p99")).isLessThan(1000);
            assertThat(played.total("lost")).isZero();
        }
    }

    @Test
    @Tag("slow")
    void aStoppedProcessShowsFromTheIntendedTimeAndNotFromTheActualOne() throws Exception {
        try (ServerProcess server = new ServerProcess(results.resolve("logs"), Map.of())) {
            Thread stopper = Thread.ofVirtual().start(() -> {
                await(4000);
                signal("STOP", server.pid());
                await(2100);
                signal("CONT", server.pid());
            });
            CommandRun played = CommandRun.stress(
                    results.resolve("out"),
                    "classic",
                    "URL=ws://127.0.0.1:" + server.port() + "/",
                    "CLIENTS=40",
                    "DURATION=12s",
                    "INTERVAL=20ms",
                    "WINDOW=1");
            stopper.join();
            assertThat(latency(played, "intended", "max")).isGreaterThanOrEqualTo(2000);
            assertThat(latency(played, "intended", "p90")).isGreaterThan(400);
            assertThat(latency(played, "actual", "p99")).isLessThan(1000);
            assertThat(played.total("lost")).isZero();
            assertThat(played.summary().getJsonArray("reconciliation").getValuesAs(JsonObject.class))
                    .hasSize(5)
                    .allSatisfy(line -> assertThat(line.getBoolean("agrees"))
                            .as(line.toString())
                            .isTrue());
            assertThat(server.terminate(30)).isZero();
        }
    }

    private static void signal(String name, long pid) {
        try {
            assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                            .inheritIO()
                            .start()
                            .waitFor())
                    .isZero();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits on a latch that nobody opens: the test's clock is the real one here. */
    private static void await(long millis) {
        try {
            new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    @Tag("slow")
    void aProxyThatDelaysShowsItsDelay() throws Exception {
        try (FaultyPlainServer server = FaultyPlainServer.honest();
                DelayingProxy proxy = new DelayingProxy(server.port(), 20, 5)) {
            double direct = median("direct", server.url());
            double delayed = median("delayed", "ws://127.0.0.1:" + proxy.port() + "/");
            // Once on the way to the server and once on the way back
            assertThat(delayed - direct).isBetween(35.0, 60.0);
        }
    }

    /** Else a server that falls behind delivers as much as was sent, at any rate. */
    @Test
    void whatArrivesAfterTheTimeOfSendingIsInNoRate() throws Exception {
        try (FaultyPlainServer server = FaultyPlainServer.honest();
                DelayingProxy proxy = new DelayingProxy(server.port(), 300, 5)) {
            CommandRun played = CommandRun.stress(
                    results,
                    "classic",
                    "URL=ws://127.0.0.1:" + proxy.port() + "/",
                    "CLIENTS=4",
                    "DURATION=3s",
                    "INTERVAL=20ms");
            assertThat(played.total("delivered")).isEqualTo(played.total("sent"));
            assertThat(played.total("deliveredInTime")).isPositive().isLessThan(played.total("delivered"));
            JsonObject summary = played.summary();
            double seconds = summary.getJsonNumber("seconds").doubleValue();
            assertThat(summary.getJsonNumber("deliveredPerSecond").doubleValue() * seconds)
                    .isCloseTo(played.total("deliveredInTime"), within(1.0));
        }
    }

    private double median(String name, String url) throws IOException {
        CommandRun played = CommandRun.stress(
                results.resolve(name), "classic", "URL=" + url, "CLIENTS=10", "DURATION=4s", "INTERVAL=50ms");
        return latency(played, "intended", "p50");
    }

    private static double latency(CommandRun played, String from, String figure) throws IOException {
        JsonObject latencies = played.summary().getJsonObject("latencies");
        return latencies.getJsonObject(from).getJsonNumber(figure).doubleValue();
    }

    @Test
    @Tag("slow")
    void aStarvedGeneratorSaysThatItsFiguresAreNotValid() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        for (int i = 0; i < 40 * Runtime.getRuntime().availableProcessors(); i++) {
            Thread.ofPlatform().daemon().start(() -> {
                while (done.getCount() > 0) {
                    Thread.onSpinWait();
                }
            });
        }
        try (FaultyPlainServer server = FaultyPlainServer.honest()) {
            CommandRun played =
                    CommandRun.stress(results, "classic", "URL=" + server.url(), "CLIENTS=50", "DURATION=5s");
            assertThat(played.exitCode()).isEqualTo(ExitCode.OVERLOADED);
            assertThat(played.out()).contains("NOT VALID");
            assertThat(played.summary().getBoolean("valid")).isFalse();
            assertThat(java.nio.file.Files.readString(played.folder().resolve("report.html")))
                    .contains("NOT VALID");
        } finally {
            done.countDown();
        }
    }
}
