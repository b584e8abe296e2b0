package loomchat.server;

import static loomchat.testing.SessionClient.next;
import static loomchat.testing.SessionClient.pair;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import loomchat.identity.bans.BanList;
import loomchat.identity.bans.BanTarget;
import loomchat.testing.InProcessServer;
import loomchat.testing.RawClient;
import loomchat.testing.RawClient.Response;
import loomchat.testing.SessionClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who is banned, by an operator or by the reports of others, at a whole server. */
@Timeout(120)
class BannedVisitorsTest {
    private static final String V1 = "Sec-WebSocket-Protocol: chat.v1";
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    Path dir;

    /** As the command {@code ban} does it, beside the running server. */
    private void ban(String target) throws IOException {
        BanList bans = BanList.open(dir.resolve("state"), System::currentTimeMillis, notice -> {});
        bans.add(BanTarget.parse(target), DAY, "Spam", "this machine");
        bans.poll();
    }

    private void unban(String target) throws IOException {
        BanList bans = BanList.open(dir.resolve("state"), System::currentTimeMillis, notice -> {});
        bans.remove(BanTarget.parse(target), "this machine");
        bans.poll();
    }

    private static void isClosedAsBanned(RawClient client) throws IOException {
        RawClient.Frame frame = client.read();
        while (frame.first() != RawClient.CLOSE) {
            frame = client.read();
        }
        assertThat(frame.closeCode()).isEqualTo(4004);
        String text = new String(frame.payload(), 2, frame.payload().length - 2, StandardCharsets.UTF_8);
        assertThat(text).startsWith("Banned until ");
        assertThat(Instant.parse(text.substring("Banned until ".length())))
                .isBetween(
                        Instant.now().plus(DAY.minusMinutes(5)), Instant.now().plus(DAY.plusMinutes(5)));
    }

    private static void isRefused(Response response) {
        assertThat(response.status()).isEqualTo(403);
        JsonObject body = SessionClient.json(response);
        assertThat(body.getString("error")).isEqualTo("banned");
        assertThat(body.getString("reason")).isEqualTo("Spam");
        assertThat(Instant.parse(body.getString("until"))).isAfter(Instant.now());
    }

    @Test
    void anIdentityIsSentAwayAndStaysOutUntilTheBanIsLifted() throws Exception {
        try (InProcessServer server = InProcessServer.open(dir)) {
            SessionClient bad = SessionClient.begin(server.port());
            SessionClient good = SessionClient.begin(server.port());
            RawClient client = bad.connect();
            RawClient partner = good.connect();
            pair(client, partner);
            ban(bad.subject());
            isClosedAsBanned(client);
            assertThat(next(partner, "left").getString("why")).isEqualTo("left");
            try (RawClient again = RawClient.open(server.port(), "/ws", V1 + ", token." + bad.token)) {
                isClosedAsBanned(again);
                assertThat(again.isEnded()).isTrue();
            }
            try (RawClient plain = RawClient.connect(server.port())) {
                plain.send(RawClient.request("/ws", "Authorization: Bearer " + bad.token));
                assertThat(plain.readResponse().status()).isEqualTo(403);
            }
            isRefused(bad.refresh());
            good.connect().close();
            unban(bad.subject());
            await().atMost(Duration.ofSeconds(20)).until(() -> bad.refresh().status() == 200);
            bad.connect().close();
            partner.close();
            server.close();
            assertThat(server.record().of("Banned")).hasSize(1);
            assertThat(server.record().of("Unbanned")).hasSize(1);
            assertThat(server.record().of("Disconnected").stream()
                            .filter(each -> each.getString("reason").equals("banned")))
                    .hasSize(1);
        }
    }

    @Test
    void aNetworkIsSentAwayWithoutItsNeighbours() throws Exception {
        try (InProcessServer server = InProcessServer.open(dir)) {
            RawClient inside = RawClient.open(server.port(), "/ws", V1, "X-Forwarded-For: 203.0.113.7");
            RawClient outside = RawClient.open(server.port(), "/ws", V1, "X-Forwarded-For: 203.0.114.7");
            next(outside, "welcome");
            ban("203.0.113.0/24");
            isClosedAsBanned(inside);
            isRefused(new SessionClient(server.port()).post("/session", "X-Forwarded-For: 203.0.113.200"));
            outside.sendText("{\"type\":\"find\"}");
            assertThat(outside.readText()).contains("waiting");
            outside.close();
        }
    }

    @Test
    void aBanOutlivesARestart() throws Exception {
        SessionClient bad;
        try (InProcessServer server = InProcessServer.open(dir)) {
            bad = SessionClient.begin(server.port());
            RawClient client = bad.connect();
            ban(bad.subject());
            isClosedAsBanned(client);
        }
        try (InProcessServer server = InProcessServer.open(dir);
                RawClient client = RawClient.open(server.port(), "/ws", V1 + ", token." + bad.token)) {
            isClosedAsBanned(client);
        }
    }

    @Test
    void whoSeveralIdentitiesReportIsSuspendedAndGuestsSuspendNobody() throws Exception {
        try (InProcessServer server = InProcessServer.open(dir, "REPORTS_TO_SUSPEND", "2", "SUSPEND_TIME", "24h")) {
            SessionClient bad = SessionClient.begin(server.port());
            List<RawClient> open = new ArrayList<>();
            RawClient victim = bad.connect();
            for (int i = 0; i < 3; i++) {
                RawClient guest = RawClient.open(server.port(), "/ws", V1);
                next(guest, "welcome");
                victim = reportedBy(guest, victim, bad);
                open.add(guest);
            }
            RawClient first = SessionClient.begin(server.port()).connect();
            victim = reportedBy(first, victim, bad);
            RawClient second = SessionClient.begin(server.port()).connect();
            long chat = pair(second, victim);
            second.sendText("{\"type\":\"report\",\"chat\":" + chat + ",\"reason\":\"abuse\"}");
            isClosedAsBanned(victim);
            open.forEach(RawClient::close);
            first.close();
            second.close();
            server.close();
            assertThat(server.record().of("Banned")).singleElement().satisfies(each -> {
                assertThat(each.getString("target")).isEqualTo(bad.subject());
                assertThat(each.getString("by")).isEqualTo("this server");
            });
        }
    }

    /** The victim comes on a new connection each time: the delays of a reported one would take minutes. */
    private static RawClient reportedBy(RawClient reporter, RawClient victim, SessionClient identity)
            throws IOException {
        long chat = pair(reporter, victim);
        reporter.sendText("{\"type\":\"report\",\"chat\":" + chat + ",\"reason\":\"abuse\"}");
        next(reporter, "reported");
        victim.close();
        return identity.connect();
    }
}
