package loomchat.livelog;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import loomchat.report.scan.LogFolder;
import loomchat.threads.BackgroundThreads;

/**
 * The live log: while there are readers, a thread of its own follows the file on disk and gives each reader the lines
 * that its filter accepts. Readers wait on their own threads. It does not slow a loaded server down: only the file
 * links the two, the thread has a low priority, relayed messages are added up by second, and of the other lines of
 * each look at the file only the newest {@link LiveLogReader#MOST_ENTRIES} are parsed, the rest is counted.
 */
public final class LiveLog implements AutoCloseable {
    /** How many readers there may be at once. */
    public static final int MOST_READERS = 100;

    private static final Duration LOOK_EACH = Duration.ofMillis(250);
    private static final Duration LONGEST_START = Duration.ofSeconds(2);
    private static final Duration AFTER_ERROR = Duration.ofSeconds(2);

    private final LogFolder folder;

    // Following thread only.
    private final RelayLine relay = new RelayLine();

    // Guarded by lock.
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private final List<LiveLogReader> readers = new ArrayList<>();
    private boolean running;
    private boolean joined;
    private boolean closed;

    public LiveLog(Path logFolder) {
        this.folder = new LogFolder(logFolder);
    }

    /** The newest entries that a filter accepts. Any thread; blocks on the disk. */
    public LogExcerpt history(LogFilter filter) throws IOException {
        return LogTail.newest(folder, filter);
    }

    /**
     * A new reader of the newest entries and of the lines that are written from then on, each of them once, or null
     * when there are too many readers. It has to be closed.
     */
    public LiveLogReader read(LogFilter filter) throws InterruptedException {
        LiveLogReader reader = join(filter);
        if (reader != null) {
            reader.awaitBegin(LONGEST_START);
        }
        return reader;
    }

    private LiveLogReader join(LogFilter filter) {
        lock.lock();
        try {
            if (closed || readers.size() >= MOST_READERS) {
                return null;
            }
            if (!running) {
                running = true;
                BackgroundThreads.threads("live-log-").newThread(this::follow).start();
            }
            LiveLogReader reader = new LiveLogReader(this, filter);
            readers.add(reader);
            joined = true;
            woken.signalAll();
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
            readers.forEach(LiveLogReader::end);
            readers.clear();
            woken.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void leave(LiveLogReader reader) {
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
            for (List<LiveLogReader> present = present(); !present.isEmpty(); present = present()) {
                Duration pause = LOOK_EACH;
                try {
                    if (!open) {
                        tail.open();
                        open = true;
                    }
                    begin(tail, present);
                    look(tail, present);
                } catch (IOException e) {
                    // The folder cannot be read at the moment; readers get nothing.
                    pause = AFTER_ERROR;
                }
                pause(pause);
            }
        } catch (IOException | InterruptedException e) {
            close();
        }
    }

    private void begin(LogTail tail, List<LiveLogReader> present) throws IOException {
        for (LiveLogReader each : present) {
            if (!each.hasBegun()) {
                each.begin(tail.history(folder, each.filter()));
            }
        }
    }

    private void look(LogTail tail, List<LiveLogReader> present) throws IOException {
        boolean more = true;
        while (more) {
            more = tail.poll((bytes, from, to) -> {
                RelayLine read = relay.read(bytes, from, to) ? relay : null;
                for (LiveLogReader reader : present) {
                    reader.offer(read, bytes, from, to);
                }
            });
        }
        present.forEach(LiveLogReader::deliver);
    }

    /** The present readers. Without any, the thread ends; that is decided under the lock. */
    private List<LiveLogReader> present() {
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
            if (!closed && !joined) {
                woken.await(length.toMillis(), TimeUnit.MILLISECONDS);
            }
            joined = false;
        } finally {
            lock.unlock();
        }
    }
}
