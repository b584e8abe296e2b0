package loomchat.loadtest.command;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import loomchat.loadtest.testing.CommandRun;
import loomchat.loadtest.testing.ScriptedServer;
import loomchat.loadtest.testing.ScriptedServer.Wire;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is started again forgets its chats and counts from 1, and is accused of nothing but that. */
class RestartedServerTest {
    private static final String CANNOT_RESUME = "{\"type\":\"error\",\"code\":\"cannot-resume\",\"text\":\"\"}";
    /** The first breaks its connection at once and comes back, the other stays. */
    private static final String TWO = """
            {"protocol": "chat.v1", "stages": [{"clients": 2, "every": "300ms"}], "duration": "6s",
             "personas": [{"kind": "steady", "name": "commuter", "every": "1m", "cuts": "1s", "away": "10ms",
                           "again": true},
                          {"kind": "steady", "every": "1m"}]}""";

    @TempDir
    Path dir;

    private CompletableFuture<CommandRun> play(String scenario, String url) throws IOException {
        Path file = Files.writeString(dir.resolve("scenario.json"), scenario);
        return CompletableFuture.supplyAsync(
                () -> CommandRun.stress(dir.resolve("results"), file.toString(), "URL=" + url),
                task -> Thread.ofPlatform().start(task));
    }

    private static Wire finding(ScriptedServer server, String secret, String run) throws InterruptedException {
        Wire wire = server.welcomed(secret, run);
        wire.hears("find");
        return wire;
    }

    private static void match(Wire wire, int chat, String more) {
        wire.say("{\"type\":\"matched\",\"chat\":%d,\"interests\":[],\"first\":true%s}".formatted(chat, more));
    }

    /** One of two comes back to that run of the server, is refused, and is in a chat with the same number next. */
    private CommandRun refusedBy(String run, String ticket) throws Exception {
        try (ScriptedServer server = new ScriptedServer()) {
            CompletableFuture<CommandRun> played = play(TWO, server.url());
            Wire one = finding(server, "one", "first");
            Wire other = finding(server, "other", "first");
            match(one, 1, ticket);
            match(other, 1, ticket);
            Wire back = server.welcomed("back", run);
            back.hears("resume");
            back.say(CANNOT_RESUME);
            back.hears("find");
            match(back, 1, ticket);
            return played.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void aChatThatARestartEndedIsBrokenAndNoViolation() throws Exception {
        CommandRun played = refusedBy("second", "");
        assertThat(played.total("violations")).isZero();
        assertThat(played.total("failed")).isOne();
        JsonObject errors = played.summary().getJsonObject("errors");
        assertThat(errors.getInt("chatting: lost as the server was started again"))
                .isOne();
        assertThat(errors.keySet()).noneMatch(each -> each.startsWith("protocol: "));
    }

    @Test
    void theSameRunThatRefusesAResumeAndCountsAChatTwiceIsCaught() throws Exception {
        JsonObject errors = refusedBy("first", "").summary().getJsonObject("errors");
        assertThat(errors.getInt("protocol: resume refused in time")).isOne();
        assertThat(errors.getInt("protocol: a chat with more than two sides")).isOne();
    }

    /** A ticket is of a cluster, whose servers count together and know of each other's chats. */
    @Test
    void anotherServerOfAClusterBehindOneAddressIsHeldToItsTicket() throws Exception {
        JsonObject errors =
                refusedBy("second", ",\"ticket\":\"Uw3f\"").summary().getJsonObject("errors");
        assertThat(errors.getInt("protocol: resume refused in time")).isOne();
        assertThat(errors.getInt("protocol: a chat with more than two sides")).isOne();
    }

    @Test
    void aChatOfAClusterHasTwoSidesOnAllServersTogether() throws Exception {
        String three = """
                {"protocol": "chat.v1", "cluster": true, "stages": [{"clients": 3, "over": "100ms"}], "duration": "2s",
                 "personas": [{"kind": "steady", "every": "1m"}]}""";
        try (ScriptedServer here = new ScriptedServer();
                ScriptedServer there = new ScriptedServer()) {
            CompletableFuture<CommandRun> played = play(three, here.url() + "," + there.url());
            match(finding(here, "one", "of here"), 1, "");
            match(finding(there, "two", "of there"), 1, "");
            match(finding(here, "three", "of here"), 1, "");
            JsonObject errors = played.get(60, TimeUnit.SECONDS).summary().getJsonObject("errors");
            assertThat(errors.getInt("protocol: a chat with more than two sides"))
                    .isOne();
        }
    }
}
