package loomchat.ws;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import loomchat.net.ByteStream;
import loomchat.ws.deflate.DeflateParameters;

/** A client's opening handshake (RFC 6455, 4.1): the request, and the check of the server's response. Any thread. */
final class ClientHandshake {
    private static final int MOST_RESPONSE_BYTES = 16 * 1024;
    private static final int MOST_BODY_BYTES = 1024;
    private static final long BODY_NANOS = 300_000_000;

    private ClientHandshake() {}

    /** Shakes hands over a connected stream, until the deadline on the clock of {@link System#nanoTime}. */
    static WebSocketClient perform(ByteStream stream, ClientOptions options, long deadline) throws IOException {
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
                throw new HandshakeRefused("its answer is too long");
            }
            if (!stream.awaitReadable(deadline)) {
                throw new SocketTimeoutException("No answer to the WebSocket handshake");
            }
            if (size == response.length) {
                response = Arrays.copyOf(response, Math.min(MOST_RESPONSE_BYTES, size * 2));
            }
            int count = stream.read(ByteBuffer.wrap(response, size, response.length - size));
            if (count < 0) {
                throw new HandshakeRefused("it closed the connection");
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
                    .append(DeflateParameters.OFFER)
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
            throw new HandshakeRefused("its answer is not HTTP");
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
            throw new HandshakeRefused(
                    code, headers, status.length > 2 ? status[2] : "", bodyStart(stream, headers, early));
        }
        if (!Handshake.accept(key).equals(headers.get("Sec-WebSocket-Accept"))
                || !"websocket".equalsIgnoreCase(headers.get("Upgrade"))
                || !headers.getOrDefault("Connection", "")
                        .toLowerCase(Locale.ROOT)
                        .contains("upgrade")) {
            throw new HandshakeRefused("its answer is not a WebSocket handshake");
        }
        String chosen = headers.get("Sec-WebSocket-Protocol");
        if (chosen != null && !options.subprotocols().contains(chosen)) {
            throw new HandshakeRefused("it chose a subprotocol that was not offered");
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

    /** What a server says of its refusal: of its first bytes what comes within {@link #BODY_NANOS}. */
    private static String bodyStart(ByteStream stream, Map<String, String> headers, byte[] early) {
        ByteBuffer body = ByteBuffer.allocate(MOST_BODY_BYTES);
        body.put(early == null ? new byte[0] : Arrays.copyOf(early, Math.min(early.length, MOST_BODY_BYTES)));
        String length = headers.getOrDefault("Content-Length", "");
        int whole = length.matches("\\d{1,4}") ? Integer.parseInt(length) : MOST_BODY_BYTES;
        boolean chunked = headers.getOrDefault("Transfer-Encoding", "").equalsIgnoreCase("chunked");
        long deadline = System.nanoTime() + BODY_NANOS;
        try {
            while (body.hasRemaining()
                    && body.position() < whole
                    && stream.awaitReadable(deadline)
                    && stream.read(body) >= 0) {
                // Until it is enough.
            }
        } catch (IOException e) {
            // What came is all there is.
        }
        String text = new String(body.array(), 0, body.position(), StandardCharsets.UTF_8);
        // The first line is the size of the first chunk.
        return chunked ? text.substring(text.indexOf('\n') + 1) : text;
    }

    private static DeflateParameters agreed(String response, ClientOptions options) throws HandshakeRefused {
        if (response == null || response.isEmpty()) {
            return null;
        }
        DeflateParameters deflate = options.compression() == null ? null : DeflateParameters.agreed(response);
        if (deflate == null) {
            throw new HandshakeRefused("it chose an extension that was not offered");
        }
        if (deflate.keepsContext() && !options.compression().reserveContext()) {
            throw new HandshakeRefused("no compressor is left on this side");
        }
        return deflate;
    }
}
