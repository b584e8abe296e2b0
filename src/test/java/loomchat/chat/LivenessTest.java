package loomchat.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import loomchat.chat.plain.PlainConnection;
import loomchat.counters.Counters;
import loomchat.log.EventLog;
import loomchat.log.LogOptions;
import loomchat.net.Loop;
import loomchat.net.SocketStream;
import loomchat.testing.Guests;
import loomchat.testing.RawClient;
import loomchat.testing.WhileHeld;
import loomchat.ws.Handshake;
import loomchat.ws.MessageBudget;
import loomchat.ws.WebSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The reaper waits for no connection, and pings one before it aborts it. */
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
        void with(ChatContext context, WebSocket socket, RawClient client) throws Exception;
    }

    private void play(Play play) throws Exception {
        try (EventLog log = EventLog.open(new LogOptions(dir, 1000, 1 << 28, 0, 1 << 10));
                Loop loop = new Loop("liveness-test");
                ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress("127.0.0.1", 0));
            try (RawClient client = RawClient.connect(listener.socket().getLocalPort())) {
                SocketStream stream = new SocketStream(listener.accept(), loop);
                WebSocket socket = Handshake.open(
                        stream,
                        1 << 20,
                        null,
                        null,
                        new MessageBudget(1 << 20).open(null),
                        new LongAdder(),
                        new LongAdder());
                play.with(
                        Guests.context(LIMITS, log, new Counters(), System::currentTimeMillis, System::nanoTime),
                        socket,
                        client);
                stream.close();
            }
        }
    }

    @Test
    void aListenerThatCouldNotBePingedIsPingedBeforeItIsCut() throws Exception {
        play((context, socket, client) -> {
            Connection listener = new PlainConnection(
                    context,
                    new PairLifecycle(context, 0),
                    new Connection.Opened(socket, Guests.guest(context.visitors()), 1, left -> {}, () -> {}));
            long quiet = socket.lastReadNanos() + PING.toNanos();
            // Its partner is just sending to it each time.
            WhileHeld.run(socket::inSendOrder, () -> listener.check(quiet, quiet - PING.toNanos()));
            WhileHeld.run(socket::inSendOrder, () -> listener.check(quiet + PONG.toNanos(), quiet - PING.toNanos()));
            WhileHeld.run(
                    socket::inSendOrder, () -> listener.check(quiet + 2 * PONG.toNanos(), quiet - PING.toNanos()));
            listener.check(quiet + 3 * PONG.toNanos(), quiet - PING.toNanos());
            assertThat(client.read().first()).isEqualTo(RawClient.PING);
            listener.check(quiet + 4 * PONG.toNanos(), quiet - PING.toNanos());
            assertThat(client.isEnded()).isTrue();
        });
    }
}
