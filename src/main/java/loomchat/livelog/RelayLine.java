package loomchat.livelog;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the server's own {@code Message Relay} lines without parsing JSON: nearly all lines of a busy server are such,
 * and only their sums are shown. Any other line, also a relay in another form, is not one for this class. One thread
 * at a time; the values stay until the next line.
 */
final class RelayLine {
    /** Digits of a time up to its second: {@code 2026-11-24T01:50:42}. */
    static final int SECOND = 19;

    private static final byte[] HEAD = ascii("{\"time\":\"");
    private static final byte[] EVENT = ascii("Z\",\"event\":\"Message Relay\",\"details\":\"");
    private static final byte[] BYTES = ascii("\"bytes\":");
    private static final byte[] PAIR = ascii("\"pair\":");
    private static final byte[] SESSION = ascii("\"session\":");
    private static final int EVENT_AT = HEAD.length + SECOND + ".123".length();
    private static final int MOST_DIGITS = 18;

    private byte[] line;
    private int from;
    private int at;
    private long session;
    private long pair;
    private long bytes;

    /** Whether the line is a relay in the server's own form. */
    boolean read(byte[] line, int from, int to) {
        this.line = line;
        this.from = from;
        if (to - from < EVENT_AT + EVENT.length || !is(HEAD, from) || !is(EVENT, from + EVENT_AT)) {
            return false;
        }
        // Its numbers are its last members.
        at = to - 1;
        if (line[at] != '}') {
            return false;
        }
        bytes = numberBefore(BYTES);
        pair = bytes < 0 ? -1 : numberBefore(PAIR);
        session = pair < 0 ? -1 : numberBefore(SESSION);
        return session >= 0;
    }

    /** Reads back over a member's number, its name and the comma before it; -1 if that is not what is there. */
    private long numberBefore(byte[] name) {
        long value = 0;
        long unit = 1;
        int end = at;
        while (at - 1 > from && line[at - 1] >= '0' && line[at - 1] <= '9' && end - at < MOST_DIGITS) {
            at--;
            value += (line[at] - '0') * unit;
            unit *= 10;
        }
        int start = at - name.length;
        if (at == end || start <= from || !is(name, start) || line[start - 1] != ',') {
            return -1;
        }
        at = start - 1;
        return value;
    }

    private boolean is(byte[] text, int start) {
        return Arrays.equals(line, start, start + text.length, text, 0, text.length);
    }

    long session() {
        return session;
    }

    long pair() {
        return pair;
    }

    long bytes() {
        return bytes;
    }

    /** The time up to its second. */
    String second() {
        return new String(line, from + HEAD.length, SECOND, StandardCharsets.ISO_8859_1);
    }

    /** Compares the second of this line with another one; less than zero if this is earlier. */
    int compareSecond(byte[] other) {
        int start = from + HEAD.length;
        return Arrays.compare(line, start, start + SECOND, other, 0, SECOND);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
