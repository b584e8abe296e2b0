package loomchat.testing;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import loomchat.chat.ChatContext;
import loomchat.chat.ChatServer;
import loomchat.chat.Limits;
import loomchat.chat.PairLifecycle;
import loomchat.chat.Protocol;
import loomchat.chat.call.CallOptions;
import loomchat.chat.plain.PlainConnection;
import loomchat.chat.v1.V1Endpoint;
import loomchat.chat.v1.V1Limits;
import loomchat.counters.Counters;
import loomchat.log.EventLog;
import loomchat.log.LogOptions;
import loomchat.net.Loop;
import loomchat.net.SocketStream;

/**
 * A chat behind real sockets whose clocks are the test's: no HTTP, connections begin behind their handshake. The
 * reaper comes when the test calls it. Safe for any thread.
 */
public final class TestServer implements AutoCloseable {
    public static final int RESUME_SECONDS = 10;
    public static final int INTEREST_SECONDS = 5;
    private static final Limits LIMITS = new Limits(
            1 << 20,
            1 << 24,
            1_000_000,
            1 << 30,
            Duration.ofMinutes(1),
            Duration.ofMinutes(10),
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Duration.ofMinutes(1));

    public final AtomicLong wallMillis = new AtomicLong(1_800_000_000_000L);
    public final AtomicLong nanos = new AtomicLong(-TimeUnit.HOURS.toNanos(1));
    public final Counters counters = new Counters();
    public final ChatServer chat;
    public final PairLifecycle pairs;
    public final V1Endpoint v1;
    private final Path folder;
    private final EventLog log;
    private final List<Loop> loops;
    private final ServerSocketChannel listener;

    public TestServer(Path folder) throws Exception {
        this.folder = folder;
        log = EventLog.open(new LogOptions(folder, 1000, 1 << 28, 0, 1 << 16));
        loops = IntStream.range(0, 2)
                .mapToObj(i -> new Loop("test-server-" + i))
                .toList();
        listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        ChatContext context = Guests.context(LIMITS, log, counters, wallMillis::get, nanos::get);
        pairs = new PairLifecycle(context, INTEREST_SECONDS);
        v1 = new V1Endpoint(context, new V1Limits(1000, 0, RESUME_SECONDS, INTEREST_SECONDS), CallOptions.OFF, pairs);
        chat = new ChatServer(
                context,
                pairs,
                Map.of(Protocol.PLAIN, opened -> new PlainConnection(context, pairs, opened), Protocol.V1, v1));
    }

    public void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
        wallMillis.addAndGet(time.toMillis());
    }

    public RawClient plain() throws IOException {
        return enter(Protocol.PLAIN);
    }

    /** A visitor who has been welcomed. */
    public Visitor v1() throws IOException {
        RawClient client = enter(Protocol.V1);
        JsonObject welcome = JsonClient.json(client.readText());
        return new Visitor(client, welcome.getInt("session"), welcome.getString("secret"));
    }

    private synchronized RawClient enter(Protocol kind) throws IOException {
        RawClient client = RawClient.connect(listener.socket().getLocalPort());
        SocketStream stream = new SocketStream(listener.accept(), loops.get(client.localPort() % loops.size()));
        chat.open(stream, kind, null, null, Guests.guest(chat.visitors()), () -> {});
        return client;
    }

    /** A client of {@code chat.v1}. */
    public record Visitor(RawClient client, int session, String secret) implements AutoCloseable {
        public void say(String json, Object... values) throws IOException {
            client.sendText(json.formatted(values).replace('\'', '"'));
        }

        public void find(String... interests) throws IOException {
            say(
                    "{'type':'find','interests':[%s]}",
                    interests.length == 0 ? "" : "'" + String.join("','", interests) + "'");
        }

        public void resume(String other) throws IOException {
            say("{'type':'resume','secret':'%s','id':0}", other);
        }

        public JsonObject next() throws IOException {
            return JsonClient.json(client.readText());
        }

        /** The next message, which is of this type. */
        public JsonObject next(String type) throws IOException {
            JsonObject message = next();
            assertThat(message.getString("type")).as("%s", message).isEqualTo(type);
            return message;
        }

        /** Nothing has come before the answer to a message that is none. */
        public void nothingMore() throws IOException {
            say("?");
            assertThat(next("error").getString("code")).isEqualTo("not-json");
        }

        @Override
        public void close() {
            client.close();
        }
    }

    /** Ends the record and returns it. The connections must have ended. */
    public List<JsonObject> record() {
        log.close();
        return new StrictLogReader(folder).events();
    }

    @Override
    public void close() throws Exception {
        chat.close();
        listener.close();
        log.close();
        loops.forEach(Loop::close);
    }
}
