package loomchat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import loomchat.testing.InProcessServer;
import loomchat.testing.JsonClient;
import loomchat.testing.RedisProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two servers and a Redis: visitors of one meet those of the other. */
@Timeout(60)
class CrossServerTest {
    private static final String OPEN = "loomchat:{crowd}:open";
    private static final String WHO = "loomchat:{crowd}:who";

    @TempDir
    Path dir;

    private RedisProcess redis;
    private InProcessServer one;
    private InProcessServer other;

    @BeforeEach
    void start() throws Exception {
        redis = new RedisProcess(Files.createDirectory(dir.resolve("redis")));
        one = InProcessServer.open(dir.resolve("one"), "REDIS_URL", redis.url());
        other = InProcessServer.open(dir.resolve("other"), "REDIS_URL", redis.url());
        awaitMembers(2);
    }

    private void awaitMembers(int count) {
        Awaitility.await()
                .atMost(10, TimeUnit.SECONDS)
                .until(() -> redis.ask("ZCARD loomchat:{crowd}:nodes").equals(":" + count));
    }

    @AfterEach
    void stop() {
        one.close();
        other.close();
        redis.close();
    }

    /** Each has the history of itself alone. */
    @Test
    void theReportOfEachSaysThatThereAreTwo() {
        for (InProcessServer each : new InProcessServer[] {one, other}) {
            Awaitility.await()
                    .atMost(10, TimeUnit.SECONDS)
                    .untilAsserted(() -> assertThat(get(each, "/report"))
                            .containsPattern("This is [^ ]+:" + each.port() + ", one of 2 servers; the others keep"));
        }
    }

    private static String get(InProcessServer server, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    /** A session that it does not know may be one of the other's. */
    @Test
    void theLogOfEachSaysWhoseItIs() throws Exception {
        Pattern named = Pattern.compile("<h1[^>]*>Log of (\\S+:" + one.port() + ")</h1>");
        // It has no more than a number until the crowd has told its names.
        String page = Awaitility.await()
                .atMost(10, TimeUnit.SECONDS)
                .until(() -> get(one, "/logs"), each -> named.matcher(each).find());
        Matcher heading = named.matcher(page);
        assertThat(heading.find()).isTrue();
        String nothing = "Not in the log of " + heading.group(1) + "; the others of its crowd have their own.";
        assertThat(get(one, "/logs?session=123"))
                .contains("<title>Log of " + heading.group(1) + " ", nothing)
                .doesNotContain("No such event");
        assertThat(line(one, "/logs/events?session=123", "\"nothing\"")).contains(nothing);
        Awaitility.await()
                .atMost(10, TimeUnit.SECONDS)
                .untilAsserted(
                        () -> assertThat(get(other, "/logs")).containsPattern("<h1[^>]*>Log of \\S+:" + other.port()));
    }

    /** The first line of a stream that has the text. */
    private static String line(InProcessServer server, String path, String text) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
        try (HttpClient client = HttpClient.newHttpClient();
                Stream<String> lines = client.send(
                                HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofLines())
                        .body()) {
            return lines.filter(each -> each.contains(text)).findFirst().orElseThrow();
        }
    }

    @Test
    void plainClientsMeetAndTalk() {
        try (JsonClient a = JsonClient.plain(one.port());
                JsonClient b = JsonClient.plain(other.port())) {
            assertThat(a.receive()).isEqualTo(InProcessServer.MATCHED);
            assertThat(b.receive()).isEqualTo(InProcessServer.MATCHED);
            a.send("Hello \"you\"");
            b.send("Hi");
            assertThat(a.receive()).isEqualTo(InProcessServer.chat("Hi"));
            assertThat(b.receive()).isEqualTo(InProcessServer.chat("Hello \\\"you\\\""));
            a.close(1000);
            assertThat(b.receive()).isEqualTo(InProcessServer.LEFT);
        }
    }

    /** Each finds an entry of the other that is out of date, is refused, and is found by the other again. */
    @Test
    void whoRefusedEachOtherOnceMeetLater() throws Exception {
        try (JsonClient a = JsonClient.plain(one.port())) {
            String first = awaitMember();
            forget(first);
            try (JsonClient b = JsonClient.plain(other.port())) {
                String second = awaitMember();
                assertThat(second).isNotEqualTo(first);
                redis.ask(
                        "EVAL \"redis.call('ZADD',KEYS[1],1,ARGV[1],2,ARGV[2]) redis.call('HSET',KEYS[2],ARGV[1],'',ARGV[2],'')"
                                + " redis.call('ZREM',KEYS[1],ARGV[3]) redis.call('HDEL',KEYS[2],ARGV[3])\" 2 " + OPEN
                                + " " + WHO + " "
                                + outOfDate(first) + " " + outOfDate(second) + " " + second);
                assertThat(a.receive()).isEqualTo(InProcessServer.MATCHED);
                assertThat(b.receive()).isEqualTo(InProcessServer.MATCHED);
            }
        }
    }

    /** The only one who waits, as the index has it. */
    private String awaitMember() {
        return Awaitility.await()
                .atMost(10, TimeUnit.SECONDS)
                .until(
                        () -> redis.ask("EVAL \"return {ok=redis.call('ZRANGE',KEYS[1],0,0)[1] or ''}\" 1 " + OPEN),
                        each -> each.length() > 1)
                .substring(1);
    }

    private void forget(String member) throws Exception {
        redis.ask("HDEL " + WHO + " " + member);
        redis.ask("ZREM " + OPEN + " " + member);
    }

    /** The same visitor under a key that is not there any more. */
    private static String outOfDate(String member) {
        return member.replaceFirst(":\\d+:", ":999999:");
    }

    @Test
    void theirMessagesAreAcknowledgedAndConfirmed() {
        try (JsonClient a = JsonClient.v1(one.port());
                JsonClient b = JsonClient.v1(other.port())) {
            a.next("welcome");
            b.next("welcome");
            a.send("{\"type\":\"find\",\"interests\":[\"chess\",\"go\"]}");
            b.send("{\"type\":\"find\",\"interests\":[\"chess\"]}");
            JsonObject matched = a.next("matched");
            assertThat(b.next("matched").getJsonNumber("chat").longValue())
                    .isEqualTo(matched.getJsonNumber("chat").longValue());
            assertThat(matched.getJsonArray("interests").getString(0)).isEqualTo("chess");
            long chat = matched.getJsonNumber("chat").longValue();
            for (int i = 1; i <= 3; i++) {
                a.send("{\"type\":\"chat\",\"chat\":%d,\"id\":%d,\"text\":\"m%d\"}".formatted(chat, i, i));
            }
            for (int i = 1; i <= 3; i++) {
                JsonObject got = b.next("chat");
                assertThat(got.getInt("id")).isEqualTo(i);
                assertThat(got.getString("text")).isEqualTo("m" + i);
            }
            b.send("{\"type\":\"got\",\"chat\":%d,\"id\":3}".formatted(chat));
            JsonObject ack = a.next("ack");
            while (!ack.getString("state").equals("delivered")) {
                ack = a.next("ack");
            }
            assertThat(ack.getInt("id")).isEqualTo(3);
            b.send("{\"type\":\"typing\",\"chat\":%d,\"on\":true}".formatted(chat));
            assertThat(a.next("typing").getBoolean("on")).isTrue();
            b.send("{\"type\":\"next\",\"chat\":%d}".formatted(chat));
            assertThat(a.next("left").getString("why")).isEqualTo("next");
            assertThat(b.next("left").getString("why")).isEqualTo("you");
        }
    }

    @Test
    void aVisitorResumesAtAnotherServer() {
        try (JsonClient a = JsonClient.v1(one.port());
                JsonClient b = JsonClient.v1(other.port())) {
            a.next("welcome");
            String secret = b.next("welcome").getString("secret");
            a.send("{\"type\":\"find\"}");
            b.send("{\"type\":\"find\"}");
            long chat = a.next("matched").getJsonNumber("chat").longValue();
            b.next("matched");
            b.send("{\"type\":\"chat\",\"chat\":%d,\"id\":1,\"text\":\"from b\"}".formatted(chat));
            assertThat(a.next("chat").getString("text")).isEqualTo("from b");
            b.vanish();
            a.next("away");
            a.send("{\"type\":\"chat\",\"chat\":%d,\"id\":1,\"text\":\"to b\"}".formatted(chat));
            try (JsonClient back = JsonClient.v1(one.port())) {
                back.next("welcome");
                back.send("{\"type\":\"resume\",\"secret\":\"%s\",\"id\":0,\"from\":1}".formatted(secret));
                JsonObject resumed = back.next("resumed");
                // What the partner has not confirmed is sent again.
                assertThat(resumed.getInt("id")).isZero();
                assertThat(resumed.getInt("missed")).isZero();
                assertThat(back.next("chat").getString("text")).isEqualTo("to b");
                a.next("back", "ack");
                back.send("{\"type\":\"chat\",\"chat\":%d,\"id\":1,\"text\":\"from b\"}".formatted(chat));
                back.send("{\"type\":\"chat\",\"chat\":%d,\"id\":2,\"text\":\"again\"}".formatted(chat));
                JsonObject again = a.next("chat", "ack");
                assertThat(again.getString("text")).isEqualTo("again");
                assertThat(again.getInt("id")).isEqualTo(2);
            }
        }
    }

    /** The word that it arrived may come after the word that who heard it has left. */
    @Test
    void theLastWordBeforeAnEndIsRecorded() throws Exception {
        int chats = 10;
        try (Crowd crowd = new Crowd(Files.createDirectory(dir.resolve("crowd")), 2)) {
            for (int i = 0; i < chats; i++) {
                try (Crowd.Visitor a = new Crowd.Visitor(crowd.port(0));
                        Crowd.Visitor b = new Crowd.Visitor(crowd.port(1))) {
                    Crowd.pair(a, b);
                    a.say("goodbye");
                    b.hears(1, "goodbye");
                    b.client.send("{\"type\":\"leave\",\"chat\":%d}".formatted(b.chat));
                    a.client.next("left", "ack");
                }
            }
            Awaitility.await()
                    .atMost(5, TimeUnit.SECONDS)
                    .until(() -> crowd.report().getJsonObject("totals").getInt("messages") == chats);
        }
    }

    /** Both look at the same moment, so that each server may find the other's visitor. */
    @Test
    void twoWhoLookAtTheSameMomentMeetAtOnce() throws Exception {
        long longest = 0;
        for (int round = 0; round < 150; round++) {
            try (JsonClient a = JsonClient.v1(one.port());
                    JsonClient b = JsonClient.v1(other.port())) {
                a.next("welcome");
                b.next("welcome");
                long begin = System.nanoTime();
                a.send("{\"type\":\"find\"}");
                b.send("{\"type\":\"find\"}");
                assertThat(a.next("matched").getJsonNumber("chat"))
                        .as("round %d", round)
                        .isEqualTo(b.next("matched").getJsonNumber("chat"));
                longest = Math.max(longest, System.nanoTime() - begin);
                a.close(1000);
                b.next("left");
            }
        }
        System.out.println("the longest took " + TimeUnit.NANOSECONDS.toMillis(longest) + " ms");
    }
}
