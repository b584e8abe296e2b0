package loomchat.loadtest.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import loomchat.loadtest.scenario.UsageError;

/**
 * Whether folders are the shares of one run, each of them once. Of others the sum would accuse the server of losing
 * what went to clients whose results are not there. No state.
 */
public final class Shares {
    private Shares() {}

    public static void check(List<Share> shares) {
        String wrong = wrong(shares);
        if (wrong != null) {
            throw new UsageError(wrong + lastRun(shares));
        }
    }

    /** Under which the whole run was played. What the servers used is known of the shares' own times only. */
    public static Conditions conditions(List<Share> shares) {
        List<PastRun> runs = shares.stream()
                .map(each -> PastRun.read(each.folder()))
                .filter(Objects::nonNull)
                .toList();
        SortedMap<String, String> settings = new TreeMap<>(runs.getFirst().settings());
        runs.forEach(each -> settings.entrySet().retainAll(each.settings().entrySet()));
        settings.put("SHARE", "all of " + shares.size());
        boolean oneMachine = runs.stream().map(PastRun::machine).distinct().count() == 1;
        return new Conditions(
                settings,
                runs.getFirst().text("plays"),
                oneMachine ? runs.getFirst().machine() : null,
                Double.NaN,
                Double.NaN,
                false);
    }

    private static String wrong(List<Share> shares) {
        Share first = shares.getFirst();
        Share[] each = new Share[first.of() + 1];
        for (Share one : shares) {
            if (one.of() != first.of()) {
                return first.differenceTo(one);
            }
            Share same = each[one.number()];
            if (same != null) {
                return "%s and %s are both share %s: name one folder for each share"
                        .formatted(same.folder(), one.folder(), one.name());
            }
            each[one.number()] = one;
        }
        for (int i = 0; i < shares.size(); i++) {
            for (Share other : shares.subList(i + 1, shares.size())) {
                String difference = shares.get(i).differenceTo(other);
                if (difference != null) {
                    return difference;
                }
            }
        }
        String missing = IntStream.rangeClosed(1, first.of())
                .filter(number -> each[number] == null)
                .mapToObj(number -> number + "/" + first.of())
                .collect(Collectors.joining(", "));
        return missing.isEmpty()
                ? null
                : "Share %s is missing beside %s: name one folder for each share".formatted(missing, first.folder());
    }

    /** The folders that do belong together, of the run that began last; empty where some are missing. */
    private static String lastRun(List<Share> shares) {
        Share last = shares.stream().max(Comparator.comparing(Share::start)).orElseThrow();
        List<Share> together = new ArrayList<>(
                shares.stream().filter(each -> last.differenceTo(each) == null).toList());
        together.sort(Comparator.comparingInt(Share::number));
        return wrong(together) != null
                ? ""
                : ". These are of the last run: "
                        + together.stream()
                                .map(each -> each.folder().toString())
                                .collect(Collectors.joining(" "));
    }
}
