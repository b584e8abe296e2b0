package loomchat.net;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A TCP connection that a {@link Loop} polls. The reading and the writing thread (virtual, on any scheduler) park
 * until the loop finds the socket ready.
 *
 * <p>Interest in input stays registered between reads, so a read costs no call to change it. When input comes for
 * which no thread waits, the loop drops the interest, and the next wait restores it. Both sides first publish their
 * own step and then read the other's: a waiter and the loop cannot miss each other. Long, because both
 * sides are read together.
 *
 * <p>A virtual thread of the loop closes the channel, never during a write: a writer that met the close inside the
 * channel would be unmounted with the channel's write lock, and the loop, which takes that lock to deregister the
 * channel, would wait for a thread that only it can run.
 */
public final class SocketStream implements ByteStream {
    /** The JDK copies its whole argument out of the heap at each try, also the part that does not fit: pass little. */
    private static final int MOST_AT_ONCE = 256 * 1024;

    private final SocketChannel channel;
    private final Loop loop;

    /** Created at the first wait. Changed on the loop only. */
    private volatile SelectionKey key;

    // Set by the thread that waits, cleared by the thread that wakes it
    private volatile Thread reader;
    private volatile Thread writer;

    // Reading thread, and the loop's timers
    private volatile long readDeadline = NO_DEADLINE;
    /** The earliest that has not fired, or null. */
    private volatile LoopTimers.Timer timer;

    private volatile long writeBlockedSince;
    private volatile boolean closed;
    private volatile boolean reset;
    private final AtomicBoolean closing = new AtomicBoolean();
    /** Held for single calls of the channel, never while waiting. */
    private final ReentrantLock channelLock = new ReentrantLock();

    private final AtomicReference<Runnable> onClose = new AtomicReference<>();

    /** Takes over a connected channel. */
    public SocketStream(SocketChannel channel, Loop loop) throws IOException {
        this.channel = channel;
        this.loop = loop;
        channel.configureBlocking(false);
    }

    public Loop loop() {
        return loop;
    }

    /** An interrupt ends the wait like a close: from then on parking returns at once, and would spin. */
    @Override
    public boolean awaitReadable(long deadlineNanos) throws IOException {
        readDeadline = deadlineNanos;
        reader = Thread.currentThread();
        watch(SelectionKey.OP_READ);
        if (deadlineNanos != NO_DEADLINE) {
            wakeAt(deadlineNanos);
        }
        while (reader != null) {
            if (closed || Thread.currentThread().isInterrupted()) {
                reader = null;
                throw new ClosedChannelException();
            }
            LockSupport.park(this);
        }
        return deadlineNanos == NO_DEADLINE || readDeadline != Long.MIN_VALUE;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        while (true) {
            int count = channel.read(into);
            if (count != 0) {
                return count;
            }
            awaitReadable(NO_DEADLINE);
        }
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(from, offset, Math.min(length, MOST_AT_ONCE));
        put(bytes);
        if (bytes.position() < offset + length) {
            writeBlocking(bytes, offset + length);
        }
    }

    @Override
    public int writeNow(byte[] from, int offset, int length) throws IOException {
        return put(ByteBuffer.wrap(from, offset, length));
    }

    private int put(ByteBuffer bytes) throws IOException {
        channelLock.lock();
        try {
            return channel.write(bytes);
        } finally {
            channelLock.unlock();
        }
    }

    private void writeBlocking(ByteBuffer bytes, int end) throws IOException {
        writeBlockedSince = Math.max(1, System.nanoTime());
        try {
            while (bytes.position() < end) {
                if (bytes.hasRemaining()) {
                    awaitWritable();
                } else {
                    bytes.limit(Math.min(end, bytes.position() + MOST_AT_ONCE));
                }
                put(bytes);
            }
        } finally {
            writeBlockedSince = 0;
        }
    }

    private void awaitWritable() throws IOException {
        writer = Thread.currentThread();
        watch(SelectionKey.OP_WRITE);
        while (writer != null) {
            if (closed || Thread.currentThread().isInterrupted()) {
                writer = null;
                throw new ClosedChannelException();
            }
            LockSupport.park(this);
        }
    }

    @Override
    public long writeBlockedSince() {
        return writeBlockedSince;
    }

    private void watch(int operation) {
        if (loop.isHere()) {
            watchHere(operation);
        } else if (!isWatched(operation)) {
            try {
                loop.execute(() -> watchHere(operation));
            } catch (RejectedExecutionException e) {
                // The loop has ended: nobody polls the socket any more.
                wakeAll();
            }
        }
    }

    private boolean isWatched(int operation) {
        try {
            return key != null && (key.interestOps() & operation) != 0;
        } catch (CancelledKeyException e) {
            return false;
        }
    }

    /** On the loop. */
    private void watchHere(int operation) {
        assert loop.isHere();
        try {
            if (key == null) {
                key = channel.register(loop.selector(), operation, this);
            } else if ((key.interestOps() & operation) == 0) {
                key.interestOpsOr(operation);
            }
        } catch (ClosedChannelException | CancelledKeyException | ClosedSelectorException e) {
            wakeAll();
        }
    }

    /** Loop thread: the selector found the socket ready. */
    static void onReady(SelectionKey key) {
        SocketStream stream = (SocketStream) key.attachment();
        try {
            int operations = key.readyOps();
            if ((operations & SelectionKey.OP_READ) != 0) {
                stream.wakeReader();
            }
            if ((operations & SelectionKey.OP_WRITE) != 0) {
                stream.wakeWriter();
            }
        } catch (CancelledKeyException e) {
            stream.wakeAll();
        }
    }

    private void wakeReader() {
        Thread waiting = reader;
        if (waiting == null) {
            key.interestOpsAnd(~SelectionKey.OP_READ);
            waiting = reader;
            if (waiting == null) {
                return;
            }
            key.interestOpsOr(SelectionKey.OP_READ);
        }
        reader = null;
        LockSupport.unpark(waiting);
    }

    private void wakeWriter() {
        key.interestOpsAnd(~SelectionKey.OP_WRITE);
        Thread waiting = writer;
        if (waiting != null) {
            writer = null;
            LockSupport.unpark(waiting);
        }
    }

    /** Sees to it that a timer fires by then. It is known here before it can fire. */
    private void wakeAt(long deadlineNanos) {
        LoopTimers.Timer there = timer;
        if (there != null && there.deadlineNanos() <= deadlineNanos) {
            return;
        }
        if (there != null) {
            loop.cancel(there);
        }
        LoopTimers.Timer earlier = new LoopTimers.Timer(deadlineNanos, this);
        timer = earlier;
        loop.wakeAt(earlier);
    }

    /** Loop thread: a timer of this stream fired, perhaps one of an earlier wait. */
    void onTimer(LoopTimers.Timer fired, long now) {
        if (timer == fired) {
            timer = null;
        }
        Thread waiting = reader;
        long wanted = readDeadline;
        if (waiting == null || wanted == NO_DEADLINE) {
            return;
        }
        if (wanted <= now) {
            readDeadline = Long.MIN_VALUE;
            reader = null;
            LockSupport.unpark(waiting);
        } else {
            wakeAt(wanted);
        }
    }

    private void wakeAll() {
        closed = true;
        wake(reader);
        wake(writer);
    }

    /** A thread on a loop that has ended never continues; the other one must be woken all the same. */
    private static void wake(Thread waiting) {
        try {
            LockSupport.unpark(waiting);
        } catch (RejectedExecutionException e) {
            // Its loop has ended.
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        channelLock.lock();
        try {
            channel.shutdownOutput();
        } finally {
            channelLock.unlock();
        }
    }

    /** Runs {@code action} once, when this is closed. At most one action. */
    public void onClose(Runnable action) {
        onClose.set(action);
        if (!channel.isOpen()) {
            runOnClose();
        }
    }

    private void runOnClose() {
        Runnable action = onClose.getAndSet(null);
        if (action != null) {
            action.run();
        }
    }

    @Override
    public void close() {
        wakeAll();
        if (closing.compareAndSet(false, true)) {
            loop.startCleanup(this::closeChannel);
        }
    }

    private void closeChannel() {
        channelLock.lock();
        try {
            if (reset) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            channel.close();
        } catch (IOException e) {
            // Nothing more can be done for the socket.
        } finally {
            channelLock.unlock();
        }
        LoopTimers.Timer there = timer;
        if (there != null) {
            loop.cancel(there);
        }
        loop.deregisterClosed();
        runOnClose();
    }

    @Override
    public void abort() {
        reset = true;
        close();
    }
}
