package loomchat.web.response;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What ends a connection, as bytes: a response of one line of text for failed handshakes and refused connections, and a
 * close frame.
 */
public final class RawResponse {
    private RawResponse() {}

    /** A close frame (RFC 6455, 5.5.1); the text has at most 123 bytes. */
    public static byte[] closeFrame(int code, String text) {
        byte[] reason = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(4 + reason.length)
                .put((byte) 0x88)
                .put((byte) (2 + reason.length))
                .putShort((short) code)
                .put(reason)
                .array();
    }

    /**
     * @param status such as {@code 404 Not Found}
     * @param headers lines with their ends, may be empty
     */
    public static byte[] of(String status, String headers, String text) {
        byte[] line = (text + "\n").getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + status + "\r\n" + headers + SecurityHeaders.LINES
                + "Content-Type: text/plain; charset=utf-8\r\nContent-Length: " + line.length
                + "\r\nConnection: close\r\n\r\n";
        return (head + new String(line, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }
}
