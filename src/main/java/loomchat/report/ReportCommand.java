package loomchat.report;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import loomchat.report.history.HistoryReader;
import loomchat.report.history.InvalidQuery;
import loomchat.report.history.NodeFolders;
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
            loomchat report [--from TIME] [--to TIME] [--range SPAN] [--bucket WIDTH] [--json | --csv] [--event NAME] [--rescan]
                           [DIR...]

              DIR           log folders of several servers, as one history
                            (default: LOG_DIR, which is logs, and those of REPORT_DIRS)
              --from, --to  what to show: UTC times such as 2026-11-24T01:50, dates, or spans back from now such as 2h
              --range       what to show: a span that ends now such as 15m, 1h, 1d, 4w, or all (default)
              --bucket      width of a bucket: 1s, 5s, 15s, 1m, 5m, 15m, 1h, 4h, 1d, 7d, 28d (default: by the range)
              --json        everything as JSON, as /report.json
              --csv         the series as CSV, as /report.csv
              --event       in JSON and CSV also how often this event was logged: Reported, Disconnected:eof
              --rescan      read every line again, whatever was summed up before

            No server is needed.""";

    private static final Set<String> OPTIONS = Set.of("--from", "--to", "--range", "--bucket", "--event");
    private static final Set<String> FLAGS = Set.of("--json", "--csv", "--rescan", "--help", "-h");

    private ReportCommand() {}

    /** Returns the exit code: 0, 1 when a file could not be read, 2 for wrong usage. */
    public static int run(String[] args, Map<String, String> env, PrintStream out, PrintStream err) {
        try {
            List<String> named = new ArrayList<>();
            Map<String, String> given = parse(args, named);
            if (given.containsKey("--help") || given.containsKey("-h")) {
                out.println(HELP);
                return 0;
            }
            return report(given, folders(named, env), env, out, err);
        } catch (InvalidQuery e) {
            err.println(e.getMessage());
            return WRONG_USAGE;
        } catch (IOException | UncheckedIOException e) {
            err.println("The report could not be written: " + e.getMessage());
            return FAILED;
        }
    }

    /** The options and flags that were given, by name; a flag has an empty value. Anything else is a folder. */
    private static Map<String, String> parse(String[] args, List<String> folders) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < args.length; i++) {
            if (!args[i].startsWith("-")) {
                folders.add(args[i]);
                continue;
            }
            String[] argument = args[i].split("=", 2);
            String name = argument[0];
            if (OPTIONS.contains(name)) {
                String value = argument.length == 2 ? argument[1] : ++i < args.length ? args[i] : "";
                if (value.isEmpty()) {
                    throw new InvalidQuery(name + " needs a value; --help tells more");
                }
                given.put(name, value);
            } else if (!FLAGS.contains(name)) {
                throw new InvalidQuery(
                        InvalidQuery.shown(args[i])
                                + " is not known: --from, --to, --range, --bucket, --json, --csv, --event, --rescan and --help are");
            } else if (argument.length == 2) {
                throw new InvalidQuery(name + " takes no value");
            } else {
                given.put(name, "");
            }
        }
        if (given.containsKey("--json") && given.containsKey("--csv")) {
            throw new InvalidQuery("--json and --csv are not allowed together");
        }
        return given;
    }

    private static NodeFolders folders(List<String> named, Map<String, String> env) {
        if (named.isEmpty()) {
            String name = env.getOrDefault("LOG_DIR", "");
            Path folder = Path.of(name.isBlank() ? "logs" : name.strip());
            if (!Files.isDirectory(folder)) {
                throw new InvalidQuery("LOG_DIR=" + folder + " is not allowed: a folder with log files");
            }
            String others = env.getOrDefault("REPORT_DIRS", "");
            try {
                return NodeFolders.of(folder, others);
            } catch (IllegalArgumentException e) {
                throw new InvalidQuery("REPORT_DIRS=" + others + " is not allowed: " + e.getMessage());
            }
        }
        try {
            return NodeFolders.existing(named.stream().map(Path::of).toList());
        } catch (IllegalArgumentException e) {
            throw new InvalidQuery(String.join(" ", named) + " is not allowed: " + e.getMessage());
        }
    }

    private static int report(
            Map<String, String> given, NodeFolders folders, Map<String, String> env, PrintStream out, PrintStream err)
            throws IOException {
        ReportQuery query = ReportQuery.parse(
                        given.get("--range"),
                        given.get("--from"),
                        given.get("--to"),
                        given.get("--bucket"),
                        given.containsKey("--rescan"),
                        null,
                        System.currentTimeMillis())
                .counting(given.get("--event"));
        int workers = Runtime.getRuntime().availableProcessors();
        try (HistoryReader history = new HistoryReader(folders, workers, System::currentTimeMillis)) {
            Report report = history.read(query);
            if (given.containsKey("--json")) {
                ReportJson.write(report, out);
                out.println();
            } else if (given.containsKey("--csv")) {
                ReportCsv.write(report, out);
            } else {
                new ReportText(report, Terminal.of(env, out.charset()), out).write();
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
