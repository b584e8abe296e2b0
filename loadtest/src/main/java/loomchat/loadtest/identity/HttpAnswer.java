package loomchat.loadtest.identity;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import loomchat.net.ByteStream;

/** A server's answer to one request on a connection of its own, at most {@link #MOST_BYTES}. */
record HttpAnswer(int status, Map<String, List<String>> headers, String body) {
    private static final int MOST_BYTES = 64 * 1024;

    /** Waits until the first bytes of an answer are there. */
    static void await(ByteStream stream, long deadline) throws IOException {
        if (!stream.awaitReadable(deadline)) {
            throw new SocketTimeoutException("No answer to an HTTP request");
        }
    }

    /** Reads the answer, until the deadline on the clock of {@link System#nanoTime}. */
    static HttpAnswer read(ByteStream stream, long deadline) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        HttpAnswer head = null;
        while (bytes.size() <= MOST_BYTES) {
            await(stream, deadline);
            boolean ended = stream.read(buffer.clear()) < 0;
            bytes.write(buffer.array(), 0, ended ? 0 : buffer.position());
            String text = bytes.toString(StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            if (end >= 0) {
                head = head == null ? head(text.substring(0, end)) : head;
                String body = head.complete(text.substring(end + 4), ended);
                if (body != null) {
                    byte[] octets = body.getBytes(StandardCharsets.ISO_8859_1);
                    return new HttpAnswer(head.status, head.headers, new String(octets, StandardCharsets.UTF_8));
                }
            }
            if (ended) {
                throw new EOFException("An HTTP answer was cut off");
            }
        }
        throw new IOException("An HTTP answer is too long");
    }

    private static HttpAnswer head(String text) throws IOException {
        String[] lines = text.split("\r\n");
        if (!lines[0].matches("HTTP/1\\.[01] \\d{3}( .*)?")) {
            throw new IOException("The answer is not HTTP");
        }
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0) {
                headers.computeIfAbsent(lines[i].substring(0, colon).strip(), name -> new ArrayList<>())
                        .add(lines[i].substring(colon + 1).strip());
            }
        }
        return new HttpAnswer(Integer.parseInt(lines[0].substring(9, 12)), headers, "");
    }

    /** The body in what came behind the head, or null while it is not complete. */
    private String complete(String rest, boolean ended) throws IOException {
        if (status == 204 || status == 304) {
            return "";
        }
        try {
            if ("chunked".equalsIgnoreCase(header("Transfer-Encoding"))) {
                return unchunked(rest);
            }
            int length = Integer.parseInt(header("Content-Length"), 10);
            return rest.length() >= length ? rest.substring(0, length) : null;
        } catch (NumberFormatException e) {
            return ended ? rest : null; // without a length the body ends with the connection
        }
    }

    private static String unchunked(String text) throws IOException {
        StringBuilder body = new StringBuilder();
        int at = 0;
        while (true) {
            int line = text.indexOf("\r\n", at);
            if (line < 0) {
                return null;
            }
            int size = Integer.parseInt(text.substring(at, line).split(";")[0].strip(), 16);
            if (size == 0) {
                return body.toString();
            }
            if (size < 0 || size > MOST_BYTES) {
                throw new IOException("An HTTP answer is too long");
            }
            if (text.length() < line + 2 + size + 2) {
                return null;
            }
            body.append(text, line + 2, line + 2 + size);
            at = line + 2 + size + 2;
        }
    }

    /** The first header of that name, or an empty text. */
    String header(String name) {
        List<String> all = headers.get(name);
        return all == null ? "" : all.getFirst();
    }

    @Override
    public String toString() {
        return "HTTP " + status;
    }
}
