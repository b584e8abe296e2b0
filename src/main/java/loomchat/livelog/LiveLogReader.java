package loomchat.livelog;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import loomchat.report.scan.JsonLine;

/**
 * One reader of the live log. The following thread offers lines; the reader's own thread takes them. Bounds: of each
 * look at the file, the last {@link #MOST_ENTRIES} lines are kept, and {@link #MOST_WAITING} looks may wait for a
 * slow reader.
 */
public final class LiveLogReader implements AutoCloseable {
    /** Four looks a second: at most 100 entries a second. */
    static final int MOST_ENTRIES = 25;

    static final int MOST_WAITING = 20;

    private final LiveLog log;
    private final LogFilter filter;
    private final byte[] needle;
    private final CountDownLatch following;

    // Following thread only: the newest lines of this look, oldest at `seen % MOST_ENTRIES` when full.
    private final byte[][] newest = new byte[MOST_ENTRIES][];
    private final JsonLine json = new JsonLine();
    private long seen;

    // Guarded by lock.
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final List<LogEntry> waiting = new ArrayList<>();
    private long leftOut;
    private boolean ended;

    LiveLogReader(LiveLog log, LogFilter filter, CountDownLatch following) {
        this.log = log;
        this.following = following;
        this.filter = filter;
        this.needle = filter.needle();
    }

    /** Waits until the file is followed, or {@code patience} is over. */
    void awaitFollowing(Duration patience) throws InterruptedException {
        following.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Waits for entries. Returns an empty batch after {@code patience}, and null when the live log was closed. */
    public LiveLogBatch take(Duration patience) throws InterruptedException {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (waiting.isEmpty() && leftOut == 0 && !ended && left > 0) {
                left = arrived.awaitNanos(left);
            }
            if (ended) {
                return null;
            }
            LiveLogBatch batch = new LiveLogBatch(List.copyOf(waiting), leftOut);
            waiting.clear();
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

    void offer(byte[] bytes, int from, int to) {
        if (filter.isAll()) {
            keep(bytes, from, to);
        } else if (contains(bytes, from, to) && filter.accepts(LogEntry.of(json, bytes, from, to))) {
            keep(bytes, from, to);
        }
    }

    private void keep(byte[] bytes, int from, int to) {
        newest[(int) (seen++ % MOST_ENTRIES)] = Arrays.copyOfRange(bytes, from, to);
    }

    private boolean contains(byte[] bytes, int from, int to) {
        for (int at = from; at <= to - needle.length; at++) {
            if (bytes[at] == needle[0] && Arrays.equals(bytes, at, at + needle.length, needle, 0, needle.length)) {
                return true;
            }
        }
        return false;
    }

    void deliver() {
        if (seen == 0) {
            return;
        }
        int count = (int) Math.min(seen, MOST_ENTRIES);
        List<LogEntry> entries = new ArrayList<>(count);
        for (long i = seen - count; i < seen; i++) {
            byte[] line = newest[(int) (i % MOST_ENTRIES)];
            entries.add(LogEntry.of(json, line, 0, line.length));
        }
        long missed = seen - count;
        seen = 0;
        lock.lock();
        try {
            if (waiting.size() > MOST_ENTRIES * MOST_WAITING) {
                leftOut += waiting.size();
                waiting.clear();
            }
            waiting.addAll(entries);
            leftOut += missed;
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
