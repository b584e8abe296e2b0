package loomchat.loadtest.command;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import loomchat.loadtest.testing.CommandRun;
import loomchat.loadtest.testing.FaultyV1Server;
import loomchat.loadtest.testing.ScriptedServer;
import loomchat.loadtest.testing.ScriptedServer.Wire;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The time to match is the time without a partner that was asked for, and no other. */
class MatchTimeTest {
    private static final long AWAY = TimeUnit.MILLISECONDS.toNanos(800);
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(800);

    @TempDir
    Path dir;

    private Path file(String json) throws IOException {
        return Files.writeString(dir.resolve("scenario.json"), json);
    }

    /**
     * The user breaks its connection as soon as it has a partner, and moves on as soon as it is back. The server knows
     * the latest time at which it can have asked, and the earliest at which it can have been matched: on a busy machine
     * these bounds grow, and they hold.
     */
    @Test
    void noMatchTakesLongerThanTheUserWasWithoutAPartnerThatItAskedFor() throws Exception {
        Path scenario = file("""
                {"protocol": "chat.v1", "stages": [{"clients": 1, "over": "100ms"}], "duration": "9s",
                 "personas": [{"kind": "steady", "every": "1m", "cuts": "1ms", "away": "800ms", "chat": "500ms",
                               "again": true, "pause": "800ms"}]}""");
        try (ScriptedServer server = new ScriptedServer()) {
            CompletableFuture<CommandRun> run = CompletableFuture.supplyAsync(
                    () -> CommandRun.stress(dir.resolve("results"), scenario.toString(), "URL=" + server.url()),
                    task -> Thread.ofPlatform().start(task));
            final long begun = System.nanoTime();
            Wire wire = server.welcomed("first");
            wire.hears("find");
            final long first = match(wire, 1);
            wire = resumed(server, 1);
            final long firstCut = System.nanoTime() - AWAY;

            wire.hears("next");
            wire.say("{\"type\":\"left\",\"chat\":1,\"why\":\"you\"}");
            match(wire, 2);
            wire = resumed(server, 2);
            final long secondCut = System.nanoTime() - AWAY;

            final long left = System.nanoTime();
            wire.say("{\"type\":\"left\",\"chat\":2,\"why\":\"left\"}");
            wire.hears("find");
            match(wire, 3);
            resumed(server, 3);
            final long thirdCut = System.nanoTime() - AWAY;

            JsonObject figures = figures(run.get(60, TimeUnit.SECONDS));
            assertThat(figures.getInt("count")).isEqualTo(3);
            long longest = LongStream.of(firstCut - begun, secondCut - first - AWAY, thirdCut - left - PAUSE)
                    .max()
                    .orElseThrow();
            // Figures are exact to three digits.
            assertThat(figures.getJsonNumber("max").doubleValue()).isLessThanOrEqualTo(longest / 1e6 * 1.001);
        }
    }

    /** When it was said: the user cannot have heard of it before. */
    private static long match(Wire wire, int chat) {
        long now = System.nanoTime();
        wire.say("{\"type\":\"matched\",\"chat\":%d,\"interests\":[],\"first\":true}".formatted(chat));
        return now;
    }

    /** The connection on which the user comes back to the chat. */
    private static Wire resumed(ScriptedServer server, int chat) throws InterruptedException {
        Wire wire = server.welcomed("of chat " + chat);
        wire.hears("resume");
        wire.say("{\"type\":\"resumed\",\"chat\":%d,\"id\":0,\"missed\":0,\"partnerAway\":false}".formatted(chat));
        return wire;
    }

    private static JsonObject figures(CommandRun played) throws IOException {
        for (String each : List.of("violations", "failed", "broken")) {
            assertThat(played.total(each)).as(each).isZero();
        }
        return played.summary().getJsonObject("latencies").getJsonObject("match");
    }

    /** It hears of its partner as late as of everything else. */
    @Test
    void whoReadsLateSaysNothingAboutIt() throws Exception {
        Path scenario = file("""
                {"protocol": "chat.v1", "stages": [{"clients": 2, "over": "100ms"}], "duration": "3s",
                 "personas": [{"kind": "steady", "every": "100ms", "messages": 1},
                              {"kind": "steady", "name": "late", "readPause": "300ms", "every": "100ms", "messages": 1}]}""");
        try (FaultyV1Server server = new FaultyV1Server(FaultyV1Server.Fault.NONE, 1)) {
            CommandRun played = CommandRun.stress(dir.resolve("results"), scenario.toString(), "URL=" + server.url());
            assertThat(played.total("matched")).isEqualTo(2);
            assertThat(figures(played).getInt("count")).isOne();
        }
    }
}
