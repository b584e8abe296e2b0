package loomchat.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import loomchat.ChatWiring;
import loomchat.chat.ChatServer;
import loomchat.chat.Limits;
import loomchat.chat.Protocol;
import loomchat.chat.v1.V1Limits;
import loomchat.counters.Counters;
import loomchat.net.Loop;
import loomchat.net.SocketStream;
import loomchat.testing.Guests;
import loomchat.testing.RawClient;
import loomchat.testing.StrictLogReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Chats whose record cannot be written wait for it, and are not taken for dead: real sockets, a disk that refuses on
 * demand.
 */
@Timeout(60)
class StalledChatTest {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration STALL = Duration.ofSeconds(3);
    private static final Limits LIMITS =
            new Limits(1 << 20, 64 << 20, 1_000_000, 1 << 30, Duration.ofSeconds(10), SHORT, SHORT, SHORT, SHORT);
    private static final int MESSAGES_A_SECOND = 4;
    private static final int QUEUE = 64;

    @TempDir
    Path dir;

    private final FaultyDisk disk = new FaultyDisk();
    private EventLog log;
    private Loop loop;
    private ServerSocketChannel listener;
    private ChatServer chat;
    private ScheduledExecutorService reaper;

    @BeforeEach
    void begin() throws Exception {
        log = EventLog.open(new LogOptions(dir, 50, 1 << 28, 0, QUEUE), segment -> {}, disk);
        loop = new Loop("stalled-chat-test");
        listener = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0));
        chat = ChatWiring.server(
                Guests.context(LIMITS, log, new Counters(), System::currentTimeMillis, System::nanoTime),
                new V1Limits(1000, MESSAGES_A_SECOND, 1, 10));
        reaper = Executors.newSingleThreadScheduledExecutor();
        reaper.scheduleWithFixedDelay(chat::reap, 20, 20, TimeUnit.MILLISECONDS);
    }

    @AfterEach
    void end() throws Exception {
        disk.room.set(Long.MAX_VALUE);
        reaper.shutdownNow();
        chat.close();
        log.close();
        loop.close();
        listener.close();
    }

    /** A client that answers pings and keeps what it is told. */
    private final class Guest implements AutoCloseable {
        final RawClient client;
        final List<String> told = new CopyOnWriteArrayList<>();
        private volatile RawClient.Frame last;
        private final Thread reading;

        Guest(Protocol kind) throws IOException {
            client = RawClient.connect(listener.socket().getLocalPort());
            chat.open(
                    new SocketStream(listener.accept(), loop),
                    kind,
                    null,
                    null,
                    Guests.guest(chat.visitors()),
                    () -> {});
            reading = Thread.ofVirtual().start(this::read);
        }

        private void read() {
            try {
                for (var each = client.readAnsweringPings(); each != null; each = client.readAnsweringPings()) {
                    last = each;
                    if (each.first() == RawClient.TEXT) {
                        told.add(each.text());
                    }
                }
            } catch (IOException e) {
                told.add(e.toString());
            }
        }

        boolean isThere() {
            return reading.isAlive();
        }

        List<String> told(String type) {
            return told.stream()
                    .filter(each -> each.contains("\"type\":\"" + type + "\""))
                    .toList();
        }

        void goodbye() throws Exception {
            client.send(RawClient.close(1000, ""));
            assertThat(reading.join(Duration.ofSeconds(10))).isTrue();
            assertThat(last.closeCode()).isEqualTo(1000);
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private static byte[] texts(IntStream numbers, String format) {
        var all = new java.io.ByteArrayOutputStream();
        numbers.forEach(i -> all.writeBytes(RawClient.frame(RawClient.TEXT, format.formatted(i))));
        return all.toByteArray();
    }

    private void stall() {
        disk.room.set(0);
        long start = System.nanoTime();
        await().until(() -> log.health().queued() == QUEUE);
        await().pollInterval(Duration.ofMillis(20)).until(() -> System.nanoTime() - start > STALL.toNanos());
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aStallOfTheDiskCutsNobodyAndLosesNothing() throws Exception {
        try (Guest one = new Guest(Protocol.PLAIN);
                Guest other = new Guest(Protocol.PLAIN)) {
            await().until(() -> one.told.size() == 1 && other.told.size() == 1);
            byte[] half = RawClient.frame(RawClient.TEXT, "a message in the middle");
            disk.room.set(0);
            one.client.send(texts(IntStream.range(0, 1000), "%d"));
            other.client.send(texts(IntStream.range(0, 1000), "%d"), java.util.Arrays.copyOf(half, 10));
            stall();
            assertThat(one.isThere() && other.isThere()).as("both are there").isTrue();

            disk.room.set(Long.MAX_VALUE);
            other.client.send(java.util.Arrays.copyOfRange(half, 10, half.length));
            await().atMost(Duration.ofSeconds(10)).until(() -> one.told.size() == 1002 && other.told.size() == 1001);
            List<String> expected = new ArrayList<>();
            expected.add(one.told.getFirst());
            IntStream.range(0, 1000).forEach(i -> expected.add("{\"type\":\"chat\",\"msg\":\"" + i + "\"}"));
            assertThat(other.told).isEqualTo(expected);
            expected.add("{\"type\":\"chat\",\"msg\":\"a message in the middle\"}");
            assertThat(one.told).isEqualTo(expected);
            one.goodbye();
            other.goodbye();
        }
        await().until(() -> chat.connections() == 0);
        log.close();
        assertComplete(new StrictLogReader(dir).events());
    }

    private static void assertComplete(List<JsonObject> events) {
        assertThat(StrictLogReader.assertNoGap(events)).isEqualTo(1);
        assertThat(events.stream().filter(each -> each.getString("event").equals("Message Relay")))
                .hasSize(2001);
        assertThat(events.stream().filter(each -> each.getString("event").equals("Disconnected")))
                .hasSize(2)
                .allMatch(each -> each.getString("reason").equals("close"));
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void whoDoesNotReadIsCutAlsoInAStallAndWhoIsGoneHasLeftAfterwards() throws Exception {
        try (Guest one = new Guest(Protocol.ECHO);
                Guest gone = new Guest(Protocol.PLAIN);
                RawClient deaf =
                        RawClient.connect("127.0.0.1", listener.socket().getLocalPort(), 16 * 1024)) {
            chat.open(
                    new SocketStream(listener.accept(), loop),
                    Protocol.ECHO,
                    null,
                    null,
                    Guests.guest(chat.visitors()),
                    () -> {});
            deaf.sendText("all are in the record");
            assertThat(deaf.readText()).isEqualTo("all are in the record");
            disk.room.set(0);
            Thread filler = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 2 * QUEUE; i++) {
                    log.record(new Event.NewConnection(1, 1, "filler", null));
                }
            });
            stall();
            gone.client.reset();
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    deaf.send(texts(IntStream.range(0, 100), "x".repeat(100_000)));
                } catch (IOException e) {
                    // Cut.
                }
            });
            assertThat(sender.join(Duration.ofSeconds(10))).as("cut, or taken").isTrue();
            await().atMost(Duration.ofSeconds(10)).until(() -> isCut(deaf));
            assertThat(one.isThere()).isTrue();
            disk.room.set(Long.MAX_VALUE);
            filler.join();
            await().until(() -> chat.connections() == 1);
        }
    }

    private static boolean isCut(RawClient client) {
        try {
            client.send(RawClient.frame(RawClient.PONG, ""));
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void whatAVisitorSaidDuringAStallIsNotTooFast() throws Exception {
        try (Guest one = new Guest(Protocol.V1);
                Guest other = new Guest(Protocol.V1)) {
            one.client.sendText("{\"type\":\"find\"}");
            await().until(() -> !one.told("waiting").isEmpty());
            other.client.sendText("{\"type\":\"find\"}");
            await().until(() ->
                    !one.told("matched").isEmpty() && !other.told("matched").isEmpty());
            disk.room.set(0);
            // Before anything is recorded: what the writer takes first does not fill the queue.
            disk.room.set(0);
            Thread filler = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 2 * QUEUE; i++) {
                    log.record(new Event.NewConnection(1, 1, "filler", null));
                }
            });
            await().until(() -> log.health().queued() == QUEUE);
            String saying = "{\"type\":\"chat\",\"chat\":1,\"id\":%d,\"text\":\"x\"}";
            one.client.send(texts(IntStream.of(1), saying));
            await().until(() -> !other.told("chat").isEmpty());
            // Its thread waits for the log by now: as many as it may say within the stall, and more than at once.
            int said = (int) (MESSAGES_A_SECOND * (STALL.toSeconds() + 2));
            one.client.send(texts(IntStream.rangeClosed(2, said), saying));
            stall();
            disk.room.set(Long.MAX_VALUE);
            filler.join();
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> other.told("chat").size() + one.told("error").size() >= said);
            assertThat(one.told("error").stream().filter(each -> !each.contains("slow-down")))
                    .isEmpty();
            assertThat(other.told("chat")).hasSize(said);
        }
    }
}
