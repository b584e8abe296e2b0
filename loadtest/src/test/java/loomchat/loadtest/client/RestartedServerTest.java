package loomchat.loadtest.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
            server.resumeAll(run, 1);
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

    /** A new process has used less of memory, and its CPU since its own start: the difference says nothing. */
    @Test
    void whatAProcessUsedThatWasStartedAgainIsNotKnown() throws Exception {
        String one = """
                {"protocol": "chat.v1", "stages": [{"clients": 1, "over": "100ms"}], "duration": "1s",
                 "personas": [{"kind": "steady", "every": "1m"}]}""";
        HttpServer pages = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer(pages, "/loadtest", "");
        answer(pages, "/report.json", report(0), report(1));
        answer(pages, "/metrics", process(1000.5, 4, 900_000_000), process(2000.5, 5, 100_000_000));
        pages.start();
        try (ScriptedServer server = new ScriptedServer(pages.getAddress().getPort())) {
            CompletableFuture<CommandRun> run = play(one, server.url());
            finding(server, "one", "first");
            CommandRun played = run.get(60, TimeUnit.SECONDS);
            assertThat(played.summary().get("serverProcess")).isEqualTo(JsonValue.NULL);
            assertThat(played.summary().getJsonArray("notes").toString()).contains("as after a restart");
            assertThat(played.out().replaceAll("\\s+", " "))
                    .contains("the server's own count", "it used - CPU seconds and has - of memory")
                    .contains("what the server used of CPU and memory is not known");
            String json = CommandRun.stress(dir.resolve("results"), "history", "--json")
                    .out();
            assertThat(json).contains("deliveredPerSecond").doesNotContainPattern("server\\w+\": ?\\d");
        } finally {
            pages.stop(0);
        }
    }

    private static String report(int count) {
        return "{\"now\":{\"connections\":0},\"totals\":{\"connections\":%1$d,\"matches\":0,\"messages\":0,\"bytes\":0,\"disconnects\":%1$d}}"
                .formatted(count);
    }

    private static String process(double start, double cpu, long memory) {
        return """
                process_start_time_seconds %s
                process_cpu_seconds_total %s
                process_resident_memory_bytes %d
                """.formatted(start, cpu, memory);
    }

    /** The first answer, and then the last again and again. */
    private static void answer(HttpServer pages, String path, String... answers) {
        AtomicInteger asked = new AtomicInteger();
        pages.createContext(path, exchange -> {
            byte[] body =
                    answers[Math.min(answers.length - 1, asked.getAndIncrement())].getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
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
