package loomchat.loadtest.verify;

import java.util.zip.CRC32C;
import loomchat.loadtest.scenario.Persona;

/**
 * The header in front of each message's text: 46 bytes of ASCII that no JSON encoder escapes, which say what the
 * message is. One object per sender and per receiver, used by its thread only; reading and writing allocate
 * nothing.
 *
 * <pre>
 *   0  2  mark     "L~"
 *   2  6  crc      CRC-32C over everything that follows it, to the end of the message
 *   8  4  length   of the whole message in bytes
 *  12  4  run      which run it belongs to
 *  16  1  persona  of the sender
 *  17  4  sender   the user's number
 *  21  3  chat     the sender's chat, counted from 1
 *  24  5  seq      within that chat, from 0
 *  29 10  intended time of sending, nanoseconds of the machine's monotonic clock
 *  39  7  delay    from the intended to the actual time, nanoseconds
 * </pre>
 *
 * Numbers are big-endian in base 64, six bits a character.
 */
public final class MessageHeader {
    public static final int BYTES = Persona.HEADER_BYTES;

    private static final byte[] DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final byte[] VALUES = values();
    private static final long MOST_DELAY = (1L << 42) - 1;

    private final CRC32C crc = new CRC32C();

    // The message read last
    int run;
    int persona;
    int sender;
    int chat;
    int seq;
    int length;
    long intended;
    long delay;

    /** What {@link #read} found. */
    enum Finding {
        /** A header, and the checksum is right. */
        INTACT,
        /** A header, and the message is damaged. */
        CORRUPTED,
        /** The text is longer than it was sent: escaped on the way, or damaged. */
        ESCAPED,
        /** Does not begin with a header. */
        UNREADABLE
    }

    /** Writes the header in front of a text that is already in {@code message}, and seals it with the checksum. */
    public void write(
            byte[] message,
            int length,
            int run,
            int persona,
            int sender,
            int chat,
            int seq,
            long intended,
            long delay) {
        message[0] = 'L';
        message[1] = '~';
        put(message, 8, 4, length);
        put(message, 12, 4, run);
        put(message, 16, 1, persona);
        put(message, 17, 4, sender);
        put(message, 21, 3, chat);
        put(message, 24, 5, seq);
        put(message, 29, 10, intended);
        put(message, 39, 7, Math.clamp(delay, 0, MOST_DELAY));
        crc.reset();
        crc.update(message, 8, length - 8);
        put(message, 2, 6, crc.getValue());
    }

    /** Reads and verifies the message in {@code bytes[from, to)}. */
    Finding read(byte[] bytes, int from, int to) {
        if (to - from < BYTES || bytes[from] != 'L' || bytes[from + 1] != '~') {
            return Finding.UNREADABLE;
        }
        length = (int) get(bytes, from + 8, 4);
        if (length != to - from) {
            return length < to - from ? Finding.ESCAPED : Finding.CORRUPTED;
        }
        crc.reset();
        crc.update(bytes, from + 8, length - 8);
        if (crc.getValue() != get(bytes, from + 2, 6)) {
            return Finding.CORRUPTED;
        }
        run = (int) get(bytes, from + 12, 4);
        persona = (int) get(bytes, from + 16, 1);
        sender = (int) get(bytes, from + 17, 4);
        chat = (int) get(bytes, from + 21, 3);
        seq = (int) get(bytes, from + 24, 5);
        intended = get(bytes, from + 29, 10);
        delay = get(bytes, from + 39, 7);
        return Finding.INTACT;
    }

    private static void put(byte[] to, int at, int digits, long value) {
        for (int i = at + digits - 1; i >= at; i--) {
            to[i] = DIGITS[(int) value & 63];
            value >>>= 6;
        }
    }

    private static long get(byte[] from, int at, int digits) {
        long value = 0;
        for (int i = at; i < at + digits; i++) {
            value = value << 6 | VALUES[from[i] & 0xff];
        }
        return value;
    }

    /** A character that is not a digit counts as 0: the checksum finds it. */
    private static byte[] values() {
        byte[] values = new byte[256];
        for (int i = 0; i < DIGITS.length; i++) {
            values[DIGITS[i]] = (byte) i;
        }
        return values;
    }
}
