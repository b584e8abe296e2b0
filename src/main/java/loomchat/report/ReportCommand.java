package loomchat.report;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import loomchat.report.history.HistoryReader;
import loomchat.report.history.InvalidQuery;
import loomchat.report.history.NodeFolders;
import loomchat.report.history.Report;
import loomchat.report.history.ReportQuery;
import loomchat.report.render.ReportCsv;
import loomchat.report.render.ReportJson;
import loomchat.report.render.ReportText;
import loomchat.terminal.Screen;
import loomchat.terminal.Terminal;

/** The report in the terminal, once or again and again; needs only the files. Main thread only; blocks on the disk. */
public final class ReportCommand {
    private static final int WRONG_USAGE = 2;
    private static final int FAILED = 1;
    private static final String HELP = """
            loomchat report [--all] [--watch [EVERY]] [--from TIME] [--to TIME] [--range SPAN] [--bucket WIDTH]
                            [--json | --csv] [--event NAME] [--rescan] [DIR...]

              DIR           log folders of several servers, as one history
                            (default: LOG_DIR, which is logs, and those of REPORT_DIRS)
              --all         all figures, graphs and events, not only what fits a screen
              --watch       show it again every 2s, or EVERY: 1s to 60m; Ctrl-C ends
              --from, --to  what to show: UTC times such as 2026-11-24T01:50, dates, or spans back from now such as 2h
              --range       what to show: a span that ends now such as 15m, 1h, 1d, 4w; last, the last activity
                            (default); or all (default with --all, --json and --csv)
              --bucket      width of a bucket: 1s, 5s, 15s, 1m, 5m, 15m, 1h, 4h, 1d, 7d, 28d (default: by the range)
              --json        everything as JSON, as /report.json
              --csv         the series as CSV, as /report.csv
              --event       in JSON and CSV also how often this event was logged: Reported, Disconnected:eof
              --rescan      read every line again, whatever was summed up before

            No server is needed. COLUMNS and LINES are the size of the
            terminal where it cannot be asked; NO_COLOR=1 writes without colours.

            Exit codes: 0 done, also by Ctrl-C out of --watch, 1 a file could not be read, 2 wrong usage.""";

    private static final String HINT = "--all shows more, --watch keeps it fresh, --help tells all";
    /** With {@link #HINT} it fits a line. */
    private static final int MOST_OF_FOLDER = 14;

    private static final String USUAL_PERIOD = "2s";
    private static final Pattern PERIOD = Pattern.compile("(\\d{1,4})([sm]?)");
    private static final long MOST_SECONDS = 3_600;

    private static final Set<String> OPTIONS = Set.of("--from", "--to", "--range", "--bucket", "--event");
    private static final Set<String> FLAGS = Set.of("--all", "--json", "--csv", "--rescan", "--help", "-h");

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
            if (name.equals("--watch")) {
                boolean next = argument.length == 1
                        && i + 1 < args.length
                        && PERIOD.matcher(args[i + 1]).matches();
                given.put(name, argument.length == 2 ? argument[1] : next ? args[++i] : USUAL_PERIOD);
            } else if (OPTIONS.contains(name)) {
                String value = argument.length == 2 ? argument[1] : ++i < args.length ? args[i] : "";
                if (value.isEmpty()) {
                    throw new InvalidQuery(name + " needs a value; --help tells more");
                }
                given.put(name, value);
            } else if (!FLAGS.contains(name)) {
                throw new InvalidQuery(InvalidQuery.shown(args[i])
                        + " is not known: --all, --watch, --from, --to, --range, --bucket, --json, --csv, --event,"
                        + " --rescan and --help are");
            } else if (argument.length == 2) {
                throw new InvalidQuery(name + " takes no value");
            } else {
                given.put(name, "");
            }
        }
        if (given.containsKey("--json") && given.containsKey("--csv")) {
            throw new InvalidQuery("--json and --csv are not allowed together");
        }
        for (String each : List.of("--all", "--watch")) {
            if (given.containsKey(each) && isData(given)) {
                throw new InvalidQuery(each + " is not allowed with --json and --csv, which have everything once");
            }
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

    private static boolean isData(Map<String, String> given) {
        return given.containsKey("--json") || given.containsKey("--csv");
    }

    /** The short form shows what happened last, unless something else is asked for. */
    private static ReportQuery query(Map<String, String> given) {
        boolean whole = given.containsKey("--all") || isData(given);
        boolean bounded = given.containsKey("--from") || given.containsKey("--to");
        return ReportQuery.parse(
                        given.getOrDefault("--range", whole || bounded ? null : ReportQuery.LAST),
                        given.get("--from"),
                        given.get("--to"),
                        given.get("--bucket"),
                        given.containsKey("--rescan"),
                        null,
                        System.currentTimeMillis())
                .counting(given.get("--event"));
    }

    private static int report(
            Map<String, String> given, NodeFolders folders, Map<String, String> env, PrintStream out, PrintStream err)
            throws IOException {
        ReportQuery query = query(given);
        int workers = Runtime.getRuntime().availableProcessors();
        try (HistoryReader history = new HistoryReader(folders, workers, System::currentTimeMillis)) {
            if (given.containsKey("--watch")) {
                return watch(given, period(given.get("--watch")), history, read(folders), env, out);
            }
            Report report = history.read(query);
            if (given.containsKey("--json")) {
                ReportJson.write(report, out);
                out.println();
            } else if (given.containsKey("--csv")) {
                ReportCsv.write(report, out);
            } else {
                write(report, Terminal.of(env, out.charset()), given, read(folders) + HINT, out);
            }
            out.flush();
            if (out.checkError()) {
                return FAILED;
            }
            report.problems().forEach(err::println);
            return report.problems().isEmpty() ? 0 : FAILED;
        }
    }

    /** What was read, so that somebody who is in another folder than the server sees it. */
    private static String read(NodeFolders folders) {
        if (folders.nodes().size() > 1) {
            return folders.nodes().size() + " folders; ";
        }
        String folder = folders.nodes().getFirst().folder().toString();
        return (folder.length() <= MOST_OF_FOLDER
                        ? folder
                        : "…" + folder.substring(folder.length() - MOST_OF_FOLDER + 1))
                + ": ";
    }

    private static void write(
            Report report, Terminal terminal, Map<String, String> given, String hint, PrintStream out) {
        ReportText text = new ReportText(report, terminal, out);
        if (given.containsKey("--all")) {
            text.write();
        } else {
            text.writeSummary(hint);
        }
    }

    // Watching

    private static Duration period(String text) {
        Matcher period = PERIOD.matcher(text);
        if (period.matches()) {
            long seconds = Long.parseLong(period.group(1)) * (period.group(2).equals("m") ? 60 : 1);
            if (seconds >= 1 && seconds <= MOST_SECONDS) {
                return Duration.ofSeconds(seconds);
            }
        }
        throw new InvalidQuery("--watch", text, "a time from 1s to 60m");
    }

    /**
     * Shows the report again and again until the program or its thread is ended, or nobody reads it any more. Files
     * that cannot be read at the moment are named in the report.
     */
    private static int watch(
            Map<String, String> given,
            Duration period,
            HistoryReader history,
            String read,
            Map<String, String> env,
            PrintStream out) {
        String hint = read + "every " + given.get("--watch") + "; Ctrl-C ends";
        try (Screen screen = Terminal.of(env, out.charset()).interactive() ? Screen.open(out) : null) {
            while (!out.checkError()) {
                Report report = history.read(query(given));
                // Asked again each time: its size may have changed.
                Terminal terminal = Terminal.of(env, out.charset());
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                write(report, terminal, given, hint, new PrintStream(bytes, false, out.charset()));
                String text = bytes.toString(out.charset());
                if (screen == null) {
                    out.println(text);
                } else {
                    screen.draw(text, terminal.height());
                }
                Thread.sleep(period);
            }
            return FAILED;
        } catch (InterruptedException e) {
            return 0;
        }
    }
}
