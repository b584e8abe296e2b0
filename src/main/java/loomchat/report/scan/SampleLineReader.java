package loomchat.report.scan;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import loomchat.report.series.LogTimes;
import loomchat.report.series.SampleColumn;
import loomchat.report.series.SampleTotals;

/**
 * Reads canonical lines of {@code bandwidth.jsonl}: keys in the order of {@link SampleColumn}, any of them may be
 * missing, numbers have at most 15 digits. {@link SampleJsonReader} reads every line that it accepts in the same way.
 * Owned by one scanning thread.
 */
public final class SampleLineReader extends LineReader<SampleTotals> {
    private static final long Z_MILLIS = ByteWords.word("Z\",\"mill");
    private static final int IS = (int) ByteWords.word("is\":----");
    private static final int LENGTH_AT = 44;
    private static final int MOST_DIGITS = 15;
    private static final double[] TENTHS = {1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000};
    private static final SampleColumn[] COLUMNS = SampleColumn.values();
    private static final byte[][] KEYS = keys();

    private final SampleLine sample = new SampleLine();
    private final SampleJsonReader json = new SampleJsonReader();
    private final LineTime time = new LineTime();

    // The position in the line.
    private byte[] bytes;
    private int at;

    public SampleLineReader(SampleTotals totals) {
        super(totals);
    }

    @Override
    int readCanonical(byte[] buffer, int start, int limit) {
        int next = read(buffer, start, limit);
        if (next >= 0) {
            sample.addTo(totals);
        }
        return next;
    }

    @Override
    boolean readJson(byte[] buffer, int from, int to) {
        boolean read = json.read(buffer, from, to);
        if (read) {
            json.sample().addTo(totals);
        }
        return read;
    }

    private int read(byte[] buffer, int start, int limit) {
        long millis = time.read(buffer, start);
        if (millis == LogTimes.UNKNOWN
                || ByteWords.word(buffer, start + 32) != Z_MILLIS
                || (int) ByteWords.word(buffer, start + 40) != IS) {
            return -1;
        }
        bytes = buffer;
        at = start + LENGTH_AT;
        sample.clear();
        sample.millis = millis;
        sample.length = digits(0);
        int digits = at - start - LENGTH_AT;
        if (digits == 0 || digits > MOST_DIGITS || buffer[start + LENGTH_AT] == '0') {
            return -1;
        }
        return values(limit);
    }

    private int values(int limit) {
        int column = 0;
        while (at < limit && bytes[at] == ',') {
            while (!isKey(column)) {
                if (++column == COLUMNS.length) {
                    return -1;
                }
            }
            at += KEYS[column].length;
            double value = number();
            if (Double.isNaN(value)) {
                return -1;
            }
            sample.set(column++, value);
            if (column == COLUMNS.length) {
                break;
            }
        }
        return at + 2 <= limit && bytes[at] == '}' && bytes[at + 1] == '\n' ? at + 2 : -1;
    }

    private boolean isKey(int column) {
        byte[] key = KEYS[column];
        return Arrays.equals(bytes, at, at + key.length, key, 0, key.length);
    }

    /** A number in the plain form of JSON, without an exponent, or NaN. */
    private double number() {
        boolean negative = bytes[at] == '-';
        at += negative ? 1 : 0;
        int begin = at;
        long whole = digits(0);
        int digits = at - begin;
        if (digits == 0 || digits > MOST_DIGITS || bytes[begin] == '0' && digits > 1) {
            return Double.NaN;
        }
        if (bytes[at] != '.') {
            return negative ? -whole : whole;
        }
        at++;
        int point = at;
        long all = digits(whole);
        int decimals = at - point;
        if (decimals == 0 || decimals >= TENTHS.length || digits + decimals > MOST_DIGITS) {
            return Double.NaN;
        }
        // Both are exact, so that the quotient is the double nearest to what is written.
        double value = all / TENTHS[decimals];
        return negative ? -value : value;
    }

    private long digits(long number) {
        for (int i = 0; i <= MOST_DIGITS; i++, at++) {
            int digit = bytes[at] - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    private static byte[][] keys() {
        byte[][] keys = new byte[COLUMNS.length][];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = (",\"" + COLUMNS[i].key + "\":").getBytes(StandardCharsets.US_ASCII);
        }
        return keys;
    }
}
