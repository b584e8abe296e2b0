package loomchat.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import loomchat.testing.TestServer;
import loomchat.testing.TestServer.Visitor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two clients are paired and have not been told yet: guessing the number of their chat gets them nothing. */
@Timeout(60)
class GuessedChatTest {
    @TempDir
    Path dir;

    private TestServer server;
    private Visitor a;
    private Visitor b;
    private Pair pair;

    @BeforeEach
    void pairTwo() throws Exception {
        server = new TestServer(dir);
        a = server.v1();
        b = server.v1();
        a.find("music");
        a.next("waiting");
        b.find("chess");
        b.next("waiting");
        server.pass(Duration.ofSeconds(TestServer.INTEREST_SECONDS));
        pair = server.pairs
                .matchmaker()
                .matchWaiting(server.pairs.matchmaker().wake().getFirst());
        assertThat(pair).isNotNull();
    }

    @AfterEach
    void closeAll() throws Exception {
        a.close();
        b.close();
        server.close();
    }

    @Test
    void whatIsSaidWithAGuessedNumberReachesNobody() throws Exception {
        for (Visitor each : new Visitor[] {a, b}) {
            each.say("{'type':'chat','chat':%d,'id':1,'text':'hello?'}", pair.id());
            JsonObject error = each.next("error");
            assertThat(error.getString("code")).isEqualTo("stale-chat");
            assertThat(error.getInt("id")).isEqualTo(1);
            for (String type : new String[] {"'typing','on':true", "'got','id':1", "'next'", "'leave'", "'block'"}) {
                each.say("{'type':%s,'chat':%d}", type, pair.id());
                assertThat(each.next("error").getString("code")).as(type).isEqualTo("stale-chat");
            }
        }
        server.pairs.announce(pair);
        a.next("matched");
        b.next("matched");
        a.nothingMore();
        b.nothingMore();
        a.say("{'type':'chat','chat':%d,'id':1,'text':'hello!'}", pair.id());
        assertThat(b.next("chat").getString("text")).isEqualTo("hello!");
    }

    /** A client answers before the thread that tells it has noted that it did. */
    @Test
    void whoAnswersTheNewsAtOnceIsHeard() throws Exception {
        Participant told = pair.newcomer();
        Visitor quick = told.id() == a.session() ? a : b;
        Visitor other = quick == a ? b : a;
        told.inSendOrder(() -> {
            told.sendMatched(pair);
            quick.next("matched");
            long before = server.counters.bytesIn.sum();
            quick.say("{'type':'chat','chat':%d,'id':1,'text':'quick'}", pair.id());
            awaitRead(before);
            pair.markTold(told);
        });
        other.next("matched");
        assertThat(other.next("chat").getString("text")).isEqualTo("quick");
        quick.next("ack");
        quick.nothingMore();
    }

    private void awaitRead(long before) throws IOException {
        await().pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(20))
                .until(() -> server.counters.bytesIn.sum() > before);
    }
}
