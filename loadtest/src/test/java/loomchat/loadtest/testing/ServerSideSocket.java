package loomchat.loadtest.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The server's end of one WebSocket in tests, independent of the project's own codec. One thread reads, any thread
 * sends.
 */
class ServerSideSocket {
    final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    /** Whether the client ended with a close frame. */
    boolean closedInOrder;

    ServerSideSocket(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 16384));
        out = socket.getOutputStream();
    }

    /** An HTTP request, with the names of its headers in lower case. */
    record Request(String method, String path, Map<String, String> headers, String body) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    Request readRequest() throws IOException {
        String[] first = readLine().split(" ");
        Map<String, String> headers = new HashMap<>();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        return new Request(first[0], first[1], headers, new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    /** Answers a request and ends the connection when the client has. */
    void respond(String answer) throws IOException {
        respond(answer.getBytes(StandardCharsets.UTF_8));
    }

    void respond(byte[] answer) throws IOException {
        out.write(answer);
        socket.shutdownOutput();
        in.skip(Long.MAX_VALUE);
    }

    /** False when the handshake was refused: with {@code refuseWith} unless that is 0. */
    boolean shakeHands(int refuseWith, String subprotocol) throws IOException {
        return shakeHands(readRequest(), refuseWith, subprotocol);
    }

    boolean shakeHands(Request request, int refuseWith, String subprotocol) throws IOException {
        String key = request.header("sec-websocket-key");
        if (refuseWith != 0 || key.isEmpty()) {
            int status = refuseWith != 0 ? refuseWith : 404;
            out.write(("HTTP/1.1 " + status + " No\r\nContent-Length: 0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            return false;
        }
        String chosen = subprotocol == null ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n";
        out.write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" + chosen
                        + "Sec-WebSocket-Accept: " + accept(key) + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        return true;
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
            line.append((char) c);
        }
        return line.toString().strip();
    }

    private static String accept(String key) throws IOException {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder()
                    .encodeToString(sha.digest(
                            (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IOException(e);
        }
    }

    /** Called when the first byte of a frame is there. */
    void onFrame() throws IOException {}

    /** The next text message, or null when the client has closed. */
    byte[] readText() throws IOException {
        while (true) {
            int opcode = in.readUnsignedByte() & 15;
            onFrame();
            long length = in.readUnsignedByte() & 127;
            length = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
            byte[] mask = in.readNBytes(4);
            byte[] payload = in.readNBytes((int) length);
            if (payload.length < length) {
                throw new java.io.EOFException();
            }
            for (int i = 0; i < payload.length; i++) {
                payload[i] ^= mask[i & 3];
            }
            if (opcode == 8) {
                closedInOrder = true;
                frame(8, payload);
                return null;
            }
            if (opcode == 1) {
                return payload;
            }
        }
    }

    void text(String text) throws IOException {
        text(text.getBytes(StandardCharsets.UTF_8));
    }

    void text(byte[] payload) throws IOException {
        frame(1, payload);
    }

    /** Sends a close frame; the reading thread gets the client's. */
    void close(int code, String reason) throws IOException {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        byte[] payload = new byte[2 + text.length];
        payload[0] = (byte) (code >> 8);
        payload[1] = (byte) code;
        System.arraycopy(text, 0, payload, 2, text.length);
        frame(8, payload);
    }

    private void frame(int opcode, byte[] payload) throws IOException {
        int n = payload.length;
        ByteArrayOutputStream frame = new ByteArrayOutputStream(n + 10);
        frame.write(0x80 | opcode);
        if (n < 126) {
            frame.write(n);
        } else if (n < 65536) {
            frame.write(126);
            frame.write(n >> 8);
            frame.write(n);
        } else {
            frame.write(127);
            for (int i = 7; i >= 0; i--) {
                frame.write((int) ((long) n >> 8 * i));
            }
        }
        frame.writeBytes(payload);
        synchronized (socket) {
            out.write(frame.toByteArray());
        }
    }
}
