package loomchat.report;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import loomchat.report.history.HistoryReader;
import loomchat.report.history.InvalidQuery;
import loomchat.report.history.Report;
import loomchat.report.history.ReportQuery;
import loomchat.report.render.ReportCsv;
import loomchat.report.render.ReportJson;
import loomchat.report.render.ReportText;
import loomchat.report.render.Terminal;

/** The report in the terminal; needs only the files. Main thread only; blocks on the disk. */
public final class ReportCommand {
    private static final int WRONG_USAGE = 2;
    private static final int FAILED = 1;
    private static final String HELP = """
            loomchat report [--from TIME] [--to TIME] [--range SPAN] [--bucket WIDTH] [--json | --csv] [--rescan]

              --from, --to  what to show: UTC times such as 2026-11-24T01:50, dates, or spans back from now such as 2h
              --range       what to show: a span that ends now such as 15m, 1h, 1d, 4w, or all (default)
              --bucket      width of a bucket: 1s, 5s, 15s, 1m, 5m, 15m, 1h, 4h, 1d, 7d, 28d (default: by the range)
              --json        everything as JSON, as /report.json
              --csv         the series as CSV, as /report.csv
              --rescan      read every line again, whatever was summed up before

            The log files are read from LOG_DIR (default: logs). No server is needed.""";

    private enum Form {
        TEXT,
        JSON,
        CSV
    }

    private final PrintStream out;
    private Form form = Form.TEXT;
    private String from;
    private String to;
    private String range;
    private String bucket;
    private boolean rescan;
    private boolean help;

    private ReportCommand(PrintStream out) {
        this.out = out;
    }

    /** Returns the exit code: 0, 1 when a file could not be read, 2 for wrong usage. */
    public static int run(String[] args, Map<String, String> env, PrintStream out, PrintStream err) {
        ReportCommand command = new ReportCommand(out);
        try {
            command.parse(args);
            if (command.help) {
                out.println(HELP);
                return 0;
            }
            return command.report(folder(env), env, err);
        } catch (InvalidQuery e) {
            err.println(e.getMessage());
            return WRONG_USAGE;
        } catch (IOException | UncheckedIOException e) {
            err.println("The report could not be written: " + e.getMessage());
            return FAILED;
        }
    }

    private static Path folder(Map<String, String> env) {
        String name = env.getOrDefault("LOG_DIR", "");
        Path folder = Path.of(name.isBlank() ? "logs" : name.strip());
        if (!Files.isDirectory(folder)) {
            throw new InvalidQuery("LOG_DIR=" + folder + " is not allowed: a folder with log files");
        }
        return folder;
    }

    private void parse(String[] args) {
        for (int i = 0; i < args.length; i++) {
            String name = args[i];
            String value = null;
            int equals = name.indexOf('=');
            if (equals > 0) {
                value = name.substring(equals + 1);
                name = name.substring(0, equals);
            }
            switch (name) {
                case "--json", "--csv", "--rescan", "--help", "-h" -> flag(name, value);
                case "--from", "--to", "--range", "--bucket" -> {
                    if (value == null && ++i == args.length) {
                        throw new InvalidQuery(name + " needs a value; --help tells more");
                    }
                    option(name, value == null ? args[i] : value);
                }
                default ->
                    throw new InvalidQuery(InvalidQuery.shown(args[i])
                            + " is not known: --from, --to, --range, --bucket, --json, --csv, --rescan and --help are");
            }
        }
    }

    private void flag(String name, String value) {
        if (value != null) {
            throw new InvalidQuery(name + " takes no value");
        }
        switch (name) {
            case "--json" -> form = one(Form.JSON);
            case "--csv" -> form = one(Form.CSV);
            case "--rescan" -> rescan = true;
            default -> help = true;
        }
    }

    private Form one(Form wanted) {
        if (form != Form.TEXT && form != wanted) {
            throw new InvalidQuery("--json and --csv are not allowed together");
        }
        return wanted;
    }

    private void option(String name, String value) {
        if (value.isEmpty()) {
            throw new InvalidQuery(name + " needs a value; --help tells more");
        }
        switch (name) {
            case "--from" -> from = value;
            case "--to" -> to = value;
            case "--range" -> range = value;
            default -> bucket = value;
        }
    }

    private int report(Path folder, Map<String, String> env, PrintStream err) throws IOException {
        ReportQuery query = ReportQuery.parse(range, from, to, bucket, rescan, System.currentTimeMillis());
        int workers = Runtime.getRuntime().availableProcessors();
        try (HistoryReader history = new HistoryReader(folder, workers, System::currentTimeMillis)) {
            Report report = history.read(query);
            switch (form) {
                case JSON -> {
                    ReportJson.write(report, out);
                    out.println();
                }
                case CSV -> ReportCsv.write(report, out);
                case TEXT -> new ReportText(report, Terminal.of(env, out.charset()), out).write();
            }
            out.flush();
            if (out.checkError()) {
                return FAILED;
            }
            report.problems().forEach(err::println);
            return report.problems().isEmpty() ? 0 : FAILED;
        }
    }
}
