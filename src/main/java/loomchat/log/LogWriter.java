package loomchat.log;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

/**
 * The one thread that writes log files: takes events off the ring, encodes a batch, writes it with one call a file.
 *
 * <p>While there is traffic it looks every {@value #RHYTHM_MILLIS} ms, so that nobody has to wake it; that is also
 * how long an event may stay out of the file. After two looks at nothing it sleeps until a producer wakes it. When
 * the disk takes nothing it keeps its batch and tries again with a growing delay; the ring then fills and producers
 * wait. A fault of the program, or memory that is short, is treated in the same way: what is encoded is written, and
 * what is not is tried again. Owns the batch and both files, asserts that nobody else writes. Blocks on the disk
 * only.
 */
final class LogWriter implements Runnable {
    private static final System.Logger LOG = System.getLogger(LogWriter.class.getName());
    private static final int RHYTHM_MILLIS = 4;
    private static final int QUIET_TURNS = 2;
    private static final long CHECK_NANOS = 250_000_000;
    private static final long SHORTEST_DELAY_NANOS = 10_000_000;

    private final EventRing ring;
    private final LogSync sync;
    private final FolderLock lock;
    private final LogFile eventFile;
    private final LogFile sampleFile;
    private final long segmentBytes;
    private final boolean syncEachBatch;
    private final Stall stall = new Stall("writing");
    private final Stall faults = new Stall("encoding");
    private final Persistence persistence;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("log-writer").unstarted(this);

    // Writer only
    private final LogBatch batch = new LogBatch();
    private final Queue<Event> ownEvents = new ArrayDeque<>();
    private Event recovered;
    private long recoveredAfter;
    private long checkedAt = System.nanoTime();
    private int quietTurns;

    // Between threads
    private volatile boolean asleep;
    private volatile boolean closing;
    private volatile long deadlineNanos;
    private volatile Event last;
    private volatile long unwritten;

    LogWriter(
            LogOptions options,
            long segmentBytes,
            Disk disk,
            EventRing ring,
            LogSync sync,
            FolderLock lock,
            BiConsumer<String, Throwable> onFatal) {
        this.ring = ring;
        this.sync = sync;
        this.lock = lock;
        persistence = new Persistence(onFatal, System::nanoTime);
        this.segmentBytes = segmentBytes;
        syncEachBatch = options.syncMillis() == 0;
        eventFile = new LogFile(options.dir(), Segments.EVENTS, disk, sync, this::replaced);
        sampleFile = new LogFile(options.dir(), Segments.SAMPLES, disk, sync, this::replaced);
        sync.watch(eventFile, sampleFile);
    }

    /** Opens both files; then the thread may be started. */
    void open() throws IOException {
        eventFile.open();
        sampleFile.open();
    }

    /** Lets both files go when the thread is not going to be started. */
    void abandon() {
        eventFile.close();
        sampleFile.close();
    }

    void start() {
        thread.start();
    }

    /** Any thread, after it put something on the ring. Costs a volatile read unless the writer sleeps. */
    void wake() {
        if (asleep) {
            asleep = false;
            LockSupport.unpark(thread);
        }
    }

    Stall.Now stalled() {
        Stall.Now writing = stall.now();
        return writing != null ? writing : faults.now();
    }

    /** Lines that could not be written before the deadline; known when the thread has ended. */
    long unwritten() {
        return unwritten;
    }

    /** Any thread: write what there is and then {@code last}, which may be null, and end; on a bad disk give up at the deadline. */
    void close(Event last, long deadlineNanos) {
        this.last = last;
        this.deadlineNanos = deadlineNanos;
        closing = true;
        LockSupport.unpark(thread);
    }

    boolean join(Duration wait) throws InterruptedException {
        return thread.join(wait);
    }

    @Override
    public void run() {
        try {
            boolean goesOn = true;
            while (goesOn) {
                try {
                    goesOn = turn();
                } catch (RuntimeException | Error e) {
                    goesOn = survive(e);
                }
            }
        } finally {
            ring.shut();
            eventFile.close();
            sampleFile.close();
        }
    }

    /**
     * A fault of ours, or of the machine. The batch holds whole lines, each taken off the ring once, and is written
     * in the next turn; until a turn succeeds, everybody sees that the record stands still. False when the deadline
     * of an ending server has come.
     */
    private boolean survive(Throwable fault) {
        long delay = SHORTEST_DELAY_NANOS;
        try {
            if (faults.now() == null) {
                LOG.log(Level.ERROR, "The record cannot go on, and is tried again", fault);
            }
            delay = faults.failed(fault.toString());
            persistence.failed(fault);
        } catch (RuntimeException | Error e) {
            // Not even that could be said; memory may be back after the wait.
        }
        batch.seal();
        if (await(delay)) {
            return true;
        }
        unwritten = Math.max(1, unwrittenLines());
        return false;
    }

    private int unwrittenLines() {
        return batch.remainingLines() + ring.queued() + (last == null ? 0 : 1);
    }

    private boolean turn() {
        long start = System.nanoTime();
        boolean ending = closing;
        if (ending) {
            ring.shut();
        }
        boolean left = batch.isSealed();
        boolean busy = left || fill();
        boolean full = batch.isFull();
        if (!write(start)) {
            unwritten = unwrittenLines();
            return false;
        }
        if (!left) {
            encoded();
            if (ending && ring.queued() == 0 && ownEvents.isEmpty() && recovered == null) {
                writeLast();
                return false;
            }
            if (!full) {
                pause(busy, start);
            }
        }
        return true;
    }

    /** A turn without a fault: if there was one before, it is over. */
    private void encoded() {
        persistence.succeeded();
        if (faults.now() != null) {
            note(faults.succeeded(ring.queued()));
        }
    }

    private boolean fill() {
        assert Thread.currentThread() == thread;
        Event.LogRecovered synced = sync.takeRecovered();
        if (synced != null) {
            ownEvents.add(synced);
        }
        while (!ownEvents.isEmpty()) {
            batch.add(ownEvents.peek());
            ownEvents.remove();
        }
        boolean any = batch.fill(ring);
        if (recovered != null && ring.taken() >= recoveredAfter) {
            batch.add(recovered);
            recovered = null;
        }
        batch.seal();
        return any;
    }

    private void writeLast() {
        if (last != null) {
            batch.add(last);
        }
        batch.seal();
        if (!write(System.nanoTime()) || !forceBoth()) {
            unwritten = Math.max(1, batch.remainingLines());
        }
    }

    private boolean forceBoth() {
        try {
            force();
            return true;
        } catch (IOException e) {
            stall.failed(Disk.cause(e));
            return false;
        }
    }

    // Writing

    /** Tries until both files have the batch. False when the deadline of an ending server came first. */
    private boolean write(long now) {
        assert Thread.currentThread() == thread;
        while (true) {
            try {
                tryToWrite(now);
                noteRecovery();
                batch.clear();
                return true;
            } catch (IOException e) {
                if (!waitAfter(Disk.cause(e))) {
                    return false;
                }
            } catch (RuntimeException | Error e) {
                LOG.log(Level.ERROR, "Writing the record", e);
                persistence.failed(e);
                if (!waitAfter(e.toString())) {
                    return false;
                }
            }
            now = System.nanoTime();
            checkedAt = now - CHECK_NANOS;
        }
    }

    private void tryToWrite(long now) throws IOException {
        if (now - checkedAt >= CHECK_NANOS) {
            checkPlaces();
            checkedAt = now;
        }
        boolean any = batch.events().hasRemaining() || batch.samples().hasRemaining();
        eventFile.append(batch.events());
        sampleFile.append(batch.samples());
        if (any && syncEachBatch) {
            long start = System.nanoTime();
            force();
            sync.lasted((System.nanoTime() - start) / 1_000_000);
        }
        if (eventFile.size() >= segmentBytes || sampleFile.size() >= segmentBytes) {
            sealFull();
        }
    }

    private void checkPlaces() throws IOException {
        lock.renew();
        eventFile.checkPlace(batch.events());
        sampleFile.checkPlace(batch.samples());
    }

    private void sealFull() throws IOException {
        checkPlaces();
        if (eventFile.size() >= segmentBytes) {
            eventFile.seal(batch.lastEventMillis());
        }
        if (sampleFile.size() >= segmentBytes) {
            sampleFile.seal(batch.lastSampleMillis());
        }
    }

    private void force() throws IOException {
        eventFile.force();
        sampleFile.force();
    }

    private void replaced(String file, String what) {
        LOG.log(Level.WARNING, "{0} was {1} and is begun anew", file, what);
        ownEvents.add(new Event.LogFileReplaced(System.currentTimeMillis(), file, what));
    }

    // Waiting

    /** The lines that were held are this batch, which has just been written, and what waits on the ring; the event follows them. */
    private void noteRecovery() {
        if (stall.now() == null) {
            return;
        }
        note(stall.succeeded(batch.lines() + ring.queued()));
    }

    private void note(Event.LogRecovered event) {
        if (recovered != null) {
            ownEvents.add(recovered);
        }
        recovered = event;
        recoveredAfter = ring.claimed();
    }

    private boolean waitAfter(String cause) {
        return await(stall.failed(cause));
    }

    private boolean await(long delay) {
        if (closing) {
            long left = deadlineNanos - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            delay = Math.min(delay, left);
        }
        LockSupport.parkNanos(delay);
        return true;
    }

    private void pause(boolean busy, long start) {
        quietTurns = busy ? 0 : quietTurns + 1;
        if (quietTurns < QUIET_TURNS) {
            LockSupport.parkNanos(RHYTHM_MILLIS * 1_000_000L - (System.nanoTime() - start));
            return;
        }
        asleep = true;
        if (ring.queued() == 0 && !closing) {
            LockSupport.parkNanos(CHECK_NANOS);
        }
        asleep = false;
    }
}
