package loomchat.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import loomchat.RawClient;
import loomchat.log.Counters;
import loomchat.log.EventLog;
import loomchat.log.LogOptions;
import loomchat.net.Loop;
import loomchat.net.SocketStream;
import loomchat.ws.Handshake;
import loomchat.ws.WebSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who looks after connections waits for none of them, and asks before it cuts one. */
@Timeout(60)
class LivenessTest {
    private static final Duration PING = Duration.ofMinutes(1);
    private static final Duration PONG = Duration.ofSeconds(10);
    private static final Limits LIMITS = new Limits(
            1 << 20,
            1 << 24,
            1_000_000,
            1 << 30,
            Duration.ofSeconds(10),
            PING,
            PONG,
            Duration.ofMinutes(10),
            Duration.ofMinutes(10));

    @TempDir
    Path dir;

    /** What is done with a connection that has shaken hands and whose thread has not begun. */
    private interface Play {
        void with(Chat chat, WebSocket socket, RawClient client) throws Exception;
    }

    private void play(Play play) throws Exception {
        try (EventLog log = EventLog.open(new LogOptions(dir, 1000, 1 << 28, 0, 1 << 10));
                Loop loop = new Loop("liveness-test");
                ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress("127.0.0.1", 0));
            try (RawClient client = RawClient.connect(listener.socket().getLocalPort())) {
                SocketStream stream = new SocketStream(listener.accept(), loop);
                RichLimits rich = new RichLimits(1000, 100, 10, 10);
                Chat chat = new Chat(LIMITS, rich, log, new Counters(), System::currentTimeMillis, System::nanoTime);
                play.with(
                        chat,
                        Handshake.open(
                                stream,
                                1 << 20,
                                null,
                                null,
                                chat.messageBudget().open(null),
                                new LongAdder(),
                                new LongAdder()),
                        client);
                stream.close();
            }
        }
    }

    /** Runs {@code action} while another thread holds what {@code hold} takes. */
    private static void whileHeld(Hold hold, Runnable action) throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        Thread holder = Thread.ofVirtual().start(() -> {
            try {
                hold.inOrder(() -> {
                    held.countDown();
                    try {
                        done.await(30, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                });
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();
        action.run();
        assertThat(done.getCount()).as("nobody waited until the lock was free").isEqualTo(1);
        done.countDown();
        holder.join();
    }

    private interface Hold {
        void inOrder(WebSocket.SendAction action) throws IOException;
    }

    @Test
    void aListenerThatCouldNotBePingedIsPingedBeforeItIsCut() throws Exception {
        play((chat, socket, client) -> {
            Connection listener = new Session(chat, socket, 1, () -> {});
            long quiet = socket.lastReadNanos() + PING.toNanos();
            // Its partner is just sending to it each time.
            whileHeld(socket::inSendOrder, () -> listener.check(quiet));
            whileHeld(socket::inSendOrder, () -> listener.check(quiet + PONG.toNanos()));
            whileHeld(socket::inSendOrder, () -> listener.check(quiet + 2 * PONG.toNanos()));
            listener.check(quiet + 3 * PONG.toNanos());
            assertThat(client.read().first()).isEqualTo(RawClient.PING);
            listener.check(quiet + 4 * PONG.toNanos());
            assertThat(client.isEnded()).isTrue();
        });
    }

    @Test
    void aSeatThatSomebodySendsToHoldsNobodyUp() throws Exception {
        play((chat, socket, client) -> {
            RichSeat seat = new RichSession(chat, socket, 1, () -> {}).seat();
            seat.detach(Away.BROKE, 0);
            chat.richSeats().keep(seat, 1, 1);
            CountDownLatch expired = new CountDownLatch(1);
            whileHeld(seat::inSendOrder, () -> chat.richSeats().expire(2, 0, each -> expired.countDown()));
            assertThat(expired.getCount()).isZero();
        });
    }
}
