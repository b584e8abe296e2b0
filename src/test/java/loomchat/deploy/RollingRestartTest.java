package loomchat.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import loomchat.deploy.ProxyProcess.Kind;
import loomchat.loadtest.measure.RunCounters;
import loomchat.loadtest.testing.CommandRun;
import loomchat.testing.Certificate;
import loomchat.testing.RedisProcess;
import loomchat.testing.ServerProcess;
import loomchat.testing.StrictLogReader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Three servers of one crowd behind a proxy with the example in {@code deploy/} are restarted one after the other, as
 * for a new version, while people chat over TLS who come back when they are sent away.
 */
@Tag("slow")
class RollingRestartTest {
    private static final int SERVERS = 3;

    @TempDir
    Path dir;

    private RedisProcess redis;
    private final int[] ports = new int[SERVERS];
    private final List<ServerProcess> servers = new ArrayList<>();

    private ServerProcess start(int nth) throws IOException {
        return new ServerProcess(
                dir.resolve("server-" + nth),
                Map.of("REDIS_URL", redis.url(), "DRAIN_TIMEOUT", "3s", "PORT", Integer.toString(ports[nth])));
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(180)
    void nothingIsLost(Kind kind) throws Exception {
        Certificate certificate = Certificate.make(dir);
        redis = new RedisProcess(Files.createDirectory(dir.resolve("redis")));
        try {
            for (int i = 0; i < SERVERS; i++) {
                ports[i] = RedisProcess.freePort();
                servers.add(start(i));
            }
            try (ProxyProcess proxy = new ProxyProcess(kind, dir.resolve("proxy"), certificate, ports)) {
                // Nobody here says more than the 64 messages that a client keeps while its partner is away.
                Path people = Files.writeString(dir.resolve("people.json"), """
                        {"protocol": "chat.v1", "cluster": true, "stages": [{"clients": 150, "over": "10s"}],
                         "duration": "75s", "personas": [
                          {"kind": "chatty", "weight": 50},
                          {"kind": "commuter", "weight": 30},
                          {"kind": "nexter", "weight": 10},
                          {"kind": "lurker", "weight": 5},
                          {"kind": "idle", "weight": 5}]}""");
                CompletableFuture<CommandRun> run = CompletableFuture.supplyAsync(
                        () -> CommandRun.stress(
                                dir.resolve("results"),
                                people.toString(),
                                "URL=wss://localhost:" + proxy.port() + "/",
                                "CA=" + certificate.pem(),
                                "DRAIN=12s"),
                        task -> Thread.ofPlatform().start(task));
                restartInTurn(run);
                judge(kind, run.get(120, TimeUnit.SECONDS));
            }
            for (int i = 0; i < SERVERS; i++) {
                assertThat(servers.get(i).terminate(30)).isZero();
                assertThat(new StrictLogReader(dir.resolve("server-" + i))
                                .events().stream()
                                        .filter(each -> each.getString("event").equals("Server Started")))
                        .hasSize(2);
            }
        } finally {
            servers.forEach(ServerProcess::close);
            redis.close();
        }
    }

    /** Each when the one before serves again and has had some time to get visitors. */
    private void restartInTurn(CompletableFuture<?> run) throws Exception {
        for (int i = 0; i < SERVERS; i++) {
            pause(run, i == 0 ? 15 : 5);
            long begin = System.nanoTime();
            assertThat(servers.get(i).terminate(30)).isZero();
            servers.set(i, start(i));
            System.out.printf("Server %d was away for %d ms%n", i, (System.nanoTime() - begin) / 1_000_000);
        }
        assertThat(run).as("the load, after the last restart").isNotDone();
    }

    /** Lets the load go on, which has to last longer. */
    private static void pause(CompletableFuture<?> run, int seconds) throws InterruptedException {
        Thread waiter = Thread.ofVirtual().start(run::join);
        assertThat(waiter.join(java.time.Duration.ofSeconds(seconds)))
                .as("the load is over")
                .isFalse();
    }

    private static void judge(Kind kind, CommandRun played) throws Exception {
        for (String each : RunCounters.FAULTS) {
            assertThat(played.total(each)).as(each).isZero();
        }
        for (String each : List.of("violations", "missed", "resumesFailed", "stillWaiting")) {
            assertThat(played.total(each)).as(each).isZero();
        }
        long failed = played.total("failed");
        if (kind == Kind.CADDY && failed > 0) {
            // It passes on what a server answers that has just begun to stop.
            assertThat(played.out()).contains("connect: HTTP 503: " + failed);
        } else {
            assertThat(failed).isZero();
        }
        for (String each : List.of("moved", "resumed", "delivered")) {
            assertThat(played.total(each)).as(each).isPositive();
        }
    }
}
