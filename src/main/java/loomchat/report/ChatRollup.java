package loomchat.report;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;

/** What the rollup of a segment of {@code chat-logs} holds. No state. */
final class ChatRollup implements RollupFormat<ChatTally> {
    /** A busy segment is over in a minute or two, so that its seconds are few. */
    @Override
    public long finestSeconds() {
        return 1;
    }

    @Override
    public ChatTally tally(long from, long to, long bucketSeconds) {
        return new ChatTally(from, to, bucketSeconds);
    }

    @Override
    public LineReader<ChatTally> reader(ChatTally tally) {
        return new ChatLines(tally);
    }

    @Override
    public void writeSums(RollupOut out, ChatTally tally, ChunkEvents events) throws IOException {
        out.member("totals", json -> {
            json.object()
                    .member("lines", tally.lines())
                    .member("skipped", tally.skipped())
                    .member("torn", tally.torn())
                    .member("withoutTime", tally.withoutTime());
            for (ChatCount each : ChatCount.values()) {
                json.member(each.key, tally.count(each));
            }
            json.endObject();
        });
        out.member("reasons", json -> json.counts(tally.reasons().all()));
        for (Distribution each : Distribution.values()) {
            out.histogram(each.key, tally.histogram(each));
        }
        writeEdges(out, events.edges());
        out.longs("marksLeftOut", events.marks().leftOut());
        out.member("marks", json -> {
            json.array();
            for (Mark mark : events.marks().all()) {
                json.array()
                        .value(mark.millis())
                        .value(mark.kind().label)
                        .value(mark.id())
                        .value(mark.text())
                        .endArray();
            }
            json.endArray();
        });
    }

    @Override
    public void writeSeries(RollupOut out, String prefix, ChatTally tally, long leastSeconds) throws IOException {
        CountSeries series = tally.series().copy(leastSeconds);
        int[] order = series.sorted();
        out.longs(prefix + "Seconds", series.seconds());
        out.longs(prefix + "Starts", order.length, i -> series.startOf(order[i]));
        for (ChatCount each : ChatCount.IN_SERIES) {
            out.longs(prefix + "." + each.key, order.length, i -> series.sum(order[i], each.ordinal()));
        }
    }

    @Override
    public ChunkEvents readSums(RollupIn in, ChatTally tally) throws IOException {
        JsonObject stored = in.json("totals").asJsonObject();
        tally.restore(whole(stored, "lines"), whole(stored, "skipped"), whole(stored, "torn"));
        tally.restoreWithoutTime(whole(stored, "withoutTime"));
        for (ChatCount each : ChatCount.values()) {
            tally.add(each, whole(stored, each.key));
        }
        JsonObject reasons = in.json("reasons").asJsonObject();
        reasons.forEach((reason, count) -> tally.reasons().add(reason, ((JsonNumber) count).longValue()));
        for (Distribution each : Distribution.values()) {
            in.histogram(each.key, tally.histogram(each));
        }
        return new ChunkEvents(readEdges(in), new Spans(), readMarks(in));
    }

    @Override
    public void readSeries(RollupIn in, String prefix, ChatTally tally) throws IOException {
        long[] starts = in.longs(prefix + "Starts");
        for (ChatCount each : ChatCount.IN_SERIES) {
            long[] sums = in.longs(prefix + "." + each.key);
            for (int i = 0; i < starts.length; i++) {
                tally.series().add(starts[i], each.ordinal(), sums[i]);
            }
        }
    }

    @Override
    public void addBuckets(ChatTally into, ChatTally segment, long from, long to) {
        CountSeries series = segment.series();
        into.series().widenTo(series.seconds());
        for (int row = 0; row < series.rows(); row++) {
            long start = series.startOf(row);
            if (start >= from && start < to) {
                for (ChatCount each : ChatCount.IN_SERIES) {
                    into.add(each, series.sum(row, each.ordinal()));
                }
                into.series().addRow(start, series, row);
                into.seen(start, start);
            }
        }
    }

    private static void writeEdges(RollupOut out, Edges edges) throws IOException {
        out.longs("edgesLeftOut", edges.startsLeftOut(), edges.stopsLeftOut());
        out.member("edges", json -> {
            json.array();
            for (int i = 0; i < edges.size(); i++) {
                json.value(edges.kind(i)).value(edges.from(i)).value(edges.to(i));
            }
            json.endArray();
        });
    }

    private static Edges readEdges(RollupIn in) throws IOException {
        Edges edges = new Edges();
        long[] values = in.longs("edges");
        for (int i = 0; i + 2 < values.length; i += 3) {
            edges.add((int) values[i], values[i + 1], values[i + 2]);
        }
        long[] leftOut = in.longs("edgesLeftOut");
        edges.leftOut(leftOut[0], leftOut[1]);
        return edges;
    }

    private static Marks readMarks(RollupIn in) throws IOException {
        Marks marks = new Marks();
        for (JsonValue each : in.json("marks").asJsonArray()) {
            JsonArray mark = each.asJsonArray();
            marks.add(new Mark(
                    mark.getJsonNumber(0).longValue(),
                    Mark.Kind.of(mark.getString(1)),
                    mark.getString(2),
                    mark.getString(3)));
        }
        marks.leftOut(in.longs("marksLeftOut")[0]);
        return marks;
    }

    private static long whole(JsonObject object, String name) {
        return object.getJsonNumber(name).longValue();
    }
}
