package loomchat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import loomchat.cluster.Crowd.Visitor;
import loomchat.testing.InProcessServer;
import loomchat.testing.JsonClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A server is killed, or stops: its visitors go on at another one, and nothing is lost. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(90)
class ServerDeathTest {
    @TempDir
    Path dir;

    @Test
    void ofAPairThePartnersServerIsKilled() throws Exception {
        try (Crowd crowd = new Crowd(dir, 3);
                Visitor a = new Visitor(crowd.port(0));
                Visitor b = new Visitor(crowd.port(1))) {
            Crowd.pair(a, b);
            a.say("one");
            b.hears(1, "one");
            b.say("b one");
            a.hears(1, "b one");
            long killed = System.nanoTime();
            crowd.server(1).kill();
            a.say("two");
            JsonObject away = a.client.next("away", "ack");
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - killed);
            assertThat(seconds).as("seconds until away").isLessThanOrEqualTo(6);
            assertThat(away.getString("why")).isEqualTo("broke");
            a.say("three");
            try (Visitor back = new Visitor(crowd.port(2))) {
                JsonObject resumed = back.resume(b, 1, 2);
                assertThat(resumed.getInt("id")).isEqualTo(1);
                assertThat(resumed.getInt("missed")).isZero();
                back.hears(2, "two");
                back.hears(3, "three");
                back.say(2, "b two");
                a.hears(2, "b two");
            }
        }
    }

    @Test
    void bothPartnersWereOnTheServerThatIsKilled() throws Exception {
        try (Crowd crowd = new Crowd(dir, 3);
                Visitor a = new Visitor(crowd.port(1));
                Visitor b = new Visitor(crowd.port(1))) {
            Crowd.pair(a, b);
            a.say("one");
            b.hears(1, "one");
            b.got(1);
            JsonObject ack = a.client.next("ack");
            while (!ack.getString("state").equals("delivered")) {
                ack = a.client.next("ack");
            }
            // The record of the chat is written behind.
            org.awaitility.Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> Crowd.seats(crowd.redis) >= 3);
            a.say("two");
            b.hears(2, "two");
            crowd.server(1).kill();
            crowd.awaitServers(2);
            try (Visitor backA = new Visitor(crowd.port(0));
                    Visitor backB = new Visitor(crowd.port(2))) {
                JsonObject first = backA.resume(a, 0, 2);
                assertThat(first.getBoolean("partnerAway")).isTrue();
                assertThat(first.getInt("id")).isEqualTo(1);
                // All that was not delivered is sent again; the partner has "two" already.
                backA.say(2, "two");
                backA.say(3, "three");
                JsonObject second = backB.resume(b, 2, 1);
                assertThat(second.getBoolean("partnerAway")).isFalse();
                assertThat(second.getInt("id")).isZero();
                backB.hears(3, "three");
                backB.say(1, "hello");
                backA.hears(1, "hello");
            }
        }
    }

    /** All that knows the chat is the server that is killed, and the clients. */
    @Test
    void aChatThatBeganWithoutRedisOutlivesItsServer() throws Exception {
        try (Crowd crowd = new Crowd(dir, 3);
                Visitor a = new Visitor(crowd.port(1));
                Visitor b = new Visitor(crowd.port(1))) {
            crowd.redis.kill();
            Crowd.pair(a, b);
            a.say("one");
            b.hears(1, "one");
            crowd.server(1).kill();
            crowd.redis.start();
            Visitor backA = Crowd.back(crowd.port(0), a, 0);
            Visitor backB = Crowd.back(crowd.port(2), b, 1);
            // Nobody has told it that "one" was delivered.
            backA.say(1, "one");
            backA.say(2, "two");
            backB.hears(2, "two");
            backB.say(1, "hello");
            backA.hears(1, "hello");
            backA.close();
            backB.close();
        }
    }

    @Test
    void aPlainPartnerIsToldOfTheEnd() throws Exception {
        try (Crowd crowd = new Crowd(dir, 2);
                JsonClient a = JsonClient.plain(crowd.port(0));
                JsonClient b = JsonClient.plain(crowd.port(1))) {
            assertThat(a.receive()).isEqualTo(InProcessServer.MATCHED);
            assertThat(b.receive()).isEqualTo(InProcessServer.MATCHED);
            crowd.server(1).kill();
            assertThat(a.receive()).isEqualTo(InProcessServer.LEFT);
        }
    }

    @Test
    void aServerThatStopsEndsNoChat() throws Exception {
        try (Crowd crowd = new Crowd(dir, 2);
                Visitor a = new Visitor(crowd.port(1));
                Visitor b = new Visitor(crowd.port(1))) {
            Crowd.pair(a, b);
            a.say("one");
            b.hears(1, "one");
            crowd.server(1).signal();
            assertThat(a.client.next("draining", "ack").getBoolean("move")).isTrue();
            assertThat(a.client.closeCode()).isEqualTo(1001);
            try (Visitor backA = new Visitor(crowd.port(0))) {
                assertThat(backA.resume(a, 0, 2).getInt("id")).isEqualTo(1);
                backA.say("two");
                assertThat(b.client.closeCode()).isEqualTo(1001);
                try (Visitor backB = new Visitor(crowd.port(0))) {
                    backB.resume(b, 1, 1);
                    backB.hears(2, "two");
                    backB.say(1, "yes");
                    backA.hears(1, "yes");
                }
            }
            assertThat(crowd.server(1).awaitExit(20)).isZero();
        }
    }

    @Test
    void aPartnerAtAnotherServerIsToldOfTheMove() throws Exception {
        try (Crowd crowd = new Crowd(dir, 2);
                Visitor a = new Visitor(crowd.port(1));
                Visitor b = new Visitor(crowd.port(0))) {
            Crowd.pair(a, b);
            a.say("one");
            b.hears(1, "one");
            crowd.server(1).signal();
            assertThat(a.client.closeCode()).isEqualTo(1001);
            JsonObject away = b.client.next("away", "ack");
            assertThat(away.getBoolean("move")).isTrue();
            assertThat(away.getString("why")).isEqualTo("broke");
            try (Visitor back = new Visitor(crowd.port(0))) {
                back.resume(a, 0, 2);
                b.client.next("back", "away");
                back.say("two");
                b.hears(2, "two");
            }
        }
    }
}
