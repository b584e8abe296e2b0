package loomchat.loadtest.command;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import loomchat.loadtest.dashboard.Dashboard;
import loomchat.loadtest.history.Conditions;
import loomchat.loadtest.history.Regression;
import loomchat.loadtest.history.Share;
import loomchat.loadtest.measure.Measurements;
import loomchat.loadtest.scenario.PlainText;
import loomchat.loadtest.scenario.Quantity;
import loomchat.loadtest.scenario.Scenario;
import loomchat.loadtest.scenario.ScenarioFile;
import loomchat.loadtest.scenario.UsageError;
import loomchat.loadtest.target.Dialers;
import loomchat.loadtest.target.Target;
import loomchat.loadtest.target.Targets;
import loomchat.loadtest.verify.Announcement;
import loomchat.loadtest.verify.OpenSides;
import loomchat.loadtest.verify.OpenSidesFile;
import loomchat.loadtest.verify.Reconciliation;
import loomchat.loadtest.verify.RunId;
import loomchat.loadtest.verify.ServerReport;
import loomchat.loadtest.verify.ServerUse;

/**
 * The command {@code stress}: checks the options, plays the scenario, writes the results. Main thread only, except
 * Ctrl-C, which comes on a thread of the JVM and waits until the summary is out. Long, because it puts all parts of a
 * run together.
 */
public final class StressCommand {
    private static final int SPARE_DESCRIPTORS = 100;
    private static final Duration LONGEST_FAREWELL = Duration.ofSeconds(90);

    private final StressOptions options;
    private final PrintStream out;
    private final boolean terminal;
    private final List<String> notes = new ArrayList<>();
    private final String id = ResultFolder.timeNow();
    private final CountDownLatch done = new CountDownLatch(1);
    /** Null without one. */
    private Dashboard dashboard;

    private volatile Run running;
    private volatile boolean interrupted;

    private StressCommand(StressOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
        this.terminal = isTerminal(out);
    }

    static boolean isTerminal(PrintStream out) {
        return out == System.out && System.console() != null && System.console().isTerminal();
    }

    /** Runs the command and returns its exit code. */
    public static int run(String[] args, Map<String, String> env, PrintStream out, PrintStream err) {
        List<String> arguments = Arrays.asList(args);
        try {
            if (arguments.contains("--help") || arguments.contains("-h")) {
                out.print(
                        switch (arguments.getFirst()) {
                            case "compare" -> StressHelp.ofCompare();
                            case "history" -> StressHelp.ofHistory();
                            case "merge" -> StressHelp.ofMerge();
                            case "accept" -> StressHelp.ofAccept();
                            default -> StressHelp.text();
                        });
                return ExitCode.PASSED;
            }
            return switch (arguments.isEmpty() ? "" : arguments.getFirst()) {
                case "compare" -> PastRuns.compare(arguments.subList(1, arguments.size()), env, out);
                case "history" -> PastRuns.history(arguments.subList(1, arguments.size()), env, out);
                case "merge" -> Merge.run(arguments.subList(1, arguments.size()), env, out);
                case "accept" -> PastRuns.accept(arguments.subList(1, arguments.size()), env, out);
                default -> {
                    StressOptions.warnings(env).forEach(err::println);
                    yield new StressCommand(StressOptions.from(arguments, env), out).play();
                }
            };
        } catch (UsageError e) {
            err.println(e.getMessage());
            return ExitCode.WRONG_USAGE;
        } catch (Target.Unreachable e) {
            err.println(e.getMessage());
            return ExitCode.UNREACHABLE;
        } catch (GeneratorFailed e) {
            err.println(e.getMessage());
            return ExitCode.GENERATOR_FAILED;
        } catch (OutOfMemoryError e) {
            err.println(new GeneratorFailed(e).getMessage());
            return ExitCode.GENERATOR_FAILED;
        } catch (IOException e) {
            err.println("The results cannot be read or written: " + e.getMessage());
            return ExitCode.WRONG_USAGE;
        }
    }

    private int play() throws Target.Unreachable, IOException {
        Thread farewell = new Thread(this::farewell, "farewell");
        try {
            Scenario scenario = ScenarioFile.load(options.scenario(), options.overrides());
            options.check(scenario);
            checkDescriptors(scenario);
            if (options.shares() > 1
                    && scenario.personas().stream()
                            .anyMatch(each -> each.sending().window() > 0)) {
                throw new UsageError(
                        "A window needs to know what arrived, so all clients have to be in one process (SHARE=1/1)");
            }
            Targets targets = Targets.find(options.urls(), options.insecure(), options.ca());
            if (scenario.identities()) {
                targets.expectSessions();
            }
            if (options.insecure() && targets.anySecure()) {
                notes.add("the server's certificate was not checked (INSECURE)");
            }
            if (!scenario.conditions().leftOut().isEmpty()) {
                notes.add("not checked, because %s left it out: %s"
                        .formatted(
                                options.overrides().containsKey("THRESHOLDS") ? "THRESHOLDS" : "the scenario",
                                String.join(", ", scenario.conditions().leftOut())));
            }
            if (options.dashboard() != null) {
                dashboard = Dashboard.start(options.dashboard());
            }
            say("%s: %s".formatted(scenario.name(), scenario.about()));
            if (dashboard != null) {
                out.println("Live page%s: %s".formatted(shareName(), dashboard.url()));
            }
            Runtime.getRuntime().addShutdownHook(farewell);
            return scenario.capacity() == null ? playOnce(scenario, targets) : search(scenario, targets);
        } finally {
            out.flush();
            if (dashboard != null) {
                dashboard.close();
            }
            done.countDown();
            forget(farewell);
        }
    }

    /** A line, or on a terminal as many as it takes. */
    private void say(String text) {
        out.println(terminal ? PlainText.wrapped(text, "  ") : text);
    }

    private static void forget(Thread farewell) {
        try {
            Runtime.getRuntime().removeShutdownHook(farewell);
        } catch (IllegalStateException e) {
            // The JVM is shutting down, and the hook runs.
        }
    }

    /** Ctrl-C: ends the run early, and keeps the JVM alive until the summary is out. */
    private void farewell() {
        interrupted = true;
        Run run = running;
        if (run != null) {
            run.interrupt();
        }
        try {
            done.await(LONGEST_FAREWELL.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int playOnce(Scenario scenario, Targets targets) throws IOException, Target.Unreachable {
        try (ResultFolder results = ResultFolder.in(options.results(), id + "-" + scenario.name() + shareName())) {
            Summary summary = playInto(results, scenario, targets, notes);
            out.print(SummaryText.of(summary));
            boolean whole = results.missing().isEmpty();
            out.println("Results: " + results.folder() + (whole ? " (report.html there opens in a browser)" : ""));
            Regression regression = whole ? PastRuns.regression(summary, results.folder(), options) : null;
            if (regression != null) {
                out.print(regression.text());
            } else if (!whole) {
                out.println("It is not compared with the runs before it, because its results are not whole.");
            } else if (options.shares() == 1 && summary.measurements().overload() != null) {
                out.println("It is not compared with the runs before it, because its times are not valid.");
            }
            out.flush();
            return results.end(summary, regression, PastRuns.exitCode(summary, regression, options), dashboard, out);
        }
    }

    private String shareName() {
        return options.shares() == 1 ? "" : "-" + options.share() + "of" + options.shares();
    }

    private int search(Scenario scenario, Targets targets) throws IOException, Target.Unreachable {
        if (options.shares() > 1) {
            throw UsageError.notAllowed(
                    "SHARE", options.share() + "/" + options.shares(), "1/1 for a search of capacity");
        }
        ResultFolder parent = ResultFolder.in(options.results(), id + "-" + scenario.name());
        CapacitySearch.Outcome outcome;
        try (parent) {
            outcome = new CapacitySearch(scenario, (step, number) -> {
                        try (ResultFolder results = ResultFolder.in(parent.folder(), "step-%02d".formatted(number))) {
                            return playInto(results, step, targets, new ArrayList<>(notes));
                        } catch (Target.Unreachable e) {
                            if (number == 1) {
                                parent.discard();
                            }
                            throw e;
                        }
                    })
                    .run();
            String text = CapacitySearch.text(scenario, outcome);
            Summary told = parent.endSearch(scenario, outcome, text);
            out.print(text);
            out.println("Results: " + parent.folder());
            out.flush();
            return parent.end(told, null, outcome.exitCode(), dashboard, out);
        }
    }

    private Summary playInto(ResultFolder results, Scenario scenario, Targets targets, List<String> said)
            throws IOException, Target.Unreachable {
        say("This run: %,d clients against %s for %s%s; Ctrl-C ends it early, with all results"
                .formatted(
                        scenario.clients(),
                        options.target(),
                        Quantity.time(scenario.duration()),
                        scenario.load().rate() > 0
                                ? ", %,d messages/s".formatted(scenario.load().rate())
                                : ""));
        boolean whole = options.shares() == 1;
        try (ServerReport server = new ServerReport(
                        targets.http(),
                        targets.tls(),
                        options.operatorToken(),
                        RunId.of(options.results(), results.folder()),
                        out::println);
                OpenSidesFile sides =
                        whole ? null : new OpenSidesFile(results.folder().resolve(ResultFolder.SIDES))) {
            boolean ours = server.begin(said);
            said.addAll(Reconciliation.noteOfOthers(server.others(), whole));
            if (ours) {
                server.announce(
                        "start",
                        scenario,
                        null,
                        Announcement.ofStart(scenario, options.urls(), options.share(), options.shares()),
                        said);
            }
            // What it used for all shares is not that of one.
            ServerUse before = ours && whole ? server.use() : null;
            Measurements measurements;
            try {
                measurements = play(results, scenario, targets, whole ? OpenSides.NONE : sides, said);
            } catch (GeneratorFailed | UsageError | Target.Unreachable e) {
                if (ours) {
                    server.announce("end", scenario, "failed", Announcement.ofFailure(e.getMessage()), said);
                }
                if (e instanceof Target.Unreachable) {
                    results.discard();
                }
                throw e;
            }
            // Before it is asked for its counts, which may take a while and is work as well.
            ServerUse after = ours && whole ? server.use() : null;
            said.addAll(IdentitySummary.notes(measurements));
            said.addAll(ClusterSummary.notes(options));
            Stream.of(measurements.ownPart(), measurements.rateMissed(), measurements.refusedAsTooFast())
                    .filter(Objects::nonNull)
                    .forEach(said::add);
            List<Reconciliation.Comparison> counts =
                    whole && ours && !options.kills() ? server.end(measurements, scenario.echo(), said) : List.of();
            Reconciliation share = !whole && ours && !options.kills() ? server.endShare(scenario.echo(), said) : null;
            if (!whole) {
                said.add(Share.note(options.share(), options.shares()));
            }
            Conditions conditions = PastRuns.conditions(scenario, options, before, after);
            if (conditions.serverRestarted()) {
                said.add("another server process than at the start answered at the end, as after a restart:"
                        + " what the server used of CPU and memory is not known");
            }
            Summary summary = Summary.of(measurements, scenario.thresholds(), counts, share, said)
                    .beside(whole && ours ? server.load(measurements) : List.of())
                    .under(conditions);
            if (ours) {
                server.announce(
                        "end",
                        scenario,
                        summary.result(),
                        Announcement.ofEnd(measurements, summary.outcomes(), summary.verdict()),
                        said);
            }
            results.end(summary);
            return summary;
        }
    }

    private Measurements play(
            ResultFolder results, Scenario scenario, Targets targets, OpenSides sides, List<String> said)
            throws IOException, Target.Unreachable {
        Progress progress = new Progress(out, terminal, scenario.duration() / 1e9);
        Dialers dialers = targets.dialers(scenario, options.token(), options.shares());
        results.begin(System.currentTimeMillis(), scenario.name());
        Run run = new Run(
                scenario,
                options,
                dialers,
                runNumber(scenario),
                sides,
                progress,
                results,
                SummaryView.watcher(dashboard, scenario, said));
        running = run;
        if (interrupted) {
            run.interrupt();
        }
        return run.play();
    }

    /** Processes that share a run agree on its number without talking to each other. */
    private int runNumber(Scenario scenario) {
        int number = options.shares() == 1
                ? new SecureRandom().nextInt()
                : (scenario.name() + scenario.seed() + "/" + options.shares()).hashCode();
        return number & 0xffffff;
    }

    private void checkDescriptors(Scenario scenario) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            long limit = system.getMaxFileDescriptorCount();
            long most = (limit - SPARE_DESCRIPTORS) * options.shares();
            if (scenario.clients() > most) {
                throw UsageError.notAllowed(
                        "CLIENTS",
                        scenario.clients(),
                        "at most %d, because this process may open %d files (ulimit -n)".formatted(most, limit));
            }
        }
    }
}
