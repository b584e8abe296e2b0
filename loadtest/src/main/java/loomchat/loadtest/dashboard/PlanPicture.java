package loomchat.loadtest.dashboard;

import java.io.IOException;
import java.util.List;
import loomchat.html.HtmlWriter;
import loomchat.loadtest.scenario.Schedule;

/** The stages of a run as a picture: the wanted number of clients over time, and how far the run is. One thread. */
final class PlanPicture {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 48;

    private final HtmlWriter html;
    private final RunView.Progress progress;
    private final double seconds;
    private final int most;

    PlanPicture(HtmlWriter html, RunView.Progress progress) {
        this.html = html;
        this.progress = progress;
        this.seconds = Math.max(0.001, progress.wholeSeconds());
        this.most = Math.max(
                1,
                progress.plan().stream().mapToInt(Schedule.Point::clients).max().orElse(1));
    }

    void write() throws IOException {
        double done = Math.clamp(progress.elapsedSeconds() / seconds, 0, 1);
        String said = "%s, %s of %s, %,d of %,d clients wanted"
                .formatted(
                        progress.phase(),
                        clock(Math.min(progress.elapsedSeconds(), seconds)),
                        clock(seconds),
                        wanted(progress.elapsedSeconds()),
                        most);
        html.raw("<section class=\"progress\" aria-label=\"Progress\">").element("p", said);
        html.open(
                "svg",
                "class",
                "plan",
                "viewBox",
                "0 0 " + WIDTH + " " + HEIGHT,
                "preserveAspectRatio",
                "none",
                "role",
                "img",
                "aria-label",
                "%d %% of the run, over the wanted number of clients".formatted(Math.round(100 * done)));
        String x = Integer.toString((int) Math.round(WIDTH * done));
        html.raw("<clipPath id=\"done\">")
                .open("rect", "width", x, "height", "" + HEIGHT)
                .raw("</rect></clipPath>");
        html.open("path", "class", "plan-all", "d", outline()).close("path");
        html.open("path", "class", "plan-done", "clip-path", "url(#done)", "d", outline())
                .close("path");
        html.open("line", "class", "plan-now", "x1", x, "x2", x, "y1", "0", "y2", "" + HEIGHT)
                .raw("</line></svg></section>");
    }

    private int wanted(double at) {
        Schedule.Point before = progress.plan().getFirst();
        for (Schedule.Point next : progress.plan()) {
            if (next.seconds() > at) {
                double share = (at - before.seconds()) / (next.seconds() - before.seconds());
                return (int) Math.round(before.clients() + share * (next.clients() - before.clients()));
            }
            before = next;
        }
        return before.clients();
    }

    private String outline() {
        List<Schedule.Point> plan = progress.plan();
        StringBuilder path = new StringBuilder("M0 " + HEIGHT);
        for (Schedule.Point each : plan) {
            path.append("L")
                    .append(Math.round(WIDTH * Math.min(1, each.seconds() / seconds)))
                    .append(' ')
                    .append(Math.round(HEIGHT - 2 - (HEIGHT - 4.0) * each.clients() / most));
        }
        return path.append("L")
                .append(WIDTH)
                .append(' ')
                .append(HEIGHT)
                .append('Z')
                .toString();
    }

    private static String clock(double seconds) {
        long whole = Math.round(seconds);
        return whole < 3600
                ? "%d:%02d".formatted(whole / 60, whole % 60)
                : "%d:%02d:%02d".formatted(whole / 3600, whole / 60 % 60, whole % 60);
    }
}
