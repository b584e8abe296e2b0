package loomchat.loadtest.measure;

import java.util.ArrayList;
import java.util.List;

/**
 * The run over time, one row a second at first. Belongs to the tick. Bounded: when there are {@link #MOST_ROWS}, each two become one,
 * with the sum of what was counted and the worst of what was measured.
 */
public final class Timeline {
    private static final int MOST_ROWS = 2400;

    /** One stretch of time that ends {@code seconds} after the start; times in nanoseconds, rates over the stretch. */
    public record Row(
            double seconds,
            double length,
            long connections,
            long chatting,
            long sent,
            long delivered,
            long bytesDelivered,
            long connected,
            long failed,
            long faults,
            long p50,
            long p99,
            long p999,
            long max,
            long actualP50,
            long actualP99,
            long connectP99,
            long matchP99,
            long latenessP99,
            long lagMax,
            double cpuPercent,
            long gcMillis,
            long rssBytes) {

        public static final String HEADER =
                "seconds,length,connections,chatting,sent_per_s,delivered_per_s,bytes_delivered_per_s,"
                        + "connected,failed,faults,p50_ms,p99_ms,p999_ms,max_ms,actual_p50_ms,actual_p99_ms,connect_p99_ms,match_p99_ms,"
                        + "generator_lateness_p99_ms,generator_lag_max_ms,generator_cpu_percent,generator_gc_ms,generator_rss_bytes";

        Row with(Row next) {
            return new Row(
                    next.seconds,
                    length + next.length,
                    next.connections,
                    next.chatting,
                    sent + next.sent,
                    delivered + next.delivered,
                    bytesDelivered + next.bytesDelivered,
                    connected + next.connected,
                    failed + next.failed,
                    faults + next.faults,
                    Math.max(p50, next.p50),
                    Math.max(p99, next.p99),
                    Math.max(p999, next.p999),
                    Math.max(max, next.max),
                    Math.max(actualP50, next.actualP50),
                    Math.max(actualP99, next.actualP99),
                    Math.max(connectP99, next.connectP99),
                    Math.max(matchP99, next.matchP99),
                    Math.max(latenessP99, next.latenessP99),
                    Math.max(lagMax, next.lagMax),
                    (cpuPercent * length + next.cpuPercent * next.length) / (length + next.length),
                    gcMillis + next.gcMillis,
                    next.rssBytes);
        }

        /** The same second of another process. */
        Row beside(Row other) {
            Row both = with(other);
            return new Row(
                    Math.max(seconds, other.seconds),
                    Math.max(length, other.length),
                    connections + other.connections,
                    chatting + other.chatting,
                    both.sent,
                    both.delivered,
                    both.bytesDelivered,
                    both.connected,
                    both.failed,
                    both.faults,
                    both.p50,
                    both.p99,
                    both.p999,
                    both.max,
                    both.actualP50,
                    both.actualP99,
                    both.connectP99,
                    both.matchP99,
                    both.latenessP99,
                    both.lagMax,
                    cpuPercent + other.cpuPercent,
                    both.gcMillis,
                    rssBytes + other.rssBytes);
        }

        public static Row ofCsv(String line) {
            String[] fields = line.split(",", -1);
            double length = Double.parseDouble(fields[1]);
            return new Row(
                    Double.parseDouble(fields[0]),
                    length,
                    Long.parseLong(fields[2]),
                    Long.parseLong(fields[3]),
                    Math.round(Double.parseDouble(fields[4]) * length),
                    Math.round(Double.parseDouble(fields[5]) * length),
                    Math.round(Double.parseDouble(fields[6]) * length),
                    Long.parseLong(fields[7]),
                    Long.parseLong(fields[8]),
                    Long.parseLong(fields[9]),
                    nanos(fields[10]),
                    nanos(fields[11]),
                    nanos(fields[12]),
                    nanos(fields[13]),
                    nanos(fields[14]),
                    nanos(fields[15]),
                    nanos(fields[16]),
                    nanos(fields[17]),
                    nanos(fields[18]),
                    nanos(fields[19]),
                    Double.parseDouble(fields[20]),
                    Long.parseLong(fields[21]),
                    Long.parseLong(fields[22]));
        }

        private static long nanos(String millis) {
            return millis.isEmpty() ? 0 : Math.round(Double.parseDouble(millis) * 1e6);
        }

        public String csv() {
            return String.format(
                    java.util.Locale.ROOT,
                    "%.3f,%.3f,%d,%d,%.1f,%.1f,%.0f,%d,%d,%d,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%.1f,%d,%d",
                    seconds,
                    length,
                    connections,
                    chatting,
                    sent / length,
                    delivered / length,
                    bytesDelivered / length,
                    connected,
                    failed,
                    faults,
                    ms(p50),
                    ms(p99),
                    ms(p999),
                    ms(max),
                    ms(actualP50),
                    ms(actualP99),
                    ms(connectP99),
                    ms(matchP99),
                    ms(latenessP99),
                    ms(lagMax),
                    cpuPercent,
                    gcMillis,
                    rssBytes);
        }

        /** Milliseconds to the microsecond, empty where nothing was measured. */
        public static String ms(long nanos) {
            return nanos == 0 ? "" : String.format(java.util.Locale.ROOT, "%.3f", nanos / 1e6);
        }
    }

    private List<Row> rows = new ArrayList<>();
    private int rowsPerEntry = 1;
    private Row pending;
    private int pendingRows;

    public void add(Row row) {
        pending = pending == null ? row : pending.with(row);
        if (++pendingRows < rowsPerEntry) {
            return;
        }
        rows.add(pending);
        pending = null;
        pendingRows = 0;
        if (rows.size() == MOST_ROWS) {
            halve();
        }
    }

    private void halve() {
        List<Row> half = new ArrayList<>(MOST_ROWS);
        for (int i = 0; i < rows.size(); i += 2) {
            half.add(rows.get(i).with(rows.get(i + 1)));
        }
        rows = half;
        rowsPerEntry *= 2;
    }

    public List<Row> rows() {
        List<Row> all = new ArrayList<>(rows);
        if (pending != null) {
            all.add(pending);
        }
        return all;
    }
}
