package loomchat.browser;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.util.List;
import java.util.concurrent.TimeUnit;
import loomchat.loadtest.testing.ScriptedServer;
import loomchat.loadtest.testing.ScriptedServer.Wire;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The chat page with a server that is one of several: each message of the server is said by the test. */
@Tag("pages")
class ChatClusterTest extends ChatTest {
    private static final long CHAT = 562_949_953_421_311L;
    private static final String MOVING = "Moving to another server…";

    private ScriptedServer server;
    private Visitor ann;

    @BeforeEach
    void visit() throws Exception {
        server = new ScriptedServer(pages.port());
        ann = pages.visitorOf(server.port());
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private Wire matched() throws Exception {
        ann.find();
        Wire wire = server.welcomed("first");
        wire.hears("find");
        wire.say("{\"type\":\"matched\",\"chat\":" + CHAT + ",\"interests\":[],\"first\":true}");
        ann.sees("chat");
        return wire;
    }

    private static void ack(Wire wire, String state, int id) {
        wire.say("{\"type\":\"ack\",\"state\":\"%s\",\"chat\":%d,\"id\":%d}".formatted(state, CHAT, id));
    }

    /** {@code more} are further members, each after a comma. */
    private static void resumed(Wire wire, int id, String more) {
        wire.say("{\"type\":\"resumed\",\"chat\":%d,\"id\":%d,\"missed\":0,\"partnerAway\":false%s}"
                .formatted(CHAT, id, more));
    }

    private Wire resume(int heard, int from) throws Exception {
        return resume("again", heard, from);
    }

    private Wire resume(String secret, int heard, int from) throws Exception {
        Wire wire = server.welcomed(secret);
        JsonObject resume = wire.hears("resume");
        assertThat(resume.getString("secret")).isEqualTo("first");
        assertThat(resume.getInt("id")).isEqualTo(heard);
        assertThat(resume.getInt("from")).isEqualTo(from);
        return wire;
    }

    @Test
    void whatWasSentAndNotDeliveredIsSentAgainToAServerThatHasLess() throws Exception {
        Wire wire = matched();
        for (String each : List.of("one", "two", "three", "four")) {
            ann.say(each);
        }
        wire.hearsIds(4);
        ack(wire, "delivered", 1);
        ack(wire, "sent", 3);
        ann.page.waitUntil(
                "three", () -> ann.page.texts(".mine .state").equals(List.of("delivered", "sent", "sent", "sending…")));
        wire.cut();
        Wire second = resume(0, 2);
        resumed(second, 1, "");
        assertThat(second.hearsIds(3)).containsExactly(2, 3, 4);
        ack(second, "delivered", 4);
        ann.awaitState("delivered");
        ann.say("five");
        assertThat(second.hearsIds(1)).containsExactly(5);
        assertThat(ann.said()).hasSize(5);
    }

    @Test
    void atMost64MessagesAreKeptAndTheLostOnesAreShown() throws Exception {
        Wire wire = matched();
        for (int i = 1; i <= 70; i++) {
            ann.say("Number " + i);
            if (i % 10 == 0) {
                // A page that hears nothing for long takes the connection for broken.
                wire.hearsIds(10);
                ack(wire, "sent", i);
            }
        }
        ann.awaitState("sent");
        wire.cut();
        Wire second = resume(0, 7);
        resumed(second, 6, ",\"lost\":3");
        ann.reads("You are back in the chat.");
        ann.reads("3 of your messages were lost.");
        assertThat(second.hearsIds(64)).startsWith(7, 8).endsWith(70);
        assertThat(ann.page.texts(".mine .state").subList(2, 7))
                .containsExactly("sent", "not delivered", "not delivered", "not delivered", "sent");
    }

    @Test
    void longMessagesAreKeptUpTo32Kilobytes() throws Exception {
        Wire wire = matched();
        for (int i = 0; i < 5; i++) {
            ann.say("x".repeat(12_000));
        }
        wire.hearsIds(5);
        ack(wire, "sent", 4);
        ann.page.waitUntil("four", () -> ann.page.texts(".mine .state").get(3).equals("sent"));
        wire.cut();
        resume(0, 4);
    }

    @Test
    void messagesOfTheStrangerThatAreLostAreShownAndTheNextOnesArrive() throws Exception {
        Wire wire = matched();
        wire.say("{\"type\":\"chat\",\"chat\":" + CHAT + ",\"id\":1,\"text\":\"Before\"}");
        wire.say("{\"type\":\"missed\",\"chat\":" + CHAT + ",\"count\":3}");
        wire.say("{\"type\":\"chat\",\"chat\":" + CHAT + ",\"id\":5,\"text\":\"After\"}");
        ann.hears("After");
        ann.reads("3 messages of the stranger were lost.");
        assertThat(wire.hears("got").getInt("id")).isEqualTo(5);
    }

    @Test
    void aPauseShowsInTheStatusLineUntilTheStrangerIsBack() throws Exception {
        Wire wire = matched();
        wire.say("{\"type\":\"paused\",\"chat\":" + CHAT + "}");
        ann.page.waitForText("#who", "The connection to the stranger is interrupted. Messages are kept.");
        ann.say("Kept");
        wire.hears("chat");
        wire.say("{\"type\":\"back\",\"chat\":" + CHAT + "}");
        ann.page.waitForText("#who", "A stranger is here");
        assertThat(ann.notes()).hasSize(1);
    }

    @Test
    void aServerThatCannotResumeNowIsAskedAgainWithTheOldSecret() throws Exception {
        Wire wire = matched();
        wire.cut();
        resume("another", 0, 1).close(1013);
        resume("a third", 0, 1).close(1013);
        Wire last = resume(0, 1);
        resumed(last, 0, "");
        ann.reads("You are back in the chat.");
        // The time to come back is that of each cut on its own.
        long later = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        ann.page.waitUntil("five seconds", () -> System.nanoTime() > later);
        last.cut();
        JsonObject next = server.welcomed("unused").hears("resume");
        assertThat(next.getString("secret")).isEqualTo("again");
    }

    @Test
    void aMoveToAnotherServerInAChatIsQuiet() throws Exception {
        Wire wire = matched();
        wire.say("{\"type\":\"draining\",\"move\":true}");
        ann.page.waitForText("#banner", MOVING);
        ann.say("On the way");
        wire.hears("chat");
        wire.close(1001);
        Wire second = resume(0, 1);
        assertThat(ann.page.text("#banner")).isEqualTo(MOVING);
        resumed(second, 0, "");
        assertThat(second.hearsIds(1)).containsExactly(1);
        ann.page.waitUntil("no banner", () -> ann.page.text("#banner").isEmpty());
        assertThat(ann.notes()).hasSize(1);
        assertThat(ann.page.text("#who")).isEqualTo("A stranger is here");
    }

    @Test
    void aStrangerWhoseServerStopsIsSaidToMove() throws Exception {
        Wire wire = matched();
        wire.say("{\"type\":\"away\",\"chat\":" + CHAT + ",\"why\":\"broke\",\"seconds\":15,\"move\":true}");
        ann.page.waitForText("#who", "The stranger is moving to another server");
        wire.say("{\"type\":\"back\",\"chat\":" + CHAT + "}");
        ann.page.waitForText("#who", "A stranger is here");
        assertThat(ann.notes()).hasSize(1);
        // One that breaks is noted, in one note that changes.
        for (int i = 0; i < 2; i++) {
            wire.say("{\"type\":\"away\",\"chat\":" + CHAT + ",\"why\":\"broke\",\"seconds\":15}");
            ann.reads("The connection to the stranger broke. They have 15 seconds");
            wire.say("{\"type\":\"back\",\"chat\":" + CHAT + "}");
            ann.reads("The stranger is back.");
        }
        assertThat(ann.notes()).hasSize(2);
    }

    @Test
    void aChatThatEndsWithAServerIsSaidToDoSo() throws Exception {
        matched().say("{\"type\":\"left\",\"chat\":" + CHAT + ",\"why\":\"gone\",\"stopped\":true}");
        ann.reads("The server is stopping, and the chat ended with it.");
        ann.sees("ended");
    }

    @Test
    void aServerThatSaidThatItStopsAndIsGoneEndsTheChat() throws Exception {
        Wire wire = matched();
        wire.say("{\"type\":\"draining\"}");
        ann.page.waitForText("#banner", "The server is stopping, and this chat ends with it.");
        wire.cut();
        server.close();
        ann.reads("The server is stopping, and the chat ended with it.");
        assertThat(ann.page.text("#banner")).isEmpty();
    }

    @Test
    void aServerThatComesBackWithoutTheChatHasRestarted() throws Exception {
        Wire wire = matched();
        wire.cut();
        Wire second = server.welcomed("again");
        second.hears("resume");
        second.say(
                "{\"type\":\"welcome\",\"session\":1,\"secret\":\"again\",\"run\":\"another\",\"limits\":"
                        + "{\"textBytes\":65536,\"messagesPerSecond\":20,\"interests\":8,\"interestChars\":32,\"resumeSeconds\":15}}");
        second.say("{\"type\":\"error\",\"code\":\"cannot-resume\",\"text\":\"No.\"}");
        ann.reads("The server restarted, and the chat ended with it.");
    }

    @Test
    void whoWaitsGoesOnWaitingOnTheOtherServer() throws Exception {
        ann.find("chess");
        Wire wire = server.welcomed("first");
        wire.hears("find");
        wire.say("{\"type\":\"waiting\",\"count\":1}");
        ann.sees("waiting");
        wire.say("{\"type\":\"draining\",\"move\":true}");
        ann.page.waitForText("#banner", MOVING);
        wire.awaitEnd();
        Wire second = server.welcomed("second");
        assertThat(second.hears("find").getJsonArray("interests").getString(0)).isEqualTo("chess");
        ann.sees("waiting");
        second.say("{\"type\":\"waiting\",\"count\":2}");
        ann.page.waitUntil("no banner", () -> ann.page.text("#banner").isEmpty());
    }
}
