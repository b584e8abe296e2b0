package loomchat.loadtest;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The command {@code stress}: checks what is asked for, plays it, writes it down. */
public final class Stress {
    private static final int SPARE_DESCRIPTORS = 100;
    private static final Duration LONGEST_FAREWELL = Duration.ofSeconds(60);

    private final Options options;
    private final PrintStream out;
    private final boolean terminal;
    private final List<String> notes = new ArrayList<>();
    private final CountDownLatch done = new CountDownLatch(1);

    private Stress(Options options, PrintStream out, boolean terminal) {
        this.options = options;
        this.out = out;
        this.terminal = terminal;
    }

    /** Runs the command; the exit code. */
    public static int run(String[] args, Map<String, String> env, PrintStream out, PrintStream err) {
        List<String> arguments = Arrays.asList(args);
        try {
            if (arguments.contains("--help") || arguments.contains("-h")) {
                out.print(Help.text());
                return Summary.PASSED;
            }
            boolean terminal = out == System.out
                    && System.console() != null
                    && System.console().isTerminal();
            Stress stress = new Stress(Options.from(arguments, env), out, terminal);
            try {
                return stress.play();
            } finally {
                out.flush();
                stress.done.countDown();
            }
        } catch (Usage e) {
            err.println(e.getMessage());
            return Summary.WRONG_USAGE;
        } catch (Target.Unreachable e) {
            err.println(e.getMessage());
            return Summary.UNREACHABLE;
        } catch (IOException e) {
            err.println("The results cannot be written: " + e.getMessage());
            return Summary.WRONG_USAGE;
        }
    }

    private int play() throws Target.Unreachable, IOException {
        Scenario scenario = ScenarioFile.load(options.scenario(), options.overrides());
        checkDescriptors(scenario);
        Target target = Target.find(options);
        if (options.insecure() && options.secure()) {
            notes.add("the server's certificate was not checked (--insecure)");
        }
        String id = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss")
                .withZone(ZoneOffset.UTC)
                .format(Instant.now());
        return play(scenario, target, id);
    }

    private int play(Scenario scenario, Target target, String id) throws IOException {
        out.println("%s: %s".formatted(scenario.name(), scenario.about()));
        out.println("%,d clients against %s for %s"
                .formatted(scenario.clients(), options.url(), Quantity.time(scenario.duration())));
        Progress progress = new Progress(out, terminal, scenario.duration() / 1e9);
        Dialer dialer = new Dialer(
                options.url(),
                target.address(),
                target.tls(),
                Duration.ofNanos(scenario.connectTimeout()),
                scenario.clients());
        try (Reconciliation server = new Reconciliation(target, id)) {
            boolean ours = server.begin(notes);
            if (ours) {
                server.announce("start", scenario, null, notes);
            }
            Run run = new Run(
                    scenario, options, dialer, runNumber(), Sides.NONE, progress, (row, latencies, from, to) -> {});
            Figures figures = untilInterrupted(run);
            List<Reconciliation.Line> counts = ours ? server.end(figures, options.echo(), notes) : List.of();
            Summary summary = Summary.of(figures, scenario.thresholds(), counts, notes);
            if (ours) {
                server.announce("end", scenario, summary.result(), notes);
            }
            out.print(summary.text());
            return summary.exitCode();
        }
    }

    /** Plays the run; Ctrl-C ends it early, and the process waits for the summary. */
    private Figures untilInterrupted(Run run) throws IOException {
        Thread farewell = new Thread(() -> {
            run.interrupt();
            try {
                done.await(LONGEST_FAREWELL.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(farewell);
        return run.play();
    }

    private int runNumber() {
        return new SecureRandom().nextInt(1 << 24);
    }

    private void checkDescriptors(Scenario scenario) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            long limit = system.getMaxFileDescriptorCount();
            long most = (limit - SPARE_DESCRIPTORS) * options.shares();
            if (scenario.clients() > most) {
                throw Usage.notAllowed(
                        "CLIENTS",
                        scenario.clients(),
                        "at most %d, because this process may open %d files (ulimit -n)".formatted(most, limit));
            }
        }
    }
}
