package loomchat.web;

import java.nio.charset.StandardCharsets;

/**
 * A response of one line of text that ends the connection, as bytes: for failed handshakes and refused connections.
 */
final class RawResponse {
    private RawResponse() {}

    /**
     * @param status such as {@code 404 Not Found}
     * @param headers lines with their ends, may be empty
     */
    static byte[] of(String status, String headers, String text) {
        byte[] line = (text + "\n").getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + status + "\r\n" + headers + SecurityHeaders.LINES
                + "Content-Type: text/plain; charset=utf-8\r\nContent-Length: " + line.length
                + "\r\nConnection: close\r\n\r\n";
        return (head + new String(line, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }
}
