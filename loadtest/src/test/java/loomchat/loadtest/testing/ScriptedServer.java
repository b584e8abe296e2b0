package loomchat.loadtest.testing;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A server of {@code chat.v1} without a mind of its own: the test takes each connection and says what the server says,
 * one step after the other. A thread for each connection reads; the test's thread does everything else, and waits for
 * nothing longer than {@link #PATIENCE_SECONDS}.
 */
public final class ScriptedServer implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 15;
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    private final ServerSocket server;
    /** Where pages come from, or 0. */
    private final int pages;

    private final BlockingQueue<Wire> wires = new LinkedBlockingQueue<>();
    /** What each connection is told from now on, without the test; null until then. */
    private volatile String welcome;

    private volatile int resumedChat;

    public ScriptedServer() throws IOException {
        this(0);
    }

    /** @param pages the port of a server on this machine that answers all requests but handshakes */
    public ScriptedServer(int pages) throws IOException {
        this.pages = pages;
        server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    public String url() {
        return "ws://127.0.0.1:" + port() + "/";
    }

    /** The next connection, after its handshake; it has heard nothing yet. */
    public Wire next() throws InterruptedException {
        Wire wire = wires.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(wire).as("a new connection").isNotNull();
        return wire;
    }

    /** The next connection, welcomed with that secret. */
    public Wire welcomed(String secret) throws InterruptedException {
        return welcomed(secret, "a run");
    }

    /** The same, by that run of the server. */
    public Wire welcomed(String secret, String run) throws InterruptedException {
        Wire wire = next();
        wire.say(welcome(secret, run));
        return wire;
    }

    private static String welcome(String secret, String run) {
        return """
                {"type":"welcome","session":281474976710657,"secret":"%s","run":"%s","limits":{"textBytes":65536,\
                "messagesPerSecond":20,"interests":8,"interestChars":32,"resumeSeconds":5}}""".formatted(secret, run);
    }

    /** From now on who comes is welcomed by that run, and back in that chat if it asks. */
    public void resumeAll(String run, int chat) {
        resumedChat = chat;
        welcome = welcome("back again", run);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            ServerSideSocket connection = new ServerSideSocket(socket);
            ServerSideSocket.Request request = connection.readRequest();
            if (pages != 0 && request.header("sec-websocket-key").isEmpty()) {
                connection.respond(page(request));
            } else if (connection.shakeHands(request, 0, "chat.v1")) {
                Wire wire = new Wire(connection);
                if (welcome == null) {
                    wires.add(wire);
                } else {
                    wire.say(welcome);
                }
                wire.read(resumedChat);
            }
        } catch (IOException e) {
            // The client has gone.
        }
    }

    /** What the server of pages answers, whole. */
    private byte[] page(ServerSideSocket.Request request) throws IOException {
        StringBuilder head = new StringBuilder(request.method() + " " + request.path() + " HTTP/1.1\r\n");
        request.headers().forEach((name, value) -> {
            if (!name.equals("connection")) {
                head.append(name).append(": ").append(value).append("\r\n");
            }
        });
        try (Socket behind = new Socket(InetAddress.getByName("127.0.0.1"), pages)) {
            behind.getOutputStream()
                    .write((head + "Connection: close\r\n\r\n" + request.body()).getBytes(StandardCharsets.UTF_8));
            return behind.getInputStream().readAllBytes();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    /** One connection of a client. */
    public static final class Wire {
        private final ServerSideSocket connection;
        private final BlockingQueue<Optional<JsonObject>> heard = new LinkedBlockingQueue<>();

        private Wire(ServerSideSocket connection) {
            this.connection = connection;
        }

        /** @param resumed the chat in which it is at once when it asks, 0 for none */
        private void read(int resumed) {
            try {
                for (byte[] next = connection.readText(); next != null; next = connection.readText()) {
                    try (JsonReader reader =
                            READERS.createReader(new StringReader(new String(next, StandardCharsets.UTF_8)))) {
                        JsonObject message = reader.readObject();
                        heard.add(Optional.of(message));
                        if (resumed != 0 && message.getString("type").equals("resume")) {
                            say("{\"type\":\"resumed\",\"chat\":%d,\"id\":0,\"missed\":0,\"partnerAway\":false}"
                                    .formatted(resumed));
                        }
                    }
                }
            } catch (IOException e) {
                // Cut.
            }
            heard.add(Optional.empty());
        }

        /** Nothing happens when the client has gone. */
        public void say(String json) {
            try {
                connection.text(json);
            } catch (IOException e) {
                // The test sees it by what the client does next.
            }
        }

        /** The next message of that type; others before it are dropped. */
        public JsonObject hears(String type) throws InterruptedException {
            while (true) {
                Optional<JsonObject> next = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                assertThat(next).as("a message \"%s\"", type).isNotNull();
                assertThat(next).as("the connection, open until \"%s\"", type).isPresent();
                if (next.orElseThrow().getString("type").equals(type)) {
                    return next.orElseThrow();
                }
            }
        }

        /** The ids of the next {@code count} chat messages. */
        public List<Integer> hearsIds(int count) throws InterruptedException {
            List<Integer> ids = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                ids.add(hears("chat").getInt("id"));
            }
            return ids;
        }

        /** Waits until the client has ended the connection. */
        public void awaitEnd() throws InterruptedException {
            for (Optional<JsonObject> next = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                    next == null || next.isPresent();
                    next = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                assertThat(next).as("the end of the connection").isNotNull();
            }
        }

        public void close(int code) throws IOException {
            connection.close(code, "");
        }

        /** As when the server is killed. */
        public void cut() {
            try {
                connection.socket.setSoLinger(true, 0);
                connection.socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
