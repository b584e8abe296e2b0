package loomchat.loadtest.command;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import loomchat.loadtest.history.Conditions;
import loomchat.loadtest.history.HistoryText;
import loomchat.loadtest.history.Regression;
import loomchat.loadtest.history.RunComparison;
import loomchat.loadtest.scenario.Scenario;
import loomchat.loadtest.scenario.UsageError;
import loomchat.loadtest.verify.ServerUse;

/** What the command has to do with runs of the past: it lists them, compares two, and sets each new one beside them. */
final class PastRuns {
    private static final String JSON = "--json";

    private PastRuns() {}

    /** The command {@code stress compare}. */
    static int compare(List<String> arguments, Map<String, String> env, PrintStream out) {
        List<String> named =
                arguments.stream().filter(each -> !each.contains("=")).toList();
        List<String> runs = named.isEmpty() ? List.of("previous", "last") : named;
        if (runs.size() != 2) {
            throw new UsageError("compare needs two runs: names or folders of results, or none for previous and last;"
                    + " stress history lists them");
        }
        List<String> settings =
                arguments.stream().filter(each -> each.contains("=")).toList();
        Path results = StressOptions.from(settings, env).results();
        boolean colour = StressCommand.isTerminal(out) && !env.containsKey("NO_COLOR");
        out.print(RunComparison.of(results, runs.get(0), runs.get(1), colour));
        return ExitCode.PASSED;
    }

    /** The command {@code stress history}. */
    static int history(List<String> arguments, Map<String, String> env, PrintStream out) {
        List<String> rest =
                arguments.stream().filter(each -> !each.equals(JSON)).toList();
        StressOptions options = StressOptions.from(rest, env);
        String scenario = options.overrides().get("SCENARIO");
        out.print(
                arguments.contains(JSON)
                        ? HistoryText.json(options.results(), scenario)
                        : HistoryText.table(options.results(), scenario));
        return ExitCode.PASSED;
    }

    /** The command {@code stress accept}. */
    static int accept(List<String> arguments, Map<String, String> env, PrintStream out) throws IOException {
        Map<Boolean, List<String>> settingsOrNot =
                arguments.stream().collect(Collectors.partitioningBy(each -> each.contains("=")));
        List<String> runs = settingsOrNot.get(false);
        if (runs.size() != 1) {
            throw new UsageError(
                    "accept needs one run: last, the name of a run (stress history lists them), or its folder");
        }
        out.print(HistoryText.accept(
                StressOptions.from(settingsOrNot.get(true), env).results(), runs.getFirst()));
        return ExitCode.PASSED;
    }

    /** @param before what the servers had used at the start, or null, as {@code after} at the end */
    static Conditions conditions(Scenario scenario, StressOptions options, ServerUse before, ServerUse after) {
        boolean told = before != null && after != null;
        boolean restarted = told && after.isRestartedSince(before);
        boolean known = told && !restarted;
        return Conditions.of(
                scenario,
                options.overrides(),
                known ? after.cpuSeconds() - before.cpuSeconds() : Double.NaN,
                known ? after.rssBytes() : Double.NaN,
                restarted);
    }

    /** A run that has ended beside the good ones before it; null where its figures are not comparable. */
    static Regression regression(Summary summary, Path folder, StressOptions options) {
        int exitCode = summary.exitCode();
        return options.shares() == 1
                        && summary.measurements().overload() == null
                        && (exitCode == ExitCode.PASSED || exitCode == ExitCode.MISSED)
                ? Regression.of(folder, options.results())
                : null;
    }

    /** The exit code with the runs before in view. */
    static int exitCode(Summary summary, Regression regression, StressOptions options) {
        int exitCode = summary.exitCode();
        return exitCode == ExitCode.PASSED && options.failOnRegression() && regression != null && regression.isSeen()
                ? ExitCode.REGRESSED
                : exitCode;
    }
}
