package loomchat.loadtest.history;

import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Two runs side by side: what differs in what was played, then the figures in groups, and one sentence at the end. */
public final class RunComparison {
    private static final String ROW = "  %-27s %12s %12s %11s  %s";
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
        differences.forEach(each -> text.append("  ").append(each).append("\n"));
        Figure.Group group = null;
        for (Change each : changes) {
            if (each.figure().group != group) {
                group = each.figure().group;
                text.append("\n%-29s %12s %12s %11s\n".formatted(group.title, "A", "B", "B to A"));
            }
            text.append(marked(each)).append("\n");
        }
        if (changes.stream().anyMatch(Change::isCoarse)) {
            text.append("\nCoarse limit: the noise is not known, so that only %d times as much or as little counts.\n"
                    .formatted(Change.COARSE));
        }
        return text.append("\n")
                .append(sentence(!differences.isEmpty()))
                .append("\n")
                .toString();
    }

    private static String head(String letter, PastRun run) {
        return "%s  %s  %s, %s, %s%s\n"
                .formatted(
                        letter,
                        run.name(),
                        run.result(),
                        run.start().truncatedTo(ChronoUnit.SECONDS),
                        run.target(),
                        run.isValid() && !run.isInterrupted() ? "" : "\n   " + run.verdict());
    }

    private static String row(String what, String first, String second, String change, String mark) {
        return ROW.formatted(what, first, second, change, mark).stripTrailing();
    }

    private String marked(Change change) {
        Figure figure = change.figure();
        String line = row(
                figure.title,
                figure.shown(change.before()),
                figure.shown(change.now()),
                change.shownShare(),
                change.wordAndRemark());
        if (!colour) {
            return line;
        }
        return switch (change.kind()) {
            case BETTER -> GREEN + line + PLAIN;
            case WORSE -> RED + line + PLAIN;
            case SAME, UNCLEAR, NONE -> line;
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
            found.add("machine: not known of " + (first == null ? "A" : "B") + ", a run of an older version");
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

    private String unchanged() {
        String unclear = listed(Change.Kind.UNCLEAR);
        boolean told = changes.stream()
                .anyMatch(each -> each.kind() == Change.Kind.SAME && each.figure().group == Figure.Group.LATENCY);
        if (unclear.isEmpty()) {
            return "B is as good as A: nothing differs by more than the noise within the runs";
        }
        return told
                ? "B is as good as A in all that can be told; it cannot be told of " + unclear
                : "No difference seen, and of " + unclear + " none could be: the runs are too short or too uneven";
    }

    private String listed(Change.Kind kind) {
        return changes.stream()
                .filter(each -> each.kind() == kind)
                .map(each -> kind == Change.Kind.UNCLEAR ? each.figure().inWords() : named(each))
                .collect(Collectors.joining(", "));
    }

    private static String named(Change change) {
        String share = change.shownShare();
        return change.figure().inWords() + " "
                + (share.isEmpty() ? String.format(Locale.ROOT, "%,.0f", change.now()) : share);
    }
}
