package loomchat.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import loomchat.testing.InProcessServer;
import loomchat.testing.RawClient.Response;
import loomchat.testing.SessionClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code /session} over real sockets: what a visitor gets, and who gets nothing. */
@Timeout(120)
class SessionRoutesTest {
    @TempDir
    Path dir;

    private static void refuses(Response response, int status, String code) {
        assertThat(response.status()).as("%s", response).isEqualTo(status);
        assertThat(SessionClient.json(response).getString("error")).isEqualTo(code);
        assertThat(SessionClient.json(response).getString("text")).isNotBlank();
        assertThat(response.header("Content-Type")).isEqualTo("application/json");
        assertThat(response.header("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void aVisitorGetsATokenAndACookieThatNoScriptReads() throws Exception {
        try (InProcessServer server = InProcessServer.open(dir)) {
            SessionClient visitor = new SessionClient(server.port());
            Response begun = visitor.post("/session", "Sec-Fetch-Site: same-origin");
            assertThat(begun.status()).isEqualTo(201);
            assertThat(begun.header("Cache-Control")).isEqualTo("no-store");
            assertThat(SessionClient.json(begun).getInt("expiresIn")).isEqualTo(300);
            assertThat(SessionClient.json(begun).getInt("generation")).isZero();
            assertThat(begun.header("Set-Cookie"))
                    .startsWith("loomchat-refresh-" + server.port() + "=")
                    .endsWith("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict");
            String first = visitor.token;
            Response refreshed = visitor.refresh();
            assertThat(refreshed.status()).isEqualTo(200);
            assertThat(SessionClient.json(refreshed).getInt("generation")).isEqualTo(1);
            assertThat(visitor.token).isNotEqualTo(first);
            visitor.connect().close();
        }
    }

    @Test
    void theCookieIsSecureAndTheHostsOwnEverywhereElse() throws Exception {
        try (InProcessServer server = InProcessServer.open(dir, "ALLOWED_HOSTS", "*")) {
            for (List<String> headers : List.of(
                    List.of("X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: https"),
                    List.of(
                            "X-Forwarded-For: 192.0.2.1",
                            "X-Forwarded-Proto: https",
                            "Origin: https://127.0.0.1:" + server.port()))) {
                SessionClient visitor = new SessionClient(server.port());
                String[] all = headers.toArray(String[]::new);
                assertThat(visitor.post("/session", all).header("Set-Cookie"))
                        .startsWith("__Host-loomchat-refresh=")
                        .endsWith("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict; Secure")
                        .doesNotContain("Domain");
                assertThat(visitor.post("/session/refresh", all).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void onlyPagesOfThisServerMayAsk() throws Exception {
        try (InProcessServer server = InProcessServer.open(dir, "ALLOWED_ORIGINS", "*")) {
            SessionClient visitor = SessionClient.begin(server.port());
            for (String header : List.of(
                    "Sec-Fetch-Site: cross-site",
                    "Sec-Fetch-Site: same-site",
                    "Sec-Fetch-Site: none",
                    "Origin: https://evil.example",
                    "Origin: null",
                    "Origin: http://127.0.0.1",
                    "Origin: https://127.0.0.1:" + server.port(),
                    "Origin: http://localhost:" + server.port())) {
                refuses(visitor.post("/session", header), 403, "foreign-site");
                refuses(visitor.post("/session/refresh", header), 403, "foreign-site");
                refuses(visitor.delete(header), 403, "foreign-site");
            }
            assertThat(visitor.post("/session/refresh", "Origin: http://127.0.0.1:" + server.port())
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void withoutAGoodCookieThereIsNoSessionAndTheCookieIsCleared() throws Exception {
        try (InProcessServer server = InProcessServer.open(dir)) {
            SessionClient visitor = SessionClient.begin(server.port());
            String good = visitor.cookie;
            for (String cookie : new String[] {
                null, good + "A", good.replaceFirst("=.*", "="), "other=" + good, good.replace("refresh", "Refresh")
            }) {
                visitor.cookie = cookie;
                for (Response each :
                        List.of(visitor.send("POST", "/session/refresh"), visitor.send("DELETE", "/session"))) {
                    refuses(each, 401, "no-session");
                    assertThat(each.header("Set-Cookie")).contains("Max-Age=0");
                }
            }
            visitor.cookie = good;
            assertThat(visitor.refresh().status()).isEqualTo(200);
        }
    }

    @Test
    void aSessionIsEndedByItsCookieOrByItsAccessToken() throws Exception {
        try (InProcessServer server = InProcessServer.open(dir)) {
            SessionClient one = SessionClient.begin(server.port());
            Response ended = one.delete();
            assertThat(ended.status()).isEqualTo(204);
            assertThat(ended.header("Set-Cookie")).contains("Max-Age=0");
            SessionClient other = SessionClient.begin(server.port());
            String cookie = other.cookie;
            other.cookie = null;
            assertThat(other.delete("Authorization: Bearer " + other.token).status())
                    .isEqualTo(204);
            refuses(other.delete("Authorization: Bearer " + other.token), 401, "no-session");
            other.cookie = cookie;
            refuses(other.refresh(), 401, "no-session");
        }
    }

    @Test
    void otherMethodsAreRefused() throws Exception {
        try (InProcessServer server = InProcessServer.open(dir)) {
            SessionClient visitor = new SessionClient(server.port());
            assertThat(visitor.send("GET", "/session").status()).isEqualTo(405);
            assertThat(visitor.send("GET", "/session").header("Allow")).isEqualTo("POST, DELETE");
            assertThat(visitor.send("GET", "/session/refresh").header("Allow")).isEqualTo("POST");
        }
    }

    @Test
    void whereNobodyIsKnownThereIsNothingToAskFor() throws Exception {
        try (InProcessServer server = InProcessServer.open(dir, "AUTH", "off")) {
            refuses(new SessionClient(server.port()).post("/session"), 404, "off");
            assertThat(dir.resolve("state")).doesNotExist();
        }
    }

    @Test
    void anAddressBeginsTenSessionsAMinute() throws Exception {
        try (InProcessServer server = InProcessServer.open(dir)) {
            SessionClient visitor = new SessionClient(server.port());
            for (int i = 0; i < 10; i++) {
                assertThat(visitor.post("/session", "X-Forwarded-For: 192.0.2.1")
                                .status())
                        .isEqualTo(201);
            }
            Response refused = visitor.post("/session", "X-Forwarded-For: 192.0.2.1");
            refuses(refused, 429, "too-many");
            assertThat(refused.header("Retry-After")).isEqualTo("6");
            for (int i = 0; i < 10; i++) {
                assertThat(visitor.post("/session", "X-Forwarded-For: 2001:db8::" + i)
                                .status())
                        .isEqualTo(201);
            }
            refuses(visitor.post("/session", "X-Forwarded-For: 2001:db8::ffff"), 429, "too-many");
            assertThat(visitor.post("/session", "X-Forwarded-For: 2001:db8:0:1::1")
                            .status())
                    .isEqualTo(201);
        }
    }

    @Test
    void aServerThatKeepsNoMoreIdentitiesSaysSo() throws Exception {
        try (InProcessServer server = InProcessServer.open(dir, "MAX_IDENTITIES", "2")) {
            SessionClient first = SessionClient.begin(server.port());
            SessionClient.begin(server.port());
            refuses(new SessionClient(server.port()).post("/session"), 503, "full");
            assertThat(first.refresh().status()).isEqualTo(200);
        }
    }
}
