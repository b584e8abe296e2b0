package loomchat.chat.v1;

import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import loomchat.ws.WebSocket;

/**
 * The way to one client of {@code chat.v1}: the connection that it has or has not, the secret that gives it to another connection, and the
 * order in which things are sent.
 *
 * <p>Its lock is that order. Whoever holds it may block on the client's socket, as long as a send may take, and on the event queue.
 */
final class ClientLink {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition disconnected = lock.newCondition();

    // Written under lock
    /** Null while the client is away. */
    private volatile V1Connection connection;
    /** Written before the connection that brings it, read after: see {@link #awaitFree}. */
    private volatile String secret;

    ClientLink(V1Connection connection, String secret) {
        this.connection = connection;
        this.secret = secret;
    }

    boolean isUp() {
        return connection != null;
    }

    String secret() {
        return secret;
    }

    // The order of sends

    void lock() {
        lock.lock();
    }

    boolean tryLock() {
        return lock.tryLock();
    }

    void unlock() {
        lock.unlock();
    }

    /** Waits until what another thread sends is sent. */
    void settle() {
        lock.lock();
        lock.unlock();
    }

    // With the lock

    /** The client's socket, or null while it is away. */
    WebSocket socket() {
        V1Connection there = connection;
        return there == null ? null : there.socket();
    }

    @FunctionalInterface
    interface Sending {
        void to(WebSocket socket) throws IOException;
    }

    /** Sends, if the client is there. */
    void send(Sending sending) {
        WebSocket to = socket();
        if (to != null) {
            try {
                sending.to(to);
            } catch (IOException e) {
                // The connection's own thread finds out, and disconnects it.
            }
        }
    }

    void send(byte[] payload) {
        send(to -> to.sendText(payload, 0, payload.length));
    }

    void disconnect() {
        connection = null;
        disconnected.signalAll();
    }

    void rename(String newSecret) {
        secret = newSecret;
    }

    void connect(V1Connection back) {
        connection = back;
    }

    // Without the lock

    /**
     * Sends the connection there is away, if any, and waits until its thread has left, or {@code deadline} on the clock of
     * {@link System#nanoTime}. Returns at once when {@code withSecret} is no longer this link's: the connection there now is of a client
     * that came first. Takes no lock before that connection is cut, because a send to it may hold it.
     */
    boolean awaitFree(String withSecret, long deadline) throws InterruptedException {
        V1Connection there = connection;
        if (there == null || !withSecret.equals(secret)) {
            return true;
        }
        there.replace();
        long patience = (deadline - System.nanoTime()) / 4;
        if (awaitGone(there, patience)) {
            return true;
        }
        there.cut();
        return awaitGone(there, deadline - System.nanoTime());
    }

    private boolean awaitGone(V1Connection there, long atMostNanos) throws InterruptedException {
        long nanos = atMostNanos;
        lock.lock();
        try {
            while (connection == there && nanos > 0) {
                nanos = disconnected.awaitNanos(nanos);
            }
            return connection != there;
        } finally {
            lock.unlock();
        }
    }
}
