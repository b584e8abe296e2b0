package loomchat.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code make bench BENCH=report}: a damaged history counted by the report and by DuckDB, the scanner over lines as a
 * loaded server writes them, alone on one core and on all, DuckDB beside it, the same compressed, and the whole report
 * over as much and ten times as much history with and without rollups, and ranges of it. {@code REPORT_BENCH_BYTES}
 * sets the size, default 1 GB; ten times as much room is needed in the temporary folder.
 */
public final class ReportBench {
    private static final long USUAL_BYTES = 1_000_000_000;

    private ReportBench() {}

    public static void main(String[] args) throws Exception {
        String wanted = System.getenv().getOrDefault("REPORT_BENCH_BYTES", Long.toString(USUAL_BYTES));
        if (!wanted.matches("[1-9]\\d{5,11}")) {
            System.err.println("REPORT_BENCH_BYTES=" + wanted + " is not allowed: bytes from 100000 to 999999999999");
            System.exit(2);
        }
        Path folder = Files.createTempDirectory("loomchat-report-bench-");
        try {
            ReportBenchmark.run(folder, Long.parseLong(wanted));
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                List<Path> deepestFirst =
                        files.sorted(Comparator.reverseOrder()).toList();
                for (Path each : deepestFirst) {
                    Files.delete(each);
                }
            }
        }
    }
}
