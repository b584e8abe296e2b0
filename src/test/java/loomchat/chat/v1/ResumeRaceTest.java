package loomchat.chat.v1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import loomchat.testing.TestServer;
import loomchat.testing.TestServer.Visitor;
import loomchat.testing.WhileHeld;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several connections want one chat at the same time, through real sockets: one gets it, and nothing is left behind.
 */
class ResumeRaceTest {
    private static final int ROUNDS = 1_000;
    private static final int AT_A_TIME = 64;

    @TempDir
    Path dir;

    /** How the connection that has the chat ends, if it does. */
    private enum Before {
        STAYS,
        VANISHES,
        SAYS_IT_WILL_BE_BACK
    }

    @Test
    @Timeout(120)
    void ofTwoWithOneSecretOneGetsTheChatAndNothingLeaks() throws Exception {
        long seed = System.nanoTime();
        System.out.println("ResumeRaceTest seed " + seed);
        Random random = new Random(seed);
        List<JsonObject> events;
        try (TestServer server = new TestServer(dir);
                ExecutorService rounds = Executors.newFixedThreadPool(AT_A_TIME)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                long each = random.nextLong();
                all.add(rounds.submit(() -> {
                    round(server, new Random(each));
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get(60, TimeUnit.SECONDS);
            }
            assertEmpty(server, seed);
            events = server.record();
        }
        Map<String, Long> count =
                events.stream().collect(Collectors.groupingBy(each -> each.getString("event"), Collectors.counting()));
        assertThat(count.get("Chat Resumed")).isGreaterThanOrEqualTo(ROUNDS);
        assertThat(count.get("Chat Ended")).as("chats that ended").isEqualTo(count.get("Matched"));
        assertThat(count.get("Disconnected")).isEqualTo(count.get("New Connection"));
    }

    /** The clients of a round find each other by an interest of their own. */
    private static void round(TestServer server, Random random) throws IOException {
        Before before = Before.values()[random.nextInt(Before.values().length)];
        boolean winnerVanishes = random.nextBoolean();
        boolean chain = random.nextBoolean();
        try (Visitor partner = server.v1();
                Visitor a = server.v1();
                Visitor b = server.v1();
                Visitor c = server.v1();
                Visitor d = server.v1()) {
            String interest = "round " + partner.session();
            partner.find(interest);
            partner.next("waiting");
            a.find(interest);
            a.next("matched");
            switch (before) {
                case STAYS -> {}
                case VANISHES -> a.client().reset();
                case SAYS_IT_WILL_BE_BACK -> a.client().send(loomchat.testing.RawClient.close(4000, ""));
            }
            b.resume(a.secret());
            c.resume(a.secret());
            if (chain) {
                d.resume((random.nextBoolean() ? b : c).secret());
            }
            if (before == Before.STAYS) {
                assertThat(a.client().read().closeCode()).isEqualTo(4001);
                a.close();
            }
            String first = answer(b, chain);
            if (winnerVanishes && first.equals("resumed")) {
                b.client().reset();
            }
            String second = answer(c, chain);
            if (chain) {
                assertThat(answer(d, false)).isIn("resumed", "error");
            } else {
                assertThat(List.of(first, second)).containsExactlyInAnyOrder("resumed", "error");
            }
        }
    }

    /** A connection in a chain may be cut by the next one before its answer. */
    private static String answer(Visitor one, boolean chain) throws IOException {
        try {
            JsonObject message = one.next();
            if (message.getString("type").equals("error")) {
                assertThat(message.getString("code")).isEqualTo("cannot-resume");
            }
            return message.getString("type");
        } catch (IOException | AssertionError e) {
            if (chain) {
                return "cut";
            }
            throw e;
        }
    }

    @Test
    @Timeout(60)
    void whoResumesItsOwnChatIsToldSoAndStays() throws Exception {
        try (TestServer server = new TestServer(dir);
                Visitor a = server.v1();
                Visitor b = server.v1()) {
            a.resume(a.secret());
            assertThat(a.next("error").getString("code")).isEqualTo("cannot-resume");
            match(a, b);
            a.resume(a.secret());
            assertThat(a.next("error").getString("code")).isEqualTo("in-chat");
            a.resume(b.secret());
            assertThat(a.next("error").getString("code")).isEqualTo("in-chat");
            a.nothingMore();
            b.nothingMore();
        }
    }

    /** The absence that was over is not the one that has just begun. */
    @Test
    @Timeout(60)
    void anAbsenceThatBeganMeanwhileHasItsOwnTime() throws Exception {
        try (TestServer server = new TestServer(dir);
                Visitor a = server.v1();
                Visitor b = server.v1()) {
            match(a, b);
            Visitor away = a;
            for (int i = 0; i < 3; i++) {
                away.client().reset();
                b.next("away");
                server.pass(Duration.ofSeconds(TestServer.RESUME_SECONDS - 1));
                server.chat.reap();
                Visitor back = server.v1();
                back.resume(away.secret());
                back.next("resumed");
                b.next("back");
                away = back;
            }
            b.nothingMore();
            away.close();
            assertThat(server.counters.pairs.sum()).isEqualTo(1);
        }
    }

    /** What is kept for somebody away goes with the chat, not with the time for coming back. */
    @Test
    @Timeout(60)
    void nothingIsKeptForSomebodyAwayWhosePartnerLeft() throws Exception {
        try (TestServer server = new TestServer(dir);
                Visitor a = server.v1();
                Visitor b = server.v1();
                Visitor late = server.v1()) {
            int chat = match(a, b);
            a.client().reset();
            b.next("away");
            b.say("{'type':'leave','chat':%d}", chat);
            b.next("left");
            assertThat(server.v1.sessions().away()).isZero();
            assertThat(server.v1.sessions().size()).isEqualTo(2);
            late.resume(a.secret());
            assertThat(late.next("error").getString("code")).isEqualTo("cannot-resume");
        }
    }

    /** Those who are away are ended by the reaper while others want to come back to the same chats. */
    @Test
    @Timeout(60)
    void whoComesBackJustWhenItsTimeIsOverIsEitherInTheChatOrNot() throws Exception {
        try (TestServer server = new TestServer(dir)) {
            for (int i = 0; i < 50; i++) {
                try (Visitor a = server.v1();
                        Visitor b = server.v1();
                        Visitor back = server.v1()) {
                    match(a, b);
                    a.client().reset();
                    b.next("away");
                    server.pass(Duration.ofSeconds(TestServer.RESUME_SECONDS));
                    CountDownLatch both = new CountDownLatch(1);
                    Thread reaper = Thread.ofPlatform().start(() -> {
                        try {
                            both.await();
                        } catch (InterruptedException e) {
                            return;
                        }
                        server.chat.reap();
                    });
                    both.countDown();
                    back.resume(a.secret());
                    boolean resumed = back.next().getString("type").equals("resumed");
                    reaper.join();
                    assertThat(b.next().getString("type")).isEqualTo(resumed ? "back" : "left");
                    assertThat(server.counters.pairs.sum()).isEqualTo(resumed ? 1 : 0);
                }
                await().pollInterval(Duration.ofMillis(2))
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> server.chat.connections() == 0);
                server.pass(Duration.ofSeconds(TestServer.RESUME_SECONDS));
                server.chat.reap();
                await().pollInterval(Duration.ofMillis(2))
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> server.counters.pairs.sum() == 0);
            }
            assertEmpty(server, 0);
        }
    }

    /** Somebody sends to a session, and its client does not read: the reaper looks after the others. */
    @Test
    @Timeout(60)
    void aSessionThatSomebodySendsToHoldsNobodyUp() throws Exception {
        try (TestServer server = new TestServer(dir);
                Visitor a = server.v1()) {
            a.find("music");
            a.next("waiting");
            V1Session session =
                    (V1Session) server.pairs.matchmaker().someWaiting(1).getFirst();
            SessionRegistry sessions = server.v1.sessions();
            sessions.keep(session, new Absence(Absence.Reason.BROKE, 1, 0));
            CountDownLatch expired = new CountDownLatch(1);
            WhileHeld.run(session::inSendOrder, () -> sessions.expire(2, 0, each -> expired.countDown()));
            assertThat(expired.getCount()).isZero();
        }
    }

    private static int match(Visitor one, Visitor other) throws IOException {
        one.find();
        one.next("waiting");
        other.find();
        one.next("matched");
        return other.next("matched").getInt("chat");
    }

    private static void assertEmpty(TestServer server, long seed) {
        await().pollInterval(Duration.ofMillis(2))
                .atMost(Duration.ofSeconds(20))
                .until(() -> server.chat.connections() == 0);
        server.pass(Duration.ofSeconds(TestServer.RESUME_SECONDS));
        server.chat.reap();
        await().pollInterval(Duration.ofMillis(2))
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> {
                    assertThat(server.v1.sessions().size())
                            .as("sessions, seed %d", seed)
                            .isZero();
                    assertThat(server.v1.sessions().away())
                            .as("away, seed %d", seed)
                            .isZero();
                    assertThat(server.counters.pairs.sum())
                            .as("pairs, seed %d", seed)
                            .isZero();
                    assertThat(server.pairs.matchmaker().waiting())
                            .as("waiting, seed %d", seed)
                            .isZero();
                    assertThat(server.counters.connections.sum()).isZero();
                });
    }
}
