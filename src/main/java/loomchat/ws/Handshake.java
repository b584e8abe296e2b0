package loomchat.ws;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import loomchat.net.ByteStream;
import loomchat.ws.deflate.Compression;
import loomchat.ws.deflate.DeflateParameters;

/**
 * The parts of the opening handshake that are WebSocket's own (RFC 6455, 4). Any thread.
 *
 * <p>{@link #open} makes the server's end of a connection; a client's is made by {@link WebSocketClient}.
 */
public final class Handshake {
    public static final String VERSION = "13";

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private Handshake() {}

    /** Whether {@code key} is 16 bytes in base64. */
    public static boolean isValidKey(String key) {
        try {
            return key.length() == 24 && Base64.getDecoder().decode(key).length == 16;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The value of {@code Sec-WebSocket-Accept} that answers {@code key}. */
    public static String accept(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder().encodeToString(sha1.digest((key + GUID).getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-1", e);
        }
    }

    /** The agreement on compression; {@link #header} is the value of {@code Sec-WebSocket-Extensions}. */
    public static final class Agreed {
        private final Compression compression;
        private final DeflateParameters deflate;

        private Agreed(Compression compression, DeflateParameters deflate) {
            this.compression = compression;
            this.deflate = deflate;
        }

        public String header() {
            return deflate.response();
        }

        /** The handshake led to no connection: gives back what was reserved for it. */
        public void drop() {
            if (deflate.keepsContext()) {
                compression.releaseContext();
            }
        }
    }

    /** Chooses among a client's offers of compression; null when none is acceptable. */
    public static Agreed negotiate(List<String> offers, Compression compression) {
        boolean reserved = compression.reserveContext();
        DeflateParameters deflate = DeflateParameters.accept(offers, reserved);
        if (reserved && (deflate == null || !deflate.keepsContext())) {
            compression.releaseContext();
        }
        return deflate == null ? null : new Agreed(compression, deflate);
    }

    /**
     * The server's end of a connection whose handshake is done.
     *
     * @param early the bytes that the client sent right behind its request, or null
     * @param agreed the result of {@link #negotiate}, or null
     * @param share of the budget for incomplete messages; the connection closes it
     * @param bytesIn and {@code bytesOut} count over all connections
     */
    public static WebSocket open(
            ByteStream stream,
            int maxMessageBytes,
            byte[] early,
            Agreed agreed,
            MessageBudget.Share share,
            LongAdder bytesIn,
            LongAdder bytesOut) {
        return new WebSocket(
                stream,
                false,
                true,
                maxMessageBytes,
                early,
                agreed == null ? null : agreed.compression,
                agreed == null ? null : agreed.deflate,
                share,
                bytesIn,
                bytesOut);
    }
}
