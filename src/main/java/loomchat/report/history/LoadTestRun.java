package loomchat.report.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import loomchat.report.series.GraphMark;
import loomchat.report.series.LogTimes;

/**
 * One run of a load test, as its client announced it, whatever range the report shows.
 *
 * @param id its name
 * @param scenario empty where only the text of an older rollup is left
 * @param clients how many it simulates, below zero when not known
 * @param target where its load went, or empty
 * @param share which part of its clients it is where several processes play them, such as {@code 1 of 2}, or empty
 * @param from its start, {@link LogTimes#UNKNOWN} when the start is not in the log
 * @param to its end, or the last time at which it may have run, or {@link LogTimes#UNKNOWN} while it may run: until the
 *     server's end, and no longer than planned
 * @param end what the client said at the end, {@link GraphMark.LoadTest#NONE} when it said nothing
 * @param ended whether the client announced the end
 * @param text the details of the end, or else of the start
 */
public record LoadTestRun(
        String id,
        String scenario,
        long clients,
        String target,
        String share,
        long from,
        long to,
        GraphMark.LoadTest end,
        boolean ended,
        String text) {
    /** No more are kept: the newest. */
    static final int MOST = 200;
    /** After the last message a client waits and counts before it announces the end. */
    public static final long FAREWELL_MILLIS = 60_000;

    /** {@code passed}, {@code failed} and so on; empty for an end whose result is only in the text. */
    public String result() {
        return end.result();
    }

    /** How it stands: its client's result, {@code ended} without one, or {@code running}, or {@code cut off}. */
    public String verdict() {
        if (!result().isEmpty()) {
            return result();
        }
        return ended ? "ended" : to == LogTimes.UNKNOWN ? "running" : "cut off";
    }

    /** Whether a part of it lies in this range, as far as its start and end are known. */
    public boolean overlaps(long start, long end) {
        return sortTime() < end && lastTime() >= start;
    }

    /**
     * From the marks of one server in the order of time, the newest first.
     *
     * @param endOfServer when the server that ran at a time ended; {@link LogTimes#UNKNOWN} while it runs
     */
    static List<LoadTestRun> of(Collection<GraphMark> marks, LongUnaryOperator endOfServer, long now) {
        Map<String, GraphMark> open = new HashMap<>();
        List<LoadTestRun> runs = new ArrayList<>();
        for (GraphMark mark : marks) {
            switch (mark.kind()) {
                case LOAD_TEST_START -> {
                    GraphMark before = open.put(mark.id(), mark);
                    if (before != null) {
                        runs.add(broken(before, Math.min(mark.millis(), over(before, endOfServer))));
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
                    // A server that crashed had ended before the next start shows it.
                    for (GraphMark each : open.values()) {
                        long cut = Math.min(Math.min(mark.millis(), next(each, marks)), over(each, endOfServer));
                        runs.add(broken(each, goesOn(each, endOfServer, marks, now) ? LogTimes.UNKNOWN : cut));
                    }
                    open.clear();
                }
                default -> {}
            }
        }
        open.values().forEach(each -> runs.add(broken(each, unfinished(each, endOfServer, marks, now))));
        return newest(runs);
    }

    /** Whether a run may go on after its server was started again: until its time is over, or another run begins. */
    private static boolean goesOn(
            GraphMark start, LongUnaryOperator endOfServer, Collection<GraphMark> marks, long now) {
        long planned = start.loadTest().plannedMillis();
        return endOfServer.applyAsLong(now) == LogTimes.UNKNOWN
                && planned >= 0
                && now < start.millis() + planned + FAREWELL_MILLIS
                && next(start, marks) == Long.MAX_VALUE;
    }

    /** When the next run begins that is no other share of this one; {@link Long#MAX_VALUE} for none. */
    private static long next(GraphMark start, Collection<GraphMark> marks) {
        return marks.stream()
                .filter(each -> each.kind() == GraphMark.Kind.LOAD_TEST_START && each.millis() > start.millis())
                .filter(each -> !isOtherShare(start.loadTest(), each.loadTest()))
                .mapToLong(GraphMark::millis)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** The latest time at which a run that its client did not end can have sent messages. */
    private static long over(GraphMark start, LongUnaryOperator endOfServer) {
        long server = endOfServer.applyAsLong(start.millis());
        long planned = start.loadTest().plannedMillis();
        return Math.max(
                start.millis(),
                Math.min(
                        server == LogTimes.UNKNOWN ? Long.MAX_VALUE : server,
                        planned < 0 ? Long.MAX_VALUE : start.millis() + planned));
    }

    /** Of a run without an end on a server without one: it runs, unless its time is over. */
    private static long unfinished(
            GraphMark start, LongUnaryOperator endOfServer, Collection<GraphMark> marks, long now) {
        long over = over(start, endOfServer);
        boolean serverRuns = endOfServer.applyAsLong(start.millis()) == LogTimes.UNKNOWN;
        if (over == Long.MAX_VALUE || serverRuns && now < over + FAREWELL_MILLIS) {
            return LogTimes.UNKNOWN;
        }
        return Math.min(over, next(start, marks));
    }

    /** Whether two may play one run together. */
    private static boolean isOtherShare(GraphMark.LoadTest one, GraphMark.LoadTest other) {
        return !one.share().isEmpty()
                && !other.share().isEmpty()
                && !one.share().equals(other.share())
                && one.scenario().equals(other.scenario());
    }

    /** Those of several servers, to each of which a client announces its run. */
    static List<LoadTestRun> merged(List<List<LoadTestRun>> ofNodes) {
        Map<String, List<LoadTestRun>> byId = new LinkedHashMap<>();
        for (List<LoadTestRun> each : ofNodes) {
            for (LoadTestRun run : each) {
                List<LoadTestRun> others = byId.computeIfAbsent(run.id, any -> new ArrayList<>());
                LoadTestRun same =
                        others.stream().filter(run::isSame).findFirst().orElse(null);
                others.remove(same);
                others.add(same == null ? run : same.with(run));
            }
        }
        List<LoadTestRun> all = new ArrayList<>();
        byId.values().forEach(all::addAll);
        return newest(all);
    }

    /** Whether another server was told of the same run: clients of older versions may choose the same id for two. */
    private boolean isSame(LoadTestRun other) {
        long slack = 60_000;
        boolean sameTarget = target.isEmpty() || other.target.isEmpty() || target.equals(other.target);
        return sameTarget && sortTime() <= other.lastTime() + slack && other.sortTime() <= lastTime() + slack;
    }

    private LoadTestRun with(LoadTestRun other) {
        LoadTestRun said = ended || !other.ended ? this : other;
        return new LoadTestRun(
                id,
                said.scenario.isEmpty() ? other.scenario : said.scenario,
                Math.max(clients, other.clients),
                target.isEmpty() ? other.target : target,
                share.isEmpty() ? other.share : share,
                LogTimes.earlier(from, other.from),
                lastOf(other),
                said.end,
                said.ended,
                said.text);
    }

    /** While one of the servers may still be under it, and no end was announced, it runs. */
    private long lastOf(LoadTestRun other) {
        boolean runs = !ended && !other.ended && (to == LogTimes.UNKNOWN || other.to == LogTimes.UNKNOWN);
        return runs ? LogTimes.UNKNOWN : Math.max(to, other.to);
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
                start.loadTest().target(),
                start.loadTest().share(),
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
                start != null ? start.loadTest().target() : cut != null ? cut.target : "",
                start != null ? start.loadTest().share() : cut != null ? cut.share : "",
                start != null ? start.millis() : cut != null ? cut.from : LogTimes.UNKNOWN,
                end.millis(),
                end.loadTest(),
                true,
                end.text());
    }
}
