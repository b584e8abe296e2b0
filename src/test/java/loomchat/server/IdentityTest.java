package loomchat.server;

import static loomchat.testing.SessionClient.next;
import static loomchat.testing.SessionClient.pair;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import loomchat.testing.InProcessServer;
import loomchat.testing.JsonClient;
import loomchat.testing.RawClient;
import loomchat.testing.RawClient.Response;
import loomchat.testing.ServerProcess;
import loomchat.testing.SessionClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Visitors with tokens at a whole server: replays, ends, blocks, restarts. Long, because its scenarios share steps. */
@Timeout(120)
class IdentityTest {
    private static final String V1 = "Sec-WebSocket-Protocol: chat.v1";

    @TempDir
    Path dir;

    private static Response shakeHands(int port, String... headers) throws IOException {
        try (RawClient client = RawClient.connect(port)) {
            client.send(RawClient.request("/ws", headers));
            return client.readResponse();
        }
    }

    /** Reads until the close frame, for three seconds at most. */
    private static RawClient.Frame closed(RawClient client) throws IOException {
        client.patience(3_000);
        RawClient.Frame frame = client.read();
        while (frame.first() != RawClient.CLOSE) {
            frame = client.read();
        }
        return frame;
    }

    private static String reason(RawClient.Frame close) {
        return new String(close.payload(), 2, close.payload().length - 2, java.nio.charset.StandardCharsets.UTF_8);
    }

    // The end of an identity

    @Test
    void aReplayClosesTheSocketsOfTheFamilyWithinThreeSecondsAndNoOthers() throws Exception {
        try (InProcessServer server = InProcessServer.open(dir)) {
            SessionClient victim = SessionClient.begin(server.port());
            SessionClient other = SessionClient.begin(server.port());
            String stolen = victim.cookie;
            victim.refresh();
            victim.refresh();
            RawClient first = victim.connect();
            RawClient second = victim.connect();
            RawClient partner = other.connect();
            long chat = pair(first, partner);
            SessionClient thief = new SessionClient(server.port());
            thief.cookie = stolen;
            assertThat(thief.refresh().status()).isEqualTo(401);
            for (RawClient each : List.of(first, second)) {
                RawClient.Frame close = closed(each);
                assertThat(close.closeCode()).isEqualTo(4003);
                assertThat(reason(close)).isEqualTo("The session was ended");
            }
            assertThat(next(partner, "left").getInt("chat")).isEqualTo((int) chat);
            assertThat(victim.refresh().status()).isEqualTo(401);
            assertThat(shakeHands(server.port(), V1 + ", token." + victim.token).status())
                    .as("an access token that is not over yet")
                    .isEqualTo(401);
            other.connect().close();
            partner.close();
            server.close();
            JsonObject event = server.record().of("Session Revoked").getFirst();
            assertThat(event.getString("identity")).isEqualTo(victim.subject());
            assertThat(event.getString("reason")).isEqualTo("replay");
            assertThat(server.record().of("Disconnected").stream()
                            .filter(each -> each.getString("reason").equals("revoked")))
                    .hasSize(2);
        }
    }

    @Test
    void endingASessionClosesItsSockets() throws Exception {
        try (InProcessServer server = InProcessServer.open(dir)) {
            SessionClient visitor = SessionClient.begin(server.port());
            RawClient client = visitor.connect();
            assertThat(visitor.delete().status()).isEqualTo(204);
            assertThat(closed(client).closeCode()).isEqualTo(4003);
            assertThat(shakeHands(server.port(), V1 + ", token." + visitor.token)
                            .status())
                    .isEqualTo(401);
        }
    }

    // While connected

    @Test
    void aConnectionIsAskedForAFreshTokenAndTakesIt() throws Exception {
        try (InProcessServer server = InProcessServer.open(dir, "ACCESS_TOKEN_LIFETIME", "10s")) {
            SessionClient visitor = SessionClient.begin(server.port());
            try (RawClient client = visitor.connect()) {
                assertThat(next(client, "auth-due").getInt("seconds")).isBetween(2, 5);
                client.sendText("{\"type\":\"auth\",\"token\":\"" + visitor.token + "x\"}");
                assertThat(next(client, "error").getString("code")).isEqualTo("bad-token");
                visitor.refresh();
                client.sendText("{\"type\":\"auth\",\"token\":\"" + visitor.token + "\"}");
                assertThat(next(client, "authed").getInt("seconds")).isBetween(8, 10);
                assertThat(next(client, "auth-due").getInt("seconds")).isBetween(2, 5);
                SessionClient other = SessionClient.begin(server.port());
                client.sendText("{\"type\":\"auth\",\"token\":\"" + other.token + "\"}");
                RawClient.Frame close = closed(client);
                assertThat(close.closeCode()).isEqualTo(4003);
                assertThat(reason(close)).isEqualTo("The token is another visitor's");
            }
        }
    }

    @Test
    void aChatIsResumedByItsOwnIdentityAlone() throws Exception {
        try (InProcessServer server = InProcessServer.open(dir)) {
            SessionClient visitor = SessionClient.begin(server.port());
            SessionClient thief = SessionClient.begin(server.port());
            RawClient client = RawClient.open(server.port(), "/ws", V1 + ", token." + visitor.token);
            String secret = next(client, "welcome").getString("secret");
            RawClient partner = RawClient.open(server.port(), "/ws", V1);
            next(partner, "welcome");
            pair(client, partner);
            client.reset();
            assertThat(next(partner, "away").getString("why")).isEqualTo("broke");
            String resume = "{\"type\":\"resume\",\"secret\":\"" + secret + "\"}";
            try (RawClient stranger = thief.connect();
                    RawClient guest = RawClient.open(server.port(), "/ws", V1)) {
                stranger.sendText(resume);
                assertThat(next(stranger, "error").getString("code")).isEqualTo("cannot-resume");
                next(guest, "welcome");
                guest.sendText(resume);
                assertThat(next(guest, "error").getString("code")).isEqualTo("cannot-resume");
            }
            visitor.refresh();
            RawClient back = visitor.connect();
            back.sendText(resume);
            next(back, "resumed");
            next(partner, "back");
        }
    }

    // What lasts

    @Test
    void aBlockOfTwoIdentitiesOutlivesConnectionsAndRestarts() throws Exception {
        SessionClient one;
        SessionClient other;
        try (InProcessServer server = InProcessServer.open(dir)) {
            one = SessionClient.begin(server.port());
            other = SessionClient.begin(server.port());
            RawClient first = one.connect();
            RawClient second = other.connect();
            long chat = pair(first, second);
            first.sendText("{\"type\":\"block\",\"chat\":" + chat + "}");
            next(first, "left");
            assertThat(next(first, "blocked").getBoolean("lasting")).isTrue();
            first.close();
            second.close();
            neverMeet(one.connect(), other.connect(), server.port());
        }
        try (InProcessServer server = InProcessServer.open(dir)) {
            neverMeet(
                    RawClient.open(server.port(), "/ws", V1 + ", token." + one.token),
                    RawClient.open(server.port(), "/ws", V1 + ", token." + other.token),
                    server.port());
        }
    }

    /** Both wait, until a third one comes for each. */
    private static void neverMeet(RawClient one, RawClient other, int port) throws IOException {
        one.sendText("{\"type\":\"find\"}");
        other.sendText("{\"type\":\"find\"}");
        List<RawClient> guests = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            RawClient guest = RawClient.open(port, "/ws", V1);
            next(guest, "welcome");
            guest.sendText("{\"type\":\"find\"}");
            next(guest, "matched");
            guests.add(guest);
        }
        for (RawClient each : List.of(one, other)) {
            JsonObject message = JsonClient.json(each.readText());
            while (!message.getString("type").equals("matched")) {
                message = JsonClient.json(each.readText());
            }
            each.close();
        }
        guests.forEach(RawClient::close);
    }

    @Test
    void twoTabsOfOneBrowserChatWithEachOther() throws Exception {
        try (InProcessServer server = InProcessServer.open(dir)) {
            SessionClient visitor = SessionClient.begin(server.port());
            RawClient one = visitor.connect();
            RawClient other = visitor.connect();
            long chat = pair(one, other);
            one.sendText("{\"type\":\"block\",\"chat\":" + chat + "}");
            next(one, "left");
            assertThat(next(one, "blocked").getBoolean("lasting", false)).isFalse();
        }
    }

    @Test
    void reportsAreCountedForEachIdentity() throws Exception {
        try (InProcessServer server = InProcessServer.open(dir, "MAX_REPORTS_PER_HOUR", "1")) {
            SessionClient visitor = SessionClient.begin(server.port());
            for (int i = 0; i < 2; i++) {
                try (RawClient client = visitor.connect();
                        RawClient partner = RawClient.open(server.port(), "/ws", V1)) {
                    next(partner, "welcome");
                    long chat = pair(client, partner);
                    // Another reason for the same partner is no other report; what was refused is not taken for
                    // reported.
                    for (String reason : List.of("spam", "minor", "spam")) {
                        client.sendText("{\"type\":\"report\",\"chat\":" + chat + ",\"reason\":\"" + reason + "\"}");
                        if (i == 0) {
                            next(client, "reported");
                        } else {
                            assertThat(next(client, "error").getString("code")).isEqualTo("too-many-reports");
                        }
                    }
                }
            }
            server.close();
            assertThat(server.record().of("Reported"))
                    .extracting(each -> each.getString("reason"))
                    .containsExactly("spam", "minor");
            assertThat(server.record().of("Reported")).allSatisfy(each -> {
                assertThat(each.getString("identity")).isEqualTo(visitor.subject());
                assertThat(each).doesNotContainKey("partnerIdentity");
            });
        }
    }

    @Test
    void twentyTabsThatRefreshAtOnceTwoHundredTimesStayLoggedIn() throws Exception {
        try (InProcessServer server = InProcessServer.open(dir);
                ExecutorService tabs = Executors.newVirtualThreadPerTaskExecutor()) {
            SessionClient[] visitors = new SessionClient[10];
            for (int i = 0; i < visitors.length; i++) {
                visitors[i] = SessionClient.begin(server.port());
            }
            for (int round = 0; round < 20; round++) {
                for (SessionClient visitor : visitors) {
                    List<Callable<Response>> all = new ArrayList<>();
                    for (int tab = 0; tab < 20; tab++) {
                        all.add(() -> visitor.send("POST", "/session/refresh"));
                    }
                    List<String> cookies = new ArrayList<>();
                    for (Future<Response> each : tabs.invokeAll(all)) {
                        // An identity may ask twenty times a minute, and forty times at once.
                        if (each.get().status() == 429) {
                            continue;
                        }
                        assertThat(each.get().status()).isEqualTo(200);
                        cookies.add(each.get().header("Set-Cookie").split(";")[0]);
                    }
                    assertThat(cookies.stream().distinct().count()).isLessThanOrEqualTo(1);
                    visitor.cookie = cookies.isEmpty() ? visitor.cookie : cookies.getFirst();
                }
            }
        }
    }

    @Test
    void aKilledServerForgetsNoTokenThatItGave() throws Exception {
        Map<String, String> settings = Map.of();
        List<SessionClient> visitors = new ArrayList<>();
        try (ServerProcess server = new ServerProcess(dir, settings);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            AtomicBoolean over = new AtomicBoolean();
            for (int i = 0; i < 50; i++) {
                visitors.add(SessionClient.begin(server.port()));
            }
            List<Future<?>> refreshing = new ArrayList<>();
            for (SessionClient each : visitors) {
                refreshing.add(threads.submit(() -> {
                    while (!over.get()) {
                        each.refresh();
                    }
                    return null;
                }));
            }
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> Files.readString(dir.resolve("state/sessions.jsonl"))
                                    .lines()
                                    .count()
                            > 200);
            server.kill();
            over.set(true);
            for (Future<?> each : refreshing) {
                try {
                    each.get(30, TimeUnit.SECONDS);
                } catch (java.util.concurrent.ExecutionException e) {
                    // The answer was cut off.
                }
            }
        }
        try (ServerProcess server = new ServerProcess(dir, settings)) {
            for (SessionClient each : visitors) {
                SessionClient again = new SessionClient(server.port());
                again.cookie = each.cookie.replaceFirst("refresh-\\d+=", "refresh-" + server.port() + "=");
                assertThat(again.refresh().status()).isEqualTo(200);
            }
        }
    }

    // Secrets

    @Test
    void noFileHoldsAToken() throws Exception {
        List<String> secrets = new ArrayList<>();
        try (InProcessServer server = InProcessServer.open(dir, "ACCESS_TOKEN_LIFETIME", "10s")) {
            SessionClient visitor = SessionClient.begin(server.port());
            for (int i = 0; i < 3; i++) {
                secrets.addAll(List.of(visitor.token, visitor.cookie.split("=")[1]));
                visitor.connect().close();
                visitor.send("POST", "/session/refresh?token=" + visitor.token);
                shakeHands(server.port(), V1 + ", token." + visitor.token + "x");
                visitor.refresh();
            }
            visitor.delete();
        }
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path each : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                String content = Files.readString(each);
                for (String secret : secrets) {
                    String signature = secret.substring(secret.lastIndexOf('.') + 1);
                    assertThat(content).as("%s", each).doesNotContain(signature);
                }
            }
        }
    }
}
