package loomchat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import loomchat.cluster.Crowd.Visitor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Visitors come back again and again, to servers where they have been before, with secrets of before. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(90)
class ReturnTest {
    @TempDir
    Path dir;

    @Test
    void whoNeverHeardThatItWasBackGoesToTheFirstServerAgain() throws Exception {
        backInVainAndThenAt(0);
    }

    @Test
    void whoNeverHeardThatItWasBackGoesToTheSameServerAgain() throws Exception {
        backInVainAndThenAt(1);
    }

    private void backInVainAndThenAt(int server) throws Exception {
        try (Crowd crowd = new Crowd(dir, 3);
                Visitor a = new Visitor(crowd.port(2));
                Visitor b = new Visitor(crowd.port(0))) {
            Crowd.pair(a, b);
            a.say("one");
            b.hears(1, "one");
            drop(b, a);
            backInVain(crowd.port(1), b, 1, a);
            a.say("two");
            // The seat that its client never heard of has taken it.
            assertThat(a.client.next("ack", "away").getInt("id")).isEqualTo(2);
            try (Visitor again = new Visitor(crowd.port(server))) {
                again.resume(b, 1, 1);
                again.hears(2, "two");
                again.say("heard");
                a.hears(1, "heard");
            }
        }
    }

    /** Its client had no connection then, and the speaker has changed its server since. */
    @Test
    void whatOneServerKeptForAVisitorIsNotLostWhenBothMove() throws Exception {
        try (Crowd crowd = new Crowd(dir, 3);
                Visitor a = new Visitor(crowd.port(0));
                Visitor b = new Visitor(crowd.port(1))) {
            Crowd.pair(a, b);
            drop(b, a);
            a.say("one");
            a.say("two");
            while (a.client.next("ack").getInt("id") < 2) {
                // Messages that follow each other share an acknowledgement, or not.
            }
            a.client.vanish();
            try (Visitor backA = new Visitor(crowd.port(2))) {
                assertThat(backA.resume(a, 0, 1).getInt("id")).isZero();
                backA.say("one");
                backA.say("two");
                try (Visitor backB = new Visitor(crowd.port(0))) {
                    assertThat(backB.resume(b, 0, 1).getInt("missed")).isZero();
                    backB.hears(1, "one");
                    backB.hears(2, "two");
                }
            }
        }
    }

    /** It had both, and was cut off for so long that another server gave the seat of one to a connection there. */
    @Test
    void aServerThatWasTakenForDeadLetsItsVisitorGo() throws Exception {
        try (Crowd crowd = new Crowd(dir, 1);
                TcpCut cut = new TcpCut(crowd.redis.port())) {
            int cutOff =
                    crowd.start("REDIS_URL", "redis://127.0.0.1:" + cut.port()).port();
            crowd.awaitServers(2);
            try (Visitor a = new Visitor(cutOff);
                    Visitor b = new Visitor(cutOff)) {
                Crowd.pair(a, b);
                a.say("one");
                b.hears(1, "one");
                Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> Crowd.seats(crowd.redis) >= 3);
                cut.cut();
                drop(b, a);
                a.say("two");
                crowd.awaitServers(1);
                try (Visitor back = new Visitor(crowd.port(0))) {
                    back.resume(b, 1, 1);
                    cut.mend();
                    back.hears(2, "two");
                    back.say("heard");
                    a.hears(1, "heard");
                }
            }
        }
    }

    /** Redis never knew the chat; its server, which alone does, is the last to come back to Redis. */
    @Test
    @Tag("slow")
    void aChatThatBeganWithoutRedisIsFoundWhenItsServerIsBack() throws Exception {
        try (Crowd crowd = new Crowd(dir, 1);
                TcpCut cut = new TcpCut(crowd.redis.port())) {
            int late =
                    crowd.start("REDIS_URL", "redis://127.0.0.1:" + cut.port()).port();
            crowd.awaitServers(2);
            cut.cut();
            crowd.redis.kill();
            try (Visitor a = new Visitor(late);
                    Visitor b = new Visitor(late)) {
                Crowd.pair(a, b);
                a.say("one");
                b.hears(1, "one");
                drop(b, a);
                crowd.redis.start();
                crowd.awaitServers(1);
                try (Visitor first = new Visitor(crowd.port(0))) {
                    first.askToResume(b, 1, 1);
                    Awaitility.await()
                            .during(1_200, TimeUnit.MILLISECONDS)
                            .atMost(10, TimeUnit.SECONDS)
                            .until(() -> first.client.pending().isEmpty());
                    cut.mend();
                    first.client.vanish();
                }
                try (Visitor back = Crowd.back(crowd.port(0), b, 1)) {
                    a.say("two");
                    back.hears(2, "two");
                }
            }
        }
    }

    /** The first server was cut off meanwhile, and has not heard that its visitor went on elsewhere. */
    @Test
    @Tag("slow")
    void theSeatOfBeforeHasNoSay() throws Exception {
        int seconds = 10;
        try (Crowd crowd = new Crowd(dir, 2, "RESUME_TIMEOUT", seconds + "s");
                TcpCut cut = new TcpCut(crowd.redis.port())) {
            int first =
                    crowd.start("REDIS_URL", "redis://127.0.0.1:" + cut.port()).port();
            crowd.awaitServers(3);
            try (Visitor a = new Visitor(crowd.port(0));
                    Visitor b = new Visitor(first)) {
                Crowd.pair(a, b);
                a.say("one");
                b.hears(1, "one");
                cut.cut();
                b.client.vanish();
                a.client.next("away", "ack");
                try (Visitor back = new Visitor(crowd.port(1))) {
                    back.resume(b, 1, 1);
                    cut.mend();
                    back.client.vanish();
                    try (Visitor home = new Visitor(first)) {
                        home.resume(back, 1, 1);
                        AtomicInteger said = new AtomicInteger(1);
                        Awaitility.await()
                                .during(seconds + 2, TimeUnit.SECONDS)
                                .atMost(seconds + 8, TimeUnit.SECONDS)
                                .until(() -> {
                                    a.say("still there?");
                                    home.hears(said.incrementAndGet(), "still there?");
                                    home.got(said.get());
                                    return true;
                                });
                    }
                }
            }
        }
    }

    private static void drop(Visitor who, Visitor partner) {
        who.client.vanish();
        partner.client.next("away", "ack");
    }

    /** Comes back with the secret of {@code who}, and breaks before it knows. */
    private static void backInVain(int port, Visitor who, long seen, Visitor partner) {
        try (Visitor back = new Visitor(port)) {
            back.resume(who, seen, 1);
            partner.client.next("back", "ack");
            drop(back, partner);
        }
    }
}
