package loomchat.chat;

import static loomchat.testing.RawClient.PING;
import static loomchat.testing.RawClient.PONG;
import static loomchat.testing.RawClient.TEXT;
import static loomchat.testing.RawClient.frame;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import loomchat.testing.InProcessServer;
import loomchat.testing.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What arrives together with a client's end was said before it: it is heard, recorded and counted, each once. */
class LastWordsTest {
    @TempDir
    Path dir;

    @Test
    void wordsRightBeforeACloseFrameAreHeardAndCountedOnce() throws Exception {
        InProcessServer room = InProcessServer.open(dir);
        try (room;
                RawClient one = room.enter();
                RawClient other = room.enter()) {
            InProcessServer.expectPair(one, other);
            one.send(frame(TEXT, "so"), frame(TEXT, "bye"), RawClient.close(1000, ""));
            assertThat(other.readText()).isEqualTo(InProcessServer.chat("so"));
            assertThat(other.readText()).isEqualTo(InProcessServer.chat("bye"));
            assertThat(other.readText()).isEqualTo(InProcessServer.LEFT);
        }
        InProcessServer.Record record = room.record();
        assertThat(record.of("Message Relay")).hasSize(2);
        assertThat(record.only("Disconnected", 1).getInt("messages")).isEqualTo(2);
        assertThat(record.only("Chat Ended", 1).getInt("messages")).isEqualTo(2);
    }

    @Test
    void wordsRightBeforeAWrongFrameAreHeard() throws Exception {
        InProcessServer room = InProcessServer.open(dir);
        try (room;
                RawClient one = room.enter();
                RawClient other = room.enter()) {
            InProcessServer.expectPair(one, other);
            one.send(frame(TEXT, "heard"), frame(0x83, ""), frame(TEXT, "not heard"));
            assertThat(other.readText()).isEqualTo(InProcessServer.chat("heard"));
            assertThat(other.readText()).isEqualTo(InProcessServer.LEFT);
        }
        InProcessServer.Record record = room.record();
        record.assertEnded(1, "protocol-error", 1002);
        assertThat(record.only("Disconnected", 1).getInt("messages")).isEqualTo(1);
    }

    @Test
    void wordsRightBeforeTheEndOfTheStreamAreHeard() throws Exception {
        InProcessServer room = InProcessServer.open(dir);
        try (room;
                RawClient one = room.enter();
                RawClient other = room.enter()) {
            InProcessServer.expectPair(one, other);
            one.sendText("heard");
            one.finish();
            assertThat(other.readText()).isEqualTo(InProcessServer.chat("heard"));
            assertThat(other.readText()).isEqualTo(InProcessServer.LEFT);
        }
        room.record().assertEnded(1, "eof", 1006);
    }

    /** While the server waits for the answer to its close frame, pings need none. */
    @Test
    void aPingBehindTheServersCloseFrameDoesNotBreakTheCloseHandshake() throws Exception {
        InProcessServer room = InProcessServer.open(dir);
        try (room;
                RawClient client = room.enter()) {
            Thread closing = Thread.ofPlatform().start(room::close);
            assertThat(client.read().closeCode()).isEqualTo(1001);
            client.send(frame(PING, "late"));
            client.send(RawClient.close(1001, ""));
            assertThat(client.readAll()).noneMatch(each -> each.first() == PONG);
            closing.join();
        }
        room.record().assertEnded(1, "shutdown", 1001);
    }
}
