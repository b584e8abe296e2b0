package loomchat.report.history;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import loomchat.report.series.BucketWidths;
import loomchat.report.series.EventSeries;
import loomchat.report.series.LogTimes;

/**
 * A range of history and the width of its buckets.
 *
 * @param range a span that ends now, such as {@code 15m}, {@code all}, or {@code last}, of which the history tells what
 *     it is; null when {@code from} and {@code to} say it
 * @param from start in milliseconds since the epoch, inclusive, or {@link LogTimes#UNKNOWN} for the beginning
 * @param to end in milliseconds since the epoch, exclusive, or {@link Long#MAX_VALUE} for the end
 * @param bucketSeconds width of a bucket, or 0 to choose one that suits the range
 * @param rescan read every line again, whether there are rollups or not
 * @param nodes those to read, by their names in {@link NodeFolders}; none stands for all
 * @param event an event of the log to count by itself, with or without a reason, or null; see {@link EventSeries}
 */
public record ReportQuery(
        String range, long from, long to, long bucketSeconds, boolean rescan, List<String> nodes, String event) {
    public static final ReportQuery ALL = new ReportQuery("all", LogTimes.UNKNOWN, Long.MAX_VALUE, 0, false, null);

    /** What {@link LastActivity} finds. */
    public static final String LAST = "last";

    private static final Pattern SPAN = Pattern.compile("(\\d{1,6})([smhdwy])");
    private static final String TIMES =
            "a UTC time such as 2026-11-24T01:50 or 2026-11-24T01:50:42.123Z, a date such as"
                    + " 2026-11-24, milliseconds since 1970, now, or a span back from now such as 15m, 6h or 30d";

    public ReportQuery {
        nodes = nodes.stream().distinct().sorted().toList();
    }

    /** Without an event, of this node, or of all for null. */
    public ReportQuery(String range, long from, long to, long bucketSeconds, boolean rescan, String node) {
        this(range, from, to, bucketSeconds, rescan, node == null ? List.of() : List.of(node), null);
    }

    /** The only node that is asked for, null where it is not one. */
    public String node() {
        return nodes.size() == 1 ? nodes.getFirst() : null;
    }

    /** The same with an event to count, or without one where {@code name} is null or empty. */
    public ReportQuery counting(String name) {
        if (given(name) && !EventSeries.isKnown(name)) {
            throw new InvalidQuery("event", name, EventSeries.allowed());
        }
        return new ReportQuery(range, from, to, bucketSeconds, rescan, nodes, given(name) ? name : null);
    }

    /** Parses the parameters of an address or of a command line; null and empty mean that one was not given. */
    public static ReportQuery parse(
            String range, String from, String to, String bucket, boolean rescan, String node, long now) {
        boolean bounded = given(from) || given(to);
        if (given(range) && bounded) {
            throw new InvalidQuery("range=" + InvalidQuery.shown(range)
                    + " is not allowed together with from or to: give one or the other");
        }
        long width = bucket(bucket);
        String chosen = given(node) ? node : null;
        if (!bounded) {
            String name = given(range) ? range : "all";
            long start = isWord(name) ? LogTimes.UNKNOWN : Math.max(0, now - longSpan(name));
            return checked(new ReportQuery(name, start, Long.MAX_VALUE, width, rescan, chosen), now);
        }
        long start = given(from) ? time("from", from, now) : LogTimes.UNKNOWN;
        long end = given(to) ? time("to", to, now) : Long.MAX_VALUE;
        if (start >= end) {
            throw new InvalidQuery("from", from, "it must be before to=" + InvalidQuery.shown(to));
        }
        if (start > now) {
            String time =
                    Instant.ofEpochMilli(now).truncatedTo(ChronoUnit.SECONDS).toString();
            throw new InvalidQuery("from", from, "it is still to come, now it is " + time);
        }
        return checked(new ReportQuery(null, start, end, width, rescan, chosen), now);
    }

    /** The same query at a later time: a span that ends now moves on. */
    ReportQuery at(long now) {
        if (range == null) {
            return this;
        }
        if (isWord(range)) {
            return new ReportQuery(range, LogTimes.UNKNOWN, Long.MAX_VALUE, bucketSeconds, rescan, nodes, event);
        }
        return new ReportQuery(
                range,
                Math.max(0, now - span("range", range, "")),
                Long.MAX_VALUE,
                bucketSeconds,
                rescan,
                nodes,
                event);
    }

    private static boolean isWord(String range) {
        return range.equals("all") || range.equals(LAST);
    }

    /** The same with these ends. */
    ReportQuery between(long start, long end) {
        return new ReportQuery(range, start, end, bucketSeconds, rescan, nodes, event);
    }

    /** The same of this node, or of all for null. */
    public ReportQuery of(String otherNode) {
        return of(otherNode == null ? List.of() : List.of(otherNode));
    }

    /** The same of these nodes, or of all for none. */
    public ReportQuery of(List<String> otherNodes) {
        return new ReportQuery(range, from, to, bucketSeconds, rescan, otherNodes, event);
    }

    /** The key by which queries share a scan. */
    public ReportQuery key() {
        return range == null ? this : new ReportQuery(range, 0, 0, bucketSeconds, rescan, nodes, event);
    }

    public boolean isAll() {
        return from == LogTimes.UNKNOWN && to == Long.MAX_VALUE;
    }

    /** Refuses more points than can be shown. Ranges without a start are checked when the first line is known. */
    static void checkPoints(long from, long to, long bucketSeconds) {
        long points = (to - from) / (bucketSeconds * 1000) + 1;
        if (points > BucketWidths.MOST) {
            long enough = bucketSeconds;
            while ((to - from) / (enough * 1000) + 1 > BucketWidths.MOST) {
                enough = BucketWidths.wider(enough);
            }
            throw new InvalidQuery(
                    "bucket",
                    BucketWidths.name(bucketSeconds),
                    "it makes " + points + " points of this range, at most " + BucketWidths.MOST + " are shown; "
                            + BucketWidths.name(enough) + " or more is allowed");
        }
    }

    private static ReportQuery checked(ReportQuery query, long now) {
        long end = query.to == Long.MAX_VALUE ? now : query.to;
        if (query.bucketSeconds > 0 && query.from != LogTimes.UNKNOWN && end > query.from) {
            checkPoints(query.from, end, query.bucketSeconds);
        }
        return query;
    }

    private static long bucket(String text) {
        if (!given(text) || text.equals("auto")) {
            return 0;
        }
        long seconds = BucketWidths.parse(text);
        if (seconds < 0) {
            throw new InvalidQuery("bucket", text, "auto, or one of " + BucketWidths.allowed() + ", or its seconds");
        }
        return seconds;
    }

    private static long time(String field, String text, long now) {
        if (text.equals("now")) {
            return now;
        }
        if (SPAN.matcher(text.startsWith("-") ? text.substring(1) : text).matches()) {
            return now - span(field, text.startsWith("-") ? text.substring(1) : text, TIMES);
        }
        try {
            long millis = absolute(text);
            if (millis >= 0 && millis <= LogTimes.LAST) {
                return millis;
            }
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            // The message below fits every mistake.
        }
        throw new InvalidQuery(field, text, TIMES);
    }

    private static long absolute(String text) {
        if (text.matches("\\d{10,15}")) {
            return Long.parseLong(text);
        }
        if (text.matches("\\d{4}-\\d{2}-\\d{2}")) {
            return LocalDate.parse(text)
                    .atStartOfDay()
                    .toInstant(ZoneOffset.UTC)
                    .toEpochMilli();
        }
        String time = text.replace(' ', 'T');
        if (time.matches(".*(Z|[+-]\\d{2}:?\\d{2})$") && time.indexOf(':') > 0) {
            return OffsetDateTime.parse(time).toInstant().toEpochMilli();
        }
        Instant instant = LocalDateTime.parse(time).toInstant(ZoneOffset.UTC);
        return instant.toEpochMilli();
    }

    /** A span that has a length. */
    private static long longSpan(String range) {
        String allowed = "all, last, or a span such as 15m, 1h, 1d or 4w";
        long millis = span("range", range, allowed);
        if (millis == 0) {
            throw new InvalidQuery("range", range, allowed);
        }
        return millis;
    }

    private static long span(String field, String text, String allowed) {
        Matcher match = SPAN.matcher(text);
        if (!match.matches()) {
            throw new InvalidQuery(field, text, allowed);
        }
        long unit = switch (match.group(2)) {
            case "s" -> 1;
            case "m" -> 60;
            case "h" -> 3600;
            case "d" -> 86400;
            case "w" -> 604800;
            default -> 31_536_000;
        };
        return Long.parseLong(match.group(1)) * unit * 1000;
    }

    private static boolean given(String text) {
        return text != null && !text.isEmpty();
    }
}
