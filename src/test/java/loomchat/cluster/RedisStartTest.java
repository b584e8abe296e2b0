package loomchat.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import loomchat.Loomchat;
import loomchat.cluster.redis.RedisUrl;
import loomchat.testing.InProcessServer;
import loomchat.testing.JsonClient;
import loomchat.testing.RedisProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Redis that cannot be used stops the start with one line; one that is away does not. */
@Timeout(60)
class RedisStartTest {
    @TempDir
    Path dir;

    private void cannotStart(String url, String... parts) {
        assertThatThrownBy(() -> InProcessServer.open(dir.resolve("server"), "REDIS_URL", url))
                .isInstanceOf(Loomchat.CannotStart.class)
                .hasMessageContainingAll(parts)
                .hasMessageStartingWith("REDIS_URL=")
                .extracting(Throwable::getMessage)
                .asString()
                .hasLineCount(1)
                .doesNotContain("s3cret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:6379",
                "http://localhost",
                "redis://",
                "redis://:s3cret@",
                "redis://a,b",
                "redis://a:99999",
                "redis://a/99",
                "redis+sentinel://a",
                "redis+sentinel://:s3cret@a/",
                "redis+cluster://a/3",
                "rediss+what://a"
            })
    void aUrlThatIsNoneNamesTheSetting(String url) {
        cannotStart(url, "is not allowed", "redis://");
    }

    @Test
    void aWrongPasswordIsTold() throws Exception {
        try (RedisProcess redis =
                new RedisProcess(Files.createDirectory(dir.resolve("redis")), "--requirepass", "right")) {
            cannotStart("redis://:s3cret@127.0.0.1:" + redis.port(), "cannot be used", "WRONGPASS");
            cannotStart("redis://127.0.0.1:" + redis.port(), "cannot be used", "NOAUTH");
            InProcessServer.open(dir.resolve("server"), "REDIS_URL", "redis://:right@127.0.0.1:" + redis.port())
                    .close();
        }
    }

    @Test
    void aUserWhoMayRunNoScriptsIsTold() throws Exception {
        try (RedisProcess redis = new RedisProcess(Files.createDirectory(dir.resolve("redis")))) {
            redis.ask("ACL SETUSER few on >s3cret ~* &* +@all -eval -evalsha");
            cannotStart("redis://few:s3cret@127.0.0.1:" + redis.port(), "cannot be used", "NOPERM");
            redis.ask("ACL SETUSER deaf on >s3cret ~* +@all resetchannels");
            cannotStart("redis://deaf:s3cret@127.0.0.1:" + redis.port(), "cannot be used", "NOPERM");
        }
    }

    /** As where a crowd is started: each tries all that it needs of Redis while the others do. */
    @Test
    void serversThatStartAtOnceDoNotTakeEachOthersMessagesForReplies() throws Exception {
        int servers = 8;
        int starts = 40;
        try (RedisProcess redis = new RedisProcess(Files.createDirectory(dir.resolve("redis")));
                ExecutorService threads = Executors.newFixedThreadPool(servers)) {
            RedisUrl url = RedisUrl.of("redis://127.0.0.1:" + redis.port());
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < servers * starts; i++) {
                all.add(threads.submit(() -> {
                    Cluster.open(url, 15, Duration.ofDays(1));
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get(30, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void aVersionThatIsTooOldIsTold() throws Exception {
        try (ServerSocket old = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread.startVirtualThread(() -> answerAsOld(old));
            cannotStart("redis://127.0.0.1:" + old.getLocalPort(), "is version 6.2.14", "7.0");
        }
    }

    /** Answers as a server of version 6.2 does, as far as we ask. */
    private static void answerAsOld(ServerSocket listener) {
        while (true) {
            try (Socket client = listener.accept()) {
                byte[] buffer = new byte[4096];
                for (int read = client.getInputStream().read(buffer);
                        read > 0;
                        read = client.getInputStream().read(buffer)) {
                    String text = new String(buffer, 0, read, StandardCharsets.US_ASCII);
                    for (String command : text.split("(?=\\*\\d+\r\n)")) {
                        client.getOutputStream().write(answerOfOld(command).getBytes(StandardCharsets.US_ASCII));
                    }
                }
            } catch (java.io.IOException e) {
                if (listener.isClosed()) {
                    return;
                }
            }
        }
    }

    private static String answerOfOld(String command) {
        if (command.contains("HELLO")) {
            return "*6\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n6.2.14\r\n$5\r\nproto\r\n:2\r\n";
        }
        String info = "# Server\r\nredis_version:6.2.14\r\n";
        return command.contains("INFO") ? "$" + info.length() + "\r\n" + info + "\r\n" : "+OK\r\n";
    }

    @Test
    void aRedisThatIsAwayIsJoinedLater() throws Exception {
        int port = RedisProcess.freePort();
        try (InProcessServer server =
                        InProcessServer.open(dir.resolve("server"), "REDIS_URL", "redis://127.0.0.1:" + port);
                JsonClient a = JsonClient.plain(server.port());
                JsonClient b = JsonClient.plain(server.port())) {
            assertThat(a.receive()).isEqualTo(InProcessServer.MATCHED);
            assertThat(b.receive()).isEqualTo(InProcessServer.MATCHED);
            try (RedisProcess redis = new RedisProcess(Files.createDirectory(dir.resolve("redis")), port)) {
                Awaitility.await()
                        .atMost(20, TimeUnit.SECONDS)
                        .until(() -> redis.ask(Crowd.NODES).equals(":1"));
            }
        }
    }

    @Test
    void thePasswordIsInNoRecord() throws Exception {
        try (RedisProcess redis =
                new RedisProcess(Files.createDirectory(dir.resolve("redis")), "--requirepass", "s3cret")) {
            InProcessServer.open(dir.resolve("server"), "REDIS_URL", "redis://:s3cret@127.0.0.1:" + redis.port())
                    .close();
            assertThat(Files.readString(dir.resolve("server").resolve("chat-logs.jsonl")))
                    .contains("REDIS_URL")
                    .doesNotContain("s3cret");
        }
    }
}
