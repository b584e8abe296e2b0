package loomchat.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import loomchat.testing.InProcessServer;
import loomchat.testing.JsonClient;
import loomchat.testing.RawClient;
import loomchat.testing.RawClient.Response;
import loomchat.testing.SessionClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Handshakes with tokens, good and bad, at a whole server. */
@Timeout(120)
class IdentityHandshakeTest {
    private static final String V1 = "Sec-WebSocket-Protocol: chat.v1";

    @TempDir
    Path dir;

    private static Response shakeHands(int port, String... headers) throws IOException {
        try (RawClient client = RawClient.connect(port)) {
            client.send(RawClient.request("/ws", headers));
            return client.readResponse();
        }
    }

    private static JsonObject next(RawClient client, String type) throws IOException {
        while (true) {
            JsonObject message = JsonClient.json(client.readText());
            if (!message.getString("type").equals("waiting")) {
                assertThat(message.getString("type")).as("%s", message).isEqualTo(type);
                return message;
            }
        }
    }

    @Test
    void aTokenComesAmongTheSubprotocolsOrAsBearerAndIsNeverAnswered() throws Exception {
        try (InProcessServer server = InProcessServer.open(dir)) {
            SessionClient visitor = SessionClient.begin(server.port());
            for (String[] headers : new String[][] {
                {V1 + ", token." + visitor.token},
                {"Sec-WebSocket-Protocol: token." + visitor.token + ",chat.v1"},
                {V1, "Sec-WebSocket-Protocol: token." + visitor.token},
                {V1, "Authorization: Bearer " + visitor.token},
                {V1, "authorization: bearer  " + visitor.token}
            }) {
                try (RawClient client = RawClient.connect(server.port())) {
                    Response accepted = client.shakeHands("/ws", headers);
                    assertThat(accepted.header("Sec-WebSocket-Protocol")).isEqualTo("chat.v1");
                    assertThat(accepted.head()).doesNotContain(visitor.token);
                    assertThat(client.readText()).contains("\"known\":true");
                }
            }
            try (RawClient plain = RawClient.connect(server.port())) {
                assertThat(plain.shakeHands("/", "Authorization: Bearer " + visitor.token)
                                .header("Sec-WebSocket-Protocol"))
                        .isNull();
            }
            server.close();
            String subject = visitor.subject();
            assertThat(server.record().of("New Connection"))
                    .hasSize(6)
                    .allSatisfy(each -> assertThat(each.getString("identity")).isEqualTo(subject));
        }
    }

    @Test
    void aGuestIsWelcomeUnlessTokensAreRequired() throws Exception {
        try (InProcessServer server = InProcessServer.open(dir);
                RawClient guest = RawClient.open(server.port(), "/ws", V1)) {
            assertThat(guest.readText()).doesNotContain("known");
            guest.sendText("{\"type\":\"auth\",\"token\":\"x\"}");
            assertThat(next(guest, "error").getString("code")).isEqualTo("no-token");
        }
        try (InProcessServer server = InProcessServer.open(dir, "AUTH", "required")) {
            Response refused = shakeHands(server.port(), V1);
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.header("WWW-Authenticate")).isEqualTo("Bearer");
            assertThat(refused.body()).contains("A token is needed");
            assertThat(shakeHands(server.port()).status()).as("plain").isEqualTo(401);
            SessionClient.begin(server.port()).connect().close();
        }
    }

    @Test
    void aBadTokenIsRefusedInTheSameWordsAlsoWhereGuestsAreWelcome() throws Exception {
        try (InProcessServer server = InProcessServer.open(dir)) {
            SessionClient visitor = SessionClient.begin(server.port());
            String[] parts = visitor.token.split("\\.");
            for (String bad : List.of(
                    "",
                    "x",
                    "a.b.c",
                    visitor.token + "A",
                    visitor.token.substring(0, visitor.token.length() - 1),
                    parts[0] + "." + parts[1] + ".",
                    "eyJhbGciOiJub25lIn0." + parts[1] + ".",
                    parts[0] + "." + "A".repeat(5000) + "." + parts[2])) {
                for (String[] headers : new String[][] {{V1 + ", token." + bad}, {"Authorization: Bearer " + bad}}) {
                    Response refused = shakeHands(server.port(), headers);
                    assertThat(refused.status()).as(bad).isEqualTo(401);
                    assertThat(refused.body()).isEqualTo("The token is not valid\n");
                    assertThat(refused.header("Content-Security-Policy")).isNotNull();
                }
            }
            Response two = shakeHands(
                    server.port(), V1 + ", token." + visitor.token, "Authorization: Bearer " + visitor.token);
            assertThat(two.status()).isEqualTo(400);
            assertThat(two.body()).doesNotContain(visitor.token);
        }
    }

    @Test
    void aTokenInTheAddressProvesNothing() throws Exception {
        try (InProcessServer server = InProcessServer.open(dir)) {
            SessionClient visitor = SessionClient.begin(server.port());
            try (RawClient client = RawClient.open(server.port(), "/ws?token=" + visitor.token, V1)) {
                assertThat(client.readText()).doesNotContain("known");
            }
        }
    }

    @Test
    void withoutAuthTokensAreNotLookedAt() throws Exception {
        try (InProcessServer server = InProcessServer.open(dir, "AUTH", "off");
                RawClient client = RawClient.open(server.port(), "/ws", V1 + ", token.x, token.y")) {
            assertThat(client.readText()).doesNotContain("known");
        }
    }

    @Test
    void guestsAndIdentitiesHaveBoundsOfTheirOwn() throws Exception {
        try (InProcessServer server =
                        InProcessServer.open(dir, "MAX_GUESTS", "1", "MAX_CONNECTIONS_PER_IDENTITY", "2");
                RawClient guest = RawClient.open(server.port(), "/ws", V1)) {
            Response full = shakeHands(server.port(), V1);
            assertThat(full.status()).isEqualTo(503);
            assertThat(full.body()).contains("no more guests");
            SessionClient visitor = SessionClient.begin(server.port());
            RawClient first = visitor.connect();
            visitor.connect();
            Response many = shakeHands(server.port(), V1 + ", token." + visitor.token);
            assertThat(many.status()).isEqualTo(429);
            first.close();
            guest.close();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> shakeHands(server.port(), V1 + ", token." + visitor.token)
                                    .status()
                            == 101);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> shakeHands(server.port(), V1).status() == 101);
        }
    }
}
