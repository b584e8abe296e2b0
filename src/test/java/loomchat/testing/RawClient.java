package loomchat.testing;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A client that sends whatever bytes it is told to, right or wrong, over a socket of the JDK, and takes apart what
 * comes back without any code of the program. Every read ends after {@link #PATIENCE_MILLIS}. One thread. Long,
 * because it holds the whole of a client in one file, so that no code of the server is used to test it.
 */
public final class RawClient implements AutoCloseable {
    public static final int PATIENCE_MILLIS = 15_000;
    public static final int TEXT = 0x81;
    public static final int BINARY = 0x82;
    public static final int CLOSE = 0x88;
    public static final int PING = 0x89;
    public static final int PONG = 0x8A;
    public static final int RSV1 = 0x40;

    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final int MASK = 0x5A17C3E9;

    private final SocketChannel channel;
    private final InputStream in;

    private RawClient(SocketChannel channel) throws IOException {
        this.channel = channel;
        channel.socket().setSoTimeout(PATIENCE_MILLIS);
        in = channel.socket().getInputStream();
    }

    /** A TCP connection to the server on this machine. */
    public static RawClient connect(int port) throws IOException {
        return connect("127.0.0.1", port, 0);
    }

    /** @param receiveBuffer in bytes; small for a client that is soon full; 0 for the system's */
    public static RawClient connect(String from, int port, int receiveBuffer) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (receiveBuffer > 0) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
            }
            channel.bind(new InetSocketAddress(from, 0));
            channel.socket().connect(new InetSocketAddress("127.0.0.1", port), PATIENCE_MILLIS);
            return new RawClient(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** A WebSocket whose handshake is done. */
    public static RawClient open(int port, String path, String... headers) throws IOException {
        RawClient client = connect(port);
        try {
            client.shakeHands(path, headers);
            return client;
        } catch (IOException | AssertionError e) {
            client.close();
            throw e;
        }
    }

    /** Shakes hands and returns the server's answer. */
    public Response shakeHands(String path, String... headers) throws IOException {
        send(request(path, headers));
        Response response = readResponse();
        if (response.status() != 101) {
            throw new AssertionError("No upgrade: " + response);
        }
        return response;
    }

    /** A valid handshake with more headers. */
    public static String request(String path, String... headers) {
        StringBuilder request =
                new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                        + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY + "\r\n");
        for (String each : headers) {
            request.append(each).append("\r\n");
        }
        return request.append("\r\n").toString();
    }

    // Sending

    public void send(String ascii) throws IOException {
        send(ascii.getBytes(StandardCharsets.ISO_8859_1));
    }

    public void send(byte[]... parts) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] each : parts) {
            all.writeBytes(each);
        }
        write(all.toByteArray());
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** Sends in pieces of this size, each with a call of its own. */
    public void sendChopped(byte[] bytes, int piece) throws IOException {
        for (int from = 0; from < bytes.length; from += piece) {
            write(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + piece)));
        }
    }

    public void sendText(String text) throws IOException {
        write(frame(TEXT, text));
    }

    /** Sends without waiting for room; returns how much went out. */
    public int sendWhatFits(byte[] bytes) throws IOException {
        channel.configureBlocking(false);
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining() && channel.write(buffer) > 0) {
                // As long as there is room.
            }
            return buffer.position();
        } finally {
            channel.configureBlocking(true);
        }
    }

    /** A masked frame, its length in the shortest form. */
    public static byte[] frame(int first, byte[] payload) {
        byte[] header = header(first, payload.length, 0x80);
        byte[] frame = Arrays.copyOf(header, header.length + 4 + payload.length);
        for (int i = 0; i < 4; i++) {
            frame[header.length + i] = (byte) (MASK >> 24 - 8 * i);
        }
        for (int i = 0, at = header.length + 4; i < payload.length; i++, at++) {
            frame[at] = (byte) (payload[i] ^ MASK >> 24 - 8 * (i & 3));
        }
        return frame;
    }

    public static byte[] frame(int first, String payload) {
        return frame(first, payload.getBytes(StandardCharsets.UTF_8));
    }

    public static byte[] close(int code, String reason) {
        return frame(CLOSE, closePayload(code, reason.getBytes(StandardCharsets.UTF_8)));
    }

    public static byte[] closePayload(int code, byte[] reason) {
        byte[] payload = new byte[2 + reason.length];
        payload[0] = (byte) (code >> 8);
        payload[1] = (byte) code;
        System.arraycopy(reason, 0, payload, 2, reason.length);
        return payload;
    }

    /** A header without a mask key: {@code maskBit} 0x80 announces one. */
    public static byte[] header(int first, long length, int maskBit) {
        int octets = length < 126 ? 0 : length < 65_536 ? 2 : 8;
        return header(first, length, maskBit, octets);
    }

    /** A header with a length in 0, 2 or 8 more octets, needed or not. */
    public static byte[] header(int first, long length, int maskBit, int octets) {
        byte[] header = new byte[2 + octets];
        header[0] = (byte) first;
        header[1] = (byte) (maskBit | (octets == 0 ? length : octets == 2 ? 126 : 127));
        for (int i = 0; i < octets; i++) {
            header[2 + i] = (byte) (length >> 8 * (octets - 1 - i));
        }
        return header;
    }

    // Receiving

    /** A frame as the server sent it. */
    public record Frame(int first, byte[] payload) {
        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        /** Of a close frame; 1005 when it has none. */
        public int closeCode() {
            return payload.length < 2 ? 1005 : (payload[0] & 0xff) << 8 | payload[1] & 0xff;
        }

        @Override
        public String toString() {
            String text = text();
            return "%02x %s"
                    .formatted(first, first == CLOSE ? closeCode() : text.length() > 100 ? payload.length : text);
        }
    }

    /** The next frame; null at the end of the connection, in order or not. */
    public Frame read() throws IOException {
        try {
            int first = in.read();
            if (first < 0) {
                return null;
            }
            int second = octet();
            if ((second & 0x80) != 0) {
                throw new AssertionError("The server masked a frame");
            }
            long length = second;
            if (second > 125) {
                length = 0;
                for (int i = 0; i < (second == 126 ? 2 : 8); i++) {
                    length = length << 8 | octet();
                }
            }
            if (length < 126 != second < 126 || length < 65_536 != second < 127) {
                throw new AssertionError("The server did not encode " + length + " minimally");
            }
            byte[] payload = in.readNBytes(Math.toIntExact(length));
            if (payload.length < length) {
                return null;
            }
            return new Frame(first, payload);
        } catch (SocketException e) {
            return null;
        }
    }

    /** The next frame that is no ping; pings are answered. */
    public Frame readAnsweringPings() throws IOException {
        Frame frame = read();
        while (frame != null && frame.first() == PING) {
            send(frame(PONG, frame.payload()));
            frame = read();
        }
        return frame;
    }

    /** The next frame but pings, which must be a text. */
    public String readText() throws IOException {
        Frame frame = readAnsweringPings();
        if (frame == null || frame.first() != TEXT) {
            throw new AssertionError("Expected a text, got " + frame);
        }
        return frame.text();
    }

    /** Everything until the end of the connection. */
    public List<Frame> readAll() throws IOException {
        List<Frame> all = new ArrayList<>();
        for (Frame each = read(); each != null; each = read()) {
            all.add(each);
        }
        return all;
    }

    /** Everything but pings until the end of the connection. */
    public List<Frame> readAllAnsweringPings() throws IOException {
        List<Frame> all = new ArrayList<>();
        for (Frame each = readAnsweringPings(); each != null; each = readAnsweringPings()) {
            all.add(each);
        }
        return all;
    }

    private int octet() throws IOException {
        int octet = in.read();
        if (octet < 0) {
            throw new SocketException("cut off");
        }
        return octet;
    }

    /** An HTTP answer: status, head with the names in lower case, and a body if a length was given. */
    public record Response(int status, String head, String body) {
        private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) .*", Pattern.DOTALL);

        /** The value of a header, or null. */
        public String header(String name) {
            Matcher match = Pattern.compile("(?im)^" + Pattern.quote(name) + ": *(.*?) *$")
                    .matcher(head);
            return match.find() ? match.group(1) : null;
        }
    }

    public Response readResponse() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || head.lastIndexOf("\r\n\r\n") != head.length() - 4) {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException("No answer, but: " + head);
            }
            head.append((char) octet);
        }
        Matcher status = Response.STATUS.matcher(head);
        if (!status.matches()) {
            throw new AssertionError("Not HTTP: " + head);
        }
        Response bare = new Response(Integer.parseInt(status.group(1)), head.toString(), "");
        String length = bare.header("Content-Length");
        String body = length == null ? "" : new String(in.readNBytes(Integer.parseInt(length)), StandardCharsets.UTF_8);
        return new Response(bare.status(), bare.head(), body);
    }

    /** All that comes until the server ends the connection. */
    public String rest() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Whether the server ends the connection now, without another byte. */
    public boolean isEnded() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    /** Waits less than usual in each read. */
    public void patience(int millis) throws IOException {
        channel.socket().setSoTimeout(millis);
    }

    public int localPort() {
        return channel.socket().getLocalPort();
    }

    // Vanishing

    /** Half-closes: the server reads an end of the stream. */
    public void finish() throws IOException {
        channel.shutdownOutput();
    }

    /** Ends the connection with a reset. */
    public void reset() throws IOException {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        channel.close();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
