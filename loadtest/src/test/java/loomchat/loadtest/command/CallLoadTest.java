package loomchat.loadtest.command;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import loomchat.Loomchat;
import loomchat.loadtest.measure.RunCounters;
import loomchat.loadtest.testing.CommandRun;
import loomchat.loadtest.testing.FaultyCallServer;
import loomchat.loadtest.testing.FaultyCallServer.Fault;
import loomchat.testing.InParallel;
import loomchat.testing.StrictLogReader;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The client plays calls, and what it proves of signals is true: no fault unseen, and none where there is none. */
class CallLoadTest {
    /** They stay until the end, say nothing else, and call each other as soon as they meet. */
    private static final String CALLERS = """
            {"protocol": "chat.v1", "stages": [{"clients": 30, "over": "200ms"}], "duration": "5s",
             "personas": [{"kind": "lurker", "chat": "1m", "calls": 60, "callLength": "1s..2s", "signals": 20}]}""";

    @TempDir
    Path results;

    private Path file(String name, String json) throws IOException {
        return Files.writeString(results.resolve(name + ".json"), json);
    }

    /** Some at the same time: most of them wait most of the time. */
    @TestFactory
    List<DynamicTest> everyFaultOfASignalIsCountedOnce() {
        return InParallel.run(
                3,
                Arrays.stream(Fault.values())
                        .filter(each -> each != Fault.OFF)
                        .map(fault -> new InParallel.Case(fault.name(), () -> signals(fault)))
                        .toList());
    }

    private void signals(Fault fault) throws Exception {
        int each = fault == Fault.LATE ? 2 : 41;
        try (FaultyCallServer server = new FaultyCallServer(fault, each)) {
            CommandRun played = CommandRun.stress(
                    results.resolve(fault.name()),
                    file(fault.name(), CALLERS).toString(),
                    "URL=" + server.url(),
                    "DRAIN=3s");
            String caught = switch (fault) {
                case LOSE -> "signalsLost";
                case DOUBLE -> "signalsDuplicated";
                case SWAP -> "signalsReordered";
                case ALTER -> "signalsAltered";
                case MISDELIVER -> "signalsMisdelivered";
                case LATE -> "signalsMistimed";
                case NONE, OFF -> "";
            };
            int committed = server.committed();
            assertThat(committed > 0).isEqualTo(fault != Fault.NONE);
            for (String name : RunCounters.CALL_FAULTS) {
                if (name.equals("signalsLost")) {
                    // The last signals before an end may be cut off: which, nobody can tell. The others are lost.
                    long cutOff = played.total("signalsCutOff");
                    long missing = name.equals(caught) ? committed : server.held();
                    assertThat(played.total(name)).as(name).isBetween(missing - cutOff, missing);
                } else {
                    assertThat(played.total(name)).as(name).isEqualTo(name.equals(caught) ? committed : 0);
                }
            }
            assertThat(played.total("callsTold")).isGreaterThan(10);
            assertThat(played.total("iceAnswers")).isPositive();
            assertThat(played.total("signalsSent")).isGreaterThan(100);
            for (String name : new String[] {"violations", "failed", "signalsMissed", "signalsUnconfirmed"}) {
                assertThat(played.total(name)).as(name).isZero();
            }
            assertThat(played.summary()
                            .getJsonObject("latencies")
                            .getJsonObject("signal")
                            .getInt("count"))
                    .isEqualTo((int) played.total("signalsDelivered"))
                    .isPositive();
            if (fault == Fault.NONE) {
                assertThat(played.exitCode()).isIn(ExitCode.PASSED, ExitCode.OVERLOADED);
            } else {
                assertThat(played.exitCode()).isEqualTo(ExitCode.MISSED);
            }
        }
    }

    @Test
    void aServerWithoutCallsEndsTheRunAtOnceWithOneLine() throws Exception {
        try (FaultyCallServer server = new FaultyCallServer(Fault.OFF, 1)) {
            CommandRun played =
                    CommandRun.stress(results, file("mine", CALLERS).toString(), "URL=" + server.url(), "DURATION=10m");
            assertThat(played.err())
                    .isEqualTo(
                            "mine plays calls, and the server has none: CALLS=all or CALLS=relay turns them on there\n");
            assertThat(played.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        }
    }

    /** Calls of people who stay are counted exactly by both. */
    @Test
    void theRealServerCountsTheSameCalls() throws Exception {
        try (Loomchat server = server()) {
            CommandRun played = CommandRun.stress(
                    results.resolve("out"),
                    file("mine", CALLERS.replace("\"calls\": 60", "\"calls\": 100, \"accepts\": 50"))
                            .toString(),
                    "URL=ws://127.0.0.1:" + server.port() + "/");
            assertFaultless(played);
            assertThat(played.total("callsUntold")).isZero();
            assertThat(played.total("callsDeclined")).isPositive();
            assertThat(played.total("signalsMissed") + played.total("signalsUnconfirmed"))
                    .isZero();
            Map<String, JsonObject> compared = compared(played);
            for (String each : new String[] {"calls", "callsEnded"}) {
                assertThat(compared.get(each).getInt("server")).as(each).isPositive();
                assertThat(compared.get(each).getInt("least"))
                        .isEqualTo(compared.get(each).getInt("most"))
                        .isEqualTo(compared.get(each).getInt("server"));
            }
        }
        // The record, read independently.
        List<JsonObject> events = new StrictLogReader(results.resolve("logs")).events();
        long started = events.stream()
                .filter(each -> each.getString("event").equals("Call Started"))
                .count();
        List<JsonObject> ended = events.stream()
                .filter(each -> each.getString("event").equals("Call Ended"))
                .toList();
        CommandRun played = new CommandRun(0, "", "", results.resolve("out"));
        assertThat(2 * started).isEqualTo(played.total("callsTold"));
        assertThat(ended).hasSize((int) started);
        assertThat(ended)
                .filteredOn(each -> each.getString("reason").equals("ended"))
                .isNotEmpty()
                .anySatisfy(each -> assertThat(each.getBoolean("connected")).isTrue());
    }

    @Test
    void theRealServerKeepsEveryPromiseOverCutsResumesAndEnds() throws Exception {
        try (Loomchat server = server()) {
            Path people = file("people", """
                    {"protocol": "chat.v1", "stages": [{"clients": 60, "over": "500ms"}], "duration": "7s",
                     "personas": [
                      {"kind": "commuter", "weight": 6, "every": "exp 500ms", "cuts": "exp 1500ms", "away": "10ms..800ms",
                       "calls": 60, "callLength": "500ms..4s", "signals": 10},
                      {"kind": "nexter", "weight": 2, "every": "exp 500ms", "chat": "1s..3s", "accepts": 90, "signals": 10},
                      {"kind": "chatty", "weight": 5, "every": "exp 500ms", "typing": 1000, "pause": "0s..200ms",
                       "calls": 60, "accepts": 80, "callLength": "500ms..3s", "signals": 15},
                      {"kind": "quitter", "weight": 1, "life": "exp 3s", "pause": "0s..200ms", "calls": 50},
                      {"kind": "lurker", "weight": 1, "chat": "1s..3s"},
                      {"kind": "chatty", "name": "plain", "protocol": "plain", "weight": 2, "every": "exp 500ms", "typing": 1000}]}""");
            CommandRun played = CommandRun.stress(
                    results.resolve("out"),
                    people.toString(),
                    "URL=ws://127.0.0.1:" + server.port() + "/",
                    "SEED=" + seed());
            assertFaultless(played);
            for (String each : new String[] {"resumed", "callsResumed", "signalsMissed", "callsTold", "delivered"}) {
                assertThat(played.total(each)).as(each).isPositive();
            }
            assertThat(compared(played)).hasSize(7);
        }
    }

    private Loomchat server() throws Exception {
        Map<String, String> settings = new HashMap<>();
        settings.put("HOST", "127.0.0.1");
        settings.put("PORT", "0");
        settings.put("LOG_DIR", results.resolve("logs").toString());
        settings.put("DRAIN_TIMEOUT", "0s");
        settings.put("CALLS", "all");
        return Loomchat.start(settings);
    }

    private static void assertFaultless(CommandRun played) throws IOException {
        for (List<String> each : List.of(RunCounters.FAULTS, RunCounters.CALL_FAULTS)) {
            for (String name : each) {
                assertThat(played.total(name)).as(name).isZero();
            }
        }
        for (String each : new String[] {"failed", "violations", "foreign", "missed"}) {
            assertThat(played.total(each)).as(each).isZero();
        }
        assertThat(compared(played))
                .allSatisfy((what, line) -> assertThat(line.getBoolean("agrees"))
                        .as(line.toString())
                        .isTrue());
        assertThat(played.exitCode()).isIn(ExitCode.PASSED, ExitCode.OVERLOADED);
    }

    private static Map<String, JsonObject> compared(CommandRun played) throws IOException {
        Map<String, JsonObject> compared = new HashMap<>();
        played.summary()
                .getJsonArray("reconciliation")
                .getValuesAs(JsonObject.class)
                .forEach(each -> compared.put(each.getString("what"), each));
        return compared;
    }

    private static long seed() {
        long seed = System.nanoTime();
        System.out.println("CallLoadTest seed " + seed);
        return seed;
    }
}
