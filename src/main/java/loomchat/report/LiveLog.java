package loomchat.report;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The live log: one thread of its own follows the file on disk while there are readers, and gives each what its filter
 * accepts. Readers wait on their own thread. A server under load is not slowed down: nothing but the file links it to this, the
 * thread is a {@link Background} one, only the newest {@link Reader#MOST_ENTRIES} lines of each look at the file are parsed, and
 * the rest is counted.
 */
public final class LiveLog implements AutoCloseable {
    /** How many may read at once. */
    public static final int MOST_READERS = 100;
    /** How many entries a reader is shown when it comes. */
    public static final int HISTORY = 100;

    private static final Duration LOOK_EACH = Duration.ofMillis(250);
    private static final Duration LONGEST_START = Duration.ofSeconds(2);
    private static final Duration AFTER_ERROR = Duration.ofSeconds(2);

    private final LogFolder folder;

    // Guarded by lock.
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private final List<Reader> readers = new ArrayList<>();
    private boolean running;
    private CountDownLatch following;
    private boolean closed;

    public LiveLog(Path logFolder) {
        this.folder = new LogFolder(logFolder);
    }

    /** The newest entries that a filter accepts, oldest first. Any thread; blocks on the disk. */
    public List<LogEntry> history(LogFilter filter) throws IOException {
        return LogTail.history(folder, filter, HISTORY);
    }

    /**
     * A new reader of what is written from now on, or null when there are too many. It has to be closed. Waits until the file
     * is followed, so that nothing lies between what {@link #history} tells afterwards and what the reader gets.
     */
    public Reader read(LogFilter filter) throws InterruptedException {
        Reader reader = join(filter);
        if (reader != null) {
            reader.following.await(LONGEST_START.toMillis(), TimeUnit.MILLISECONDS);
        }
        return reader;
    }

    private Reader join(LogFilter filter) {
        lock.lock();
        try {
            if (closed || readers.size() >= MOST_READERS) {
                return null;
            }
            if (!running) {
                running = true;
                following = new CountDownLatch(1);
                Background.threads("live-log-").newThread(this::follow).start();
            }
            Reader reader = new Reader(this, filter, following);
            readers.add(reader);
            return reader;
        } finally {
            lock.unlock();
        }
    }

    /** Ends all readers. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            readers.forEach(Reader::end);
            readers.clear();
            closing.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void leave(Reader reader) {
        lock.lock();
        try {
            readers.remove(reader);
        } finally {
            lock.unlock();
        }
    }

    private void follow() {
        try (LogTail tail = new LogTail(folder.active(LogFolder.Kind.CHAT))) {
            boolean open = false;
            for (List<Reader> present = present(); !present.isEmpty(); present = present()) {
                Duration pause = LOOK_EACH;
                try {
                    if (!open) {
                        tail.open();
                        open = true;
                        opened();
                    }
                    look(tail, present);
                } catch (IOException e) {
                    // The folder cannot be read at the moment; readers see that nothing comes.
                    pause = AFTER_ERROR;
                }
                pause(pause);
            }
        } catch (IOException | InterruptedException e) {
            close();
        }
    }

    private void opened() {
        lock.lock();
        try {
            following.countDown();
        } finally {
            lock.unlock();
        }
    }

    private static void look(LogTail tail, List<Reader> present) throws IOException {
        boolean more = true;
        while (more) {
            more = tail.poll((bytes, from, to) -> {
                for (Reader reader : present) {
                    reader.offer(bytes, from, to);
                }
            });
        }
        present.forEach(Reader::deliver);
    }

    /** Who is there; the thread ends when nobody is, and that is decided under the lock. */
    private List<Reader> present() {
        lock.lock();
        try {
            running = !readers.isEmpty();
            return List.copyOf(readers);
        } finally {
            lock.unlock();
        }
    }

    private void pause(Duration length) throws InterruptedException {
        lock.lock();
        try {
            if (!closed) {
                closing.await(length.toMillis(), TimeUnit.MILLISECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * One reader. Lines are offered by the following thread and taken by the reader's own. Bounds: the last
     * {@link #MOST_ENTRIES} lines of each look are kept, and {@link #MOST_WAITING} looks may wait for a slow reader.
     */
    public static final class Reader implements AutoCloseable {
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

        private Reader(LiveLog log, LogFilter filter, CountDownLatch following) {
            this.log = log;
            this.following = following;
            this.filter = filter;
            this.needle = filter.needle();
        }

        /** Waits for entries; an empty batch after {@code patience}, null when the log was closed. */
        public LogBatch take(Duration patience) throws InterruptedException {
            lock.lock();
            try {
                long left = patience.toNanos();
                while (waiting.isEmpty() && leftOut == 0 && !ended && left > 0) {
                    left = arrived.awaitNanos(left);
                }
                if (ended) {
                    return null;
                }
                LogBatch batch = new LogBatch(List.copyOf(waiting), leftOut);
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

        private void offer(byte[] bytes, int from, int to) {
            if (filter.isAll()) {
                keep(bytes, from, to);
            } else if (contains(bytes, from, to) && filter.accepts(LogEntry.of(json, bytes, from, to))) {
                keep(bytes, from, to);
            }
        }

        private void keep(byte[] bytes, int from, int to) {
            newest[(int) (seen++ % MOST_ENTRIES)] = java.util.Arrays.copyOfRange(bytes, from, to);
        }

        private boolean contains(byte[] bytes, int from, int to) {
            for (int at = from; at <= to - needle.length; at++) {
                if (bytes[at] == needle[0]
                        && java.util.Arrays.equals(bytes, at, at + needle.length, needle, 0, needle.length)) {
                    return true;
                }
            }
            return false;
        }

        private void deliver() {
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

        private void end() {
            lock.lock();
            try {
                ended = true;
                arrived.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
