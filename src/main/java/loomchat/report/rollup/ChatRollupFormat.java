package loomchat.report.rollup;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import loomchat.report.scan.ChatLineReader;
import loomchat.report.scan.LineReader;
import loomchat.report.series.AliveIntervals;
import loomchat.report.series.ChatCount;
import loomchat.report.series.ChatTotals;
import loomchat.report.series.ChunkEvents;
import loomchat.report.series.CountSeries;
import loomchat.report.series.Distribution;
import loomchat.report.series.EventSeries;
import loomchat.report.series.GraphMark;
import loomchat.report.series.GraphMarks;
import loomchat.report.series.ReasonCounts;
import loomchat.report.series.RunEvents;

/**
 * What the rollup of a segment of {@code chat-logs} holds. A count that is zero has no series, and of what
 * came later than a rollup, such as calls or reports, there was nothing.
 */
public final class ChatRollupFormat implements RollupFormat<ChatTotals> {
    private static final long[] NONE = {};
    /** Stands between the name of a series and that of an event. */
    private static final String EVENT = "Event.";

    private final String event;

    /** @param event whose series is read, with or without a reason, or null for none */
    public ChatRollupFormat(String event) {
        this.event = event;
    }

    /** A segment of a busy server covers a minute or two, and so has few seconds. */
    @Override
    public long finestSeconds() {
        return 1;
    }

    @Override
    public ChatTotals totals(long from, long to, long bucketSeconds) {
        return new ChatTotals(from, to, bucketSeconds);
    }

    @Override
    public LineReader<ChatTotals> reader(ChatTotals totals) {
        return new ChatLineReader(totals);
    }

    @Override
    public void writeSums(RollupWriter out, ChatTotals totals, ChunkEvents events) throws IOException {
        out.member("totals", json -> {
            json.object()
                    .member("lines", totals.lines())
                    .member("skipped", totals.skipped())
                    .member("torn", totals.torn())
                    .member("withoutTime", totals.withoutTime());
            for (ChatCount each : ChatCount.values()) {
                json.member(each.key, totals.count(each));
            }
            json.endObject();
        });
        out.member("reasons", json -> json.counts(totals.reasons().all()));
        out.member("callReasons", json -> json.counts(totals.callReasons().all()));
        out.member("reportReasons", json -> json.counts(totals.reportReasons().all()));
        for (Distribution each : Distribution.values()) {
            out.histogram(each.key, totals.histogram(each));
        }
        writeRunEvents(out, events.runEvents());
        out.longs("marksLeftOut", events.marks().leftOut());
        out.member("marks", json -> {
            json.array();
            for (GraphMark mark : events.marks().all()) {
                json.array()
                        .value(mark.millis())
                        .value(mark.kind().label)
                        .value(mark.id())
                        .value(mark.text());
                if (!mark.line().isEmpty()) {
                    json.value(mark.line());
                }
                json.endArray();
            }
            json.endArray();
        });
    }

    @Override
    public void writeSeries(RollupWriter out, String prefix, ChatTotals totals, long leastSeconds) throws IOException {
        CountSeries series = totals.series().copy(leastSeconds);
        int[] order = series.sorted();
        out.longs(prefix + "Seconds", series.seconds());
        out.longs(prefix + "Starts", order.length, i -> series.startOf(order[i]));
        for (ChatCount each : ChatCount.IN_SERIES) {
            if (totals.count(each) > 0) {
                out.longs(prefix + "." + each.key, order.length, i -> series.sum(order[i], each.ordinal()));
            }
        }
        totals.eventSeries()
                .<IOException>forEach((key, counts) -> writeEvent(out, prefix + EVENT + key, counts, series.seconds()));
    }

    /** The width of a bucket, then for each how many buckets it is behind the one before, and its count. */
    private static void writeEvent(RollupWriter out, String name, CountSeries counts, long leastSeconds)
            throws IOException {
        CountSeries series = counts.copy(leastSeconds);
        int[] order = series.sorted();
        long width = series.seconds() * 1000;
        out.longs(name, 1 + 2 * order.length, i -> {
            int row = (i - 1) / 2;
            if (i == 0) {
                return series.seconds();
            }
            long before = row == 0 ? 0 : series.startOf(order[row - 1]);
            return i % 2 == 1 ? (series.startOf(order[row]) - before) / width : series.sum(order[row], 0);
        });
    }

    @Override
    public ChunkEvents readSums(RollupReader in, ChatTotals totals) throws IOException {
        JsonObject stored = in.json("totals").asJsonObject();
        totals.restore(wholeNumber(stored, "lines"), wholeNumber(stored, "skipped"), wholeNumber(stored, "torn"));
        totals.restoreWithoutTime(wholeNumber(stored, "withoutTime"));
        for (ChatCount each : ChatCount.values()) {
            totals.add(each, stored.containsKey(each.key) ? wholeNumber(stored, each.key) : 0);
        }
        readReasons(in, "reasons", totals.reasons());
        readReasons(in, "callReasons", totals.callReasons());
        readReasons(in, "reportReasons", totals.reportReasons());
        for (Distribution each : Distribution.values()) {
            if (in.has(each.key)) {
                in.histogram(each.key, totals.histogram(each));
            }
        }
        RunEvents runEvents = readRunEvents(in);
        GraphMarks marks = readMarks(in);
        if (runEvents.all().stream().noneMatch(each -> each.kind() == RunEvents.Kind.STALL)) {
            addStallsOf(marks, stored, runEvents);
        }
        return new ChunkEvents(runEvents, new AliveIntervals(), marks);
    }

    @Override
    public void readSeries(RollupReader in, String prefix, ChatTotals totals) throws IOException {
        long[] starts = in.longs(prefix + "Starts");
        for (ChatCount each : ChatCount.IN_SERIES) {
            long[] sums = totals.count(each) > 0 ? in.longs(prefix + "." + each.key) : NONE;
            for (int i = 0; i < sums.length; i++) {
                totals.series().add(starts[i], each.ordinal(), sums[i]);
            }
        }
        if (event != null) {
            for (String key : in.namesAfter(prefix + EVENT + event)) {
                if (key.isEmpty() || key.startsWith(":")) {
                    readEvent(event + key, in.longs(prefix + EVENT + event + key), totals.eventSeries());
                }
            }
        }
    }

    private static void readEvent(String key, long[] stored, EventSeries into) {
        long start = 0;
        for (int i = 1; i + 1 < stored.length; i += 2) {
            start += stored[i] * stored[0] * 1000;
            into.restore(key, start, stored[i + 1]);
        }
    }

    @Override
    public void addBuckets(ChatTotals into, ChatTotals segment, long from, long to, boolean counts) {
        CountSeries series = segment.series();
        into.series().widenTo(series.seconds());
        into.eventSeries().addBuckets(segment.eventSeries(), from, to);
        for (int row = 0; row < series.rows(); row++) {
            long start = series.startOf(row);
            if (start >= from && start < to) {
                for (ChatCount each : ChatCount.IN_SERIES) {
                    into.add(each, counts ? series.sum(row, each.ordinal()) : 0);
                }
                into.series().addRow(start, series, row);
                if (counts) {
                    into.seen(start, start);
                }
            }
        }
    }

    @Override
    public void clearCounts(ChatTotals totals) {
        ChatCount.IN_SERIES.forEach(each -> totals.add(each, -totals.count(each)));
    }

    private static void readReasons(RollupReader in, String name, ReasonCounts into) throws IOException {
        if (in.has(name)) {
            in.json(name).asJsonObject().forEach((reason, count) -> into.add(reason, ((JsonNumber) count).longValue()));
        }
    }

    /** A rollup of an older version has their ends as marks. How long each was is known where there was one alone. */
    private static void addStallsOf(GraphMarks marks, JsonObject totals, RunEvents into) {
        String stalls = ChatCount.STALLS.key;
        boolean one = totals.containsKey(stalls) && wholeNumber(totals, stalls) == 1;
        long lasted = one ? wholeNumber(totals, ChatCount.STALLED_MILLIS.key) : 0;
        for (GraphMark each : marks.all()) {
            if (each.kind() == GraphMark.Kind.STALL) {
                into.add(new RunEvents.RunEvent(RunEvents.Kind.STALL, each.millis() - lasted, each.millis()));
            }
        }
    }

    private static void writeRunEvents(RollupWriter out, RunEvents runEvents) throws IOException {
        out.longs("edgesLeftOut", runEvents.startsLeftOut(), runEvents.stopsLeftOut());
        out.member("edges", json -> {
            json.array();
            for (RunEvents.RunEvent each : runEvents.all()) {
                json.value(each.kind().ordinal()).value(each.from()).value(each.to());
            }
            json.endArray();
        });
    }

    private static RunEvents readRunEvents(RollupReader in) throws IOException {
        RunEvents runEvents = new RunEvents();
        long[] values = in.longs("edges");
        for (int i = 0; i + 2 < values.length; i += 3) {
            runEvents.add(
                    new RunEvents.RunEvent(RunEvents.Kind.values()[(int) values[i]], values[i + 1], values[i + 2]));
        }
        long[] leftOut = in.longs("edgesLeftOut");
        runEvents.leftOut(leftOut[0], leftOut[1]);
        return runEvents;
    }

    private static GraphMarks readMarks(RollupReader in) throws IOException {
        GraphMarks marks = new GraphMarks();
        for (JsonValue each : in.json("marks").asJsonArray()) {
            JsonArray mark = each.asJsonArray();
            marks.add(new GraphMark(
                    mark.getJsonNumber(0).longValue(),
                    GraphMark.Kind.of(mark.getString(1)),
                    mark.getString(2),
                    mark.getString(3),
                    mark.getString(4, "")));
        }
        marks.leftOut(in.longs("marksLeftOut")[0]);
        return marks;
    }

    private static long wholeNumber(JsonObject object, String name) {
        return object.getJsonNumber(name).longValue();
    }
}
