package loomchat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import loomchat.cluster.Crowd.Visitor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Redis dies, hangs, or loses everything: local chats go on, chats across servers pause and go on. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
class RedisOutageTest {
    @TempDir
    Path dir;

    private interface Outage {
        void begin(Crowd crowd) throws Exception;

        void end(Crowd crowd) throws Exception;
    }

    private void goesOnOver(Outage outage) throws Exception {
        try (Crowd crowd = new Crowd(dir, 2);
                Visitor a = new Visitor(crowd.port(0));
                Visitor b = new Visitor(crowd.port(1));
                Visitor c = new Visitor(crowd.port(0));
                Visitor d = new Visitor(crowd.port(0))) {
            Crowd.pair(a, b);
            a.say("before");
            b.hears(1, "before");
            outage.begin(crowd);
            a.client.next("paused", "ack");
            assertThat(ready(crowd.port(0)).body()).contains("goes on alone");
            assertThat(ready(crowd.port(0)).statusCode()).isEqualTo(200);
            a.say("meanwhile");
            b.say("b meanwhile");
            Crowd.pair(c, d);
            c.say("here");
            d.hears(1, "here");
            outage.end(crowd);
            b.hears(2, "meanwhile");
            a.hears(1, "b meanwhile");
            a.say("after");
            b.hears(3, "after");
            Awaitility.await()
                    .atMost(10, TimeUnit.SECONDS)
                    .until(() -> ready(crowd.port(0)).body().equals("ok\n"));
            try (Visitor e = new Visitor(crowd.port(0));
                    Visitor f = new Visitor(crowd.port(1))) {
                Crowd.pair(e, f);
            }
        }
    }

    private static HttpResponse<String> ready(int port) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + port + "/readyz");
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void redisIsKilledAndComesBackWithItsData() throws Exception {
        goesOnOver(new Outage() {
            @Override
            public void begin(Crowd crowd) throws Exception {
                crowd.redis.kill();
            }

            @Override
            public void end(Crowd crowd) throws Exception {
                crowd.redis.start();
            }
        });
    }

    @Test
    void redisHangs() throws Exception {
        goesOnOver(new Outage() {
            @Override
            public void begin(Crowd crowd) throws Exception {
                crowd.redis.freeze();
            }

            @Override
            public void end(Crowd crowd) throws Exception {
                crowd.redis.thaw();
            }
        });
    }

    @Test
    void redisLosesEverything() throws Exception {
        try (Crowd crowd = new Crowd(dir, 2);
                Visitor a = new Visitor(crowd.port(0));
                Visitor b = new Visitor(crowd.port(1));
                Visitor c = new Visitor(crowd.port(0));
                Visitor d = new Visitor(crowd.port(1))) {
            Crowd.pair(a, b);
            c.find("nobody likes this");
            c.client.receive();
            crowd.redis.ask("FLUSHALL");
            a.say("still here");
            b.hears(1, "still here");
            d.find("nobody likes this");
            c.matched();
            d.matched();
            assertThat(c.chat).isEqualTo(d.chat);
            crowd.awaitServers(2);
        }
    }
}
