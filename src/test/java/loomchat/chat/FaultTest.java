package loomchat.chat;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import loomchat.counters.Counters;
import loomchat.log.EventLog;
import loomchat.log.LogOptions;
import loomchat.net.Loop;
import loomchat.net.SocketStream;
import loomchat.testing.Guests;
import loomchat.testing.RawClient;
import loomchat.testing.RawClient.Frame;
import loomchat.testing.StrictLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fault of the server in one connection ends that one with 1011, logs one line for the operator, and does no more.
 */
class FaultTest {
    private static final Limits LIMITS = new Limits(
            1 << 20,
            1 << 24,
            1_000_000,
            1 << 30,
            Duration.ofSeconds(10),
            Duration.ofMinutes(1),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10));

    @TempDir
    Path dir;

    /** Breaks where it is told to. */
    private static final class Broken extends Connection {
        private final String at;

        Broken(ChatContext context, Opened opened, String at) {
            super(context, opened, Protocol.PLAIN);
            this.at = at;
        }

        private void breakAt(String place) {
            if (at.equals(place)) {
                throw new IllegalStateException("a fault of ours");
            }
        }

        @Override
        protected void onOpen() {
            breakAt("open");
        }

        @Override
        public void onText(byte[] buffer, int offset, int length) {
            countMessage();
            breakAt("text");
        }

        @Override
        public void onBinary(byte[] buffer, int offset, int length) {
            throw new StackOverflowError("a fault of ours");
        }

        @Override
        public void onBatchEnd() throws IOException {
            super.onBatchEnd();
            breakAt("batch end");
        }

        @Override
        protected void onGone(DisconnectReason reason, int code) {
            breakAt("gone");
        }

        @Override
        protected long dropped() {
            return 0;
        }
    }

    @Test
    @Timeout(60)
    void aFaultEndsOneConnectionWithOneLine() throws Exception {
        for (String place : List.of("open", "text", "batch end", "error")) {
            List<LogRecord> lines = play(place, 1011);
            assertThat(lines).as("lines of a fault at %s", place).hasSize(1);
            assertThat(lines.getFirst().getMessage()).contains("Session 1");
        }
    }

    @Test
    @Timeout(60)
    void aFaultWhileLeavingStillCompletesTheEnd() throws Exception {
        assertThat(play("gone", 1000)).hasSize(1);
    }

    private List<LogRecord> play(String place, int code) throws Exception {
        Path folder = dir.resolve(place.replace(' ', '-'));
        List<LogRecord> lines = new CopyOnWriteArrayList<>();
        Handler collecting = collector(lines);
        Logger logger = Logger.getLogger("loomchat");
        logger.addHandler(collecting);
        logger.setUseParentHandlers(false);
        Counters counters = new Counters();
        CountDownLatch closed = new CountDownLatch(1);
        try (EventLog log = EventLog.open(new LogOptions(folder, 1000, 1 << 28, 0, 1 << 10));
                Loop loop = new Loop("fault-test");
                ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress("127.0.0.1", 0));
            try (RawClient client = RawClient.connect(listener.socket().getLocalPort())) {
                SocketStream stream = new SocketStream(listener.accept(), loop);
                ChatContext context =
                        Guests.context(LIMITS, log, counters, System::currentTimeMillis, System::nanoTime);
                Endpoint broken = opened -> new Broken(context, opened, place);
                new ChatServer(context, new PairLifecycle(context, 0), Map.of(Protocol.PLAIN, broken))
                        .open(stream, Protocol.PLAIN, null, null, Guests.guest(context.visitors()), closed::countDown);
                provoke(client, place);
                Frame frame = client.read();
                assertThat(frame.closeCode()).isEqualTo(code);
                assertThat(client.isEnded()).isTrue();
                client.close();
                assertThat(closed.await(10, TimeUnit.SECONDS)).as("closed").isTrue();
            }
        } finally {
            logger.removeHandler(collecting);
            logger.setUseParentHandlers(true);
        }
        List<JsonObject> ends = new StrictLogReader(folder)
                .events().stream()
                        .filter(each -> each.getString("event").equals("Disconnected"))
                        .toList();
        assertThat(ends).hasSize(1);
        assertThat(ends.getFirst().getString("reason")).isEqualTo(code == 1011 ? "error" : "close");
        assertThat(ends.getFirst().getInt("code")).isEqualTo(code);
        return lines;
    }

    private static void provoke(RawClient client, String place) throws IOException {
        switch (place) {
            case "text", "batch end" -> client.sendText("hello");
            case "error" -> client.send(RawClient.frame(RawClient.BINARY, "hello"));
            case "gone" -> client.send(RawClient.close(1000, ""));
            default -> {
                // Breaks by itself.
            }
        }
    }

    private static Handler collector(List<LogRecord> into) {
        return new Handler() {
            @Override
            public void publish(LogRecord line) {
                into.add(line);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }
}
