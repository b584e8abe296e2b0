package loomchat.report.scan;

import java.time.LocalDate;
import loomchat.report.series.LogTimes;

/**
 * Reads the time at the start of canonical lines and remembers the last minute, so that most lines cost one comparison
 * and seven digits. Owned by one scanning thread.
 */
final class LineTime {
    private static final long TIME_KEY = ByteWords.word("{\"time\":");
    /**
     * Added to each byte of {@code m:SS.mmm} less the expected byte, this sets the high bit of a byte that is too
     * large.
     */
    private static final long LIMITS = 0x767676_7F_767A_7F7FL;

    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long SECONDS_PATTERN = ByteWords.word("\0:00.000");

    // The minute that was read last, as its bytes: `"2026-11`, `-24T01:5`, `0`.
    private long word1;
    private long word2;
    private long pattern;
    private long minute = LogTimes.UNKNOWN;

    /** The time of the line at {@code at}, or {@link LogTimes#UNKNOWN} if the line is not canonical. */
    long read(byte[] bytes, int at) {
        if (ByteWords.word(bytes, at) != TIME_KEY) {
            return LogTimes.UNKNOWN;
        }
        long w1 = ByteWords.word(bytes, at + 8);
        long w2 = ByteWords.word(bytes, at + 16);
        long w3 = ByteWords.word(bytes, at + 24);
        if (w1 != word1 || w2 != word2 || (w3 - pattern & 0xFF) != 0) {
            if (!newMinute(bytes, at + 8)) {
                return LogTimes.UNKNOWN;
            }
            word1 = w1;
            word2 = w2;
            pattern = SECONDS_PATTERN | w3 & 0xFF;
        }
        long digits = w3 ^ pattern;
        if (((digits + LIMITS | digits) & HIGH_BITS) != 0 || minute == LogTimes.UNKNOWN) {
            return LogTimes.UNKNOWN;
        }
        long seconds = (digits >>> 16 & 0xFF) * 10 + (digits >>> 24 & 0xFF);
        long millis = (digits >>> 40 & 0xFF) * 100 + (digits >>> 48 & 0xFF) * 10 + (digits >>> 56);
        return minute + seconds * 1000 + millis;
    }

    private boolean newMinute(byte[] bytes, int at) {
        if (bytes[at] != '"'
                || bytes[at + 5] != '-'
                || bytes[at + 8] != '-'
                || bytes[at + 11] != 'T'
                || bytes[at + 14] != ':') {
            return false;
        }
        minute = millisOf(
                number(bytes, at + 1, 4),
                number(bytes, at + 6, 2),
                number(bytes, at + 9, 2),
                number(bytes, at + 12, 2),
                number(bytes, at + 15, 2));
        return true;
    }

    private static int number(byte[] bytes, int at, int digits) {
        int number = 0;
        for (int i = at; i < at + digits; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return Integer.MAX_VALUE;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    /** Milliseconds since the epoch of the first minute of {@code yyyy-MM-ddTHH:mm}, or {@link LogTimes#UNKNOWN}. */
    private static long millisOf(int year, int month, int day, int hour, int minute) {
        if (year < 1970 || year > 9999 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59) {
            return LogTimes.UNKNOWN;
        }
        if (day > 28 && day > LocalDate.of(year, month, 1).lengthOfMonth()) {
            return LogTimes.UNKNOWN;
        }
        return (LocalDate.of(year, month, day).toEpochDay() * 1440 + hour * 60L + minute) * 60_000L;
    }
}
