package loomchat.loadtest.command;

import java.util.List;

/**
 * A warning about a run that goes on, for a page: figures at a limit go to and fro, and the warning comes and goes only
 * when that has lasted. One thread.
 */
final class SteadyWarning {
    private static final double LASTING_SECONDS = 4;

    private List<String> shown = List.of();
    private double steadySince;

    /** What to show at that time of the run, where {@code now} would be said of this moment; may be empty. */
    List<String> at(double seconds, List<String> now) {
        if (now.isEmpty() == shown.isEmpty()) {
            steadySince = seconds;
            shown = now;
        } else if (seconds - steadySince >= LASTING_SECONDS) {
            steadySince = seconds;
            shown = now;
        }
        return shown;
    }
}
