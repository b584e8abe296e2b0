package loomchat.report.series;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How often each event of {@code chat-logs.jsonl} was logged, by bucket of time, apart for each reason where an event
 * has one; connections, pairs, messages and the starts of calls are in the series of {@link ChatTotals}. One thread at
 * a time. Bounded: the events and their reasons are fixed sets, in which a reason of another version is
 * {@code other}.
 */
public final class EventSeries {
    private static final String OTHER = "other";
    private static final List<String> OF_CONNECTIONS = List.of(
            "close",
            "eof",
            "reset",
            "timeout",
            "protocol-error",
            "unsupported",
            "too-big",
            "slow",
            "flood",
            "token",
            "revoked",
            "banned",
            "replaced",
            "unreachable",
            "shutdown",
            "error");
    private static final List<String> OF_CHATS = plus(OF_CONNECTIONS, "next", "leave", "block", "gone");

    /** An event of the log and the reasons that it may have, none for most; the last one is {@code other}. */
    public record Kind(String name, List<String> reasons) {
        String key(int reason) {
            return reasons.isEmpty() ? name : name + ':' + reasons.get(reason);
        }
    }

    /** All that the log may hold. New ones come last: rollups have them by name. */
    public static final List<Kind> KINDS = List.of(
            new Kind("Server Started", List.of()),
            new Kind("New Connection", List.of()),
            new Kind("Matched", List.of()),
            new Kind("Message Relay", List.of()),
            new Kind("Chat Ended", plus(OF_CHATS, OTHER)),
            new Kind("Disconnected", plus(OF_CONNECTIONS, OTHER)),
            new Kind("Chat Resumed", List.of()),
            new Kind("Call Started", List.of()),
            new Kind("Call Ended", plus(OF_CHATS, "ended", "failed", OTHER)),
            new Kind("Reported", List.of("abuse", "spam", "sexual", "minor", OTHER)),
            new Kind("Blocked", List.of()),
            new Kind("Session Revoked", List.of("replay", "ended", OTHER)),
            new Kind("Banned", List.of()),
            new Kind("Unbanned", List.of()),
            new Kind("Operator Action", List.of()),
            new Kind("Log Recovered", List.of()),
            new Kind("Log File Replaced", List.of()),
            new Kind("Load Test Started", List.of()),
            new Kind("Load Test Ended", List.of()),
            new Kind("Server Stopped", List.of()));

    /** The names of its series: of an event, or of an event and a reason, such as {@code Disconnected:eof}. */
    private static final List<String> KEYS = KINDS.stream()
            .flatMap(
                    kind -> IntStream.range(0, Math.max(1, kind.reasons.size())).mapToObj(kind::key))
            .toList();

    private static final byte[][] KEY_BYTES =
            KEYS.stream().map(each -> each.getBytes(StandardCharsets.US_ASCII)).toArray(byte[][]::new);

    private static final Map<String, Kind> BY_NAME = KINDS.stream().collect(Collectors.toMap(Kind::name, kind -> kind));
    private static final Map<String, Integer> KEY_NUMBERS =
            IntStream.range(0, KEYS.size()).boxed().collect(Collectors.toMap(KEYS::get, number -> number));

    public static final Kind CHAT_ENDED = BY_NAME.get("Chat Ended");
    public static final Kind DISCONNECTED = BY_NAME.get("Disconnected");

    private final long seconds;
    private final CountSeries[] series = new CountSeries[KEYS.size()];

    EventSeries(long seconds) {
        this.seconds = seconds;
    }

    /** What may be asked for: an event, or an event and one of its reasons. */
    public static boolean isKnown(String event) {
        return KEY_NUMBERS.containsKey(event) || BY_NAME.containsKey(event);
    }

    /** The same in words. */
    public static String allowed() {
        StringBuilder allowed = new StringBuilder("one of ")
                .append(String.join(", ", KINDS.stream().map(Kind::name).toList()));
        for (Kind each : KINDS) {
            if (!each.reasons.isEmpty()) {
                allowed.append("; or ")
                        .append(each.name)
                        .append(":REASON with ")
                        .append(String.join(", ", each.reasons));
            }
        }
        return allowed.toString();
    }

    /** Counts an event of a line; one that is not known is left out. */
    void add(long millis, String event, String reason) {
        Kind kind = BY_NAME.get(event);
        if (kind != null) {
            int known = kind.reasons.indexOf(reason);
            add(KEY_NUMBERS.get(kind.key(known < 0 ? kind.reasons.size() - 1 : known)), millis, 1);
        }
    }

    /** The same with the reason's bytes, so that no string is made for it. */
    void add(long millis, Kind kind, byte[] bytes, int from, int to) {
        int key = KEY_NUMBERS.get(kind.key(0));
        int start = kind.name.length() + 1;
        int end = key + kind.reasons.size() - 1;
        while (key < end && !Arrays.equals(KEY_BYTES[key], start, KEY_BYTES[key].length, bytes, from, to)) {
            key++;
        }
        add(key, millis, 1);
    }

    private void add(int key, long millis, long times) {
        if (series[key] == null) {
            series[key] = new CountSeries(1, seconds);
        }
        series[key].add(millis, 0, times);
    }

    /** Adds a stored count; a name of another version is left out. */
    public void restore(String key, long start, long times) {
        Integer known = KEY_NUMBERS.get(key);
        if (known != null) {
            add(known, start, times);
        }
    }

    void merge(EventSeries other) {
        for (int key = 0; key < series.length; key++) {
            if (other.series[key] != null) {
                if (series[key] == null) {
                    series[key] = new CountSeries(1, seconds);
                }
                series[key].merge(other.series[key]);
            }
        }
    }

    /** Adds the buckets that begin in a range. */
    public void addBuckets(EventSeries other, long from, long to) {
        for (int key = 0; key < series.length; key++) {
            CountSeries theirs = other.series[key];
            for (int row = 0; theirs != null && row < theirs.rows(); row++) {
                if (theirs.startOf(row) >= from && theirs.startOf(row) < to) {
                    add(key, theirs.startOf(row), theirs.sum(row, 0));
                    series[key].widenTo(theirs.seconds());
                }
            }
        }
    }

    /** The width of the widest buckets. */
    long widest() {
        long widest = seconds;
        for (CountSeries each : series) {
            widest = each == null ? widest : Math.max(widest, each.seconds());
        }
        return widest;
    }

    /** Gets the series of one event or reason. */
    public interface Consumer<E extends Exception> {
        void accept(String key, CountSeries counts) throws E;
    }

    /** Passes on all series that have a value. */
    public <E extends Exception> void forEach(Consumer<E> consumer) throws E {
        for (int key = 0; key < series.length; key++) {
            if (series[key] != null) {
                consumer.accept(KEYS.get(key), series[key]);
            }
        }
    }

    /** The series of an event, with all its reasons, or of an event and one reason. */
    CountSeries of(String event) {
        CountSeries sum = new CountSeries(1, seconds);
        forEach((key, counts) -> {
            if (key.equals(event) || key.startsWith(event + ':')) {
                sum.merge(counts);
            }
        });
        return sum;
    }

    private static List<String> plus(List<String> some, String... more) {
        return Stream.concat(some.stream(), Stream.of(more)).toList();
    }
}
