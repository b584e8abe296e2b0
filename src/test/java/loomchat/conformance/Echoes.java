package loomchat.conformance;

import static loomchat.testing.RawClient.frame;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import loomchat.testing.RawClient;
import loomchat.testing.RawClient.Frame;

/** What a conformance case expects of the server. */
final class Echoes {
    private Echoes() {}

    /** The next frame is this one. */
    static void expect(RawClient client, int first, byte[] payload) throws IOException {
        Frame frame = client.read();
        assertThat(frame).as("frame").isNotNull();
        assertThat(frame.first()).as("first octet of %s", frame).isEqualTo(first);
        assertThat(frame.payload()).isEqualTo(payload);
    }

    static void expect(RawClient client, int first, String payload) throws IOException {
        expect(client, first, payload.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** The next frame closes with {@code code}, and with it the TCP connection ends. */
    static void expectClose(RawClient client, int code) throws IOException {
        Frame frame = client.read();
        assertThat(frame).as("close frame").isNotNull();
        assertThat(frame.first()).as("first octet of %s", frame).isEqualTo(RawClient.CLOSE);
        assertThat(frame.closeCode()).isEqualTo(code);
        assertThat(client.isEnded()).as("nothing behind the close frame").isTrue();
    }

    /** Closes in order: nothing else is left to come, and the connection is as good as it was. */
    static void closeInOrder(RawClient client) throws IOException {
        client.send(RawClient.close(1000, "done"));
        List<Frame> rest = client.readAll();
        assertThat(rest).hasSize(1);
        assertThat(rest.getFirst().first()).isEqualTo(RawClient.CLOSE);
        assertThat(rest.getFirst().payload()).isEqualTo(RawClient.closePayload(1000, "done".getBytes()));
    }

    /** The connection still works. */
    static void expectAlive(RawClient client) throws IOException {
        client.send(frame(RawClient.TEXT, "still there?"));
        expect(client, RawClient.TEXT, "still there?");
    }
}
