package loomchat.ws;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import loomchat.net.ByteStream;
import loomchat.net.SocketStream;
import loomchat.net.TlsStream;

/**
 * A client's end of a connection. One thread receives; any thread sends. {@link #close} and {@link #abort} belong to the
 * receiving thread.
 */
public final class WebSocketClient implements AutoCloseable {
    private static final int MOST_RESPONSE_BYTES = 16 * 1024;
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final WebSocket socket;
    private final String subprotocol;
    private boolean ended;

    private WebSocketClient(WebSocket socket, String subprotocol) {
        this.socket = socket;
        this.subprotocol = subprotocol;
    }

    /**
     * Connects and shakes hands.
     *
     * @throws HandshakeRefused the server answered with something else
     * @throws IOException there was no connection, or it broke
     */
    public static WebSocketClient connect(ClientOptions options) throws IOException {
        long deadline = System.nanoTime() + options.connectTimeout().toNanos();
        ByteStream stream = open(options);
        try {
            return shakeHands(stream, options, deadline);
        } catch (IOException | RuntimeException e) {
            stream.close();
            throw e;
        }
    }

    private static ByteStream open(ClientOptions options) throws IOException {
        URI uri = options.uri();
        boolean secure = "wss".equalsIgnoreCase(uri.getScheme());
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
        InetSocketAddress address = new InetSocketAddress(unbracketed(uri.getHost()), port);
        if (address.isUnresolved()) {
            throw new UnknownHostException(uri.getHost());
        }
        int timeoutMillis = (int) options.connectTimeout().toMillis();
        if (secure) {
            return TlsStream.connect(address, uri.getHost(), options.localAddress(), options.tls(), timeoutMillis);
        }
        SocketChannel channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (options.localAddress() != null) {
                channel.bind(new InetSocketAddress(options.localAddress(), 0));
            }
            channel.socket().connect(address, timeoutMillis);
            return new SocketStream(channel, options.loop());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static String unbracketed(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static WebSocketClient shakeHands(ByteStream stream, ClientOptions options, long deadline)
            throws IOException {
        byte[] nonce = new byte[16];
        ThreadLocalRandom.current().nextBytes(nonce);
        String key = Base64.getEncoder().encodeToString(nonce);
        byte[] request = request(options, key).getBytes(StandardCharsets.UTF_8);
        stream.write(request, 0, request.length);

        byte[] response = new byte[512];
        int size = 0;
        int end;
        while ((end = endOfHead(response, size)) < 0) {
            if (size == MOST_RESPONSE_BYTES) {
                throw new HandshakeRefused(0, null, "its answer is too long");
            }
            if (!stream.awaitReadable(deadline)) {
                throw new SocketTimeoutException("No answer to the WebSocket handshake");
            }
            if (size == response.length) {
                response = Arrays.copyOf(response, Math.min(MOST_RESPONSE_BYTES, size * 2));
            }
            int count = stream.read(ByteBuffer.wrap(response, size, response.length - size));
            if (count < 0) {
                throw new HandshakeRefused(0, null, "it closed the connection");
            }
            size += count;
        }
        byte[] early = end == size ? null : Arrays.copyOfRange(response, end, size);
        return check(new String(response, 0, end, StandardCharsets.ISO_8859_1), key, stream, options, early);
    }

    private static String request(ClientOptions options, String key) {
        URI uri = options.uri();
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        StringBuilder request = new StringBuilder(256)
                .append("GET ")
                .append(path)
                .append(uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery())
                .append(" HTTP/1.1\r\nHost: ")
                .append(uri.getHost())
                .append(uri.getPort() < 0 ? "" : ":" + uri.getPort())
                .append("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: ")
                .append(Handshake.VERSION)
                .append("\r\nSec-WebSocket-Key: ")
                .append(key)
                .append("\r\n");
        if (!options.subprotocols().isEmpty()) {
            request.append("Sec-WebSocket-Protocol: ")
                    .append(String.join(", ", options.subprotocols()))
                    .append("\r\n");
        }
        if (options.compression() != null) {
            request.append("Sec-WebSocket-Extensions: ")
                    .append(Extensions.OFFER)
                    .append("\r\n");
        }
        options.headers()
                .forEach((name, value) ->
                        request.append(name).append(": ").append(value).append("\r\n"));
        return request.append("\r\n").toString();
    }

    /** The index behind the empty line that ends the head, or -1. */
    private static int endOfHead(byte[] bytes, int size) {
        for (int i = 3; i < size; i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
                return i + 1;
            }
        }
        return -1;
    }

    private static WebSocketClient check(
            String head, String key, ByteStream stream, ClientOptions options, byte[] early) throws IOException {
        String[] lines = head.split("\r\n");
        String[] status = lines[0].split(" ", 3);
        if (status.length < 2 || !status[0].startsWith("HTTP/1.") || !status[1].matches("\\d{3}")) {
            throw new HandshakeRefused(0, null, "its answer is not HTTP");
        }
        TreeMap<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0) {
                headers.merge(
                        lines[i].substring(0, colon).strip(),
                        lines[i].substring(colon + 1).strip(),
                        (one, other) -> one + ", " + other);
            }
        }
        int code = Integer.parseInt(status[1]);
        if (code != 101) {
            throw new HandshakeRefused(code, headers.get("Retry-After"), status.length > 2 ? status[2] : "");
        }
        if (!Handshake.accept(key).equals(headers.get("Sec-WebSocket-Accept"))
                || !"websocket".equalsIgnoreCase(headers.get("Upgrade"))
                || !headers.getOrDefault("Connection", "")
                        .toLowerCase(Locale.ROOT)
                        .contains("upgrade")) {
            throw new HandshakeRefused(0, null, "its answer is not a WebSocket handshake");
        }
        String chosen = headers.get("Sec-WebSocket-Protocol");
        if (chosen != null && !options.subprotocols().contains(chosen)) {
            throw new HandshakeRefused(0, null, "it chose a subprotocol that was not offered");
        }
        WebSocket socket = new WebSocket(
                stream,
                true,
                options.answerPings(),
                options.maxMessageBytes(),
                early,
                options.compression(),
                agreed(headers.get("Sec-WebSocket-Extensions"), options),
                MessageBudget.UNBOUNDED,
                new LongAdder(),
                new LongAdder());
        return new WebSocketClient(socket, chosen);
    }

    private static Extensions agreed(String response, ClientOptions options) throws HandshakeRefused {
        if (response == null || response.isEmpty()) {
            return null;
        }
        Extensions extensions = options.compression() == null ? null : Extensions.agreed(response);
        if (extensions == null) {
            throw new HandshakeRefused(0, null, "it chose an extension that was not offered");
        }
        if (extensions.keepsContext() && !options.compression().reserveContext()) {
            throw new HandshakeRefused(0, null, "no compressor is left on this side");
        }
        return extensions;
    }

    /** What the server chose, or null. */
    public String subprotocol() {
        return subprotocol;
    }

    /**
     * Waits for input or the deadline (on the clock of {@link System#nanoTime}) and delivers every message that is complete.
     * Receiving thread only.
     */
    public Received receive(MessageHandler handler, long deadlineNanos) throws IOException {
        return socket.receive(handler, deadlineNanos);
    }

    public void sendText(byte[] utf8, int offset, int length) throws IOException {
        socket.sendText(utf8, offset, length);
    }

    public void sendBinary(byte[] bytes, int offset, int length) throws IOException {
        socket.sendBinary(bytes, offset, length);
    }

    public void ping(byte[] payload) throws IOException {
        socket.ping(payload);
    }

    /** Sends a close frame and does not wait, from any thread: whoever reads comes to the server's answer. */
    public void beginClose(int code, String reason) {
        socket.close(code, reason);
    }

    /** Closes in order: sends a close frame and waits for the server's, for two seconds at most. */
    public void close(int code, String reason) {
        if (ended) {
            return;
        }
        ended = true;
        socket.close(code, reason);
        long deadline = System.nanoTime() + CLOSE_NANOS;
        try {
            Received received = Received.MESSAGES;
            while (received == Received.MESSAGES) {
                received = socket.receive(IGNORING, deadline);
            }
        } catch (IOException e) {
            // The server ended it its own way.
        }
        socket.finish();
    }

    private static final MessageHandler IGNORING = new MessageHandler() {
        @Override
        public void onText(byte[] buffer, int offset, int length) {}

        @Override
        public void onBinary(byte[] buffer, int offset, int length) {}
    };

    @Override
    public void close() {
        close(CloseCode.NORMAL, "");
    }

    /** Vanishes: the server sees a reset. */
    public void abort() {
        ended = true;
        socket.abort();
        socket.finish();
    }

    public long bytesIn() {
        return socket.bytesIn();
    }

    public long bytesOut() {
        return socket.bytesOut();
    }

    /** The code of the server's close frame, or 1006 while there is none. */
    public int closeCode() {
        return socket.closeCode();
    }
}
