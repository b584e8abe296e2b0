package loomchat.loadtest.command;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import loomchat.Loomchat;
import loomchat.loadtest.measure.RunCounters;
import loomchat.loadtest.testing.CommandRun;
import loomchat.loadtest.testing.FaultySessions;
import loomchat.loadtest.testing.FaultySessions.Fault;
import loomchat.loadtest.testing.FaultyV1Server;
import loomchat.testing.InParallel;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The client plays visitors with tokens, and notices whatever a server does wrong with them. */
class IdentityLoadTest {
    private static final String VISITORS = """
            {"kind": "chatty", "name": "stays", "weight": 5, "identity": true, "refresh": "200ms..700ms", "every": "exp 200ms"},
            {"kind": "commuter", "weight": 4, "identity": true, "refresh": "200ms..700ms", "every": "exp 200ms",
             "cuts": "exp 1s", "away": "10ms..500ms"},
            {"kind": "chatty", "name": "returner", "weight": 4, "identity": true, "refresh": "200ms..700ms",
             "every": "exp 200ms", "life": "800ms..2s", "pause": "10ms..200ms", "endsSession": 50},
            {"kind": "chatty", "name": "guest", "weight": 3, "every": "exp 200ms"}""";

    private static final String THIEVES = """
            {"kind": "thief", "weight": 1, "refresh": "200ms..700ms", "pause": "10ms..200ms"},
            {"kind": "lurker", "weight": 1, "identity": true, "refresh": "200ms..700ms"}""";

    private static final String FORGERS = """
            {"kind": "forger", "weight": 1, "pause": "10ms..50ms"}, {"kind": "chatty", "weight": 1, "identity": true}""";

    private static final String EVERYBODY =
            String.join(",\n", VISITORS, THIEVES, "{\"kind\": \"forger\", \"pause\": \"10ms..50ms\"}");

    private static final String SLEEPERS = """
            {"kind": "sleeper", "weight": 1}, {"kind": "chatty", "weight": 1, "identity": true, "refresh": "1s..3s"}""";

    private static final Set<Fault> LOCKING_OUT =
            EnumSet.of(Fault.REFUSE_REFRESH, Fault.NO_GRACE, Fault.REFUSE_HANDSHAKE, Fault.REFUSE_AUTH, Fault.CLOSE);

    /** How long a run is, who plays, and how long tokens live. */
    private record Play(String personas, String duration, int clients, int lifeSeconds) {}

    @TempDir
    Path results;

    private CommandRun play(Play play, String name, FaultyV1Server server) throws IOException {
        return play(play, name, server.url());
    }

    private CommandRun play(Play play, String name, String url) throws IOException {
        Path file = Files.writeString(
                results.resolve(name + ".json"), """
                {"protocol": "chat.v1", "stages": [{"clients": %d, "over": "300ms"}], "duration": "%s", "personas": [%s]}""".formatted(play.clients, play.duration, play.personas));
        return CommandRun.stress(results.resolve(name), file.toString(), "URL=" + url);
    }

    /** Some at the same time: most of them wait most of the time. */
    @TestFactory
    List<DynamicTest> everyFaultIsFound() {
        List<InParallel.Case> cases = new ArrayList<>();
        for (Fault each : EnumSet.complementOf(EnumSet.of(Fault.NONE, Fault.KEEP_EXPIRED))) {
            cases.add(new InParallel.Case(each.name(), () -> found(each)));
        }
        return InParallel.run(6, cases);
    }

    @Test
    @Tag("slow")
    void aServerThatKeepsConnectionsWithoutATokenIsFound() throws IOException {
        found(Fault.KEEP_EXPIRED);
    }

    private void found(Fault fault) throws IOException {
        Play play = switch (fault) {
            case ACCEPT_REPLAY, KEEP_CONNECTION, KEEP_SESSION -> new Play(THIEVES, "15s", 8, 60);
            case ACCEPT_FORGERY -> new Play(FORGERS, "3s", 8, 60);
            case KEEP_EXPIRED -> new Play(SLEEPERS, "35s", 4, 2);
            case HURRY -> new Play(SLEEPERS, "5s", 4, 2);
            case NO_AUTH_DUE -> new Play(SLEEPERS.replace("1s..3s", "1m..2m"), "10s", 4, 4);
            default -> new Play(VISITORS, "6s", 24, 60);
        };
        int each = switch (fault) {
            case ACCEPT_REPLAY, KEEP_CONNECTION, KEEP_SESSION, KEEP_EXPIRED, HURRY, KEEP_ENDED, NO_AUTH_DUE -> 1;
            case OTHER_SUCCESSOR -> 2;
            default -> 7;
        };
        FaultySessions sessions = new FaultySessions(fault, each, play.lifeSeconds);
        try (FaultyV1Server server = new FaultyV1Server(sessions)) {
            CommandRun played = play(play, fault.name(), server);
            assertThat(sessions.committed()).isPositive();
            expect(played, fault, sessions.committed());
            assertThat(played.exitCode()).isIn(ExitCode.MISSED, ExitCode.OVERLOADED);
            assertThat(played.exitCode() == ExitCode.MISSED || played.total("violations") > 0)
                    .as("what was done to an identity counts however late the generator was")
                    .isTrue();
        }
    }

    private static void expect(CommandRun played, Fault fault, int committed) throws IOException {
        if (LOCKING_OUT.contains(fault)) {
            assertThat(played.total("lockedOut")).isPositive().isLessThanOrEqualTo(committed);
            assertThat(played.summary().getJsonObject("errors").keySet())
                    .anyMatch(each -> each.startsWith("locked out: "));
            assertThat(played.out()).contains("MISSED       lockedOut == 0");
            return;
        }
        String figure = switch (fault) {
            case ACCEPT_REPLAY, KEEP_CONNECTION, KEEP_SESSION -> "replaysMissed";
            case ACCEPT_FORGERY -> "forgeriesAccepted";
            case KEEP_EXPIRED -> "expiriesMissed";
            default -> "violations";
        };
        assertThat(played.total(figure)).as(figure).isPositive();
        assertThat(played.out()).contains("MISSED       " + figure + " == 0");
        // A generator that is late renews a token too late, and the server is right to close.
        if (played.exitCode() != ExitCode.OVERLOADED) {
            assertThat(played.total("lockedOut")).as("lockedOut").isZero();
        }
        String kind = switch (fault) {
            case HURRY -> "a token's end without the grace";
            case NO_AUTH_DUE -> "a token that ends without auth-due";
            case OTHER_SUCCESSOR -> "several successors of one refresh token";
            case SKIP_GENERATION -> "a refresh that skips generations";
            case MIX_UP -> "a refresh that gives another identity";
            case NOT_KNOWN -> "a visitor with a token who is not known";
            case OPEN_COOKIE -> "a refresh cookie that scripts can read";
            case KEEP_ENDED -> "a session that was ended and goes on";
            default -> null;
        };
        if (kind != null) {
            assertThat(played.summary().getJsonObject("errors").getInt("protocol: " + kind, 0))
                    .as(kind)
                    .isPositive();
        }
    }

    @Test
    void aServerThatKeepsItsPromisesPasses() throws IOException {
        FaultySessions sessions = new FaultySessions(Fault.NONE, 1, 60);
        try (FaultyV1Server server = new FaultyV1Server(sessions)) {
            CommandRun played = play(new Play(EVERYBODY, "14s", 40, 60), "honest", server);
            expectEverything(played);
            assertThat(played.exitCode()).isIn(ExitCode.PASSED, ExitCode.OVERLOADED);
            assertThat(played.out()).contains("locked out   0 visitors who kept to the rules");
            assertThat(Files.readString(played.folder().resolve("report.html"))).contains(">Identities</h2>");
        }
    }

    @Test
    @Tag("slow")
    void theRealServerKeepsItsPromises() throws Exception {
        Map<String, String> settings = Map.of(
                "HOST",
                "127.0.0.1",
                "PORT",
                "0",
                "LOG_DIR",
                results.resolve("logs").toString(),
                "ACCESS_TOKEN_LIFETIME",
                "10s",
                "DRAIN_TIMEOUT",
                "0s");
        try (Loomchat server = Loomchat.start(settings)) {
            String people = EVERYBODY.replace("200ms..700ms", "1s..3s");
            CommandRun played = play(new Play(people, "16s", 60, 10), "real", "ws://127.0.0.1:" + server.port() + "/");
            expectEverything(played);
            assertThat(played.summary().getJsonArray("reconciliation").getValuesAs(JsonObject.class))
                    .hasSize(5)
                    .allSatisfy(line -> assertThat(line.getBoolean("agrees"))
                            .as(line.toString())
                            .isTrue());
        }
    }

    /** Everything was played, and nothing was wrong. */
    private static void expectEverything(CommandRun played) throws IOException {
        for (List<String> each : List.of(
                RunCounters.FAULTS,
                RunCounters.IDENTITY_FAULTS,
                List.of("failed", "violations", "sessionsFailed", "missed"))) {
            for (String figure : each) {
                assertThat(played.total(figure)).as(figure).isZero();
            }
        }
        for (String each : List.of(
                "identities",
                "refreshes",
                "answersDropped",
                "refreshedAtOnce",
                "renewals",
                "returns",
                "identityResumes",
                "sessionsEnded",
                "replaysCaught",
                "forgeriesRefused",
                "delivered")) {
            assertThat(played.total(each)).as(each).isPositive();
        }
    }

    @Test
    @Tag("slow")
    void tokensAreRenewedInTimeAndSleepersComeBack() throws IOException {
        FaultySessions sessions = new FaultySessions(Fault.NONE, 1, 2);
        try (FaultyV1Server server = new FaultyV1Server(sessions)) {
            CommandRun played = play(new Play(SLEEPERS, "36s", 8, 2), "sleepers", server);
            assertThat(played.total("expiriesCaught")).isPositive();
            assertThat(played.total("sleepersReturned")).isEqualTo(played.total("expiriesCaught"));
            assertThat(played.total("identityResumes")).isPositive();
            assertThat(played.total("renewals")).isGreaterThan(30);
            assertThat(played.total("expiriesMissed")).isZero();
            assertThat(played.total("lockedOut")).isZero();
            assertThat(played.total("violations")).isZero();
        }
    }

    @Test
    void aRunThatIsTooShortForSleepersSaysSo() throws IOException {
        FaultySessions sessions = new FaultySessions(Fault.NONE, 1, 300);
        try (FaultyV1Server server = new FaultyV1Server(sessions)) {
            CommandRun played = play(new Play(SLEEPERS, "1s", 4, 300), "short", server);
            assertThat(played.out()).containsPattern("note: +\\d tokens of sleepers live longer than the run");
            assertThat(played.total("expiriesCaught") + played.total("expiriesMissed"))
                    .isZero();
            assertThat(played.exitCode()).isIn(ExitCode.PASSED, ExitCode.OVERLOADED);
        }
    }

    @Test
    void aServerWithoutIdentitiesIsNamedBeforeAnyWork() throws IOException {
        try (FaultyV1Server server = new FaultyV1Server(FaultyV1Server.Fault.NONE, 1)) {
            CommandRun played = CommandRun.stress(results, "identity", "URL=" + server.url());
            assertThat(played.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
            assertThat(played.err().lines()).hasSize(1);
            assertThat(played.err()).contains("AUTH=optional");
            assertThat(results).isEmptyDirectory();
        }
    }

    @Test
    void aProofOfWorkIsSolvedForSessionsAndByGuests() throws IOException {
        FaultySessions sessions = FaultySessions.wantingWork();
        try (FaultyV1Server server = new FaultyV1Server(sessions)) {
            CommandRun played = play(new Play(VISITORS, "2s", 12, 60), "work", server);
            assertThat(played.total("failed")).isZero();
            assertThat(played.total("sessionsFailed")).isZero();
            JsonObject errors = played.summary().getJsonObject("errors");
            int asked = errors.getInt("told: work-required") + errors.getInt("told: session work-required");
            assertThat(sessions.solved()).isEqualTo(asked);
            assertThat(played.total("identities")).isEqualTo(errors.getInt("told: session work-required"));
        }
    }

    @Test
    void noTokenIsInAnyOutput() throws IOException {
        FaultySessions sessions = new FaultySessions(Fault.REFUSE_REFRESH, 5, 60);
        try (FaultyV1Server server = new FaultyV1Server(sessions)) {
            CommandRun played = play(new Play(VISITORS, "3s", 12, 60), "secret", server);
            String outputs = played.everything();
            assertThat(sessions.given()).isNotEmpty().noneMatch(outputs::contains);
        }
    }

    @Test
    void jsonHasTheFiguresOfIdentitiesOnlyWhenThereAreSome() throws IOException {
        try (FaultyV1Server server = new FaultyV1Server(FaultyV1Server.Fault.NONE, 1)) {
            CommandRun played = CommandRun.stress(
                    results, "classic", "PROTOCOL=chat.v1", "URL=" + server.url(), "CLIENTS=4", "DURATION=1s");
            JsonObject summary = played.summary();
            assertThat(summary.getJsonObject("totals")).doesNotContainKey("lockedOut");
            assertThat(summary.getJsonObject("latencies")).doesNotContainKey("session");
            assertThat(played.out()).doesNotContain("locked out").doesNotContain("identities");
        }
    }
}
