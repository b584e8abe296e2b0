package loomchat.loadtest.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import loomchat.loadtest.measure.RunCounters;
import loomchat.loadtest.testing.CommandRun;
import loomchat.loadtest.testing.FaultyV1Server;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of which servers are killed all the time, and which keeps every promise. */
@Tag("slow")
class KilledServersTest {
    private static final int SERVERS = 3;

    @TempDir
    Path dir;

    @Test
    void killsAreNoFaultAndAllElseIsProven() throws Exception {
        try (FaultyV1Server servers = FaultyV1Server.cluster(SERVERS, 3, true)) {
            CommandRun played = playWithKills(servers, "KILLS=true");
            for (String each : RunCounters.FAULTS) {
                assertThat(played.total(each)).as(each).isZero();
            }
            for (String each : List.of("failed", "violations", "resumesFailed", "stillWaiting", "missed", "foreign")) {
                assertThat(played.total(each)).as(each).isZero();
            }
            for (String each : List.of("killedConnections", "killedConnects", "resumed", "cuts", "leftByPartner")) {
                assertThat(played.total(each)).as(each).isPositive();
            }
            assertThat(servers.committed())
                    .as("messages that went down with their server")
                    .isPositive();
            assertThat(played.exitCode()).isIn(ExitCode.PASSED, ExitCode.OVERLOADED);
            assertThat(played.out().replaceAll("\\s+", " ")).contains("(100.00 %)");
        }
    }

    @Test
    void whatGoesDownWithAServerAndIsNotAskedForAgainIsLost() throws Exception {
        try (FaultyV1Server servers = FaultyV1Server.cluster(SERVERS, 3, false)) {
            CommandRun played = playWithKills(servers, "KILLS=true");
            assertThat(servers.committed()).isPositive();
            assertThat(played.total("lost")).isBetween(1L, (long) servers.committed());
            assertThat(played.total("failed")).isZero();
            assertThat(played.exitCode()).isEqualTo(ExitCode.MISSED);
        }
    }

    @Test
    void withoutTheSettingAKillIsAFault() throws Exception {
        try (FaultyV1Server servers = FaultyV1Server.cluster(SERVERS, 3, true)) {
            CommandRun played = playWithKills(servers, "KILLS=false");
            assertThat(played.total("failed")).isPositive();
            assertThat(played.total("killed")).isZero();
            assertThat(played.exitCode()).isEqualTo(ExitCode.MISSED);
        }
    }

    @Test
    void killsAreForClustersOnly() throws Exception {
        try (FaultyV1Server servers = FaultyV1Server.cluster(1, 3, true)) {
            CommandRun played = CommandRun.stress(dir, "rich", "URL=" + servers.url(), "--kills");
            assertThat(played.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
            assertThat(played.err()).contains("KILLS=true", "nodes").hasLineCount(1);
        }
    }

    private CommandRun playWithKills(FaultyV1Server servers, String setting) throws Exception {
        Path people = Files.writeString(dir.resolve("people.json"), """
                {"protocol": "chat.v1", "cluster": true, "stages": [{"clients": 30, "over": "500ms"}], "duration": "8s",
                 "personas": [
                  {"kind": "commuter", "weight": 5, "every": "exp 200ms", "cuts": "exp 3s", "away": "10ms..800ms"},
                  {"kind": "chatty", "weight": 5, "every": "exp 200ms", "typing": 0},
                  {"kind": "nexter", "weight": 3, "every": "exp 200ms", "chat": "500ms..2s"},
                  {"kind": "quitter", "weight": 1, "life": "exp 2s", "pause": "0s..200ms"},
                  {"kind": "lurker", "weight": 1, "chat": "1s..3s"}]}""");
        AtomicBoolean over = new AtomicBoolean();
        Thread killer = Thread.ofVirtual().start(() -> killInTurn(servers, over));
        try {
            return CommandRun.stress(
                    dir.resolve(setting), people.toString(), "URL=" + servers.url(), setting, "SEED=" + seed());
        } finally {
            over.set(true);
            killer.join();
        }
    }

    private static void killInTurn(FaultyV1Server servers, AtomicBoolean over) {
        try {
            for (int i = 0; !over.get(); i++) {
                pause(1_000);
                servers.kill(i % SERVERS);
                pause(500);
                servers.restart(i % SERVERS);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void pause(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private static long seed() {
        long seed = System.nanoTime();
        System.out.println("KilledServersTest seed " + seed);
        return seed;
    }
}
