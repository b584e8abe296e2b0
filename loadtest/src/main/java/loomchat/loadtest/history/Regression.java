package loomchat.loadtest.history;

import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import loomchat.loadtest.scenario.PlainText;

/** A run beside the good ones before it that played the same on the same machine: whether it is worse than noise. */
public final class Regression {
    private static final int MOST_RUNS = 5;
    /** With the longest verdict it has 80 columns. */
    static final String ROW = "  %-21s%10s%10s%12s%6s %s";

    private static final JsonBuilderFactory BUILDERS = Json.createBuilderFactory(Map.of());

    private final String name;
    private final List<PastRun> before;
    private final List<Change> changes;

    private Regression(String name, List<PastRun> before, List<Change> changes) {
        this.name = name;
        this.before = before;
        this.changes = changes;
    }

    /** Of the run in {@code folder}, which has ended, beside those in {@code results}. */
    public static Regression of(Path folder, Path results) {
        PastRun run = PastRun.read(folder);
        return run == null
                ? new Regression("", List.of(), List.of())
                : of(run, RunHistory.in(results).before(run, MOST_RUNS));
    }

    static Regression of(PastRun run, List<PastRun> before) {
        List<Change> changes = new ArrayList<>();
        for (Figure each : Figure.values()) {
            List<PastRun> fit = before.stream().filter(one -> !one.isOwn(each)).toList();
            boolean own = run.isOwn(each) || fit.isEmpty() && !before.isEmpty();
            List<PastRun> beside = own ? before : fit;
            double[] values = beside.stream()
                    .map(one -> one.value(each))
                    .filter(Objects::nonNull)
                    .mapToDouble(Double::doubleValue)
                    .filter(value -> value > 0 || each.unit == Figure.Unit.FAULTS)
                    .toArray();
            Double now = run.value(each);
            if (each.isWatched() && now != null && now > 0 && values.length == beside.size() && values.length > 0) {
                if (own) {
                    changes.add(Change.own(each, values, now, run.lateness(each), run.isOwn(each)));
                } else if (each.unit == Figure.Unit.FAULTS) {
                    changes.add(Change.faults(each, values, now));
                } else if (values.length > 1
                        && each == Figure.SERVER_CPU
                        && (Change.isTooLittleCpu(run) || beside.stream().anyMatch(Change::isTooLittleCpu))) {
                    changes.add(Change.ofTooLittleCpu(values, now));
                } else if (values.length > 1) {
                    changes.add(Change.besideSeveral(each, values, now, run.lateness(each)));
                } else {
                    changes.add(Change.besideOne(each, beside.getFirst(), run));
                }
            }
        }
        return new Regression(run.name(), before, changes);
    }

    public boolean isSeen() {
        return !worse().isEmpty();
    }

    private List<Change> worse() {
        return changes.stream().filter(each -> each.kind() == Change.Kind.WORSE).toList();
    }

    /** A line for each figure, and the verdict in one line. */
    public String text() {
        if (changes.isEmpty()) {
            return "There is no good run of the same set-up on this machine to compare with yet.\n";
        }
        StringBuilder text = new StringBuilder(
                before.size() == 1
                        ? "Beside %s, the only good run of this set-up here.\nHow much runs differ by chance is not known yet: the noise is that within both,\nif they are long and even enough to tell it.\n"
                                .formatted(before.getFirst().name())
                        : "Beside the last %d good runs of this set-up on this machine:\n".formatted(before.size()));
        text.append(ROW.formatted("", "now", "usual", "change", "noise", "").stripTrailing())
                .append("\n");
        for (Change each : changes) {
            text.append(ROW.formatted(
                            each.figure().brief(),
                            each.figure().shown(each.now()),
                            each.figure().shown(each.before()),
                            each.shownShare(),
                            each.shownNoise(),
                            each.kind() == Change.Kind.WORSE ? "WORSE" : each.word()))
                    .append("\n");
        }
        unknown().forEach(each -> text.append(PlainText.wrapped(each, "  ")).append("\n"));
        text.append(PlainText.wrapped(verdict(), "  ")).append("\n");
        if (isSeen()) {
            text.append(
                            "Later runs are not set beside this one. If it is as it should be now:\n  loomchat stress accept ")
                    .append(name)
                    .append("\n");
        }
        return text.toString();
    }

    /** Which figures have no noise, by the reason. */
    private List<String> unknown() {
        Map<String, List<String>> figures = new LinkedHashMap<>();
        for (Change each : changes) {
            if (Double.isNaN(each.noise())) {
                figures.computeIfAbsent(each.why(), any -> new ArrayList<>())
                        .add(each.figure().brief());
            }
        }
        return figures.entrySet().stream()
                .map(each -> "? %s: %s".formatted(String.join(", ", each.getValue()), each.getKey()))
                .toList();
    }

    /** For {@code summary.json}: whether it is worse, the sentence, and the runs that it was set beside. */
    public JsonObject json() {
        return BUILDERS.createObjectBuilder()
                .add("seen", isSeen())
                .add("verdict", changes.isEmpty() ? "" : verdict())
                .add("beside", BUILDERS.createArrayBuilder(names()))
                .build();
    }

    /** For a page: figure, now, usual, change, noise and what to make of it; empty without a run to compare with. */
    public List<List<String>> rows() {
        return changes.stream()
                .map(each -> List.of(
                        each.figure().inWords(),
                        each.figure().shown(each.now()),
                        each.figure().shown(each.before()),
                        each.shownShare(),
                        each.shownNoise(),
                        each.wordAndRemark()))
                .toList();
    }

    /** What the run was set beside. */
    public String title() {
        return before.size() == 1
                ? "Beside the only good run before"
                : "Beside the last %d good runs".formatted(before.size());
    }

    /** In one line. */
    public String verdict() {
        if (isSeen()) {
            return "REGRESSION: "
                    + worse().stream()
                            .map(each -> (each.figure().inWords() + " " + each.shownShare()).strip())
                            .collect(Collectors.joining(", "));
        }
        List<Change> unclear = changes.stream()
                .filter(each -> each.kind() == Change.Kind.UNCLEAR)
                .toList();
        if (unclear.isEmpty()) {
            return changes.stream().allMatch(each -> each.kind() == Change.Kind.SAME)
                    ? "No regression: all is the same."
                    : "No regression seen: a change within the noise would not show.";
        }
        return unclear.size() == changes.size()
                ? "Whether that is a regression cannot be told yet: more good runs will show the noise."
                : "No regression seen. Of %d of %d figures it cannot be told yet."
                        .formatted(unclear.size(), changes.size());
    }

    /** The runs that it was set beside. */
    List<String> names() {
        return before.stream().map(PastRun::name).toList();
    }

    Change.Kind kind(Figure figure) {
        return changes.stream()
                .filter(each -> each.figure() == figure)
                .map(Change::kind)
                .findFirst()
                .orElse(null);
    }
}
