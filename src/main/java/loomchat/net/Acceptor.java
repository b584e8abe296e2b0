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
 * Listens, and gives accepted TCP connections to the loops in turn. Its platform thread accepts and passes each
 * connection to the {@link Handler}; threads of their own write refusals, so that this one never waits for a client.
 * It is not on a loop, because there it would take turns with the handshakes of accepted connections and be too slow
 * for thousands at once: the system drops connections that wait too long, and their clients retry a second later.
 *
 * <p>It survives a lack of file descriptors: it keeps some in reserve, closes one of them to accept and refuse the
 * next connection, and opens it again before it accepts another. More than one, because another part of the process
 * may take the closed one first.
 */
public final class Acceptor implements AutoCloseable {
    /** Takes accepted connections. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Takes the connection over, or returns false to refuse it. On the accepting thread: must not block.
         */
        boolean admit(SocketStream stream, InetSocketAddress peer);
    }

    private static final long REFUSAL_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int MOST_REFUSALS_AT_ONCE = 64;
    private static final int RESERVED_DESCRIPTORS = 8;
    /** A short time, because the descriptor is needed for the next connection. */
    private static final long RESERVED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long PAUSE_AFTER_FAILURE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int CLOSE_MILLIS = 2_000;

    private final ServerSocketChannel server;
    private final Loop[] loops;
    private final Handler handler;
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
     * @param refusal the answer for a refused connection
     * @param onRefused called for each refused connection
     */
    public Acceptor(
            InetSocketAddress address, int backlog, Loop[] loops, Handler handler, byte[] refusal, Runnable onRefused)
            throws IOException {
        this.loops = loops.clone();
        this.handler = handler;
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

    /** A failure with one connection does not keep it from accepting the next. */
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
            if (!loop.isAlive() || !handler.admit(stream, peer)) {
                refuse(stream, REFUSAL_NANOS);
            }
        } catch (IOException | RuntimeException e) {
            // The client is gone already, or cannot be taken.
            closeQuietly(channel);
        }
    }

    /** The next loop that is alive; without any, the next one, which can still refuse. */
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

    /** The process has no descriptor left: accepts with one of the reserve, and refuses. */
    private void outOfDescriptors(IOException cause) {
        complain(cause);
        giveUpOne();
        try {
            refuse(new SocketStream(server.accept(), chooseLoop()), RESERVED_NANOS);
        } catch (IOException e) {
            LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
        }
    }

    /** One line a minute: a thousand clients can cause the same. */
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

    /** Answers on a thread of its own, if the client asks and reads within {@code nanos}. */
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
                // The client went away first.
            } finally {
                stream.close();
                refusals.decrementAndGet();
            }
        });
    }

    /** Reads the request first: closing with unread input would reset the connection, and lose the answer. */
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
            // No more are left; the present reserve must suffice.
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
            // Nothing more can be done for the socket.
        }
    }

    /** Stops listening, and waits a moment for the thread to end. Accepted connections go on. */
    @Override
    public void close() {
        closed = true;
        try {
            server.close();
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // Nothing listens here any more in any case.
        }
    }
}
