package loomchat.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import loomchat.testing.RedisProcess;
import loomchat.testing.ServerProcess;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The pages of two servers that are one crowd. */
@Tag("pages")
@Timeout(120)
class ChatCrowdTest {
    @TempDir
    Path dir;

    @Test
    void twoChatAcrossServersAndTheirChatOutlivesOne() throws Exception {
        try (RedisProcess redis = new RedisProcess(Files.createDirectory(dir.resolve("redis")));
                ChatPages pages = new ChatPages(dir.resolve("one"), "REDIS_URL", redis.url());
                ServerProcess other = new ServerProcess(dir.resolve("two"), Map.of("REDIS_URL", redis.url()))) {
            Page log = pages.browser.page("http://127.0.0.1:" + pages.port() + "/logs");
            log.waitForText("#servers", ":" + pages.port() + " (this one)");
            log.waitForText("h1", ":" + pages.port());
            log.waitForText("#servers", ":" + other.port());
            Tunnel proxy = pages.tunnel();
            proxy.leadTo(other.port());
            Visitor ann = pages.visitor();
            Visitor bob = pages.visitorBehind(proxy);
            ann.meet(bob);
            ann.say("Hello over there");
            bob.hears("Hello over there");
            ann.awaitState("delivered");
            log.waitUntil("a chat", () -> log.texts("#servers td:nth-child(3)").contains("1"));
            other.kill();
            ann.reads("The connection to the stranger broke. They have 15 seconds");
            ann.say("Are you still there?");
            proxy.leadTo(pages.port());
            bob.reads("You are back in the chat.");
            bob.hears("Are you still there?");
            bob.say("Now I am");
            ann.reads("The stranger is back.");
            ann.hears("Now I am");
            bob.awaitState("delivered");
            assertThat(bob.heard()).containsExactly("Hello over there", "Are you still there?");
            log.waitUntil("the other is gone", () -> log.count("#servers tr") == 1);
            pages.leaveAll();
        }
    }
}
