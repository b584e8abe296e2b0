package loomchat.loadtest.dashboard;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import loomchat.loadtest.measure.ServerLoad;
import loomchat.loadtest.measure.TimelineRow;
import loomchat.loadtest.scenario.Schedule;

/**
 * What a page shows of a run, at its end or at one moment of it. Texts are data: they are escaped where they are
 * written. Immutable.
 *
 * @param run tells runs apart
 * @param facts what was run: clients, target, start
 * @param progress null when the run is over
 * @param timeline one row a second, or less often in a long run
 * @param curves latency in milliseconds over 1 / (1 - percentile), by name
 * @param server what the server said of itself afterwards; empty where it is not known
 */
public record RunView(
        String run,
        String title,
        List<String> facts,
        Verdict verdict,
        Progress progress,
        List<Condition> conditions,
        List<Tile> tiles,
        List<Table> tables,
        List<String> notes,
        List<TimelineRow> timeline,
        Map<String, List<double[]>> curves,
        List<ServerLoad> server) {
    /** How a verdict or a condition looks. */
    public enum Tone {
        GOOD,
        WARN,
        BAD,
        NEUTRAL;

        /** Of the style sheet. */
        String style() {
            return this == NEUTRAL ? "" : " " + name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The verdict, or how it looks so far.
     *
     * @param reasons why, one a line
     */
    public record Verdict(Tone tone, String headline, List<String> reasons, String delivery) {}

    /** A threshold with its present value. */
    public record Condition(String text, String value, Tone tone, String outcome) {}

    public record Tile(String name, String value) {}

    /** Left out when it has no rows. The first cell of a row names it. */
    public record Table(String title, List<String> head, List<List<String>> rows) {}

    /**
     * How far a run is.
     *
     * @param phase what happens now, in words
     * @param plan how many clients are wanted when
     */
    public record Progress(String phase, double elapsedSeconds, double wholeSeconds, List<Schedule.Point> plan) {}

    /** Whether there is nothing to wait for. */
    boolean isOver() {
        return progress == null;
    }
}
