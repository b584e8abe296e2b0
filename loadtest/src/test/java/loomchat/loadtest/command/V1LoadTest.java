package loomchat.loadtest.command;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import loomchat.Loomchat;
import loomchat.loadtest.measure.RunCounters;
import loomchat.loadtest.testing.CommandRun;
import loomchat.loadtest.testing.FaultyPlainServer;
import loomchat.loadtest.testing.FaultyV1Server;
import loomchat.loadtest.testing.ScriptedServer;
import loomchat.testing.InParallel;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The client speaks {@code chat.v1}, and what it proves holds over cuts and resumes. */
class V1LoadTest {
    /**
     * Two messages back to back, so that a break finds some of them kept. The last break is due two seconds before the
     * end; on busy cores the first matches take as long.
     */
    private static final String COMMUTERS = """
            {"protocol": "chat.v1", "stages": [{"clients": 24, "over": "200ms"}], "duration": "8s",
             "personas": [{"kind": "steady", "every": "150ms", "burst": "2", "bytes": "64..300", "text": "evil",
                           "cuts": "1s..1500ms", "away": "100ms..300ms"}]}""";

    @TempDir
    Path results;

    private Path file(String json) throws IOException {
        return Files.writeString(results.resolve("scenario.json"), json);
    }

    /** Some at the same time: most of them wait most of the time. */
    @TestFactory
    List<DynamicTest> everyFaultIsCountedOnce() throws IOException {
        Path commuters = file(COMMUTERS);
        return InParallel.run(
                5,
                Arrays.stream(FaultyV1Server.Fault.values())
                        .map(fault -> new InParallel.Case(
                                fault.name(),
                                fault.withResumes() ? () -> resumes(fault, commuters) : () -> messages(fault)))
                        .toList());
    }

    private void messages(FaultyV1Server.Fault fault) throws Exception {
        try (FaultyV1Server server = new FaultyV1Server(fault, 53)) {
            CommandRun played = CommandRun.stress(
                    results.resolve(fault.name()),
                    "classic",
                    "PROTOCOL=chat.v1",
                    "URL=" + server.url(),
                    "CLIENTS=30",
                    "DURATION=30s",
                    "MESSAGES=20",
                    "INTERVAL=50ms",
                    "MESSAGE_BYTES=64..300",
                    drain(fault));
            expectOnly(played, fault, server);
            assertThat(played.total("matched")).isEqualTo(30);
            assertThat(played.exitCode()).isEqualTo(ExitCode.MISSED);
        }
    }

    private void resumes(FaultyV1Server.Fault fault, Path commuters) throws Exception {
        try (FaultyV1Server server = new FaultyV1Server(fault, 3)) {
            CommandRun played = CommandRun.stress(
                    results.resolve(fault.name()), commuters.toString(), "URL=" + server.url(), drain(fault));
            assertThat(played.total("cuts")).isPositive();
            if (fault == FaultyV1Server.Fault.REFUSE) {
                JsonObject errors = played.summary().getJsonObject("errors");
                assertThat(errors.getInt("protocol: resume refused in time")).isEqualTo(server.committed());
                assertThat(played.exitCode()).isEqualTo(ExitCode.MISSED);
                return;
            }
            expectOnly(played, fault, server);
            assertThat(played.total("resumed")).isEqualTo(played.total("cuts"));
            if (fault == FaultyV1Server.Fault.NONE) {
                assertThat(played.total("violations")).isZero();
                assertThat(played.total("delivered"))
                        .isEqualTo(played.total("sent"))
                        .isPositive();
                assertThat(played.exitCode()).isIn(ExitCode.PASSED, ExitCode.OVERLOADED);
            }
        }
    }

    @Test
    void everyRefusedResumeCountsInChatsWithoutAWord() throws Exception {
        String silent = COMMUTERS.replace("150ms", "1m");
        try (FaultyV1Server server = new FaultyV1Server(FaultyV1Server.Fault.REFUSE, 3)) {
            CommandRun played = CommandRun.stress(results, file(silent).toString(), "URL=" + server.url());
            assertThat(played.total("sent")).isZero();
            assertThat(played.total("violations")).isEqualTo(server.committed()).isPositive();
            assertThat(played.total("lost")).isZero();
        }
    }

    /** The wait for the last messages ends with them; where some never come, it lasts as long as it may. */
    private static String drain(FaultyV1Server.Fault fault) {
        return switch (fault) {
            case DROP, SWAP, MISDELIVER, FORGET -> "DRAIN=4s";
            default -> "DRAIN=20s";
        };
    }

    private static void expectOnly(CommandRun played, FaultyV1Server.Fault fault, FaultyV1Server server)
            throws IOException {
        int committed = server.committed();
        String caught = switch (fault) {
            case NONE, REFUSE -> "";
            case DROP, FORGET -> "lost";
            case DOUBLE, REPEAT -> "duplicated";
            case SWAP, SHUFFLE -> "reordered";
            case CORRUPT -> "corrupted";
            case MISDELIVER -> "misdelivered";
        };
        for (String each : RunCounters.FAULTS) {
            int expected = each.equals(caught) ? committed : each.equals("lost") ? server.held() : 0;
            assertThat(played.total(each)).as(each).isEqualTo(expected);
        }
        assertThat(committed > 0).isEqualTo(!caught.isEmpty());
        assertThat(played.total("failed")).isZero();
    }

    @Test
    void theRealServerKeepsEveryPromiseOverCutsAndResumes() throws Exception {
        Map<String, String> settings = Map.of(
                "HOST",
                "127.0.0.1",
                "PORT",
                "0",
                "LOG_DIR",
                results.resolve("logs").toString(),
                "DRAIN_TIMEOUT",
                "0s");
        try (Loomchat server = Loomchat.start(settings)) {
            Path people = file("""
                    {"protocol": "chat.v1", "stages": [{"clients": 60, "over": "500ms"}], "duration": "5s",
                     "personas": [
                      {"kind": "commuter", "weight": 5, "every": "exp 200ms", "cuts": "exp 1s", "away": "10ms..800ms"},
                      {"kind": "nexter", "weight": 3, "every": "exp 200ms", "chat": "500ms..2s"},
                      {"kind": "chatty", "weight": 3, "every": "exp 300ms", "typing": 1000, "pause": "0s..200ms"},
                      {"kind": "quitter", "weight": 1, "life": "exp 2s", "pause": "0s..200ms"},
                      {"kind": "lurker", "weight": 1, "chat": "1s..3s"},
                      {"kind": "chatty", "name": "plain", "protocol": "plain", "weight": 2, "every": "exp 300ms", "typing": 1000}]}""");
            CommandRun played = CommandRun.stress(
                    results.resolve("out"),
                    people.toString(),
                    "URL=ws://127.0.0.1:" + server.port() + "/",
                    "SEED=" + seed());
            for (String each : RunCounters.FAULTS) {
                assertThat(played.total(each)).as(each).isZero();
            }
            for (String each : new String[] {"failed", "violations", "foreign", "missed"}) {
                assertThat(played.total(each)).as(each).isZero();
            }
            for (String each : new String[] {"resumed", "typingSeen", "leftByPartner", "delivered"}) {
                assertThat(played.total(each)).as(each).isPositive();
            }
            assertThat(played.summary().getJsonArray("reconciliation").getValuesAs(JsonObject.class))
                    .hasSize(5)
                    .allSatisfy(line -> assertThat(line.getBoolean("agrees"))
                            .as(line.toString())
                            .isTrue());
            assertThat(played.exitCode()).isIn(ExitCode.PASSED, ExitCode.OVERLOADED);
        }
    }

    /** What the server says behind the answer to a resume may be read together with it. */
    @Test
    void whoseChatEndsAsItIsResumedAsksForTheNextOne() throws Exception {
        Path scenario = file("""
                {"protocol": "chat.v1", "stages": [{"clients": 1, "over": "100ms"}], "duration": "6s",
                 "personas": [{"kind": "steady", "every": "1m", "cuts": "1ms", "away": "10ms", "again": true}]}""");
        try (ScriptedServer server = new ScriptedServer()) {
            CompletableFuture<CommandRun> run = CompletableFuture.supplyAsync(
                    () -> CommandRun.stress(results.resolve("out"), scenario.toString(), "URL=" + server.url()),
                    task -> Thread.ofPlatform().start(task));
            ScriptedServer.Wire wire = server.welcomed("first");
            wire.hears("find");
            wire.say("{\"type\":\"matched\",\"chat\":1,\"interests\":[],\"first\":true}");
            wire = server.welcomed("second");
            wire.hears("resume");
            wire.say("{\"type\":\"resumed\",\"chat\":1,\"id\":0,\"missed\":0,\"partnerAway\":false}");
            wire.say("{\"type\":\"left\",\"chat\":1,\"why\":\"left\"}");
            wire.hears("find");
            CommandRun played = run.get(60, TimeUnit.SECONDS);
            assertThat(played.total("leftByPartner")).isOne();
            assertThat(played.total("violations")).isZero();
        }
    }

    @Test
    void aServerThatDoesNotSpeakItIsNamed() throws Exception {
        try (FaultyPlainServer server = FaultyPlainServer.honest()) {
            CommandRun played = CommandRun.stress(
                    results, "classic", "PROTOCOL=chat.v1", "URL=" + server.url(), "CLIENTS=3", "DURATION=500ms");
            assertThat(played.err()).contains("subprotocol not spoken (The server does not speak chat.v1)");
            assertThat(played.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        }
    }

    private static long seed() {
        long seed = System.nanoTime();
        System.out.println("V1LoadTest seed " + seed);
        return seed;
    }
}
