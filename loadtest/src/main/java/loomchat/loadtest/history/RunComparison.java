package loomchat.loadtest.history;

import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import loomchat.loadtest.scenario.PlainText;
import loomchat.statistics.CoarseLimit;

/** Two runs side by side: what differs in what was played, then the figures in groups, and one sentence at the end. */
public final class RunComparison {
    private static final double SAME_LENGTH = 0.05;
    private static final String RED = "\u001b[31m";
    private static final String GREEN = "\u001b[32m";
    private static final String PLAIN = "\u001b[0m";

    private final PastRun a;
    private final PastRun b;
    private final boolean colour;
    private final List<Change> changes = new ArrayList<>();

    private RunComparison(PastRun a, PastRun b, boolean colour) {
        this.a = a;
        this.b = b;
        this.colour = colour;
        for (Figure each : Figure.values()) {
            if (a.value(each) != null && b.value(each) != null) {
                changes.add(invalid().isEmpty() ? Change.besideOne(each, a, b) : Change.unjudged(each, a, b));
            }
        }
    }

    /** @param first and {@code second}: as {@link RunHistory#find} takes them */
    public static String of(Path results, String first, String second, boolean colour) {
        RunHistory history = RunHistory.in(results);
        return new RunComparison(history.find(first), history.find(second), colour).text();
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        text.append(head("A", a)).append(head("B", b)).append("\n");
        List<String> differences = differences();
        text.append(
                differences.isEmpty() ? "Both played the same on the same machine.\n" : "What was played differs:\n");
        differences.forEach(each ->
                text.append(PlainText.wrapped("  " + each, " ".repeat(4))).append("\n"));
        Figure.Group group = null;
        for (Change each : changes) {
            if (each.figure().group != group) {
                group = each.figure().group;
                text.append("\n%-23s%10s%10s%12s%6s\n".formatted(group.title, "A", "B", "B to A", "noise"));
            }
            text.append(marked(each)).append("\n");
        }
        if (changes.stream().anyMatch(each -> each.isCoarse() || each.kind() == Change.Kind.UNCLEAR)) {
            text.append("\n?: the noise is not known, so that only %d times as much or as little counts.\n"
                    .formatted(CoarseLimit.TIMES));
            reasons()
                    .forEach((why, of) -> text.append(
                                    PlainText.wrapped("   " + why + ": " + String.join(", ", of), " ".repeat(5)))
                            .append("\n"));
        }
        return text.append("\n")
                .append(PlainText.wrapped(sentence(!differences.isEmpty()), ""))
                .append("\n")
                .toString();
    }

    /** Why it cannot be told of which figures. */
    private Map<String, List<String>> reasons() {
        Map<String, List<String>> reasons = new LinkedHashMap<>();
        changes.stream()
                .filter(each -> each.kind() == Change.Kind.UNCLEAR)
                .forEach(each -> reasons.computeIfAbsent(each.remark(), why -> new ArrayList<>())
                        .add(each.figure().brief()));
        return reasons;
    }

    private static String head(String letter, PastRun run) {
        String line = "%s  %s  %s, %s, %s"
                .formatted(letter, run.name(), run.result(), run.start().truncatedTo(ChronoUnit.SECONDS), run.target());
        String verdict = run.isValid() && !run.isInterrupted() ? "" : "\n" + wrapped("   " + run.verdict());
        return wrapped(line) + verdict + "\n";
    }

    private static String wrapped(String text) {
        return PlainText.wrapped(text, "   ");
    }

    private String marked(Change change) {
        Figure figure = change.figure();
        boolean judged = change.kind() != Change.Kind.NONE && figure.unit != Figure.Unit.FAULTS;
        String line = Regression.ROW
                .formatted(
                        figure.title,
                        figure.shown(change.before()),
                        figure.shown(change.now()),
                        change.shownShare(),
                        judged ? change.shownNoise() : "",
                        change.word())
                .stripTrailing();
        if (!colour) {
            return line;
        }
        return switch (change.kind()) {
            case BETTER -> GREEN + line + PLAIN;
            case WORSE -> RED + line + PLAIN;
            case SAME, SMALL, NOT_SEEN, UNCLEAR, NONE -> line;
        };
    }

    private List<String> differences() {
        List<String> found = new ArrayList<>();
        differ(found, "scenario", a.scenario(), b.scenario());
        differ(found, "target", a.target(), b.target());
        TreeSet<String> names = new TreeSet<>(a.settings().keySet());
        names.addAll(b.settings().keySet());
        for (String each : names) {
            differ(
                    found,
                    each,
                    a.settings().getOrDefault(each, "as the scenario says"),
                    b.settings().getOrDefault(each, "as the scenario says"));
        }
        Double clients = a.number("clients");
        if (clients != null && !names.contains("CLIENTS") && b.number("clients") != null) {
            differ(found, "clients", "%.0f".formatted(clients), "%.0f".formatted(b.number("clients")));
        }
        Double seconds = a.number("seconds");
        Double others = b.number("seconds");
        if (seconds != null && others != null && Math.abs(seconds - others) > SAME_LENGTH * Math.max(seconds, others)) {
            differ(found, "seconds", "%.1f".formatted(seconds), "%.1f".formatted(others));
        }
        String plays = a.text("plays");
        if (found.isEmpty() && !plays.isEmpty() && !b.text("plays").isEmpty()) {
            differ(found, "the scenario itself, by its digest", plays, b.text("plays"));
        }
        machines(found);
        return found;
    }

    private void machines(List<String> found) {
        Machine first = a.machine();
        Machine second = b.machine();
        if (first == null || second == null) {
            found.add("machine: not known of " + (first == null ? "A" : "B")
                    + ", a run of an older version or of several machines");
        } else if (!Objects.equals(first, second)) {
            differ(found, "processor", first.cpu(), second.cpu());
            differ(found, "cores", "" + first.cores(), "" + second.cores());
            differ(found, "JDK", first.jdk(), second.jdk());
            differ(found, "system", first.os(), second.os());
        }
    }

    private static void differ(List<String> found, String what, String first, String second) {
        if (!first.equals(second)) {
            found.add(what + ": " + first + " → " + second);
        }
    }

    /** Why nothing follows from the two, or nothing. */
    private String invalid() {
        if (!a.isValid() && !b.isValid()) {
            return "the times of both are not valid";
        }
        List<String> why = new ArrayList<>();
        addInvalid(why, "A", a);
        addInvalid(why, "B", b);
        return String.join(" and ", why);
    }

    private static void addInvalid(List<String> why, String letter, PastRun run) {
        if (!run.isValid()) {
            why.add("the times of " + letter + " are not valid");
        } else if (run.isInterrupted()) {
            why.add(letter + " was interrupted");
        }
    }

    private String sentence(boolean differs) {
        if (!invalid().isEmpty()) {
            return "No conclusion: " + invalid() + ".";
        }
        return conclusion() + (differs ? ". What was played differs, and may be the reason." : ".");
    }

    /** What users feel comes first, and while any of that is worse, nothing is called better. */
    private String conclusion() {
        String worse = listed(Change.Kind.WORSE);
        String better = listed(Change.Kind.BETTER);
        boolean feltWorse = changes.stream()
                .anyMatch(each ->
                        each.kind() == Change.Kind.WORSE && each.figure().isFelt());
        boolean feltBetter = changes.stream()
                .anyMatch(each ->
                        each.kind() == Change.Kind.BETTER && each.figure().isFelt());
        if (worse.isEmpty() && better.isEmpty()) {
            return unchanged();
        }
        if (feltWorse || better.isEmpty()) {
            return "B is worse: " + worse;
        }
        if (worse.isEmpty()) {
            return "B is better: " + better;
        }
        return feltBetter
                ? "B is better: " + better + "; but worse: " + worse
                : "B is worse: " + worse + "; but better: " + better;
    }

    /** Only what can be ruled out is called the same. */
    private String unchanged() {
        List<Change> felt = changes.stream()
                .filter(each -> each.figure().isFelt() || each.figure().group == Figure.Group.THROUGHPUT)
                .toList();
        boolean unclear = felt.stream().anyMatch(each -> each.kind() == Change.Kind.UNCLEAR);
        boolean hidden = felt.stream().anyMatch(each -> each.kind() == Change.Kind.NOT_SEEN);
        if (!unclear && !hidden) {
            return "B is as good as A: nothing that users feel differs by as much as 5 %";
        }
        String widest = felt.stream()
                .filter(each -> each.kind() == Change.Kind.NOT_SEEN)
                .max(Comparator.comparingDouble(Change::noise))
                .map(each -> ". A smaller one than the noise would not show, %s of %s for one"
                        .formatted(each.shownNoise(), each.figure().inWords()))
                .orElse("");
        return "No difference seen" + (unclear ? ", as far as it can be told" : "") + widest;
    }

    private String listed(Change.Kind kind) {
        return changes.stream()
                .filter(each -> each.kind() == kind)
                .map(RunComparison::named)
                .collect(Collectors.joining(", "));
    }

    private static String named(Change change) {
        String share = change.shownShare();
        return change.figure().inWords() + " "
                + (share.isEmpty() ? String.format(Locale.ROOT, "%,.0f", change.now()) : share);
    }
}
