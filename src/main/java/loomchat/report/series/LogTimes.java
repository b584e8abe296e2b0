package loomchat.report.series;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the times in log lines: ours (ISO-8601, UTC, milliseconds) and those of older servers, which wrote local time
 * in their locale's form, such as {@code 7/29/2025, 10:20:50 PM}. Local times are taken in this machine's time zone;
 * where two numbers could be the month, the first one is taken. Any thread.
 */
public final class LogTimes {
    /** A time that cannot be read. Its line still counts, without a place on the time axis. */
    public static final long UNKNOWN = Long.MIN_VALUE;

    /** Times from 1970 to 9999 are accepted. */
    public static final long LAST = 253_402_300_799_999L;

    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneId.of("UTC"));
    private static final Pattern LOCAL = Pattern.compile("(\\d{1,4})[-/.](\\d{1,2})[-/.](\\d{1,4})[,T]?[ \\u202f]?"
            + "(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?(?:[ \\u202f\\u00a0]?([AaPp])\\.?[Mm]\\.?)?");

    private LogTimes() {}

    public static String iso(long millis) {
        return ISO.format(Instant.ofEpochMilli(millis));
    }

    /** The earlier of two times; the other one if one is {@link #UNKNOWN}. */
    public static long earlier(long one, long other) {
        return one == UNKNOWN || other == UNKNOWN ? Math.max(one, other) : Math.min(one, other);
    }

    /** Milliseconds since the epoch, or {@link #UNKNOWN}. */
    public static long parse(String text) {
        try {
            return accepted(OffsetDateTime.parse(text).toInstant().toEpochMilli());
        } catch (DateTimeParseException | ArithmeticException e) {
            return local(text.strip());
        }
    }

    private static long local(String text) {
        Matcher match = LOCAL.matcher(text);
        if (!match.matches()) {
            return UNKNOWN;
        }
        int first = Integer.parseInt(match.group(1));
        int second = Integer.parseInt(match.group(2));
        int third = Integer.parseInt(match.group(3));
        try {
            LocalDate date = match.group(1).length() == 4
                    ? LocalDate.of(first, second, third)
                    : first > 12 ? LocalDate.of(third, second, first) : LocalDate.of(third, first, second);
            LocalDateTime time = date.atTime(
                    hour(Integer.parseInt(match.group(4)), match.group(8)),
                    Integer.parseInt(match.group(5)),
                    match.group(6) == null ? 0 : Integer.parseInt(match.group(6)),
                    match.group(7) == null ? 0 : Integer.parseInt((match.group(7) + "00000000").substring(0, 9)));
            return accepted(time.atZone(ZoneId.systemDefault()).toInstant().toEpochMilli());
        } catch (DateTimeException e) {
            return UNKNOWN;
        }
    }

    private static int hour(int hour, String half) {
        if (half == null) {
            return hour;
        }
        if (hour < 1 || hour > 12) {
            throw new DateTimeException("hour " + hour);
        }
        return hour % 12 + (half.equalsIgnoreCase("p") ? 12 : 0);
    }

    private static long accepted(long millis) {
        return millis < 0 || millis > LAST ? UNKNOWN : millis;
    }
}
