package loomchat.log;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import loomchat.log.files.ActiveFiles;
import loomchat.log.files.Disk;
import loomchat.log.files.DiskStall;
import loomchat.log.files.FolderLock;
import loomchat.log.files.LogSync;

/**
 * The one thread that writes log files: takes events off the ring, encodes a batch, and writes it with one call a
 * file.
 *
 * <p>While there is traffic it runs every {@value #RHYTHM_MILLIS} ms, so that nobody has to wake it; so long may an
 * event take to reach the file. After two empty turns it sleeps until a producer wakes it. When the disk accepts
 * nothing it keeps its batch and tries again with a growing delay; the ring then fills and producers wait. A fault of
 * the program, or a lack of memory, is treated in the same way: encoded lines are written, and the others are encoded
 * again. Owns the batch and both files, and asserts that nobody else writes. Blocks on the disk only.
 */
final class LogWriter implements Runnable {
    private static final System.Logger LOG = System.getLogger(LogWriter.class.getName());
    private static final int RHYTHM_MILLIS = 20;
    private static final int QUIET_TURNS = 2;
    private static final long SHORTEST_DELAY_NANOS = 10_000_000;

    private final EventRing ring;
    private final LogSync sync;
    private final ActiveFiles files;
    private final DiskStall stall = new DiskStall("writing");
    private final DiskStall faults = new DiskStall("encoding");
    private final FaultEscalation escalation;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("log-writer").unstarted(this);

    // Writer only
    private final LineBatch batch = new LineBatch();
    private final Queue<Event> ownEvents = new ArrayDeque<>();
    private Event recovered;
    private long recoveredAfter;
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
        escalation = new FaultEscalation(onFatal, System::nanoTime);
        files = new ActiveFiles(
                options.dir(), segmentBytes, options.syncMillis() == 0, disk, sync, lock, this::replaced);
    }

    /** Opens both files; then the thread may be started. */
    void open() throws IOException {
        files.open();
    }

    void start() {
        thread.start();
    }

    /** Any thread, after it added to the ring. Costs a volatile read unless the writer sleeps. */
    void wake() {
        if (asleep) {
            asleep = false;
            LockSupport.unpark(thread);
        }
    }

    DiskStall.Now stalled() {
        DiskStall.Now writing = stall.now();
        return writing != null ? writing : faults.now();
    }

    /** Lines that could not be written before the deadline; known when the thread has ended. */
    long unwritten() {
        return unwritten;
    }

    /**
     * Any thread: writes everything and then {@code last}, which may be null, and ends; on a bad disk at the deadline.
     */
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
            files.close();
        }
    }

    /**
     * After a fault of the program or the machine. The batch holds whole lines, each taken off the ring once, and is
     * written in the next turn; until a turn succeeds, the log's health shows the stall. False at the deadline of a
     * server that is closing.
     */
    private boolean survive(Throwable fault) {
        long delay = SHORTEST_DELAY_NANOS;
        try {
            if (faults.now() == null) {
                LOG.log(Level.ERROR, "The record is stalled by a fault. Trying again.", fault);
            }
            delay = faults.failed(fault.toString());
            escalation.failed(fault);
        } catch (RuntimeException | Error e) {
            // Even the log line failed; memory may be back after the wait.
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

    /** A turn without a fault ends a stall by faults. */
    private void encoded() {
        escalation.succeeded();
        if (faults.now() != null) {
            note(faults.succeeded(), ring.queued());
        }
    }

    private boolean fill() {
        assert Thread.currentThread() == thread;
        DiskStall.Ended synced = sync.takeRecovered();
        if (synced != null) {
            ownEvents.add(recovered(synced, 0));
        }
        for (; !ownEvents.isEmpty(); ownEvents.remove()) {
            batch.add(ownEvents.peek());
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
        boolean written = false;
        try {
            if (write(System.nanoTime())) {
                files.force();
                written = true;
            }
        } catch (IOException e) {
            stall.failed(Disk.cause(e));
        }
        if (!written) {
            unwritten = Math.max(1, batch.remainingLines());
        }
    }

    // Writing

    /** Tries until both files have the batch. False when the deadline of a closing server came first. */
    private boolean write(long now) {
        assert Thread.currentThread() == thread;
        while (true) {
            String cause;
            try {
                files.append(batch.events(), batch.lastEventMillis(), batch.samples(), batch.lastSampleMillis(), now);
                if (stall.now() != null) {
                    note(stall.succeeded(), batch.lines() + ring.queued());
                }
                batch.clear();
                return true;
            } catch (IOException e) {
                cause = Disk.cause(e);
            } catch (RuntimeException | Error e) {
                LOG.log(Level.ERROR, "Writing the record", e);
                escalation.failed(e);
                cause = e.toString();
            }
            if (!await(stall.failed(cause))) {
                return false;
            }
            files.checkSoon();
            now = System.nanoTime();
        }
    }

    private void replaced(String file, String what) {
        LOG.log(Level.WARNING, "{0} was {1}. A new file begins.", file, what);
        ownEvents.add(new Event.LogFileReplaced(System.currentTimeMillis(), file, what));
    }

    /** The event follows the held lines: those of this batch and those that are on the ring now. */
    private void note(DiskStall.Ended ended, long heldLines) {
        if (recovered != null) {
            ownEvents.add(recovered);
        }
        recovered = recovered(ended, heldLines);
        recoveredAfter = ring.claimed();
    }

    private static Event recovered(DiskStall.Ended ended, long heldLines) {
        return new Event.LogRecovered(ended.at(), ended.cause(), ended.millis(), heldLines);
    }

    /** False when the deadline of a closing server has come. */
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
            LockSupport.parkNanos(ActiveFiles.CHECK_NANOS);
        }
        asleep = false;
    }
}
