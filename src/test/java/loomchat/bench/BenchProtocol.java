package loomchat.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import loomchat.ws.WebSocketClient;

/** How one client of the bench speaks: a protocol's messages. Its client's thread uses it. */
abstract class BenchProtocol {
    private boolean matched;

    /** Which one. */
    enum Kind {
        PLAIN,
        V1,
        SOCKET_IO
    }

    static BenchProtocol of(Kind kind) {
        return switch (kind) {
            case PLAIN -> new Plain();
            case V1 -> new V1();
            case SOCKET_IO -> new SocketIo();
        };
    }

    boolean matched() {
        return matched;
    }

    abstract void say(WebSocketClient client, byte[] text) throws IOException;

    /** Where the text begins if this is something that the partner said, otherwise -1. */
    abstract int hear(WebSocketClient client, byte[] buffer, int offset, int length) throws IOException;

    private static final class Plain extends BenchProtocol {
        private static final byte[] MATCHED = ascii("{\"type\":\"info\",\"msg\":\"You are connected");
        private static final byte[] CHAT = ascii("{\"type\":\"chat\",\"msg\":\"");

        @Override
        void say(WebSocketClient client, byte[] text) throws IOException {
            client.sendText(text, 0, text.length);
        }

        @Override
        int hear(WebSocketClient client, byte[] buffer, int offset, int length) {
            if (startsWith(buffer, offset, length, CHAT)) {
                return offset + CHAT.length;
            }
            super.matched |= startsWith(buffer, offset, length, MATCHED);
            return -1;
        }
    }

    /** Events of Socket.IO over a WebSocket (Engine.IO 4). */
    private static final class SocketIo extends BenchProtocol {
        private static final byte[] OPEN = ascii("0{");
        private static final byte[] PING = ascii("2");
        private static final byte[] MATCHED = ascii("42[\"matched\"");
        private static final byte[] CHAT = ascii("42[\"m\",\"");
        private static final byte[] END = ascii("\"]");

        @Override
        void say(WebSocketClient client, byte[] text) throws IOException {
            byte[] message = Arrays.copyOf(CHAT, CHAT.length + text.length + END.length);
            System.arraycopy(text, 0, message, CHAT.length, text.length);
            System.arraycopy(END, 0, message, CHAT.length + text.length, END.length);
            client.sendText(message, 0, message.length);
        }

        @Override
        int hear(WebSocketClient client, byte[] buffer, int offset, int length) throws IOException {
            if (startsWith(buffer, offset, length, CHAT)) {
                return offset + CHAT.length;
            }
            if (startsWith(buffer, offset, length, OPEN)) {
                client.sendText(ascii("40"), 0, 2);
            } else if (length == PING.length && startsWith(buffer, offset, length, PING)) {
                client.sendText(ascii("3"), 0, 1);
            }
            super.matched |= startsWith(buffer, offset, length, MATCHED);
            return -1;
        }
    }

    /** As the chat page does it: confirms what has arrived a few times a second. */
    private static final class V1 extends BenchProtocol {
        private static final byte[] WELCOME = ascii("{\"type\":\"welcome\"");
        private static final byte[] MATCHED = ascii("{\"type\":\"matched\",\"chat\":");
        private static final byte[] CHAT = ascii("{\"type\":\"chat\",\"chat\":");
        private static final byte[] ID = ascii(",\"id\":");
        private static final byte[] TEXT = ascii(",\"text\":\"");
        private static final byte[] END = ascii("\"}");
        private static final long GOT_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

        private byte[] chat;
        private byte[] message = new byte[0];
        private int id;
        private long gotAt;

        @Override
        void say(WebSocketClient client, byte[] text) throws IOException {
            byte[] number = ascii(Integer.toString(++id));
            int length = CHAT.length + chat.length + ID.length + number.length + TEXT.length + text.length + END.length;
            if (message.length < length) {
                message = new byte[length + 16];
            }
            int at = 0;
            for (byte[] part : new byte[][] {CHAT, chat, ID, number, TEXT, text, END}) {
                System.arraycopy(part, 0, message, at, part.length);
                at += part.length;
            }
            client.sendText(message, 0, length);
        }

        @Override
        int hear(WebSocketClient client, byte[] buffer, int offset, int length) throws IOException {
            if (startsWith(buffer, offset, length, CHAT)) {
                int idAt = offset + CHAT.length + chat.length + ID.length;
                int idEnd = digitsEnd(buffer, idAt);
                long now = System.nanoTime();
                if (now - gotAt >= GOT_EVERY_NANOS) {
                    gotAt = now;
                    send(
                            client,
                            "{\"type\":\"got\",\"chat\":" + text(chat, 0, chat.length) + ",\"id\":"
                                    + text(buffer, idAt, idEnd) + "}");
                }
                return idEnd + TEXT.length;
            }
            if (startsWith(buffer, offset, length, WELCOME)) {
                send(client, "{\"type\":\"find\"}");
            } else if (startsWith(buffer, offset, length, MATCHED)) {
                int from = offset + MATCHED.length;
                chat = Arrays.copyOfRange(buffer, from, digitsEnd(buffer, from));
                super.matched = true;
            }
            return -1;
        }

        private static void send(WebSocketClient client, String message) throws IOException {
            byte[] bytes = ascii(message);
            client.sendText(bytes, 0, bytes.length);
        }

        private static int digitsEnd(byte[] buffer, int from) {
            int end = from;
            while (buffer[end] >= '0' && buffer[end] <= '9') {
                end++;
            }
            return end;
        }

        private static String text(byte[] buffer, int from, int to) {
            return new String(buffer, from, to - from, StandardCharsets.US_ASCII);
        }
    }

    private static boolean startsWith(byte[] buffer, int offset, int length, byte[] what) {
        return length >= what.length && Arrays.equals(buffer, offset, offset + what.length, what, 0, what.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
