package loomchat.report.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import loomchat.report.series.GraphMark;
import loomchat.report.series.LogTimes;

/**
 * One run of a load test, as its client announced it, whatever range the report shows.
 *
 * @param id its name
 * @param scenario empty where only the text of an older rollup is left
 * @param clients how many it simulates, below zero when not known
 * @param from its start, {@link LogTimes#UNKNOWN} when the start is not in the log
 * @param to its end, or the last time at which it may have run, or {@link LogTimes#UNKNOWN} when it may still run
 * @param end what the client said at the end, {@link GraphMark.LoadTest#NONE} when it said nothing
 * @param ended whether the client announced the end
 * @param text the details of the end, or else of the start
 */
public record LoadTestRun(
        String id,
        String scenario,
        long clients,
        long from,
        long to,
        GraphMark.LoadTest end,
        boolean ended,
        String text) {
    /** No more are kept: the newest. */
    static final int MOST = 200;

    /** {@code passed}, {@code failed} and so on; empty for an end whose result is only in the text. */
    public String result() {
        return end.result();
    }

    /** From the marks of one server in the order of time, the newest first. */
    static List<LoadTestRun> of(Collection<GraphMark> marks) {
        Map<String, GraphMark> open = new HashMap<>();
        List<LoadTestRun> runs = new ArrayList<>();
        for (GraphMark mark : marks) {
            switch (mark.kind()) {
                case LOAD_TEST_START -> {
                    GraphMark before = open.put(mark.id(), mark);
                    if (before != null) {
                        runs.add(broken(before, mark.millis()));
                    }
                }
                case LOAD_TEST_END -> {
                    GraphMark start = open.remove(mark.id());
                    // A client that kills the server and goes on announces its end to the next run.
                    LoadTestRun cut = start == null ? cutOff(runs, mark.id()) : null;
                    runs.remove(cut);
                    runs.add(ended(start, cut, mark));
                }
                case START, STOP -> {
                    open.values().forEach(each -> runs.add(broken(each, mark.millis())));
                    open.clear();
                }
                default -> {}
            }
        }
        open.values().forEach(each -> runs.add(broken(each, LogTimes.UNKNOWN)));
        return newest(runs);
    }

    /** Those of several servers, to each of which a client announces its run. */
    static List<LoadTestRun> merged(List<List<LoadTestRun>> ofNodes) {
        Map<String, LoadTestRun> byId = new HashMap<>();
        List<LoadTestRun> all = new ArrayList<>();
        for (List<LoadTestRun> each : ofNodes) {
            for (LoadTestRun run : each) {
                LoadTestRun other = byId.get(run.id);
                if (other != null && other.overlaps(run)) {
                    all.remove(other);
                    byId.put(run.id, other.with(run));
                } else {
                    byId.put(run.id, run);
                }
                all.add(byId.get(run.id));
            }
        }
        return newest(all);
    }

    private boolean overlaps(LoadTestRun other) {
        long slack = 60_000;
        return sortTime() <= other.lastTime() + slack && other.sortTime() <= lastTime() + slack;
    }

    private LoadTestRun with(LoadTestRun other) {
        LoadTestRun said = ended || !other.ended ? this : other;
        return new LoadTestRun(
                id,
                said.scenario.isEmpty() ? other.scenario : said.scenario,
                Math.max(clients, other.clients),
                LogTimes.earlier(from, other.from),
                Math.max(to, other.to),
                said.end,
                said.ended,
                said.text);
    }

    private static List<LoadTestRun> newest(List<LoadTestRun> runs) {
        runs.sort(Comparator.comparingLong(LoadTestRun::sortTime));
        List<LoadTestRun> newest = new ArrayList<>(runs.subList(Math.max(0, runs.size() - MOST), runs.size()));
        Collections.reverse(newest);
        return List.copyOf(newest);
    }

    private long sortTime() {
        return from == LogTimes.UNKNOWN ? to : from;
    }

    private long lastTime() {
        return to == LogTimes.UNKNOWN ? Long.MAX_VALUE / 2 : to;
    }

    private static LoadTestRun broken(GraphMark start, long to) {
        return new LoadTestRun(
                start.id(),
                start.loadTest().scenario(),
                start.loadTest().clients(),
                start.millis(),
                to,
                GraphMark.LoadTest.NONE,
                false,
                start.text());
    }

    private static LoadTestRun cutOff(List<LoadTestRun> runs, String id) {
        return runs.stream()
                .filter(each -> !each.ended && each.id.equals(id))
                .reduce((first, second) -> second)
                .orElse(null);
    }

    /** @param cut the same run as far as it was known when its server ended, or null */
    private static LoadTestRun ended(GraphMark start, LoadTestRun cut, GraphMark end) {
        return new LoadTestRun(
                end.id(),
                end.loadTest().scenario(),
                start != null ? start.loadTest().clients() : cut != null ? cut.clients : -1,
                start != null ? start.millis() : cut != null ? cut.from : LogTimes.UNKNOWN,
                end.millis(),
                end.loadTest(),
                true,
                end.text());
    }
}
