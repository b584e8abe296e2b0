package loomchat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import loomchat.cluster.Crowd.Visitor;
import loomchat.testing.Certificate;
import loomchat.testing.InProcessServer;
import loomchat.testing.RedisProcess;
import loomchat.testing.ServerProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Redis behind Sentinels, as a cluster, with a login, and cut off from one server. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(90)
@Tag("slow")
class RedisKindsTest {
    @TempDir
    Path dir;

    private interface Then {
        void with(Visitor a, Visitor b) throws Exception;
    }

    /** Two visitors of two servers are a pair, and talk. */
    private void twoServers(String url, String otherUrl, Then then) throws Exception {
        try (InProcessServer one = InProcessServer.open(dir.resolve("one"), "REDIS_URL", url);
                InProcessServer other = InProcessServer.open(dir.resolve("other"), "REDIS_URL", otherUrl);
                Visitor a = new Visitor(one.port());
                Visitor b = new Visitor(other.port())) {
            Crowd.pair(a, b);
            a.say("hello");
            b.hears(1, "hello");
            then.with(a, b);
        }
    }

    private Path folder(String name) throws IOException {
        return Files.createDirectory(dir.resolve(name));
    }

    @Test
    void aClusterThatHoldsAllSlots() throws Exception {
        try (RedisProcess redis = new RedisProcess(folder("redis"), "--cluster-enabled", "yes")) {
            assertThat(redis.ask("CLUSTER ADDSLOTSRANGE 0 16383")).isEqualTo("+OK");
            Awaitility.await()
                    .atMost(20, TimeUnit.SECONDS)
                    .until(() -> redis.askAll("CLUSTER INFO").contains("cluster_state:ok"));
            String url = "redis+cluster://127.0.0.1:1,127.0.0.1:" + redis.port();
            twoServers(url, url, (a, b) -> {});
        }
    }

    @Test
    void aUserWithItsPasswordInADatabaseOfItsOwn() throws Exception {
        try (RedisProcess redis = new RedisProcess(folder("redis"))) {
            redis.ask("ACL SETUSER chat on >p%40ss ~loomchat:* &loomchat:* +@all");
            redis.ask("ACL SETUSER chat2 on >p@ss ~loomchat:* &loomchat:* +@all");
            String url = "redis://chat2:p%40ss@127.0.0.1:" + redis.port() + "/3";
            twoServers(url, url, (a, b) -> assertThat(redis.ask("DBSIZE")).isEqualTo(":0"));
        }
    }

    @Test
    void overTlsWithACertificateThatTheServersTrust() throws Exception {
        Certificate certificate = Certificate.make(folder("tls"));
        int port = RedisProcess.freePort();
        String trust = "-Djavax.net.ssl.trustStore=" + certificate.trust() + " -Djavax.net.ssl.trustStorePassword="
                + Certificate.PASSWORD;
        Map<String, String> settings = Map.of("REDIS_URL", "rediss://localhost:" + port, "JAVA_TOOL_OPTIONS", trust);
        try (RedisProcess redis = new RedisProcess(
                        folder("redis"),
                        "--tls-port",
                        Integer.toString(port),
                        "--tls-cert-file",
                        certificate.pem().toString(),
                        "--tls-key-file",
                        certificate.key().toString(),
                        "--tls-auth-clients",
                        "no");
                ServerProcess one = new ServerProcess(dir.resolve("one"), settings);
                ServerProcess other = new ServerProcess(dir.resolve("other"), settings);
                ServerProcess stranger =
                        new ServerProcess(dir.resolve("stranger"), Map.of("REDIS_URL", "rediss://localhost:" + port));
                Visitor a = new Visitor(one.port());
                Visitor b = new Visitor(other.port())) {
            Crowd.pair(a, b);
            a.say("hello");
            b.hears(1, "hello");
            assertThat(redis.ask(Crowd.NODES))
                    .as("who does not trust it goes on alone")
                    .isEqualTo(":2");
            assertThat(stranger.port()).isPositive();
        }
    }

    @Test
    void afterAFailoverTheNewPrimaryIsFound() throws Exception {
        Path folder = folder("redis");
        try (RedisProcess primary = new RedisProcess(folder("primary"));
                RedisProcess replica = new RedisProcess(
                        folder, "--replicaof", "127.0.0.1 " + primary.port(), "--repl-diskless-load", "swapdb")) {
            Awaitility.await()
                    .atMost(20, TimeUnit.SECONDS)
                    .until(() -> replica.askAll("INFO replication").contains("master_link_status:up"));
            int port = RedisProcess.freePort();
            Path config = Files.writeString(folder.resolve("sentinel.conf"), """
                    port %d
                    bind 127.0.0.1
                    sentinel monitor chat 127.0.0.1 %d 1
                    sentinel down-after-milliseconds chat 1000
                    sentinel failover-timeout chat 4000
                    """.formatted(port, primary.port()));
            Process sentinel = new ProcessBuilder("redis-server", config.toString(), "--sentinel")
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("sentinel.log").toFile())
                    .start();
            try {
                awaitSentinel(port, replica.port());
                String url = "redis+sentinel://127.0.0.1:" + port + "/chat";
                twoServers(url, url, (a, b) -> {
                    primary.kill();
                    a.say("meanwhile");
                    b.say("b too");
                    b.hears(2, "meanwhile");
                    a.hears(1, "b too");
                    assertThat(replica.askAll("INFO replication")).contains("role:master");
                });
            } finally {
                sentinel.destroyForcibly();
            }
        }
    }

    private static void awaitSentinel(int port, int replica) {
        Awaitility.await()
                .atMost(20, TimeUnit.SECONDS)
                .ignoreExceptions()
                .until(() ->
                        RedisProcess.askSome(port, "SENTINEL REPLICAS chat").contains(Integer.toString(replica)));
    }

    @Test
    void aServerThatIsCutOffGoesOnAloneAndJoinsAgain() throws Exception {
        try (RedisProcess redis = new RedisProcess(folder("redis"));
                TcpCut cut = new TcpCut(redis.port())) {
            twoServers(redis.url(), "redis://127.0.0.1:" + cut.port(), (a, b) -> {
                cut.cut();
                assertThat(a.client.next("away", "ack").getString("why")).isEqualTo("broke");
                b.client.next("paused", "ack");
                a.say("are you there?");
                b.say("I am");
                cut.mend();
                b.hears(2, "are you there?");
                a.hears(1, "I am");
            });
        }
    }
}
