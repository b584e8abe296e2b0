package loomchat.net;

import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Listens, and gives accepted TCP connections to the loops in turn. Its platform thread accepts and asks the {@link Host} about each
 * connection; refusals are written by threads of their own, so that nobody waits for a client here. It is not on a loop, because
 * there it would take turns with the handshakes of those whom it has let in, and thousands who come at once would not be
 * accepted in time: the system drops what waits too long, and such a client tries again a second later.
 *
 * <p>It outlives running out of descriptors: some are kept in reserve, one of them is given up to accept and refuse the
 * newcomer, and taken again before anybody else is let in. Some, because others in the process may be quicker to take the one
 * that was given up.
 */
public final class Acceptor implements AutoCloseable {
    /** Decides about accepted connections. */
    @FunctionalInterface
    public interface Host {
        /**
         * Takes the connection over, or returns false to have it refused. On the accepting thread: must not block.
         */
        boolean admit(SocketStream stream, InetSocketAddress peer);
    }

    private static final long REFUSAL_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int MOST_REFUSALS_AT_ONCE = 64;
    private static final int RESERVED_DESCRIPTORS = 8;
    /** Descriptors of the reserve are needed for the next newcomer. */
    private static final long RESERVED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long PAUSE_AFTER_FAILURE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int CLOSE_MILLIS = 2_000;

    private final ServerSocketChannel server;
    private final Loop[] loops;
    private final Host host;
    private final byte[] refusal;
    private final Runnable onRefused;
    private final AtomicInteger refusals = new AtomicInteger();
    private final Thread thread = Thread.ofPlatform().daemon().name("acceptor").unstarted(this::run);
    private volatile boolean closed;

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
        thread.start();
    }

    /** Whatever goes wrong with one connection, the next is accepted. */
    private void run() {
        while (!closed) {
            try {
                acceptOne();
            } catch (RuntimeException | Error e) {
                complain(e);
                LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
            }
        }
        while (!reserve.isEmpty()) {
            giveUpOne();
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
        admit(channel);
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

    // Refusing

    /** The process has no descriptor left: takes the newcomer with the reserved one, and turns it away. */
    private void outOfDescriptors(IOException cause) {
        complain(cause);
        giveUpOne();
        try {
            refuse(new SocketStream(server.accept(), chooseLoop()), RESERVED_NANOS);
        } catch (IOException e) {
            LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
        }
    }

    /** Now and then: a thousand clients can cause the same. */
    private void complain(Throwable cause) {
        long now = System.nanoTime();
        if (lastComplaint == 0 || now - lastComplaint > TimeUnit.SECONDS.toNanos(60)) {
            lastComplaint = now;
            System.getLogger("loomchat")
                    .log(
                            System.Logger.Level.WARNING,
                            "New connections are refused: accept failed, " + cause.getMessage());
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

    /** Stops listening, and waits for a moment until nobody does any more. Accepted connections are not touched. */
    @Override
    public void close() {
        closed = true;
        try {
            server.close();
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // Nobody listens here any more, either way.
        }
    }
}
