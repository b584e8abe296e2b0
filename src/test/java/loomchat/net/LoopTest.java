package loomchat.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LoopTest {
    private static final int OF_EACH_KIND = 4;
    private static final int LOOKS = 4000;

    /**
     * Threads of the loop, of another loop and of none wait for input at the same time, again and again: a byte that nobody reads makes the
     * loop drop its interest after each look, so that each wait has to restore it. A loop that shares a lock with any of them stands still
     * sooner or later.
     */
    @Test
    @Timeout(90)
    void aLoopNeverWaitsForAThreadThatOnlyItCanRun() throws Exception {
        AtomicLong looks = new AtomicLong();
        CountDownLatch done = new CountDownLatch(3 * OF_EACH_KIND);
        List<SocketChannel> senders = new ArrayList<>();
        try (Loop loop = new Loop("tested");
                Loop other = new Loop("other");
                ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0))) {
            for (int i = 0; i < OF_EACH_KIND; i++) {
                loop.start(looker(listener, senders, loop, looks, done));
                other.start(looker(listener, senders, loop, looks, done));
                Thread.ofPlatform().daemon().start(looker(listener, senders, loop, looks, done));
            }
            assertThat(done.await(60, TimeUnit.SECONDS))
                    .as("the loop goes on after %d looks", looks.get())
                    .isTrue();
        }
        assertThat(looks.get()).isEqualTo(3L * OF_EACH_KIND * LOOKS);
        for (SocketChannel each : senders) {
            each.close();
        }
    }

    private static Runnable looker(
            ServerSocketChannel listener, List<SocketChannel> senders, Loop loop, AtomicLong looks, CountDownLatch done)
            throws IOException {
        SocketChannel sender = SocketChannel.open(listener.getLocalAddress());
        sender.write(ByteBuffer.wrap(new byte[] {'x'}));
        senders.add(sender);
        SocketStream stream = new SocketStream(listener.accept(), loop);
        return () -> {
            try (stream) {
                for (int i = 0; i < LOOKS; i++) {
                    stream.awaitReadable(ByteStream.NO_DEADLINE);
                    looks.incrementAndGet();
                    Thread.yield();
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            } finally {
                done.countDown();
            }
        };
    }
}
