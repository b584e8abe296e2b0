package loomchat.ws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.Deflater;
import loomchat.net.ByteStream;
import loomchat.net.Loop;
import loomchat.net.SocketStream;
import loomchat.testing.RawClient;
import loomchat.ws.deflate.Compression;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Input that inflates to a lot does not keep a loop: the other threads of the loop have their turns within what one
 * read brought.
 */
class InflatingTurnsTest {
    private static final int MIB = 1 << 20;
    private static final int BOMBS = 40;

    @Test
    @Timeout(60)
    void othersHaveTurnsWithinABatchThatInflates() throws Exception {
        byte[] aMebibyte = new byte[MIB];
        Arrays.fill(aMebibyte, (byte) 'a');
        byte[] bomb = RawClient.frame(
                RawClient.TEXT | RawClient.RSV1, CompressionTest.deflate(new Deflater(9, true), aMebibyte));
        byte[][] bombs = new byte[BOMBS][];
        Arrays.fill(bombs, bomb);
        assertThat(BOMBS * bomb.length).as("fits into one read").isLessThan(BufferPools.READ_BYTES);

        AtomicBoolean over = new AtomicBoolean();
        AtomicLong turns = new AtomicLong();
        List<Long> turnsAtMessages = new ArrayList<>();
        CountDownLatch read = new CountDownLatch(1);
        MessageBudget budget = new MessageBudget(16 * MIB);
        try (Loop loop = new Loop("turns-test");
                ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress("127.0.0.1", 0));
            try (RawClient client = RawClient.connect(listener.socket().getLocalPort())) {
                SocketStream stream = new SocketStream(listener.accept(), loop);
                WebSocket socket = Handshake.open(
                        stream,
                        MIB,
                        null,
                        Handshake.negotiate(
                                List.of("permessage-deflate; client_no_context_takeover"), new Compression(1)),
                        budget.open("bomber"),
                        new LongAdder(),
                        new LongAdder());
                client.send(bombs);
                loop.start(() -> {
                    while (!over.get()) {
                        turns.incrementAndGet();
                        Thread.yield();
                    }
                });
                loop.start(() -> {
                    try {
                        while (turnsAtMessages.size() < BOMBS) {
                            socket.receive(new Noting(turns, turnsAtMessages), ByteStream.NO_DEADLINE);
                        }
                    } catch (IOException e) {
                        // The test finds fewer messages.
                    } finally {
                        over.set(true);
                        socket.finish();
                        read.countDown();
                    }
                });
                assertThat(read.await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(socket.bytesIn()).isEqualTo((long) BOMBS * bomb.length);
                assertThat(socket.inflatedBytes()).isEqualTo((long) BOMBS * MIB);
            }
        }
        assertThat(turnsAtMessages).hasSize(BOMBS);
        assertThat(turnsAtMessages.getLast() - turnsAtMessages.getFirst())
                .as("turns of another thread between the first and the last message")
                .isGreaterThanOrEqualTo(10L * (BOMBS - 1));
        assertThat(budget.used()).isZero();
        assertThat(budget.addresses()).isZero();
    }

    private record Noting(AtomicLong turns, List<Long> atMessages) implements MessageHandler {
        @Override
        public void onText(byte[] buffer, int offset, int length) {
            atMessages.add(turns.get());
        }

        @Override
        public void onBinary(byte[] buffer, int offset, int length) {}
    }
}
