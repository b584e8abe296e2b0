package loomchat.chat;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import loomchat.testing.TestServer;
import loomchat.testing.TestServer.Visitor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The wall clock jumps by an hour while people wait, talk and are away: nothing happens earlier or later for them. */
@Timeout(60)
class ClockJumpTest {
    private static final long HOUR = TimeUnit.HOURS.toMillis(1);
    private static final Duration INTERESTS = Duration.ofSeconds(TestServer.INTEREST_SECONDS);

    @TempDir
    Path dir;

    @Test
    void whoWaitsForAnInterestIsPairedByTheTimeThatHasPassed() throws Exception {
        List<JsonObject> events;
        long endedAt;
        try (TestServer server = new TestServer(dir)) {
            try (Visitor music = server.v1();
                    Visitor chess = server.v1()) {
                music.find("music");
                music.next("waiting");
                chess.find("chess");
                chess.next("waiting");
                server.wallMillis.addAndGet(HOUR);
                assertThat(server.pairs.matchmaker().wake()).as("after a jump").isEmpty();
                server.wallMillis.addAndGet(-2 * HOUR);
                server.pass(INTERESTS);
                server.chat.reap();
                int chat = matched(music);
                assertThat(matched(chess)).isEqualTo(chat);
                server.pass(Duration.ofSeconds(7));
                server.wallMillis.addAndGet(-HOUR);
                endedAt = server.wallMillis.get();
                music.say("{'type':'leave','chat':%d}", chat);
                chess.next("left");
                music.next("left");
            }
            server.chat.close();
            events = server.record();
        }
        assertThat(only(events, "Matched").getInt("waitedMillis")).isEqualTo(5_000);
        JsonObject ended = only(events, "Chat Ended");
        assertThat(ended.getInt("chatMillis")).isEqualTo(7_000);
        assertThat(Instant.parse(ended.getString("time")).toEpochMilli())
                .as("the record shows the wall clock")
                .isEqualTo(endedAt);
    }

    @Test
    void whoWasReportedWaitsForAsLongAsItShould() throws Exception {
        try (TestServer server = new TestServer(dir);
                Visitor reported = server.v1()) {
            for (int i = 0; i < 2; i++) {
                try (Visitor reporter = server.v1()) {
                    int chat = match(reporter, reported);
                    reporter.say("{'type':'report','chat':%d,'reason':'spam'}", chat);
                    reporter.next("reported");
                    reporter.say("{'type':'leave','chat':%d}", chat);
                    reporter.next("left");
                    reported.next("left");
                }
            }
            try (Visitor other = server.v1()) {
                other.find();
                other.next("waiting");
                reported.find();
                reported.next("waiting");
                server.wallMillis.addAndGet(HOUR);
                assertThat(server.pairs.matchmaker().wake()).hasSize(0);
                server.wallMillis.addAndGet(-2 * HOUR);
                server.pass(Duration.ofMillis(4_999));
                assertThat(server.pairs.matchmaker().wake()).hasSize(0);
                server.pass(Duration.ofMillis(1));
                server.chat.reap();
                assertThat(matched(reported)).isEqualTo(matched(other));
            }
        }
    }

    @Test
    void somebodyAwayHasItsTimeToComeBack() throws Exception {
        List<JsonObject> events;
        try (TestServer server = new TestServer(dir)) {
            try (Visitor a = server.v1();
                    Visitor b = server.v1();
                    Visitor back = server.v1()) {
                match(a, b);
                a.client().reset();
                b.next("away");
                server.wallMillis.addAndGet(HOUR);
                server.chat.reap();
                server.wallMillis.addAndGet(-2 * HOUR);
                server.pass(Duration.ofSeconds(TestServer.RESUME_SECONDS - 1));
                server.chat.reap();
                back.resume(a.secret());
                back.next("resumed");
                b.next("back");
                back.client().reset();
                b.next("away");
                server.pass(Duration.ofSeconds(TestServer.RESUME_SECONDS));
                server.chat.reap();
                assertThat(b.next("left").getString("why")).isEqualTo("gone");
            }
            server.chat.close();
            events = server.record();
        }
        assertThat(only(events, "Chat Resumed").getInt("awayMillis")).isEqualTo(9_000);
    }

    private static JsonObject only(List<JsonObject> events, String name) {
        List<JsonObject> found = events.stream()
                .filter(each -> each.getString("event").equals(name))
                .toList();
        assertThat(found).as(name).hasSize(1);
        return found.getFirst();
    }

    /** News of how many wait may come before. */
    private static int matched(Visitor visitor) throws IOException {
        JsonObject message = visitor.next();
        while (message.getString("type").equals("waiting")) {
            message = visitor.next();
        }
        assertThat(message.getString("type")).as("%s", message).isEqualTo("matched");
        return message.getInt("chat");
    }

    private static int match(Visitor one, Visitor other) throws IOException {
        one.find();
        one.next("waiting");
        other.find();
        one.next("matched");
        return other.next("matched").getInt("chat");
    }
}
