package loomchat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import loomchat.identity.keys.KeysCommand;
import loomchat.testing.InProcessServer;
import loomchat.testing.JsonClient;
import loomchat.testing.RawClient;
import loomchat.testing.RedisProcess;
import loomchat.testing.SessionClient;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** An identity of one server is one at the other, which shares no file with it. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
class SharedIdentitiesTest {
    @TempDir
    Path dir;

    private RedisProcess redis;
    private InProcessServer one;
    private InProcessServer other;

    @BeforeEach
    void start() throws Exception {
        redis = new RedisProcess(Files.createDirectory(dir.resolve("redis")));
        one = InProcessServer.open(dir.resolve("one"), "REDIS_URL", redis.url());
        Awaitility.await()
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> redis.ask("HLEN loomchat:{crowd}:keys").equals(":1"));
        other = InProcessServer.open(dir.resolve("other"), "REDIS_URL", redis.url());
        Awaitility.await()
                .atMost(10, TimeUnit.SECONDS)
                .until(() -> redis.ask(Crowd.NODES).equals(":2"));
    }

    @AfterEach
    void stop() {
        one.close();
        other.close();
        redis.close();
    }

    private SessionClient at(InProcessServer server, SessionClient visitor) {
        SessionClient there = new SessionClient(server.port());
        // A browser keeps one for each port of this machine.
        there.cookie = visitor.cookie.replaceFirst("-\\d+=", "-" + server.port() + "=");
        there.token = visitor.token;
        return there;
    }

    @Test
    void aTokenIsTakenAndRefreshedAtTheOtherServer() throws Exception {
        SessionClient visitor = SessionClient.begin(one.port());
        String subject = visitor.subject();
        at(other, visitor).connect().close();
        SessionClient there = at(other, visitor);
        assertThat(there.refresh().status()).isEqualTo(200);
        assertThat(there.subject()).isEqualTo(subject);
        SessionClient back = at(one, there);
        assertThat(back.refresh().status()).isEqualTo(200);
        assertThat(back.subject()).isEqualTo(subject);
    }

    @Test
    void anOldTokenIsAReplayAtEachServer() throws Exception {
        SessionClient visitor = SessionClient.begin(one.port());
        SessionClient thief = at(other, visitor);
        for (int i = 0; i < 2; i++) {
            assertThat(visitor.refresh().status()).isEqualTo(200);
        }
        RawClient connected = at(other, visitor).connect();
        assertThat(thief.refresh().status()).isEqualTo(401);
        assertThat(visitor.refresh().status())
                .as("the family is over everywhere")
                .isEqualTo(401);
        assertThat(connected.readAll().getLast().closeCode()).isEqualTo(4003);
        connected.close();
    }

    @Test
    void theEndOfAnIdentityClosesItsConnectionsElsewhere() throws Exception {
        SessionClient visitor = SessionClient.begin(one.port());
        RawClient connected = at(other, visitor).connect();
        assertThat(visitor.delete().status()).isEqualTo(204);
        assertThat(connected.readAll().getLast().closeCode()).isEqualTo(4003);
        connected.close();
    }

    @Test
    void theChatOfAnIdentityIsResumedByItAloneAtTheOtherServer() throws Exception {
        SessionClient visitor = SessionClient.begin(one.port());
        RawClient a = RawClient.open(one.port(), "/ws", "Sec-WebSocket-Protocol: chat.v1, token." + visitor.token);
        JsonObject welcome = JsonClient.json(a.readText());
        RawClient b = at(one, SessionClient.begin(one.port())).connect();
        SessionClient.pair(a, b);
        a.close();
        SessionClient.next(b, "away");
        String resume = "{\"type\":\"resume\",\"secret\":\"" + welcome.getString("secret") + "\",\"id\":0}";
        RawClient stranger = at(other, SessionClient.begin(other.port())).connect();
        stranger.sendText(resume);
        assertThat(SessionClient.next(stranger, "error").getString("code")).isEqualTo("cannot-resume");
        RawClient back = at(other, visitor).connect();
        back.sendText(resume);
        SessionClient.next(back, "resumed");
        SessionClient.next(b, "back");
        stranger.close();
        back.close();
        b.close();
    }

    @Test
    void aServerThatComesLaterKnowsWhomAVisitorHasBlocked() throws Exception {
        SessionClient visitor = SessionClient.begin(one.port());
        SessionClient bother = SessionClient.begin(one.port());
        RawClient a = at(one, visitor).connect();
        RawClient b = at(one, bother).connect();
        long chat = SessionClient.pair(a, b);
        a.sendText("{\"type\":\"block\",\"chat\":%d}".formatted(chat));
        SessionClient.next(a, "left");
        assertThat(SessionClient.next(a, "blocked").getBoolean("lasting")).isTrue();
        a.close();
        b.close();
        try (InProcessServer later = InProcessServer.open(dir.resolve("later"), "REDIS_URL", redis.url());
                RawClient again = at(later, visitor).connect();
                RawClient bothers = at(later, bother).connect();
                RawClient guest = RawClient.open(later.port(), "/ws", "Sec-WebSocket-Protocol: chat.v1")) {
            Path blocks = dir.resolve("later/state/blocks.jsonl");
            Awaitility.await()
                    .atMost(10, TimeUnit.SECONDS)
                    .until(() ->
                            Files.exists(blocks) && Files.readString(blocks).contains("\"blocked\""));
            again.sendText("{\"type\":\"find\"}");
            assertThat(again.readText()).contains("waiting");
            bothers.sendText("{\"type\":\"find\"}");
            assertThat(bothers.readText()).contains("waiting");
            guest.readText();
            guest.sendText("{\"type\":\"find\"}");
            SessionClient.next(guest, "matched");
        }
    }

    private String ban(InProcessServer server, String target, String length, String reason) throws Exception {
        String form = "target=" + target + "&for=" + length + "&reason=" + reason;
        HttpRequest request = HttpRequest.newBuilder(page(server).resolve("/operator/ban"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<Void> response = client.send(request, HttpResponse.BodyHandlers.discarding());
            return response.headers().firstValue("Location").orElse("");
        }
    }

    private static URI page(InProcessServer server) {
        return URI.create("http://127.0.0.1:" + server.port() + "/operator");
    }

    private void awaitBan(InProcessServer server, String... parts) {
        Awaitility.await().atMost(10, TimeUnit.SECONDS).untilAsserted(() -> {
            try (HttpClient client = HttpClient.newHttpClient()) {
                HttpRequest request = HttpRequest.newBuilder(page(server)).build();
                assertThat(client.send(request, HttpResponse.BodyHandlers.ofString())
                                .body())
                        .contains(parts);
            }
        });
    }

    @Test
    void aSecondBanAtTheOtherServerShortensNoneAndItsReasonComesToAll() throws Exception {
        assertThat(ban(one, "203.0.113.7", "good", "first")).endsWith("done=banned");
        awaitBan(other, ">203.0.113.7<", ">for good<", ">first<");
        assertThat(ban(other, "203.0.113.7", "1h", "shorter")).contains("done=longer");
        assertThat(ban(other, "203.0.113.7", "good", "second")).endsWith("done=banned");
        for (InProcessServer each : List.of(one, other)) {
            awaitBan(each, ">203.0.113.7<", ">for good<", ">second<");
        }
    }

    /** The bytes are those of a ban for good. */
    @Test
    void aLongerBanOfWhichAServerHasNotHeardStaysAndIsHeardOf() throws Exception {
        assertThat(redis.ask("HSET loomchat:{crowd}:bans 203.0.113.8 \"\\x0b203.0.113.8\\x00\\x03ops\\x06unsaid\""))
                .isEqualTo(":1");
        ban(one, "203.0.113.8", "1h", "second");
        awaitBan(one, ">203.0.113.8<", ">for good<", ">unsaid<");
        try (InProcessServer later = InProcessServer.open(dir.resolve("later"), "REDIS_URL", redis.url())) {
            awaitBan(later, ">203.0.113.8<", ">for good<", ">unsaid<");
        }
        ban(one, "203.0.113.9", "1h", "first");
        ban(one, "203.0.113.9", "24h", "longer");
        awaitBan(other, ">203.0.113.9<", ">longer<");
        assertThat(redis.askAll("HGET loomchat:{crowd}:bans 203.0.113.9")).contains("longer");
    }

    /** A key has leaked: whoever has a token of it is nobody, at each server, and stays so. */
    @Test
    void aKeyThatIsRevokedAtOneServerIsRevokedAtAll() throws Exception {
        SessionClient visitor = SessionClient.begin(one.port());
        at(other, visitor).connect().close();
        Path keys = dir.resolve("one").resolve("state").resolve("keys.json");
        String leaked = Files.readString(keys);
        assertThat(KeysCommand.run(
                        List.of("rotate", "--revoke-old"), keys, Duration.ofMinutes(5), System.out, System.err))
                .isZero();
        for (InProcessServer each : List.of(one, other)) {
            Awaitility.await()
                    .atMost(15, TimeUnit.SECONDS)
                    .until(() -> at(each, visitor).refresh().status() == 401);
        }
        Awaitility.await()
                .atMost(10, TimeUnit.SECONDS)
                .until(() ->
                        Files.readString(dir.resolve("other/state/keys.json")).equals(Files.readString(keys)));
        assertThat(Files.readString(keys)).isNotEqualTo(leaked);
    }
}
