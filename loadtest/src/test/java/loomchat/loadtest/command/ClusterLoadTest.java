package loomchat.loadtest.command;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import loomchat.loadtest.measure.RunCounters;
import loomchat.loadtest.testing.CommandRun;
import loomchat.loadtest.testing.ScriptedServer;
import loomchat.loadtest.testing.ScriptedServer.Wire;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two users of the load client in one chat, with a server of which each message is said by the test: what the protocol
 * has for several servers. Both send five messages.
 */
class ClusterLoadTest {
    private static final long CHAT = 562_949_953_421_311L;
    private static final int MESSAGES = 5;

    @TempDir
    Path dir;

    private ScriptedServer server;
    private CompletableFuture<CommandRun> run;
    private Wire ann;
    private Wire bob;

    @BeforeEach
    void start() throws Exception {
        server = new ScriptedServer();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        run.get(60, TimeUnit.SECONDS);
    }

    private void play(String... more) throws Exception {
        Path file = Files.writeString(dir.resolve("two.json"), """
                {"protocol": "chat.v1", "cluster": true, "stages": [{"clients": 2, "over": "100ms"}], "duration": "30s",
                 "personas": [{"kind": "steady", "every": "20ms", "bytes": "100"}]}""");
        List<String> arguments =
                new ArrayList<>(List.of(file.toString(), "URL=" + server.url(), "MESSAGES=" + MESSAGES, "DRAIN=20s"));
        arguments.addAll(List.of(more));
        run = CompletableFuture.supplyAsync(
                () -> CommandRun.stress(dir.resolve("results"), arguments.toArray(String[]::new)),
                task -> Thread.ofPlatform().start(task));
        ann = server.welcomed("ann");
        ann.hears("find");
        bob = server.welcomed("bob");
        bob.hears("find");
        for (Wire each : List.of(ann, bob)) {
            each.say("{\"type\":\"matched\",\"chat\":%d,\"interests\":[],\"first\":true}".formatted(CHAT));
        }
    }

    private static List<JsonObject> said(Wire by, int count) throws Exception {
        List<JsonObject> said = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            said.add(by.hears("chat"));
        }
        return said;
    }

    private static void ack(Wire to, String state, int id) {
        to.say("{\"type\":\"ack\",\"state\":\"%s\",\"chat\":%d,\"id\":%d}".formatted(state, CHAT, id));
    }

    /** The server has all that {@code from} said, and {@code to} receives it. */
    private static void relay(List<JsonObject> messages, Wire from, Wire to) {
        messages.forEach(each -> to.say(each.toString()));
        int last = messages.getLast().getInt("id");
        ack(from, "sent", last);
        ack(from, "delivered", last);
    }

    private static void awaitGot(Wire from, int id) throws Exception {
        while (from.hears("got").getInt("id") < id) {
            // Some of them are confirmed, and the rest a second later.
        }
    }

    private Wire resume(String secret, String oldSecret, int heard, int from) throws Exception {
        Wire wire = server.welcomed(secret);
        JsonObject resume = wire.hears("resume");
        assertThat(resume.getString("secret")).isEqualTo(oldSecret);
        assertThat(resume.getInt("id")).isEqualTo(heard);
        assertThat(resume.getInt("from")).isEqualTo(from);
        return wire;
    }

    /** {@code more} are further members, each after a comma. */
    private static void resumed(Wire wire, int id, String more) {
        wire.say("{\"type\":\"resumed\",\"chat\":%d,\"id\":%d,\"missed\":0,\"partnerAway\":false%s}"
                .formatted(CHAT, id, more));
    }

    private CommandRun end(int delivered, int missed) throws Exception {
        CommandRun played = run.get(60, TimeUnit.SECONDS);
        for (String each : RunCounters.FAULTS) {
            assertThat(played.total(each)).as(each).isZero();
        }
        for (String each : List.of("violations", "failed", "resumesFailed", "stillWaiting")) {
            assertThat(played.total(each)).as(each).isZero();
        }
        assertThat(played.total("sent")).isEqualTo(2 * MESSAGES);
        assertThat(played.total("delivered")).isEqualTo(delivered);
        assertThat(played.total("missed")).isEqualTo(missed);
        return played;
    }

    @Test
    void whatWasSentAndNotDeliveredIsSentAgainAfterAKill() throws Exception {
        play("KILLS=true");
        List<JsonObject> annSaid = said(ann, MESSAGES);
        relay(annSaid.subList(0, 2), ann, bob);
        ack(ann, "sent", MESSAGES);
        relay(said(bob, MESSAGES), bob, ann);
        awaitGot(ann, MESSAGES);
        ann.cut();
        Wire again = resume("ann again", "ann", MESSAGES, 3);
        resumed(again, 2, "");
        List<JsonObject> repeated = said(again, 3);
        assertThat(repeated).isEqualTo(annSaid.subList(2, MESSAGES));
        relay(repeated, again, bob);
        CommandRun played = end(2 * MESSAGES, 0);
        assertThat(played.total("killed")).isOne();
        assertThat(played.total("resumed")).isOne();
        assertThat(played.out().replaceAll("\\s+", " "))
                .contains("1 of 1 chats resumed that were to be (100.00 %); 1 connections and connects");
    }

    @Test
    void whatTheServersSayIsLostIsMissed() throws Exception {
        play("KILLS=true");
        List<JsonObject> annSaid = said(ann, MESSAGES);
        relay(annSaid.subList(0, 1), ann, bob);
        ack(ann, "sent", 4);
        relay(said(bob, MESSAGES), bob, ann);
        awaitGot(ann, MESSAGES);
        ann.cut();
        Wire again = resume("ann again", "ann", MESSAGES, 2);
        resumed(again, 1, "");
        assertThat(again.hearsIds(4)).containsExactly(2, 3, 4, 5);
        ack(again, "sent", MESSAGES);
        bob.say("{\"type\":\"missed\",\"chat\":%d,\"count\":2}".formatted(CHAT));
        bob.say("{\"type\":\"paused\",\"chat\":%d}".formatted(CHAT));
        bob.say("{\"type\":\"back\",\"chat\":%d}".formatted(CHAT));
        // 2 and 3 are lost for good.
        relay(annSaid.subList(3, MESSAGES), again, bob);
        end(2 * MESSAGES - 2, 2);
    }

    @Test
    void ownMessagesThatCannotBeSentAgainAreMissed() throws Exception {
        // Longer than what is kept.
        play("KILLS=true", "MESSAGE_BYTES=20000");
        List<JsonObject> annSaid = said(ann, MESSAGES);
        relay(annSaid.subList(0, 1), ann, bob);
        ack(ann, "sent", 4);
        relay(said(bob, MESSAGES), bob, ann);
        awaitGot(ann, MESSAGES);
        ann.cut();
        Wire again = resume("ann again", "ann", MESSAGES, 5);
        resumed(again, 4, ",\"lost\":3");
        bob.say("{\"type\":\"missed\",\"chat\":%d,\"count\":3}".formatted(CHAT));
        assertThat(again.hearsIds(1)).containsExactly(5);
        relay(annSaid.subList(4, MESSAGES), again, bob);
        end(2 * MESSAGES - 3, 3);
    }

    @Test
    void aServerThatCannotResumeNowIsAskedAgainWithTheOldSecret() throws Exception {
        play("KILLS=true");
        relay(said(ann, MESSAGES), ann, bob);
        relay(said(bob, 2), bob, ann);
        awaitGot(ann, 2);
        ann.cut();
        resume("second", "ann", 2, 6).close(1013);
        resume("third", "ann", 2, 6).close(1013);
        // This one dies before it answers.
        resume("fourth", "ann", 2, 6).cut();
        Wire again = resume("fifth", "ann", 2, 6);
        resumed(again, MESSAGES, "");
        relay(said(bob, MESSAGES - 2), bob, again);
        CommandRun played = end(2 * MESSAGES, 0);
        assertThat(played.total("putOff")).isEqualTo(2);
        assertThat(played.total("killed")).isEqualTo(2);
        assertThat(played.total("resumed")).isOne();
    }

    @Test
    void aMoveToAnotherServerIsNoFaultInAChat() throws Exception {
        play();
        ann.say("{\"type\":\"draining\",\"move\":true}");
        relay(said(ann, 1), ann, bob);
        ann.close(1001);
        Wire again = server.welcomed("ann again");
        JsonObject resume = again.hears("resume");
        int from = resume.getInt("from");
        resumed(again, from - 1, "");
        relay(said(again, MESSAGES - from + 1), again, bob);
        relay(said(bob, MESSAGES), bob, again);
        CommandRun played = end(from - 1 + MESSAGES - from + 1 + MESSAGES, 0);
        assertThat(played.total("moved")).isOne();
        assertThat(played.total("killed")).isZero();
    }
}
