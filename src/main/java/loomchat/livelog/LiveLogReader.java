package loomchat.livelog;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import loomchat.report.scan.JsonLine;

/**
 * One reader of the live log. The following thread gives it the history, then offers lines; the reader's own thread
 * takes them. Bounds: of each look at the file, the last {@link #MOST_ENTRIES} lines and as many seconds are kept;
 * {@link #MOST_WAITING} looks and {@link #MOST_SECONDS} seconds may wait for a slow reader.
 */
public final class LiveLogReader implements AutoCloseable {
    /** Four looks a second: at most 100 lines a second. */
    static final int MOST_ENTRIES = 25;

    static final int MOST_WAITING = 20;
    static final int MOST_SECONDS = 60;

    private final LiveLog log;
    private final LogFilter filter;
    private final CountDownLatch begun = new CountDownLatch(1);

    // Following thread only: the newest lines of this look, oldest at `seen % MOST_ENTRIES` when full, and its seconds.
    private final byte[][] newest = new byte[MOST_ENTRIES][];
    private final JsonLine json = new JsonLine();
    private final LineMatcher matcher;
    private final RelaySum second = new RelaySum();
    private final Deque<LogEntry> seconds = new ArrayDeque<>();
    private long seen;
    private long missed;

    // Guarded by lock: lines, and of each second the newest sum, by its time.
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final List<LogEntry> waiting = new ArrayList<>();
    private final SequencedMap<String, LogEntry> sums = new LinkedHashMap<>();
    private long leftOut;
    private LogExcerpt excerpt;
    private boolean ended;

    LiveLogReader(LiveLog log, LogFilter filter) {
        this.log = log;
        this.filter = filter;
        this.matcher = new LineMatcher(filter, json);
    }

    LogFilter filter() {
        return filter;
    }

    boolean hasBegun() {
        return begun.getCount() == 0;
    }

    /** Waits for the history, or until {@code patience} is over. */
    void awaitBegin(Duration patience) throws InterruptedException {
        begun.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Waits for entries, of which the first are the history. The sum of a second comes again when it has grown. Returns
     * an empty batch after {@code patience}, and null when the live log was closed.
     */
    public LiveLogBatch take(Duration patience) throws InterruptedException {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (waiting.isEmpty() && sums.isEmpty() && leftOut == 0 && excerpt == null && !ended && left > 0) {
                left = arrived.awaitNanos(left);
            }
            if (ended) {
                return null;
            }
            List<LogEntry> entries = new ArrayList<>(waiting);
            entries.addAll(sums.values());
            LiveLogBatch batch = new LiveLogBatch(entries, leftOut, excerpt);
            excerpt = null;
            waiting.clear();
            sums.clear();
            leftOut = 0;
            return batch;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        log.leave(this);
    }

    /** Takes the entries before the first line that is offered. */
    void begin(LogExcerpt history) {
        for (LogEntry each : history.entries()) {
            if (each.isSum()) {
                second.open(each);
            }
        }
        lock.lock();
        try {
            excerpt = history;
        } finally {
            lock.unlock();
        }
        hand(List.of(), history.entries(), 0);
        begun.countDown();
    }

    /** @param relay what the line says as a relay; null if it is none */
    void offer(RelayLine relay, byte[] bytes, int from, int to) {
        if (relay == null || filter.eachRelay()) {
            if (matcher.matches(bytes, from, to)) {
                newest[(int) (seen++ % MOST_ENTRIES)] = Arrays.copyOfRange(bytes, from, to);
            }
        } else if (filter.accepts(relay)) {
            if (second.isBefore(relay)) {
                keepSecond();
                second.open(relay);
            }
            second.add(relay);
        }
    }

    private void keepSecond() {
        if (second.isChanged()) {
            seconds.add(second.entry());
        }
        if (seconds.size() > MOST_ENTRIES) {
            missed += seconds.remove().messages();
        }
    }

    /** Hands over what a look has found. */
    void deliver() {
        keepSecond();
        if (seen == 0 && seconds.isEmpty()) {
            return;
        }
        int count = (int) Math.min(seen, MOST_ENTRIES);
        List<LogEntry> lines = new ArrayList<>(count);
        for (long i = seen - count; i < seen; i++) {
            byte[] line = newest[(int) (i % MOST_ENTRIES)];
            lines.add(LogEntry.of(json, line, 0, line.length));
        }
        hand(seconds, lines, missed + seen - count);
        seconds.clear();
        missed = 0;
        seen = 0;
    }

    private void hand(Iterable<LogEntry> changed, List<LogEntry> lines, long notKept) {
        lock.lock();
        try {
            for (LogEntry each : changed) {
                sums.put(each.time(), each);
                if (sums.size() > MOST_SECONDS) {
                    leftOut += sums.pollFirstEntry().getValue().messages();
                }
            }
            if (waiting.size() > MOST_ENTRIES * MOST_WAITING) {
                leftOut += waiting.size();
                waiting.clear();
            }
            waiting.addAll(lines);
            leftOut += notKept;
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            ended = true;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
