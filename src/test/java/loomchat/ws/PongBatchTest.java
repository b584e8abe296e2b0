package loomchat.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.LongAdder;
import loomchat.net.ByteStream;
import loomchat.testing.RawClient;
import org.junit.jupiter.api.Test;

/** Pings that arrive together are answered together, each of them, and before what follows them. */
class PongBatchTest {
    private static final byte[] PING = RawClient.frame(RawClient.PING, "0123456789".repeat(12));
    private static final int PINGS = BufferPools.READ_BYTES / PING.length;

    @Test
    void pingsOfOneReadAreAnsweredWithFewWrites() throws IOException {
        Recording stream = new Recording();
        for (int i = 0; i < PINGS; i++) {
            stream.arrives(PING);
        }
        open(stream).receive(new Echoing(null), ByteStream.NO_DEADLINE);

        assertThat(stream.sent.size()).isEqualTo(PINGS * (2 + 120));
        assertThat(stream.writes).isLessThanOrEqualTo(5);
    }

    @Test
    void aPongGoesBeforeTheAnswerToWhatFollowsItsPing() throws IOException {
        Recording stream = new Recording();
        stream.arrives(RawClient.frame(RawClient.PING, "first"));
        stream.arrives(RawClient.frame(RawClient.TEXT, "second"));
        stream.arrives(RawClient.frame(RawClient.PING, "third"));
        WebSocket socket = open(stream);
        socket.receive(new Echoing(socket), ByteStream.NO_DEADLINE);

        assertThat(stream.sent.toString(StandardCharsets.ISO_8859_1))
                .isEqualTo("\u008A\u0005first\u0081\u0006second\u008A\u0005third");
    }

    @Test
    void aPongGoesBeforeTheCloseOfABrokenFrameBehindItsPing() throws IOException {
        Recording stream = new Recording();
        stream.arrives(RawClient.frame(RawClient.PING, "first"));
        stream.arrives(RawClient.frame(0x83, "reserved opcode"));
        WebSocket socket = open(stream);
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> socket.receive(new Echoing(socket), ByteStream.NO_DEADLINE));

        assertThat(stream.sent.toString(StandardCharsets.ISO_8859_1)).startsWith("\u008A\u0005first\u0088");
    }

    private static WebSocket open(ByteStream stream) {
        LongAdder bytes = new LongAdder();
        return Handshake.open(stream, 1 << 20, null, null, MessageBudget.UNBOUNDED, bytes, bytes);
    }

    private record Echoing(WebSocket socket) implements MessageHandler {
        @Override
        public void onText(byte[] buffer, int offset, int length) throws IOException {
            socket.sendText(buffer, offset, length);
        }

        @Override
        public void onBinary(byte[] buffer, int offset, int length) {
            throw new AssertionError("no binary message was sent");
        }
    }

    /** A peer whose bytes are all there, and who takes whatever is sent. */
    private static final class Recording implements ByteStream {
        private final ByteArrayOutputStream input = new ByteArrayOutputStream();
        private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
        private int writes;

        void arrives(byte[] bytes) {
            input.writeBytes(bytes);
        }

        @Override
        public boolean awaitReadable(long deadlineNanos) {
            return true;
        }

        @Override
        public int read(ByteBuffer into) {
            into.put(input.toByteArray());
            return input.size();
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            writes++;
            sent.write(from, offset, length);
        }

        @Override
        public int writeNow(byte[] from, int offset, int length) {
            write(from, offset, length);
            return length;
        }

        @Override
        public long writeBlockedSince() {
            return 0;
        }

        @Override
        public void shutdownOutput() {}

        @Override
        public void close() {}

        @Override
        public void abort() {}
    }
}
