package loomchat.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import loomchat.json.JsonText;

/**
 * The bytes of a batch of lines, written in place into one reused array. Used by the log writer only.
 *
 * <p>Constants in ASCII are copied; any other text goes through {@link #text}, which escapes it for JSON. The rendered
 * time is kept from line to line: most lines of a batch share their millisecond.
 */
final class LineEncoder {
    private static final long LAST_FOUR_DIGIT_YEAR = 253_402_300_799_999L;
    private static final byte[] PAIRS = pairs();

    private final int fullBytes;
    private byte[] bytes;
    private ByteBuffer view;
    private int length;

    private final byte[] time = ascii("0000-00-00T00:00:00.000Z");
    private long timeMillis = -1;
    private long timeSecond = -1;

    /** @param fullBytes from which the batch counts as full */
    LineEncoder(int fullBytes) {
        this.fullBytes = fullBytes;
        use(new byte[fullBytes + 1024]);
    }

    private void use(byte[] array) {
        view = ByteBuffer.wrap(array);
        bytes = array;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    boolean isFull() {
        return length >= fullBytes;
    }

    int length() {
        return length;
    }

    /** Drops everything after the first {@code mark} bytes. */
    void cutTo(int mark) {
        length = mark;
    }

    void clear() {
        length = 0;
        if (bytes.length > 2 * (fullBytes + 1024)) {
            use(new byte[fullBytes + 1024]);
        }
    }

    /** The lines so far, always in the same view: encoded lines can be written even without memory. */
    ByteBuffer buffer() {
        return view.clear().limit(length);
    }

    LineEncoder raw(byte[] ascii) {
        room(ascii.length);
        System.arraycopy(ascii, 0, bytes, length, ascii.length);
        length += ascii.length;
        return this;
    }

    LineEncoder raw(String ascii) {
        room(ascii.length());
        for (int i = 0; i < ascii.length(); i++) {
            bytes[length++] = (byte) ascii.charAt(i);
        }
        return this;
    }

    LineEncoder number(long value) {
        room(20);
        if (value < 0) {
            if (value == Long.MIN_VALUE) {
                return raw("-9223372036854775808");
            }
            bytes[length++] = '-';
            value = -value;
        }
        int end = length + digits(value);
        int at = end;
        while (value >= 100) {
            int two = (int) (value % 100) * 2;
            value /= 100;
            bytes[--at] = PAIRS[two + 1];
            bytes[--at] = PAIRS[two];
        }
        bytes[--at] = PAIRS[(int) value * 2 + 1];
        if (value >= 10) {
            bytes[--at] = PAIRS[(int) value * 2];
        }
        length = end;
        return this;
    }

    /** A number of tenths as a decimal, {@code 123} as {@code 12.3}. */
    LineEncoder tenths(long tenths) {
        if (tenths < 0) {
            return raw("-").tenths(-tenths);
        }
        return number(tenths / 10).raw(".").number(tenths % 10);
    }

    /** Milliseconds as seconds with one decimal, rounded. */
    LineEncoder seconds(long millis) {
        return tenths((millis + 50) / 100);
    }

    /** ISO-8601 in UTC with milliseconds, always 24 characters. */
    LineEncoder time(long millis) {
        if (millis != timeMillis) {
            render(Math.clamp(millis, 0, LAST_FOUR_DIGIT_YEAR));
            timeMillis = millis;
        }
        return raw(time);
    }

    private void render(long millis) {
        long second = millis / 1000;
        if (second != timeSecond) {
            LocalDateTime date = LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC);
            two(0, date.getYear() / 100);
            two(2, date.getYear() % 100);
            two(5, date.getMonthValue());
            two(8, date.getDayOfMonth());
            two(11, date.getHour());
            two(14, date.getMinute());
            two(17, date.getSecond());
            timeSecond = second;
        }
        int rest = (int) (millis % 1000);
        time[20] = (byte) ('0' + rest / 100);
        two(21, rest % 100);
    }

    private void two(int at, int value) {
        time[at] = PAIRS[value * 2];
        time[at + 1] = PAIRS[value * 2 + 1];
    }

    /** The inside of a JSON string, without the characters that {@link SafeText} removes. */
    LineEncoder text(String text) {
        byte[] utf8 = JsonText.utf8(SafeText.strip(text));
        room(utf8.length + JsonText.extraBytes(utf8, 0, utf8.length));
        length = JsonText.escape(utf8, 0, utf8.length, bytes, length);
        return this;
    }

    private void room(int more) {
        if (more > bytes.length - length) {
            use(Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more)));
        }
    }

    private static int digits(long value) {
        int digits = 1;
        for (long bound = 10; value >= bound && digits < 19; bound *= 10) {
            digits++;
        }
        return digits;
    }

    private static byte[] pairs() {
        byte[] pairs = new byte[200];
        for (int i = 0; i < 100; i++) {
            pairs[i * 2] = (byte) ('0' + i / 10);
            pairs[i * 2 + 1] = (byte) ('0' + i % 10);
        }
        return pairs;
    }
}
