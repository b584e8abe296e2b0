package loomchat.loadtest.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import loomchat.loadtest.scenario.UsageError;

/** The runs in a folder of results, in the order in which they began. What is no run is passed over. */
final class RunHistory {
    private static final int MOST = 5000;
    private static final String LAST = "last";
    private static final String PREVIOUS = "previous";

    private final Path results;
    private final List<PastRun> runs;
    private final int others;

    private RunHistory(Path results, List<PastRun> runs, int others) {
        this.results = results;
        this.runs = runs;
        this.others = others;
    }

    /** Of more than {@link #MOST} folders, those whose names sort last: the newest. */
    static RunHistory in(Path results) {
        List<Path> folders = new ArrayList<>();
        try (Stream<Path> all = Files.list(results)) {
            all.filter(Files::isDirectory).forEach(folders::add);
        } catch (IOException | java.io.UncheckedIOException e) {
            // There is none yet.
        }
        folders.sort(Comparator.comparing(each -> each.getFileName().toString()));
        List<Path> newest = folders.subList(Math.max(0, folders.size() - MOST), folders.size());
        List<PastRun> runs = new ArrayList<>(
                newest.stream().map(PastRun::read).filter(Objects::nonNull).toList());
        runs.sort(Comparator.comparing(PastRun::start).thenComparing(PastRun::name));
        return new RunHistory(results, runs, newest.size() - runs.size());
    }

    Path results() {
        return results;
    }

    /** The newest last. */
    List<PastRun> runs() {
        return runs;
    }

    /** How many folders hold no run that has ended. */
    int others() {
        return others;
    }

    List<PastRun> of(String scenario) {
        return scenario == null
                ? runs
                : runs.stream().filter(each -> each.scenario().equals(scenario)).toList();
    }

    /**
     * The good runs before that one that can be compared with it, the newest last, at most {@code most}: none before
     * one that was accepted.
     */
    List<PastRun> before(PastRun run, int most) {
        List<PastRun> before = runs.stream()
                .filter(each -> each.start().isBefore(run.start()) && run.isComparableWith(each))
                .toList();
        int first = Math.max(0, before.size() - most);
        for (int i = before.size() - 1; i > first; i--) {
            if (before.get(i).isAccepted()) {
                first = i;
            }
        }
        return before.subList(first, before.size());
    }

    /** A folder, the name of a run or what only one begins with, {@code last}, or {@code previous}: the one before. */
    PastRun find(String what) {
        PastRun found = switch (what) {
            case LAST -> last();
            case PREVIOUS -> previous();
            default -> folderOrName(what);
        };
        if (found == null) {
            throw new UsageError(what + " is not a run in " + results + ": use last, previous, the name of a run"
                    + " (stress history lists them), or a folder with a " + PastRun.SUMMARY);
        }
        return found;
    }

    private PastRun last() {
        return runs.isEmpty() ? null : runs.getLast();
    }

    /** Of the last one's scenario. */
    private PastRun previous() {
        List<PastRun> same = runs.isEmpty() ? List.of() : of(runs.getLast().scenario());
        return same.size() < 2 ? null : same.get(same.size() - 2);
    }

    private PastRun folderOrName(String what) {
        try {
            PastRun run = PastRun.read(Path.of(what));
            if (run != null) {
                return run;
            }
        } catch (InvalidPathException e) {
            // It may be a name.
        }
        List<PastRun> named =
                runs.stream().filter(each -> each.name().equals(what)).toList();
        List<PastRun> like =
                runs.stream().filter(each -> each.name().startsWith(what)).toList();
        return !named.isEmpty() ? named.getFirst() : like.size() == 1 ? like.getFirst() : null;
    }
}
