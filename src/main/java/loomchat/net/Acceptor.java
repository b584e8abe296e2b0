package loomchat.net;

import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Listens, and gives accepted TCP connections to the loops in turn. Its virtual thread, on the first loop, accepts and asks the
 * {@link Host} about each connection; refusals are written by threads of their own, so that nobody waits for a client here.
 *
 * <p>It outlives running out of descriptors: some are kept in reserve, one of them is given up to accept and refuse the
 * newcomer, and taken again before anybody else is let in. Some, because others in the process may be quicker to take the one
 * that was given up.
 */
public final class Acceptor implements AutoCloseable, Loop.Pollable {
    /** Decides about accepted connections. */
    @FunctionalInterface
    public interface Host {
        /**
         * Takes the connection over, or returns false to have it refused. On the accepting thread: must not block.
         */
        boolean admit(SocketStream stream, InetSocketAddress peer);
    }

    private static final int ACCEPTS_BEFORE_YIELD = 256;
    private static final long REFUSAL_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int MOST_REFUSALS_AT_ONCE = 64;
    private static final int RESERVED_DESCRIPTORS = 8;
    /** Descriptors of the reserve are needed for the next newcomer. */
    private static final long RESERVED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long PAUSE_AFTER_FAILURE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int CLOSE_SECONDS = 2;

    private final ServerSocketChannel server;
    private final Loop[] loops;
    private final Host host;
    private final byte[] refusal;
    private final Runnable onRefused;
    private final AtomicInteger refusals = new AtomicInteger();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean closed;

    /** Set by the accepting thread when it waits, cleared by the loop, which wakes it. */
    private volatile Thread waiting;

    /** Made and changed on the first loop only. */
    private SelectionKey key;

    // Accepting thread only
    private int nextLoop;
    private final ArrayDeque<FileInputStream> reserve = new ArrayDeque<>();
    private long lastComplaint;

    /**
     * Binds, so that clients can connect; they are accepted after {@link #start}.
     *
     * @param loops carry the accepted connections, in turn
     * @param refusal what a refused connection is answered
     * @param onRefused called for each refused connection
     */
    public Acceptor(InetSocketAddress address, int backlog, Loop[] loops, Host host, byte[] refusal, Runnable onRefused)
            throws IOException {
        this.loops = loops.clone();
        this.host = host;
        this.refusal = refusal;
        this.onRefused = onRefused;
        server = ServerSocketChannel.open();
        try {
            server.bind(address, backlog);
            server.configureBlocking(false);
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    /** The port that was bound. */
    public int port() {
        return server.socket().getLocalPort();
    }

    public void start() {
        fillReserve();
        loops[0].start(this::run);
    }

    private void run() {
        try {
            for (int accepted = 1; !closed; accepted++) {
                try {
                    acceptOne();
                } catch (RuntimeException e) {
                    System.getLogger("loomchat").log(System.Logger.Level.ERROR, "A connection was not accepted", e);
                    LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
                }
                if (accepted % ACCEPTS_BEFORE_YIELD == 0) {
                    Thread.yield();
                }
            }
        } finally {
            release();
        }
    }

    private void acceptOne() {
        fillReserve();
        SocketChannel channel;
        try {
            channel = server.accept();
        } catch (ClosedChannelException e) {
            return;
        } catch (IOException e) {
            outOfDescriptors(e);
            return;
        }
        if (channel == null) {
            awaitConnection();
        } else {
            admit(channel);
        }
    }

    private void admit(SocketChannel channel) {
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            InetSocketAddress peer = (InetSocketAddress) channel.getRemoteAddress();
            Loop loop = chooseLoop();
            SocketStream stream = new SocketStream(channel, loop);
            if (!loop.isAlive() || !host.admit(stream, peer)) {
                refuse(stream, REFUSAL_NANOS);
            }
        } catch (IOException | RuntimeException e) {
            // The client is gone before it was looked at, or cannot be taken in.
            closeQuietly(channel);
        }
    }

    /** The next that is alive; when none is, the next, which may still refuse. */
    private Loop chooseLoop() {
        for (int i = 0; i < loops.length; i++) {
            nextLoop = (nextLoop + 1) % loops.length;
            if (loops[nextLoop].isAlive()) {
                break;
            }
        }
        return loops[nextLoop];
    }

    // Waiting

    private void awaitConnection() {
        waiting = Thread.currentThread();
        if (loops[0].isHere()) {
            watch();
        } else {
            loops[0].execute(this::watch);
        }
        while (waiting != null && !closed) {
            LockSupport.park(this);
        }
    }

    /** On the first loop. */
    private void watch() {
        try {
            if (key == null) {
                key = server.register(loops[0].selector(), SelectionKey.OP_ACCEPT, this);
            } else {
                key.interestOpsOr(SelectionKey.OP_ACCEPT);
            }
        } catch (ClosedChannelException | ClosedSelectorException | java.nio.channels.CancelledKeyException e) {
            wake();
        }
    }

    /** First loop: somebody wants to come in. */
    @Override
    public void onReady(SelectionKey ready) {
        Loop.ignore(ready, SelectionKey.OP_ACCEPT);
        wake();
    }

    private void wake() {
        Thread accepting = waiting;
        if (accepting != null) {
            waiting = null;
            LockSupport.unpark(accepting);
        }
    }

    // Refusing

    /** The process has no descriptor left: takes the newcomer with the reserved one, and turns it away. */
    private void outOfDescriptors(IOException cause) {
        long now = System.nanoTime();
        if (lastComplaint == 0 || now - lastComplaint > TimeUnit.SECONDS.toNanos(60)) {
            lastComplaint = now;
            System.getLogger("loomchat")
                    .log(
                            System.Logger.Level.WARNING,
                            "New connections are refused: accept failed, " + cause.getMessage());
        }
        giveUpOne();
        try {
            SocketChannel channel = server.accept();
            if (channel != null) {
                refuse(new SocketStream(channel, chooseLoop()), RESERVED_NANOS);
            }
        } catch (IOException e) {
            LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
        }
    }

    /** Answers on a thread of its own, as long as the client asks and reads within {@code nanos}. */
    private void refuse(SocketStream stream, long nanos) {
        onRefused.run();
        if (refusals.incrementAndGet() > MOST_REFUSALS_AT_ONCE) {
            refusals.decrementAndGet();
            stream.abort();
            return;
        }
        stream.loop().start(() -> {
            try {
                answer(stream, System.nanoTime() + nanos);
            } catch (IOException e) {
                // It went away before it was told to.
            } finally {
                stream.close();
                refusals.decrementAndGet();
            }
        });
    }

    /** A request that is still unread when the connection is closed resets it, and may take the answer away. */
    private void answer(SocketStream stream, long deadline) throws IOException {
        if (stream.awaitReadable(deadline)) {
            stream.read(ByteBuffer.allocate(2048));
        }
        stream.write(refusal, 0, refusal.length);
        stream.linger(deadline);
    }

    // Descriptors

    private void fillReserve() {
        try {
            while (reserve.size() < RESERVED_DESCRIPTORS) {
                reserve.add(new FileInputStream("/dev/null"));
            }
        } catch (IOException e) {
            // No more are left; those that are in reserve must do.
        }
    }

    private void giveUpOne() {
        try (FileInputStream one = reserve.poll()) {
            // Closed.
        } catch (IOException e) {
            // Closing /dev/null cannot fail in a way that matters.
        }
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is left to do for a socket that cannot even be closed.
        }
    }

    private void release() {
        while (!reserve.isEmpty()) {
            giveUpOne();
        }
        try {
            server.close();
            loops[0].forget();
        } catch (IOException e) {
            // Nobody listens here any more, either way.
        } finally {
            ended.countDown();
        }
    }

    /** Stops listening, and waits for a moment until nobody does any more. Accepted connections are not touched. */
    @Override
    public void close() {
        closed = true;
        loops[0].startLast(this::wake);
        try {
            if (!ended.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                server.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // As in release.
        }
    }
}
