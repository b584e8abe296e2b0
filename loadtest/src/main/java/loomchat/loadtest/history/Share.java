package loomchat.loadtest.history;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import loomchat.loadtest.scenario.UsageError;

/**
 * The results of one process that played a share of a run.
 *
 * @param number which share it is, from 1
 * @param of how many shares the run has
 * @param end of what it sent
 */
public record Share(Path folder, JsonObject summary, int number, int of, Instant start, Instant end) {
    private static final Pattern SHARE = Pattern.compile("(\\d{1,3})/(\\d{1,3})");
    /** What all processes of a run have in common, beside its settings. */
    private static final List<String> COMMON = List.of("scenario", "target", "seed");

    /** A whole run is none, and neither is one that was put together. */
    public static Share of(Path folder, JsonObject summary) {
        try {
            JsonObject settings = summary.getJsonObject("settings");
            Matcher share = SHARE.matcher(settings == null ? "" : settings.getString("SHARE", ""));
            if (!share.matches() || Integer.parseInt(share.group(2)) < 2) {
                throw new UsageError(folder + " is a whole run, and merge takes the shares of one (SHARE=1/2)");
            }
            Instant start = Instant.parse(summary.getString("start"));
            return new Share(
                    folder,
                    summary,
                    Integer.parseInt(share.group(1)),
                    Integer.parseInt(share.group(2)),
                    start,
                    start.plusMillis(
                            Math.round(1000 * summary.getJsonNumber("seconds").doubleValue())));
        } catch (ClassCastException | NullPointerException | DateTimeException e) {
            throw damaged(folder);
        }
    }

    public static UsageError damaged(Path folder) {
        return new UsageError("%s is damaged, or of another version: %s does not say what it should"
                .formatted(folder, PastRun.SUMMARY));
    }

    /** What is said of a share, until it is merged. */
    public static String note(int number, int of) {
        return "this is share %d of %d: what went to clients of the others, and what the server counted, is settled by stress merge"
                .formatted(number, of);
    }

    /** Such as {@code 1/2}. */
    public String name() {
        return number + "/" + of;
    }

    /** Why the two cannot be shares of one run, or null. */
    String differenceTo(Share other) {
        if (of != other.of) {
            return "%s is share %s and %s is share %s".formatted(folder, name(), other.folder, other.name());
        }
        for (String each : COMMON) {
            if (!text(summary, each).equals(text(other.summary, each))) {
                return notOfOneRun(other, each, summary, other.summary);
            }
        }
        if (!text(summary, "plays").equals(text(other.summary, "plays"))
                || !thresholds().equals(other.thresholds())) {
            return otherwisePlayed(other);
        }
        return start.isAfter(other.end) ? apart(other, this) : other.start.isAfter(end) ? apart(this, other) : null;
    }

    /** By a setting if it was one, and else the scenario's file had changed. */
    private String otherwisePlayed(Share other) {
        JsonObject settings = summary.getJsonObject("settings");
        JsonObject others = other.summary.getJsonObject("settings");
        TreeSet<String> names = new TreeSet<>(settings.keySet());
        names.addAll(others.keySet());
        names.remove("SHARE");
        return names.stream()
                .filter(each -> !text(settings, each).equals(text(others, each)))
                .findFirst()
                .map(each -> notOfOneRun(other, each, settings, others))
                .orElseGet(() -> "%s and %s are not of one run: they played other versions of %s"
                        .formatted(folder, other.folder, text(summary, "scenario")));
    }

    private String notOfOneRun(Share other, String name, JsonObject own, JsonObject others) {
        return "%s and %s are not of one run: %s is %s and %s"
                .formatted(folder, other.folder, name, text(own, name), text(others, name));
    }

    private static String text(JsonObject from, String name) {
        return switch (from.get(name)) {
            case null -> "not set";
            case JsonString string -> string.getString();
            default -> from.get(name).toString();
        };
    }

    private List<String> thresholds() {
        return summary.getJsonArray("thresholds").getValuesAs(JsonObject.class).stream()
                .map(each -> each.getString("threshold"))
                .toList();
    }

    private static String apart(Share first, Share second) {
        return "%s ended at %s, before %s began at %s: they are not of one run"
                .formatted(
                        first.folder,
                        first.end.truncatedTo(ChronoUnit.SECONDS),
                        second.folder,
                        second.start.truncatedTo(ChronoUnit.SECONDS));
    }
}
