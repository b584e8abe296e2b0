package loomchat.chat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import loomchat.chat.visitor.Visitor;
import loomchat.log.Event;
import loomchat.net.ByteStream;
import loomchat.ws.CloseCode;
import loomchat.ws.MessageHandler;
import loomchat.ws.ProtocolException;
import loomchat.ws.ReceiveResult;
import loomchat.ws.WebSocket;

/**
 * One client's connection from its handshake to its end. {@link #run} is its virtual thread: it owns the read loop,
 * and its {@code finally} is the only place where the client leaves. It may block on its own read, on its partner's
 * write and on the event queue. {@link #check} and {@link #end} are called by other threads.
 */
public abstract class Connection implements MessageHandler, Runnable {
    private static final System.Logger LOGGER = System.getLogger("loomchat");
    private static final long PAUSE_STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    protected final ChatContext context;
    protected final WebSocket socket;
    protected final Visitor visitor;
    private final long id;
    private final Protocol protocol;
    private final Consumer<Connection> onLeft;
    private final Runnable onClosed;

    // Reading thread only
    private final RateLimiter limiter;
    private final long sinceNanos = System.nanoTime();
    private long messagesInBatch;
    private long messages;
    private long controlsInBatch;
    private long bytesInCounted;
    private long inflatingNanosCounted;
    private long deflatingNanos;

    // Written by the reading thread
    private volatile boolean pausing;

    // Any thread: the first reason counts
    private final AtomicReference<DisconnectReason> end = new AtomicReference<>();

    private final Liveness liveness;

    /**
     * A client whose handshake is done.
     *
     * @param visitor whose client it is
     * @param id the number of the connection, in the log
     * @param onLeft called once, when the client has left and its end is recorded
     * @param onClosed called once, when the socket is closed
     */
    public record Opened(WebSocket socket, Visitor visitor, long id, Consumer<Connection> onLeft, Runnable onClosed) {}

    protected Connection(ChatContext context, Opened opened, Protocol protocol) {
        this.context = context;
        this.socket = opened.socket;
        this.visitor = opened.visitor;
        this.id = opened.id;
        this.onLeft = opened.onLeft;
        this.onClosed = opened.onClosed;
        this.protocol = protocol;
        this.limiter = RateLimiter.of(visitor, context);
        this.liveness = new Liveness(this, socket, context.limits());
    }

    public final long id() {
        return id;
    }

    final Protocol protocol() {
        return protocol;
    }

    final Visitor visitor() {
        return visitor;
    }

    /** The connection is open; on its thread, before anything is read. */
    protected abstract void onOpen() throws IOException;

    /** The client has gone, for {@code reason}; other threads may still send to its socket. */
    protected abstract void onGone(DisconnectReason reason, int code);

    /** {@link #onDeadline} is called when no input has come by then. */
    protected long deadlineNanos() {
        return ByteStream.NO_DEADLINE;
    }

    protected void onDeadline() {}

    /** Reaper, once a second: must not wait for the client. */
    protected void onCheck() {}

    /**
     * The server will stop soon. Main thread: must not wait for a client. False when the client could not be told just
     * now: then this is called again.
     */
    protected boolean onDraining() {
        return true;
    }

    /** How many of the client's messages reached nobody. */
    protected abstract long dropped();

    @Override
    public final void run() {
        context.log().record(new Event.NewConnection(context.millis(), id, protocol.toString(), visitor.subject()));
        int code = CloseCode.ABNORMAL;
        try {
            onOpen();
            for (ReceiveResult got = receive(); got != ReceiveResult.CLOSED; got = receive()) {
                if (got == ReceiveResult.MESSAGES) {
                    pause();
                } else {
                    onDeadline();
                }
            }
            end.compareAndSet(
                    null, socket.closeCode() == CloseCode.ABNORMAL ? DisconnectReason.EOF : DisconnectReason.CLOSE);
            code = socket.closeCode();
        } catch (ProtocolException e) {
            socket.close(e.closeCode(), e.getMessage());
            end.compareAndSet(null, DisconnectReason.ofProtocolError(e.closeCode()));
            code = e.closeCode();
        } catch (IOException e) {
            end.compareAndSet(null, socket.gaveUp() ? DisconnectReason.SLOW : DisconnectReason.RESET);
        } catch (RuntimeException | Error e) {
            LOGGER.log(System.Logger.Level.ERROR, "Session " + id + " ended by a fault of the server", e);
            socket.close(CloseCode.INTERNAL_ERROR, "Internal error");
            end.compareAndSet(null, DisconnectReason.ERROR);
            code = CloseCode.INTERNAL_ERROR;
        } finally {
            leave(code);
        }
    }

    private ReceiveResult receive() throws IOException {
        return socket.receive(this, deadlineNanos());
    }

    private void leave(int code) {
        DisconnectReason reason = end.get();
        try {
            onGone(reason, code);
        } catch (RuntimeException | Error e) {
            LOGGER.log(System.Logger.Level.ERROR, "Session " + id + " could not leave in order", e);
        }
        try {
            long millis = Duration.ofNanos(System.nanoTime() - sinceNanos).toMillis();
            context.log()
                    .record(new Event.Disconnected(
                            context.millis(), id, reason.toString(), code, millis, messages, dropped()));
        } finally {
            onLeft.accept(this);
            socket.finish();
            onClosed.run();
        }
    }

    // Counting and rate limit

    /** Call it for each message of the client. */
    protected final void countMessage() {
        messagesInBatch++;
    }

    /** Call it with the time spent compressing the client's messages for its partner. */
    protected final void countDeflating(long nanos) {
        deflatingNanos += nanos;
    }

    @Override
    public void onPing(byte[] buffer, int offset, int length) {
        controlsInBatch++;
    }

    @Override
    public void onPong(byte[] buffer, int offset, int length) {
        controlsInBatch++;
    }

    @Override
    public void onBatchEnd() throws IOException {
        if (messagesInBatch > 0) {
            messages += messagesInBatch;
            context.counters().messagesIn.add(messagesInBatch);
        }
    }

    /** Slows down a client that sends faster than its limit, and closes one that keeps doing so. */
    private void pause() throws ProtocolException {
        long now = socket.lastReadNanos();
        long read = socket.bytesIn() + socket.inflatedBytes() - bytesInCounted;
        bytesInCounted += read;
        long inflating = socket.inflatingNanos() - inflatingNanosCounted;
        inflatingNanosCounted += inflating;
        long said = messagesInBatch + controlsInBatch;
        long nanos = Math.max(
                limiter.charge(said, read, inflating + deflatingNanos, now), visitor.chargeMessages(said, now));
        messagesInBatch = 0;
        controlsInBatch = 0;
        deflatingNanos = 0;
        if (nanos > 0) {
            pauseUntil(now + nanos);
        }
    }

    /** In steps, to notice when another thread ends the connection and when the client floods it. */
    private void pauseUntil(long until) throws ProtocolException {
        pausing = true;
        try {
            for (long now = System.nanoTime(); until - now > 0 && end.get() == null; now = System.nanoTime()) {
                if (limiter.floods(now)) {
                    throw new ProtocolException(CloseCode.POLICY_VIOLATION, "Too many messages");
                }
                LockSupport.parkNanos(this, Math.min(until - now, PAUSE_STEP_NANOS));
            }
        } finally {
            pausing = false;
        }
    }

    // For other threads

    /** Reaper: see {@link Liveness}. */
    final void check(long now, long clocksStart) {
        liveness.check(now, clocksStart);
        onCheck();
    }

    /** While the server does not read from it, the client cannot give a sign of life. Any thread. */
    final boolean pausing() {
        return pausing;
    }

    /** Begins the close handshake, from any thread. The reaper limits how long it takes. */
    protected final void end(DisconnectReason reason, int code, String text) {
        end.compareAndSet(null, reason);
        socket.close(code, text);
    }

    /** Aborts the connection, from any thread. */
    protected final void endNow(DisconnectReason reason) {
        end.compareAndSet(null, reason);
        socket.abort();
    }
}
