package loomchat.testing;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReaderFactory;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A client of the chat in tests, on the JDK's own WebSocket: what it receives waits in a queue until it is asked for.
 */
public final class JsonClient implements AutoCloseable {
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final long DEADLINE_SECONDS = 30;

    private final BlockingQueue<String> inbox = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final WebSocket socket;

    private JsonClient(int port, String subprotocol) {
        WebSocket.Builder builder = HTTP.newWebSocketBuilder().connectTimeout(Duration.ofSeconds(DEADLINE_SECONDS));
        if (subprotocol != null) {
            builder.subprotocols(subprotocol);
        }
        socket = builder.buildAsync(URI.create("ws://127.0.0.1:" + port + "/ws"), new Receiving())
                .join();
        assertThat(socket.getSubprotocol()).isEqualTo(subprotocol == null ? "" : subprotocol);
    }

    public static JsonClient plain(int port) {
        return new JsonClient(port, null);
    }

    public static JsonClient v1(int port) {
        return new JsonClient(port, "chat.v1");
    }

    /** Calls of a listener come one after the other. */
    private final class Receiving implements WebSocket.Listener {
        private final StringBuilder parts = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            parts.append(data);
            if (last) {
                inbox.add(parts.toString());
                parts.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            closed.complete(1006);
        }
    }

    public void send(String message) {
        socket.sendText(message, true).join();
    }

    /** False when the server has closed the connection. */
    public boolean trySend(String message) {
        try {
            send(message);
            return true;
        } catch (CompletionException e) {
            return false;
        }
    }

    /** Sends the beginning of a message whose end never comes. */
    public void sendHalf(String message) {
        socket.sendText(message, false).join();
    }

    public void sendBinary(byte[] bytes) {
        socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
    }

    /** The next message, as it came. */
    public String receive() {
        try {
            String next = inbox.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
            assertThat(next).as("a message within " + DEADLINE_SECONDS + " s").isNotNull();
            return next;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until something has come or the server has closed; whether it has, and nothing has come. */
    public boolean closes() {
        Awaitility.await().atMost(DEADLINE_SECONDS, TimeUnit.SECONDS).until(() -> !inbox.isEmpty() || closed.isDone());
        return inbox.isEmpty();
    }

    /** What has come so far. */
    public List<String> pending() {
        List<String> come = new ArrayList<>();
        inbox.drainTo(come);
        return come;
    }

    /** The next message that is no news of how many wait. */
    public JsonObject next() {
        JsonObject message = json(receive());
        while (message.getString("type").equals("waiting")) {
            message = json(receive());
        }
        return message;
    }

    /** The next message of this type; those before it must be of the types given. */
    public JsonObject next(String type, String... after) {
        JsonObject message = next();
        while (List.of(after).contains(message.getString("type"))) {
            message = next();
        }
        assertThat(message.getString("type")).as(message.toString()).isEqualTo(type);
        return message;
    }

    /** Asserts that nothing has come before the answer to a message that is none. */
    public void nothingMore() {
        send("?");
        JsonObject error = next("error");
        assertThat(error.getString("code")).isEqualTo("not-json");
    }

    /** The same, when messages of these types may have come. */
    public void nothingMoreAfter(String... types) {
        send("?");
        assertThat(next("error", types).getString("code")).isEqualTo("not-json");
    }

    /** The code with which the server closed, 1006 if it just went. */
    public int closeCode() {
        return closed.orTimeout(DEADLINE_SECONDS, TimeUnit.SECONDS).join();
    }

    public static JsonObject json(String text) {
        try (var reader = READERS.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }

    /** Vanishes without a close frame. */
    public void vanish() {
        socket.abort();
    }

    public void close(int code) {
        socket.sendClose(code, "").join();
    }

    @Override
    public void close() {
        socket.abort();
    }
}
