package loomchat.report.render;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import loomchat.report.history.Report;
import loomchat.report.series.ChatCount;
import loomchat.report.series.LogTimes;
import loomchat.report.series.SampleColumn;

/**
 * The series of a {@link Report} as CSV (RFC 4180, UTF-8, CRLF): a header, then one row for each bucket that has a
 * line or a sample. The columns are documented in docs/report.md. Any thread.
 */
public final class ReportCsv {
    private static final String NEWLINE = "\r\n";

    private ReportCsv() {}

    public static void write(Report report, OutputStream out) throws IOException {
        BufferedOutputStream buffered = new BufferedOutputStream(out, 16 * 1024);
        put(buffered, header(report));
        SeriesTable table = SeriesTable.of(report);
        StringBuilder line = new StringBuilder();
        for (int row = 0; row < table.rows(); row++) {
            line.setLength(0);
            line.append(LogTimes.iso(table.start(row)))
                    .append(',')
                    .append(report.axis().bucketSeconds());
            for (ChatCount column : ChatCount.IN_SERIES) {
                line.append(',').append(table.count(row, column));
            }
            for (SampleColumn column : SampleColumn.values()) {
                number(line, table.min(row, column));
                number(line, table.mean(row, column));
                number(line, table.max(row, column));
            }
            if (report.event() != null) {
                line.append(',').append(table.event(row));
            }
            put(buffered, line.append(NEWLINE).toString());
        }
        buffered.flush();
    }

    private static String header(Report report) {
        StringBuilder line = new StringBuilder("time,bucketSeconds");
        for (ChatCount column : ChatCount.IN_SERIES) {
            line.append(',').append(column.key);
        }
        for (SampleColumn column : SampleColumn.values()) {
            for (String which : new String[] {"Min", "Mean", "Max"}) {
                line.append(',').append(column.shown()).append(which);
            }
        }
        if (report.event() != null) {
            line.append(",event");
        }
        return line.append(NEWLINE).toString();
    }

    /** Up to three decimals, more for what is small; empty without a sample. */
    private static void number(StringBuilder line, double value) {
        line.append(',');
        if (Double.isNaN(value)) {
            return;
        }
        double rounded = HumanFormat.rounded(value);
        if (rounded == Math.rint(rounded)) {
            line.append((long) rounded);
        } else {
            line.append(BigDecimal.valueOf(rounded).toPlainString());
        }
    }

    private static void put(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
