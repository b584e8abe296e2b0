package loomchat.browser.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import loomchat.browser.Browser;
import loomchat.browser.ChatPages;
import loomchat.browser.Tunnel;
import loomchat.testing.RedisProcess;
import loomchat.testing.ServerProcess;
import loomchat.testing.turn.CoturnProcess;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls while what carries them, or what carries their signals, goes away and comes back. */
@Tag("slow")
@Timeout(180)
class CallBreaksTest {
    private static final String[] STRAIGHT = {"CALLS", "all"};

    @TempDir
    Path dir;

    @Test
    void aCallOutlivesTheServerOfOneSide() throws Exception {
        try (RedisProcess redis = redis();
                ChatPages pages = pages("one", "CALLS", "all", "REDIS_URL", redis.url());
                ServerProcess other = server("two", redis)) {
            awaitServers(redis, 2);
            Tunnel proxy = pages.tunnel();
            proxy.leadTo(other.port());
            Caller ann = new Caller(pages.visitor());
            Caller bob = new Caller(pages.visitorBehind(proxy));
            ann.meetAndCall(bob);
            other.kill();
            ann.visitor.reads("The connection to the stranger broke.");
            goesOn(ann, bob);
            int annSaid = ann.signals().size();
            int bobSaid = bob.signals().size();
            proxy.leadTo(pages.port());
            bob.visitor.reads("You are back in the chat.");
            ann.page.waitUntil("signals of one", () -> ann.signals().size() > annSaid);
            bob.page.waitUntil("signals of the other", () -> bob.signals().size() > bobSaid);
            goesOn(ann, bob);
            hangsUp(bob, ann);
            pages.leaveAll();
        }
    }

    @Test
    void aCallOutlivesTheServersOfBothSides() throws Exception {
        try (RedisProcess redis = redis();
                ChatPages pages = pages("one", "CALLS", "all", "REDIS_URL", redis.url());
                ServerProcess first = server("two", redis);
                ServerProcess second = server("three", redis)) {
            awaitServers(redis, 3);
            Tunnel network = pages.tunnel();
            network.leadTo(first.port());
            Tunnel otherNetwork = pages.tunnel();
            otherNetwork.leadTo(second.port());
            Caller ann = new Caller(pages.visitorBehind(network));
            Caller bob = new Caller(pages.visitorBehind(otherNetwork));
            ann.meetAndCall(bob);
            first.kill();
            second.kill();
            network.leadTo(pages.port());
            otherNetwork.leadTo(pages.port());
            ann.visitor.reads("You are back in the chat.");
            bob.visitor.reads("You are back in the chat.");
            goesOn(ann, bob);
            ann.visitor.say("Still there?");
            bob.visitor.hears("Still there?");
            assertThat(ann.isInCall()).isTrue();
            assertThat(bob.isInCall()).isTrue();
            hangsUp(ann, bob);
            pages.leaveAll();
        }
    }

    @Test
    void theCallIsOverWhenTheOnlyServerStarts() throws Exception {
        try (ChatPages pages = pages("one", STRAIGHT)) {
            Caller ann = new Caller(pages.visitorBehind(pages.tunnel()));
            Caller bob = new Caller(pages.visitorBehind(pages.tunnel()));
            ann.meetAndCall(bob);
            pages.restart();
            for (Caller each : List.of(ann, bob)) {
                each.visitor.sees("ended");
                each.hasNoCall();
            }
            pages.leaveAll();
        }
    }

    @Test
    void aRelayThatComesBackBringsThePictureBack() throws Exception {
        try (CoturnProcess coturn = new CoturnProcess(Files.createDirectory(dir.resolve("coturn")));
                ChatPages pages = pages(
                        "one", "TURN_URLS", coturn.url("udp"), "TURN_SECRET", coturn.secret(), "CALLS", "relay")) {
            Caller ann = new Caller(pages.visitor());
            Caller bob = new Caller(pages.visitor());
            ann.meetAndCall(bob);
            coturn.kill();
            ann.page.waitUntil(
                    "what the page says of it",
                    Duration.ofSeconds(30),
                    () -> ann.page.text("#call-state").contains("interrupted"));
            coturn.start();
            long since = System.nanoTime();
            goesOn(ann, bob);
            System.out.printf("Picture back %d ms after the relay%n", (System.nanoTime() - since) / 1_000_000);
            ann.page.waitForText("#call-state", "Connected");
            hangsUp(ann, bob);
            pages.leaveAll();
        }
    }

    @Test
    void aRelayThatIsGoneEndsTheCall() throws Exception {
        try (CoturnProcess coturn = new CoturnProcess(Files.createDirectory(dir.resolve("coturn")));
                ChatPages pages = pages("one", "TURN_URLS", coturn.url("tcp"), "TURN_SECRET", coturn.secret())) {
            Caller ann = new Caller(pages.visitor());
            Caller bob = new Caller(pages.visitor());
            ann.meetAndCall(bob);
            coturn.kill();
            for (Caller each : List.of(ann, bob)) {
                each.page.waitUntil("the end", Duration.ofSeconds(90), () -> !each.isInCall());
                each.hasNoCall();
                each.visitor.sees("chat");
            }
            ann.visitor.say("No luck");
            bob.visitor.hears("No luck");
            pages.leaveAll();
        }
    }

    private static void goesOn(Caller ann, Caller bob) {
        ann.goesOn();
        bob.goesOn();
    }

    private static void hangsUp(Caller ann, Caller bob) {
        ann.hangUp();
        bob.hasNoCall();
        ann.hasNoCall();
    }

    private RedisProcess redis() throws Exception {
        return new RedisProcess(Files.createDirectory(dir.resolve("redis")));
    }

    private ChatPages pages(String name, String... settings) throws Exception {
        return new ChatPages(Browser.forCalls(), dir.resolve(name), settings);
    }

    private ServerProcess server(String name, RedisProcess redis) throws Exception {
        return new ServerProcess(dir.resolve(name), Map.of("REDIS_URL", redis.url(), "CALLS", "all"));
    }

    private static void awaitServers(RedisProcess redis, int count) {
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> redis.ask("ZCARD loomchat:{crowd}:nodes").equals(":" + count));
    }
}
