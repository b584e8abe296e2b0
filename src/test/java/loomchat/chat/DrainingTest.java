package loomchat.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import loomchat.testing.RawClient;
import loomchat.testing.TestServer;
import loomchat.testing.TestServer.Visitor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** While a server sends its clients away, nobody who looks for a partner finds one. */
@Timeout(60)
class DrainingTest {
    private static final int VISITORS = 4;

    @TempDir
    Path dir;

    @Test
    void noNewPartnersAreFoundAndWhoeverLooksIsToldWhy() throws Exception {
        List<JsonObject> events;
        try (TestServer server = new TestServer(dir)) {
            List<Visitor> visitors = new ArrayList<>();
            for (int i = 0; i < VISITORS; i++) {
                visitors.add(server.v1());
            }
            visitors.getFirst().find("music");
            visitors.getFirst().next("waiting");
            // The first goodbye is said at once and the second in half an hour.
            Thread main = Thread.ofPlatform().start(() -> server.chat.drain((int) TimeUnit.HOURS.toSeconds(2)));
            await().atMost(Duration.ofSeconds(20)).until(server.pairs.matchmaker()::isDraining);
            int answered = 0;
            for (Visitor each : visitors) {
                answered += isToldWhenItLooks(each) ? 1 : 0;
            }
            RawClient plain = server.plain();
            server.pass(Duration.ofSeconds(TestServer.INTEREST_SECONDS));
            server.chat.reap();
            plain.send(RawClient.frame(RawClient.PING, "are you there?"));
            assertThat(plain.read().first()).isEqualTo(RawClient.PONG);
            assertThat(answered).isGreaterThanOrEqualTo(VISITORS - 1);
            assertThat(server.counters.pairs.sum()).isZero();

            visitors.forEach(Visitor::close);
            plain.close();
            await().atMost(Duration.ofSeconds(20)).until(() -> server.chat.connections() == 0);
            LockSupport.unpark(main);
            main.join(Duration.ofSeconds(20));
            assertThat(main.isAlive()).isFalse();
            events = server.record();
        }
        assertThat(events).extracting(each -> each.getString("event")).doesNotContain("Matched");
    }

    /** Unless it is the one who is sent away at once. */
    private static boolean isToldWhenItLooks(Visitor visitor) {
        String last = "";
        try {
            visitor.find("music");
            visitor.say("?");
            for (RawClient.Frame frame = visitor.client().read();
                    !frame.text().contains("not-json");
                    frame = visitor.client().read()) {
                if (frame.first() == RawClient.CLOSE) {
                    assertThat(frame.closeCode()).isEqualTo(1001);
                    return false;
                }
                last = frame.text();
            }
        } catch (IOException e) {
            return false;
        }
        assertThat(last).isEqualTo("{\"type\":\"draining\"}");
        return true;
    }
}
