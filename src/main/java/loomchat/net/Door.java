package loomchat.net;

import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Accepts TCP connections for a listener, on the listener's thread, and lets a bounded number in.
 *
 * <p>It outlives running out of descriptors: some are kept in reserve, one of them is given up to accept and refuse the
 * newcomer, and taken again before anybody else is let in. Some, because others in the process may be quicker to take the one
 * that was given up. What is refused gets a 503 with {@code Retry-After}. A connection that is let in but is answered nothing for
 * {@code answerDeadline} (it sends no request, drips one, or does not read its response) is closed by {@link #closeStale}.
 *
 * <p>Given to a {@link java.net.ServerSocket} with {@code setOption(Door.DOOR, door)} before it is bound.
 */
public final class Door {
    /** The option through which a server socket gets its door. */
    public static final SocketOption<Door> DOOR = new SocketOption<>() {
        @Override
        public String name() {
            return "DOOR";
        }

        @Override
        public Class<Door> type() {
            return Door.class;
        }
    };

    private static final String REFUSAL_TEXT = "The server is full. Please try again in a few seconds.\n";
    private static final byte[] REFUSAL = ("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\n"
                    + "Content-Type: text/plain; charset=utf-8\r\nContent-Length: " + REFUSAL_TEXT.length()
                    + "\r\nConnection: close\r\n\r\n" + REFUSAL_TEXT)
            .getBytes(StandardCharsets.US_ASCII);
    private static final long REFUSAL_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int MOST_REFUSALS_AT_ONCE = 64;
    private static final int RESERVED_DESCRIPTORS = 8;
    private static final int REQUEST_MILLIS = 20;

    private final Loop[] loops;
    private final int mostConnections;
    private final long answerNanos;
    private final Runnable onRefused;

    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();
    private final Set<LoopSocketImpl> unanswered = ConcurrentHashMap.newKeySet();

    // Accepting thread only
    private int nextLoop;
    private final ArrayDeque<FileInputStream> reserve = new ArrayDeque<>();
    private long lastComplaint;

    /**
     * @param loops carry the accepted connections, in turn
     * @param mostConnections open at once; what comes above is refused
     * @param answerSeconds how long a connection may go without an answer before it is closed
     * @param onRefused called for each refused connection
     */
    public Door(Loop[] loops, int mostConnections, int answerSeconds, Runnable onRefused) {
        this.loops = loops.clone();
        this.mostConnections = mostConnections;
        this.answerNanos = TimeUnit.SECONDS.toNanos(answerSeconds);
        this.onRefused = onRefused;
        fillReserve();
    }

    /** TCP connections that were let in and are open. */
    public int open() {
        return open.get();
    }

    /** Closes connections that were answered nothing for too long. Called now and then, from one thread. */
    public void closeStale() {
        long limit = System.nanoTime() - answerNanos;
        for (LoopSocketImpl each : unanswered) {
            if (each.lastAnswerNanos() - limit < 0) {
                each.end();
            }
        }
    }

    /** Accepts for {@code socket} until somebody may come in. */
    void accept(ServerSocketChannel server, LoopSocketImpl socket) throws IOException {
        while (true) {
            SocketChannel channel = acceptOne(server);
            try {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                SocketStream stream = new SocketStream(channel, loops[nextLoop++ % loops.length]);
                if (open.incrementAndGet() <= mostConnections) {
                    socket.adopt(stream, this, (InetSocketAddress) channel.getRemoteAddress());
                    unanswered.add(socket);
                    stream.onClose(() -> leave(socket));
                    return;
                }
                open.decrementAndGet();
                refuse(stream);
            } catch (IOException e) {
                channel.close();
            }
        }
    }

    void detached(LoopSocketImpl socket) {
        unanswered.remove(socket);
    }

    private void leave(LoopSocketImpl socket) {
        unanswered.remove(socket);
        open.decrementAndGet();
    }

    private SocketChannel acceptOne(ServerSocketChannel server) throws IOException {
        while (true) {
            fillReserve();
            try {
                return server.accept();
            } catch (ClosedChannelException e) {
                while (!reserve.isEmpty()) {
                    giveUpOne();
                }
                throw new SocketException("Socket closed");
            } catch (IOException e) {
                outOfDescriptors(server, e);
            }
        }
    }

    /** The process has no descriptor left: takes the newcomer with the reserved one, and turns it away. */
    private void outOfDescriptors(ServerSocketChannel server, IOException cause) throws IOException {
        long now = System.nanoTime();
        if (lastComplaint == 0 || now - lastComplaint > TimeUnit.SECONDS.toNanos(60)) {
            lastComplaint = now;
            System.getLogger("loomchat")
                    .log(
                            System.Logger.Level.WARNING,
                            "New connections are refused: accept failed, " + cause.getMessage());
        }
        onRefused.run();
        giveUpOne();
        try (SocketChannel channel = server.accept()) {
            awaitRequest(channel);
            channel.write(ByteBuffer.wrap(REFUSAL));
            channel.shutdownOutput();
        } catch (ClosedChannelException e) {
            throw new SocketException("Socket closed");
        } catch (IOException e) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(REQUEST_MILLIS));
        }
    }

    /** A request that is still unread when the connection is closed resets it, and may take the answer away. */
    private static void awaitRequest(SocketChannel channel) throws IOException {
        try {
            channel.socket().setSoTimeout(REQUEST_MILLIS);
            channel.socket().getInputStream().read(new byte[4096]);
        } catch (SocketTimeoutException e) {
            // It is answered before it has asked: others wait.
        }
    }

    private void refuse(SocketStream stream) {
        onRefused.run();
        if (refusals.incrementAndGet() > MOST_REFUSALS_AT_ONCE) {
            refusals.decrementAndGet();
            stream.abort();
            return;
        }
        stream.loop().start(() -> {
            try (stream) {
                long deadline = System.nanoTime() + REFUSAL_NANOS;
                ByteBuffer ignored = ByteBuffer.allocate(2048);
                if (stream.awaitReadable(deadline)) {
                    stream.read(ignored);
                    stream.write(REFUSAL, 0, REFUSAL.length);
                    stream.shutdownOutput();
                    // Reading on until the client closes keeps a reset from overtaking the answer.
                    while (stream.awaitReadable(deadline) && stream.read(ignored.clear()) >= 0) {
                        Thread.yield();
                    }
                }
            } catch (IOException e) {
                // It went away before it was told to.
            } finally {
                refusals.decrementAndGet();
            }
        });
    }

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
}
