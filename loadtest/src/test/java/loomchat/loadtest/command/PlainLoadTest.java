package loomchat.loadtest.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import loomchat.loadtest.measure.RunCounters;
import loomchat.loadtest.testing.CommandRun;
import loomchat.loadtest.testing.FaultyPlainServer;
import loomchat.testing.InParallel;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Servers that do wrong, one message in so many, are caught with the right count. A rate is held. */
class PlainLoadTest {
    private static final int EACH = 97;

    @TempDir
    Path results;

    /** Some at the same time: most of them wait most of the time. */
    @TestFactory
    List<DynamicTest> everyFaultIsCountedOnce() {
        return InParallel.run(
                3,
                Arrays.stream(FaultyPlainServer.Fault.values())
                        .filter(fault -> fault != FaultyPlainServer.Fault.NEVER_MATCH)
                        .map(fault -> new InParallel.Case(fault.name(), () -> isCountedOnce(fault)))
                        .toList());
    }

    private void isCountedOnce(FaultyPlainServer.Fault fault) throws Exception {
        try (FaultyPlainServer server = new FaultyPlainServer(fault, EACH)) {
            CommandRun played = CommandRun.stress(
                    results.resolve(fault.name()),
                    "classic",
                    "URL=" + server.url(),
                    "CLIENTS=40",
                    "DURATION=2s",
                    "INTERVAL=20ms",
                    "MESSAGE_BYTES=64..300");
            long committed = server.committed.get();
            for (String each : RunCounters.FAULTS) {
                long expected = each.equals(name(fault)) ? committed : each.equals("lost") ? server.held.get() : 0;
                assertThat(played.total(each)).as(each).isEqualTo(expected);
            }
            assertThat(played.total("failed")).isZero();
            assertThat(played.total("matched")).isEqualTo(40);
            if (fault == FaultyPlainServer.Fault.NONE) {
                assertThat(played.total("delivered"))
                        .isEqualTo(played.total("sent"))
                        .isPositive();
                assertThat(played.exitCode()).isIn(ExitCode.PASSED, ExitCode.OVERLOADED);
            } else {
                assertThat(committed).isPositive();
                assertThat(played.summary().getJsonObject("examples").getString(name(fault)))
                        .contains("user");
                assertThat(played.exitCode()).isEqualTo(ExitCode.MISSED);
            }
        }
    }

    @Test
    void aServerThatMatchesNobodyFailsARunOfPeopleWhoTalk() throws Exception {
        try (FaultyPlainServer server = new FaultyPlainServer(FaultyPlainServer.Fault.NEVER_MATCH, 1)) {
            String[] played = {"classic", "URL=" + server.url(), "CLIENTS=10", "DURATION=3s"};
            CommandRun talking = CommandRun.stress(results.resolve("talking"), played);
            assertThat(talking.exitCode()).isEqualTo(ExitCode.MISSED);
            assertThat(talking.out())
                    .contains("FAILED: nobody was matched, although 10 waited")
                    .doesNotContain("PASSED");
            assertThat(talking.total("neverMatched")).isEqualTo(10);
            assertThat(CommandRun.stress(results.resolve("talking"), played).out())
                    .doesNotContain("Beside ");

            CommandRun silent = CommandRun.stress(
                    results.resolve("silent"), "idle", "URL=" + server.url(), "CLIENTS=10", "DURATION=2s");
            assertThat(silent.exitCode()).isIn(ExitCode.PASSED, ExitCode.OVERLOADED);
        }
    }

    @Test
    void oneClientAloneFailsNothingAndProvesNothing() throws Exception {
        try (FaultyPlainServer server = FaultyPlainServer.honest()) {
            CommandRun played = CommandRun.stress(
                    results, "classic", "URL=" + server.url(), "CLIENTS=1", "DURATION=2s", "THRESHOLDS=failed == 0");
            assertThat(played.exitCode()).isIn(ExitCode.PASSED, ExitCode.OVERLOADED);
            if (played.exitCode() == ExitCode.PASSED) {
                assertThat(played.summary().getString("verdict"))
                        .isEqualTo("PASSED, but no message was delivered, so that nothing is proven of messages");
            }
        }
    }

    @Test
    void whatIsLostFailsARunThatAsksForLatencyOnly() throws Exception {
        try (FaultyPlainServer server = new FaultyPlainServer(FaultyPlainServer.Fault.DROP, 10)) {
            CommandRun played = CommandRun.stress(
                    results, "classic", "URL=" + server.url(), "CLIENTS=10", "DURATION=1s", "THRESHOLDS=p99 < 1h");
            assertThat(played.exitCode()).isEqualTo(ExitCode.MISSED);
            assertThat(played.out())
                    .contains("FAILED: lost == 0 was missed")
                    .contains("not checked, because THRESHOLDS left it out: failed == 0");
            assertThat(played.summary().getString("result")).isEqualTo("failed");
        }
    }

    private static String name(FaultyPlainServer.Fault fault) {
        return switch (fault) {
            case NONE, NEVER_MATCH -> "";
            case DROP -> "lost";
            case DOUBLE -> "duplicated";
            case SWAP -> "reordered";
            case CORRUPT -> "corrupted";
            case MISDELIVER -> "misdelivered";
        };
    }

    @Test
    void peopleWhoComeAndGoCauseNoFalseAlarm() throws Exception {
        try (FaultyPlainServer server = FaultyPlainServer.honest()) {
            CommandRun played = CommandRun.stress(
                    results,
                    "evil",
                    "URL=" + server.url(),
                    "CLIENTS=120",
                    "DURATION=4s",
                    "INTERVAL=100ms",
                    "MESSAGE_BYTES=64..2K",
                    "SEED=" + seed());
            for (String each : RunCounters.FAULTS) {
                assertThat(played.total(each)).as(each).isZero();
            }
            assertThat(played.total("failed")).isZero();
            long accounted = 0;
            for (String each : List.of("delivered", "cutOff", "unmatched", "unconfirmed")) {
                accounted += played.total(each);
            }
            assertThat(accounted).isEqualTo(played.total("sent")).isPositive();
        }
    }

    /** The reader sleeps over the end of the run, with messages in its socket of somebody who has said goodbye. */
    @Test
    void whatSomebodySaidBeforeLeavingIsWaitedForAtASlowReader() throws Exception {
        Path scenario = Files.writeString(results.resolve("slow.json"), """
                {"stages": [{"clients": 2}], "duration": "2s", "personas": [
                  {"kind": "nexter", "bytes": "64", "every": "20ms", "chat": "1400ms", "again": false},
                  {"kind": "slow", "every": "1h", "chat": "1h", "readPause": "1200ms"}]}
                """);
        try (FaultyPlainServer server = FaultyPlainServer.honest()) {
            CommandRun played = CommandRun.stress(results, scenario.toString(), "URL=" + server.url());
            assertThat(played.total("sent")).isGreaterThan(10);
            assertThat(played.total("lost")).isZero();
            assertThat(played.total("delivered")).isEqualTo(played.total("sent"));
        }
    }

    @Test
    void anOddClientWaitsAndIsNoFailure() throws Exception {
        try (FaultyPlainServer server = FaultyPlainServer.honest()) {
            CommandRun played = CommandRun.stress(
                    results,
                    "classic",
                    "URL=" + server.url(),
                    "CLIENTS=3",
                    "MESSAGES=5",
                    "DURATION=1m",
                    "INTERVAL=10ms");
            assertThat(played.total("connected")).isEqualTo(3);
            assertThat(played.total("matched")).isEqualTo(2);
            assertThat(played.total("sent")).isEqualTo(10);
            assertThat(played.total("delivered")).isEqualTo(10);
        }
    }

    @Test
    void whatIsSaidBeforeTheMatchIsNotLost() throws Exception {
        try (FaultyPlainServer server = FaultyPlainServer.honest()) {
            CommandRun played = CommandRun.stress(
                    results,
                    "cloud",
                    "URL=" + server.url(),
                    "CLIENTS=9",
                    "DURATION=2s",
                    "MESSAGE_BYTES=2K",
                    "INTERVAL=10ms");
            assertThat(played.total("lost")).isZero();
            assertThat(played.total("unmatched")).isPositive();
            assertThat(played.total("delivered") + played.total("unmatched")).isEqualTo(played.total("sent"));
        }
    }

    @Test
    void refusedHandshakesAreCountedByStatus() throws Exception {
        try (FaultyPlainServer server = FaultyPlainServer.honest();
                FaultyPlainServer other = FaultyPlainServer.honest()) {
            server.refuseWith = 503;
            CommandRun played = CommandRun.stress(
                    results, "classic", "URL=" + server.url() + "," + other.url(), "CLIENTS=10", "DURATION=500ms");
            assertThat(played.total("failed")).isEqualTo(5);
            assertThat(played.summary().getJsonObject("errors").getInt("connect: HTTP 503"))
                    .isEqualTo(5);
            assertThat(played.out()).contains("MISSED       failed == 0");
        }
    }

    private static long seed() {
        long seed = System.nanoTime();
        System.out.println("PlainLoadTest seed " + seed);
        return seed;
    }

    /** Intervals of 571,428.6 ns: on the timer's ticks they would be 750,000 ns. A sender that is late catches up. */
    @Test
    void fewClientsHoldARateWhoseIntervalIsNoMultipleOfATick() throws Exception {
        try (FaultyPlainServer server = FaultyPlainServer.honest()) {
            CommandRun played = CommandRun.stress(
                    results, "classic", "URL=" + server.url(), "CLIENTS=4", "RATE=7000", "DURATION=2s");
            assertThat(played.total("intended")).isBetween(12_000L, 14_004L);
            assertThat(played.total("asked")).isBetween(13_700L, 14_000L);
            assertThat(played.out()).containsPattern(" messages/s sent of (6,9\\d\\d|7,000) asked for \\(");
        }
    }

    @Test
    void everyClientOfAShortRunComes() throws Exception {
        try (FaultyPlainServer server = FaultyPlainServer.honest()) {
            CommandRun played = CommandRun.stress(
                    results, "classic", "URL=" + server.url(), "CLIENTS=100", "DURATION=400ms", "INTERVAL=200ms");
            assertThat(played.total("attempts")).isEqualTo(100);
        }
    }

    @Test
    void nobodyWaitsForAPartnerAtAnEcho() throws Exception {
        try (FaultyPlainServer server = new FaultyPlainServer(FaultyPlainServer.Fault.NEVER_MATCH, EACH)) {
            CommandRun played = CommandRun.stress(
                    results, "idle", "URL=" + server.url(), "PROTOCOL=echo", "CLIENTS=4", "DURATION=2500ms");
            assertThat(played.total("connected")).isEqualTo(4);
            assertThat(played.total("neverMatched")).isZero();
            assertThat(played.out()).doesNotContain("waited for a partner");
        }
    }
}
