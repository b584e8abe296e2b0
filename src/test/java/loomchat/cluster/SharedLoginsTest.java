package loomchat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import loomchat.identity.keys.KeysCommand;
import loomchat.identity.operators.OperatorTokenCommand;
import loomchat.testing.InProcessServer;
import loomchat.testing.RawClient;
import loomchat.testing.RawClient.Response;
import loomchat.testing.RedisProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * An operator who signs in at one server of a crowd is signed in at all, and signed out at all. They share Redis and
 * the file of the operators' tokens.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
class SharedLoginsTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path dir;

    private final List<InProcessServer> servers = new ArrayList<>();
    private RedisProcess redis;
    private Path tokens;
    private String token;

    @BeforeEach
    void start() throws Exception {
        redis = new RedisProcess(Files.createDirectory(dir.resolve("redis")));
        tokens = dir.resolve("operator-tokens");
        token = command("ops");
    }

    @AfterEach
    void stop() {
        servers.forEach(InProcessServer::close);
        redis.close();
    }

    private String command(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream ignored = new PrintStream(new ByteArrayOutputStream());
        assertThat(OperatorTokenCommand.run(List.of(arguments), tokens, new PrintStream(out, true), ignored))
                .isZero();
        return out.toString().strip();
    }

    /** One more server, whose keys are those of all. */
    private InProcessServer open(String name, String... settings) throws Exception {
        String[] common = {
            "REDIS_URL", redis.url(), "OPERATOR_TOKENS_FILE", tokens.toString(), "ALLOWED_HOSTS", "chat.example"
        };
        String[] all = Arrays.copyOf(common, common.length + settings.length);
        System.arraycopy(settings, 0, all, common.length, settings.length);
        InProcessServer server = InProcessServer.open(dir.resolve(name), all);
        servers.add(server);
        Awaitility.await().atMost(SOON).until(() -> redis.ask(Crowd.NODES).equals(":" + servers.size()));
        awaitOneKey();
        return server;
    }

    /** A server that starts now takes it, and makes none. */
    private void awaitOneKey() {
        Awaitility.await()
                .atMost(SOON)
                .until(() -> redis.ask("HLEN loomchat:{crowd}:keys").equals(":1"));
    }

    /** As the proxy passes it on that stands before all servers. */
    private static Response ask(InProcessServer at, String request, String cookie, String body) throws IOException {
        String text = request + " HTTP/1.1\r\nHost: chat.example\r\nX-Forwarded-For: 203.0.113.7\r\n"
                + "X-Forwarded-Proto: https\r\nOrigin: https://chat.example\r\nConnection: close\r\n"
                + (cookie == null ? "" : "Cookie: " + cookie + "\r\n")
                + (body == null
                        ? ""
                        : "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + body.length()
                                + "\r\n")
                + "\r\n";
        try (RawClient client = RawClient.connect(at.port())) {
            client.send(body == null ? text : text + body);
            return client.readResponse();
        }
    }

    private String signIn(InProcessServer at) throws IOException {
        Response response = ask(at, "POST /operator/sign-in", null, "token=" + token);
        assertThat(response.status()).isEqualTo(303);
        assertThat(response.header("Set-Cookie"))
                .startsWith("__Host-loomchat-operator=")
                .endsWith("; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure");
        return response.header("Set-Cookie").split(";")[0];
    }

    private static void signOut(InProcessServer at, String cookie) throws IOException {
        assertThat(ask(at, "POST /operator/sign-out", cookie, "").status()).isEqualTo(303);
    }

    private static int status(InProcessServer at, String cookie) throws IOException {
        return ask(at, "GET /report.json", cookie, null).status();
    }

    private static void awaitRefused(InProcessServer at, String cookie) {
        Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(20)).until(() -> status(at, cookie) == 401);
    }

    @Test
    void whoSignsInAtOneServerIsKnownAtTheOtherUntilSigningOutAnywhere() throws Exception {
        InProcessServer one = open("one");
        InProcessServer other = open("other");
        String cookie = signIn(one);
        String second = signIn(other);
        for (InProcessServer each : List.of(one, other, one, other)) {
            for (String path : List.of("/report", "/logs", "/operator", "/report.json", "/metrics")) {
                assertThat(ask(each, "GET " + path, cookie, null).status())
                        .as(path)
                        .isEqualTo(200);
            }
        }
        signOut(other, cookie);
        assertThat(status(other, cookie)).isEqualTo(401);
        awaitRefused(one, cookie);
        InProcessServer later = open("later");
        assertThat(status(later, cookie)).as("from its first request on").isEqualTo(401);
        assertThat(status(later, second)).isEqualTo(200);
        assertThat(status(one, second)).isEqualTo(200);
        assertThat(Files.readString(dir.resolve("one/chat-logs.jsonl"))
                        + Files.readString(dir.resolve("other/chat-logs.jsonl"))
                        + redis.askAll("ZRANGE loomchat:{crowd}:signed-out 0 -1"))
                .doesNotContain(code(cookie), code(second));
    }

    /** The part that nobody else can write. */
    private static String code(String cookie) {
        return cookie.substring(cookie.lastIndexOf('.') + 1);
    }

    @Test
    void aStreamOfTheLogEndsWhenItsReaderSignsOutAtTheOtherServer() throws Exception {
        InProcessServer one = open("one");
        InProcessServer other = open("other");
        String cookie = signIn(one);
        try (RawClient follower = RawClient.connect(one.port())) {
            follower.send("GET /logs/events HTTP/1.1\r\nHost: chat.example\r\nX-Forwarded-For: 203.0.113.7\r\n"
                    + "X-Forwarded-Proto: https\r\nConnection: close\r\nCookie: " + cookie + "\r\n\r\n");
            assertThat(follower.readResponse().status()).isEqualTo(200);
            signOut(other, cookie);
            // Everything that comes until the end of the connection.
            assertThat(follower.rest()).contains("Server Started");
        }
    }

    @Test
    void removingTheTokenOrTheKeyEndsItAtAll() throws Exception {
        InProcessServer one = open("one");
        InProcessServer other = open("other");
        String cookie = signIn(one);
        assertThat(status(other, cookie)).isEqualTo(200);
        command("--remove", "ops");
        awaitRefused(one, cookie);
        awaitRefused(other, cookie);
        token = command("again");
        awaitName(one, "again");
        awaitName(other, "again");
        String second = signIn(one);
        assertThat(status(other, second)).isEqualTo(200);
        assertThat(KeysCommand.run(
                        List.of("rotate", "--revoke-old"),
                        dir.resolve("one/state/keys.json"),
                        Duration.ofMinutes(5),
                        System.out,
                        System.err))
                .isZero();
        awaitRefused(one, second);
        awaitRefused(other, second);
    }

    /** Each server looks at the file once a second. */
    private void awaitName(InProcessServer at, String name) {
        Awaitility.await().atMost(SOON).until(() -> {
            try (RawClient client = RawClient.connect(at.port())) {
                client.send("GET /operator HTTP/1.1\r\nHost: chat.example\r\nConnection: close\r\n"
                        + "Authorization: Bearer " + token + "\r\n\r\n");
                return client.readResponse().body().contains(">" + name + "<");
            }
        });
    }

    /** Nobody else is known there, and no key is in a file. */
    @Test
    void whereNoVisitorIsKnownOperatorsAre() throws Exception {
        InProcessServer one = open("one", "AUTH", "off");
        InProcessServer other = open("other", "AUTH", "off");
        String cookie = signIn(one);
        assertThat(status(one, cookie)).isEqualTo(200);
        assertThat(status(other, cookie)).isEqualTo(200);
        signOut(one, cookie);
        awaitRefused(other, cookie);
        assertThat(status(open("later", "AUTH", "off"), cookie)).isEqualTo(401);
        assertThat(dir.resolve("one/state")).doesNotExist();
    }

    @Test
    void whoSignsOutWhileRedisIsAwayIsSignedOutElsewhereWhenItIsBackAndEmpty() throws Exception {
        InProcessServer one = open("one");
        InProcessServer other = open("other");
        String cookie = signIn(one);
        String before = signIn(one);
        signOut(one, before);
        awaitRefused(other, before);
        redis.kill();
        try (Stream<Path> data = Files.walk(dir.resolve("redis/appendonlydir"))) {
            for (Path each : data.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
        Awaitility.await()
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> ask(one, "GET /readyz", null, null).body().contains("goes on alone"));
        signOut(one, cookie);
        assertThat(status(one, cookie)).isEqualTo(401);
        assertThat(status(other, cookie)).as("nobody could tell it").isEqualTo(200);
        redis.start();
        awaitRefused(other, cookie);
        Awaitility.await()
                .atMost(SOON)
                .until(() -> redis.ask("ZCARD loomchat:{crowd}:signed-out").equals(":2"));
        awaitOneKey();
        InProcessServer later = open("later");
        assertThat(status(later, before)).isEqualTo(401);
        assertThat(status(later, cookie)).isEqualTo(401);
    }

    @Test
    void aSignOutThatWasLostOnTheWayOrInRedisIsNoticed() throws Exception {
        InProcessServer one = open("one");
        InProcessServer other = open("other");
        String cookie = signIn(one);
        assertThat(status(other, cookie)).isEqualTo(200);
        String[] parts = cookie.split("\\.");
        redis.ask("ZADD loomchat:{crowd}:signed-out " + parts[3] + " " + parts[1]);
        awaitRefused(one, cookie);
        awaitRefused(other, cookie);
        redis.ask("DEL loomchat:{crowd}:signed-out");
        Awaitility.await()
                .atMost(SOON)
                .until(() -> redis.ask("ZSCORE loomchat:{crowd}:signed-out " + parts[1])
                        .matches("\\$\\d+"));
        assertThat(redis.ask("PTTL loomchat:{crowd}:signed-out")).matches(":[1-9]\\d{7}");
    }
}
