package loomchat.report;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.util.List;

/** What the rollup of a segment of {@code chat-logs} holds. No state. */
final class ChatRollup implements RollupFormat<ChatTally, ChatTally.Part> {
    /** A busy segment is over in a minute or two, so that its seconds are few. */
    @Override
    public long finestSeconds() {
        return 1;
    }

    @Override
    public ChatTally tally(long from, long to, long bucketSeconds, int mostRows) {
        return new ChatTally(from, to, bucketSeconds, mostRows);
    }

    @Override
    public ChatTally.Part join(List<ChatTally.Part> parts) {
        Edges edges = new Edges();
        Marks marks = new Marks();
        for (ChatTally.Part each : parts) {
            edges.append(each.edges());
            marks.append(each.marks());
        }
        return new ChatTally.Part(edges, marks);
    }

    @Override
    public long seriesSeconds(ChatTally tally) {
        return tally.series.seconds();
    }

    @Override
    public void writeSums(RollupOut out, ChatTally tally, ChatTally.Part part) throws IOException {
        out.member(
                "totals",
                json -> json.object()
                        .member("lines", tally.lines)
                        .member("skipped", tally.skipped)
                        .member("torn", tally.torn)
                        .member("withoutTime", tally.withoutTime)
                        .member("connections", tally.connections)
                        .member("matches", tally.matches)
                        .member("messages", tally.messages)
                        .member("disconnects", tally.disconnects)
                        .member("bytes", tally.bytes)
                        .member("chats", tally.chats)
                        .member("tornBytes", tally.tornBytes)
                        .member("stalls", tally.stalls)
                        .member("stalledMillis", tally.stalledMillis)
                        .endObject());
        out.member("reasons", json -> {
            json.object();
            for (var each : tally.reasons.all().entrySet()) {
                json.member(each.getKey(), each.getValue());
            }
            json.endObject();
        });
        for (Distribution each : Distribution.values()) {
            out.histogram(each.key, each.of(tally));
        }
        writeEdges(out, part.edges());
        out.longs("marksLeftOut", part.marks().leftOut());
        out.member("marks", json -> {
            json.array();
            for (Mark mark : part.marks().all()) {
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
        CountSeries series = new CountSeries(tally.series.columns(), leastSeconds, Buckets.MOST);
        series.merge(tally.series);
        int[] order = series.sorted();
        out.longs(prefix + "Seconds", series.seconds());
        out.longs(prefix + "Starts", order.length, i -> series.startOf(order[i]));
        for (int column = 0; column < ChatTally.COLUMNS.length; column++) {
            int each = column;
            out.longs(prefix + "." + ChatTally.COLUMNS[column], order.length, i -> series.sum(order[i], each));
        }
    }

    @Override
    public ChatTally.Part readSums(RollupIn in, ChatTally tally) throws IOException {
        JsonObject totals = in.json("totals").asJsonObject();
        tally.lines += whole(totals, "lines");
        tally.skipped += whole(totals, "skipped");
        tally.torn += whole(totals, "torn");
        tally.withoutTime += whole(totals, "withoutTime");
        tally.connections += whole(totals, "connections");
        tally.matches += whole(totals, "matches");
        tally.messages += whole(totals, "messages");
        tally.disconnects += whole(totals, "disconnects");
        tally.bytes += whole(totals, "bytes");
        tally.chats += whole(totals, "chats");
        tally.tornBytes += whole(totals, "tornBytes");
        tally.stalls += whole(totals, "stalls");
        tally.stalledMillis += whole(totals, "stalledMillis");
        JsonObject reasons = in.json("reasons").asJsonObject();
        reasons.forEach((reason, count) -> tally.reasons.add(reason, ((JsonNumber) count).longValue()));
        for (Distribution each : Distribution.values()) {
            in.histogram(each.key, each.of(tally));
        }
        return new ChatTally.Part(readEdges(in), readMarks(in));
    }

    @Override
    public void readSeries(RollupIn in, String prefix, ChatTally tally) throws IOException {
        long[] starts = in.longs(prefix + "Starts");
        for (int column = 0; column < ChatTally.COLUMNS.length; column++) {
            long[] sums = in.longs(prefix + "." + ChatTally.COLUMNS[column]);
            for (int i = 0; i < starts.length; i++) {
                tally.series.add(starts[i], column, sums[i]);
            }
        }
    }

    @Override
    public void addBuckets(ChatTally into, ChatTally segment, long from, long to) {
        CountSeries series = segment.series;
        into.series.widenTo(series.seconds());
        for (int row = 0; row < series.rows(); row++) {
            long start = series.startOf(row);
            if (start >= from && start < to) {
                into.connections += series.sum(row, ChatTally.CONNECTIONS);
                into.matches += series.sum(row, ChatTally.MATCHES);
                into.messages += series.sum(row, ChatTally.MESSAGES);
                into.disconnects += series.sum(row, ChatTally.DISCONNECTS);
                into.bytes += series.sum(row, ChatTally.BYTES);
                for (int column = 0; column < series.columns(); column++) {
                    into.series.add(start, column, series.sum(row, column));
                }
                into.spans(start, start);
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
