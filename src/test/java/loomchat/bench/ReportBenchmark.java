package loomchat.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import loomchat.report.history.HistoryReader;
import loomchat.report.history.NodeFolders;
import loomchat.report.history.Report;
import loomchat.report.history.ReportQuery;
import loomchat.report.render.RenderedReport;
import loomchat.report.scan.ChatLineReader;
import loomchat.report.scan.LineReader;
import loomchat.report.scan.LogBytes;
import loomchat.report.scan.LogScanner;
import loomchat.report.series.ChatCount;
import loomchat.report.series.ChatTotals;
import loomchat.report.series.LogTimes;
import loomchat.testing.GeneratedHistory;
import loomchat.testing.LogLines;
import loomchat.zstd.SeekableFile;
import loomchat.zstd.SeekableWriter;

/**
 * How fast the report reads. Every figure is the best and the median of {@link #ROUNDS} rounds or more, files in the
 * page cache. Long, because each figure is measured in a way of its own.
 */
public final class ReportBenchmark {
    private static final int ROUNDS = 5;
    /** Of what takes milliseconds. */
    private static final int WARM_ROUNDS = 30;

    private static final int SEGMENTS = 4;
    private static final int TIMES_AS_MUCH = 10;
    private static final long START = Instant.parse("2026-11-01T00:00:00Z").toEpochMilli();
    /** Where a line has its day of the month. */
    private static final int DAY_AT = "{'time':'2026-11-".length();

    private static final double GIGA = 1e9;
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private ReportBenchmark() {}

    private interface Work {
        void run() throws Exception;
    }

    public static void run(Path folder, long bytes) throws Exception {
        int cores = Runtime.getRuntime().availableProcessors();
        System.out.printf("seed 1, %d cores, Java %s%n", cores, Runtime.version());
        compareWithDuckDb(Files.createDirectory(folder.resolve("damaged")));
        List<Path> segments = generate(folder, bytes);
        long size = 0;
        for (Path each : segments) {
            size += Files.size(each);
        }
        ChatTotals[] sum = new ChatTotals[1];
        for (int workers = 1; workers <= cores; workers *= 2) {
            int threads = workers;
            try (LogScanner scanner = new LogScanner(threads)) {
                throughput("scanner, " + threads + " thread(s)", size, () -> sum[0] = scan(scanner, segments));
            }
            throughput("DuckDB read_json, " + threads + " thread(s)", size, () -> duckDb(folder, threads, sum[0]));
        }
        compression(folder.resolve("compressed"), segments.getFirst(), sum[0]);
        whole(folder, size);
        multiply(folder, segments);
        whole(folder, TIMES_AS_MUCH * size);
        ranges(folder, TIMES_AS_MUCH * size);
        rollupSize(folder, TIMES_AS_MUCH * size);
    }

    /** Ten times as much history: the same on each of ten days. */
    private static void multiply(Path folder, List<Path> segments) throws IOException {
        for (Path each : segments) {
            byte[] lines = Files.readAllBytes(each);
            for (int day = 2; day <= TIMES_AS_MUCH; day++) {
                for (int at = DAY_AT; at < lines.length; at++) {
                    lines[at] = (byte) ('0' + day / 10);
                    lines[at + 1] = (byte) ('0' + day % 10);
                    while (at < lines.length && lines[at] != '\n') {
                        at++;
                    }
                    at += DAY_AT;
                }
                String name = each.getFileName().toString().replace("20261101T", "202611%02dT".formatted(day));
                Files.write(folder.resolve(name), lines);
            }
        }
    }

    /** Ranges that cut through a segment at both ends. */
    private static void ranges(Path folder, long size) throws Exception {
        int cores = Runtime.getRuntime().availableProcessors();
        try (HistoryReader history = new HistoryReader(NodeFolders.of(folder), cores, System::currentTimeMillis)) {
            long from = START + 40_123;
            long day = 86_400_000;
            for (long bucket : new long[] {0, 900}) {
                ReportQuery most = new ReportQuery(null, from, from + 9 * day, bucket, false, null);
                throughput(
                        "a range cut at both ends, " + (bucket == 0 ? "auto" : "15m"),
                        size,
                        WARM_ROUNDS,
                        () -> page(history, most));
            }
            ReportQuery minute = new ReportQuery(null, from + 4 * day, from + 4 * day + 60_000, 1, false, null);
            throughput("a minute of it by the second", size, WARM_ROUNDS, () -> page(history, minute));
            ReportQuery ends = new ReportQuery(null, from, from + 9 * day, 0, false, null, "Disconnected:eof");
            throughput("such a range with one event's series", size, WARM_ROUNDS, () -> page(history, ends));
        }
    }

    private static void rollupSize(Path folder, long size) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path each : files.filter(file -> file.toString().endsWith(".rollup.json"))
                    .toList()) {
                bytes += Files.size(each);
            }
        }
        System.out.printf("rollups have %.3f %% of the bytes of their segments%n", 100.0 * bytes / size);
    }

    /** One segment: how small it becomes and what that costs, and the scanner over it on one core. */
    private static void compression(Path folder, Path segment, ChatTotals expected) throws Exception {
        Files.createDirectory(folder);
        Path compressed = folder.resolve(segment.getFileName() + ".zst");
        long size = Files.size(segment);
        for (int level : new int[] {1, 3, 6, 9}) {
            Files.deleteIfExists(compressed);
            long began = System.nanoTime();
            try (FileChannel from = FileChannel.open(segment);
                    FileChannel to =
                            FileChannel.open(compressed, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                    SeekableWriter writer = new SeekableWriter(level)) {
                writer.write(from, to, 0, "", () -> false);
            }
            double seconds = (System.nanoTime() - began) / GIGA;
            System.out.printf(
                    "zstd level %d: %.1f to 1, %.0f MB/s%n",
                    level, (double) size / Files.size(compressed), size / 1e6 / seconds);
            try (SeekableFile file = SeekableFile.of(FileChannel.open(compressed));
                    LogScanner scanner = new LogScanner(1)) {
                throughput("decompressed, level " + level, size, file::verify);
                ChatTotals[] sum = new ChatTotals[1];
                throughput("scanned from compressed, level " + level, size, () -> sum[0] = scan(scanner, file));
                if (sum[0].lines() == 0 || sum[0].lines() > expected.lines()) {
                    throw new AssertionError("other lines");
                }
            }
        }
        Files.delete(compressed);
        Files.delete(folder);
    }

    private static ChatTotals scan(LogScanner scanner, SeekableFile file) throws IOException {
        List<LineReader<ChatTotals>> readers =
                scanner.readers(() -> new ChatLineReader(new ChatTotals(LogTimes.UNKNOWN, Long.MAX_VALUE, 60)));
        LogBytes bytes = LogBytes.of(file);
        scanner.scan(bytes, bytes.size(), true, readers);
        return LogScanner.sum(readers);
    }

    private static void whole(Path folder, long size) throws Exception {
        String what = "report of %.1f GB, ".formatted(size / GIGA);
        int cores = Runtime.getRuntime().availableProcessors();
        try (HistoryReader history = new HistoryReader(NodeFolders.of(folder), cores, System::currentTimeMillis)) {
            ReportQuery rescan = new ReportQuery("all", LogTimes.UNKNOWN, Long.MAX_VALUE, 0, true, null);
            throughput(what + "every line", size, 2, () -> page(history, rescan));
            long began = System.nanoTime();
            page(history, ReportQuery.ALL);
            System.out.printf("%-42s %8.3f s%n", what + "making rollups", (System.nanoTime() - began) / GIGA);
            throughput(what + "from rollups", size, WARM_ROUNDS, () -> page(history, ReportQuery.ALL));
        }
    }

    private static void page(HistoryReader history, ReportQuery query) {
        Report report = history.read(query);
        RenderedReport answer = new RenderedReport(report);
        if (answer.as(RenderedReport.Form.PAGE, false).length == 0
                || answer.as(RenderedReport.Form.JSON, false).length == 0
                || report.chat().count(ChatCount.MESSAGES) == 0) {
            throw new AssertionError("an empty report");
        }
    }

    private static void throughput(String what, long bytes, Work work) throws Exception {
        throughput(what, bytes, ROUNDS, work);
    }

    /** Time by the clock, and the least time of the processor, which counts where others use the machine. */
    private static void throughput(String what, long bytes, int rounds, Work work) throws Exception {
        double[] seconds = new double[rounds];
        double[] ofProcessor = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            long began = System.nanoTime();
            long used = SYSTEM.getProcessCpuTime();
            try {
                work.run();
            } catch (SQLException e) {
                System.out.printf("%-42s not measured: %s%n", what, e.getMessage());
                return;
            }
            seconds[i] = (System.nanoTime() - began) / GIGA;
            ofProcessor[i] = (SYSTEM.getProcessCpuTime() - used) / GIGA;
        }
        Arrays.sort(seconds);
        Arrays.sort(ofProcessor);
        System.out.printf(
                "%-42s %8.3f s best %8.3f s median %8.3f s CPU %7.2f GB/s best %7.2f GB/s median %7.2f GB/s CPU%n",
                what,
                seconds[0],
                seconds[rounds / 2],
                ofProcessor[0],
                bytes / GIGA / seconds[0],
                bytes / GIGA / seconds[rounds / 2],
                bytes / GIGA / ofProcessor[0]);
    }

    private static ChatTotals scan(LogScanner scanner, List<Path> segments) throws IOException {
        List<LineReader<ChatTotals>> readers =
                scanner.readers(() -> new ChatLineReader(new ChatTotals(LogTimes.UNKNOWN, Long.MAX_VALUE, 60)));
        for (Path each : segments) {
            try (FileChannel file = FileChannel.open(each)) {
                scanner.scan(LogBytes.of(file), file.size(), true, readers);
            }
        }
        return LogScanner.sum(readers);
    }

    /** Many segments, restarts, crashes, lines of older servers and damage of every kind: both must count the same. */
    private static void compareWithDuckDb(Path folder) throws IOException {
        GeneratedHistory generated = new GeneratedHistory(1, folder, START, true).old(500);
        for (int run = 0; run < 12; run++) {
            generated.run(2_000, 100, run % 3 != 1).seal();
        }
        generated.run(1_000, 500, false).finish();
        try (HistoryReader history = new HistoryReader(NodeFolders.of(folder), 2, generated::now)) {
            Report report = history.read(ReportQuery.ALL);
            ChatTotals chat = report.chat();
            String ours = "%d connections, %d matches, %d messages, %d disconnects, %d chats, %d starts"
                    .formatted(
                            chat.count(ChatCount.CONNECTIONS),
                            chat.count(ChatCount.MATCHES),
                            chat.count(ChatCount.MESSAGES),
                            chat.count(ChatCount.DISCONNECTS),
                            chat.count(ChatCount.CHATS),
                            report.starts());
            String theirs = eventsByDuckDb(folder);
            if (!ours.equals(theirs)) {
                throw new AssertionError("the report counts " + ours + "; DuckDB " + theirs);
            }
            System.out.println("a damaged history: the report and DuckDB both count " + ours);
        } catch (SQLException e) {
            System.out.println("not compared with DuckDB: " + e.getMessage());
        }
    }

    private static String eventsByDuckDb(Path folder) throws SQLException {
        String query = """
                SELECT event, count(*)
                FROM read_json('%s/chat-logs*.jsonl', format = 'newline_delimited', ignore_errors = true,
                  columns = {time: 'VARCHAR', event: 'VARCHAR', details: 'VARCHAR', seq: 'BIGINT', bytes: 'VARCHAR'})
                WHERE event IS NOT NULL
                GROUP BY event""".formatted(folder);
        Map<String, Long> counts = new HashMap<>();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                counts.put(rows.getString(1), rows.getLong(2));
            }
        }
        return "%d connections, %d matches, %d messages, %d disconnects, %d chats, %d starts"
                .formatted(
                        counts.getOrDefault("New Connection", 0L),
                        counts.getOrDefault("Matched", 0L),
                        counts.getOrDefault("Message Relay", 0L),
                        counts.getOrDefault("Disconnected", 0L),
                        counts.getOrDefault("Chat Ended", 0L),
                        counts.getOrDefault("Server Started", 0L));
    }

    /**
     * The sums and the series by the minute; the report's distributions are not asked of it. Must agree with the
     * scanner.
     */
    private static void duckDb(Path folder, int threads, ChatTotals expected) throws SQLException {
        String query = """
                SELECT event, date_trunc('minute', time) AS minute, count(*), coalesce(sum(bytes), 0)
                FROM read_json('%s/chat-logs-*.jsonl', format = 'newline_delimited',
                  columns = {time: 'TIMESTAMP', event: 'VARCHAR', bytes: 'BIGINT'})
                GROUP BY event, minute""".formatted(folder);
        long messages = 0;
        long bytes = 0;
        long disconnects = 0;
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("SET threads = " + threads);
            try (ResultSet rows = statement.executeQuery(query)) {
                while (rows.next()) {
                    switch (rows.getString(1)) {
                        case "Message Relay" -> {
                            messages += rows.getLong(3);
                            bytes += rows.getLong(4);
                        }
                        case "Disconnected" -> disconnects += rows.getLong(3);
                        default -> {}
                    }
                }
            }
        }
        if (messages != expected.count(ChatCount.MESSAGES)
                || bytes != expected.count(ChatCount.BYTES)
                || disconnects != expected.count(ChatCount.DISCONNECTS)) {
            throw new AssertionError("DuckDB counts %,d messages, %,d bytes, %,d disconnects; the scanner %,d, %,d, %,d"
                    .formatted(
                            messages,
                            bytes,
                            disconnects,
                            expected.count(ChatCount.MESSAGES),
                            expected.count(ChatCount.BYTES),
                            expected.count(ChatCount.DISCONNECTS)));
        }
    }

    /** A busy server: three of a hundred lines are not messages; 20,000 lines a second. */
    private static List<Path> generate(Path folder, long bytes) throws IOException {
        Random random = new Random(1);
        List<Path> segments = new ArrayList<>();
        long now = START;
        long seq = 0;
        long session = 0;
        for (int segment = 0; segment < SEGMENTS; segment++) {
            Path unfinished = folder.resolve("unfinished");
            long written = 0;
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(unfinished), 1 << 20)) {
                while (written < bytes / SEGMENTS) {
                    now += seq % 20 == 0 ? 1 : 0;
                    long pair = session / 2 + random.nextInt(1_500);
                    String line = switch (random.nextInt(100)) {
                        case 0 -> LogLines.connected(now, ++seq, ++session);
                        case 1 -> LogLines.matched(now, ++seq, session, pair, session - 1, random.nextInt(5_000));
                        case 2 -> LogLines.disconnected(now, ++seq, session, "eof");
                        default -> LogLines.message(now, ++seq, session, pair, 100 + random.nextInt(900));
                    };
                    out.write(line.getBytes(StandardCharsets.US_ASCII));
                    written += line.length();
                }
            }
            String stamp = LogLines.iso(now).replace("-", "").replace(":", "").replace(".", "");
            segments.add(Files.move(unfinished, folder.resolve("chat-logs-" + stamp + ".jsonl")));
        }
        return segments;
    }
}
