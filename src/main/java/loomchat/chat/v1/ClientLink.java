package loomchat.chat.v1;

import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import loomchat.ws.WebSocket;

/**
 * The link to one client of {@code chat.v1}: its current connection, if it has one, and the secret with which a new
 * connection takes its session over.
 *
 * <p>Its lock puts everything that is sent to the client in order. A thread that holds it may block on the client's
 * socket, for as long as a send may take, and on the event queue.
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

    /** Runs {@code action} while nobody else sends. */
    void inOrder(WebSocket.SendAction action) throws IOException {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #inOrder}, for what fails without an exception. */
    void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until a send of another thread is done. */
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

    /** Sends if the client is connected. */
    void send(Sending sending) {
        WebSocket to = socket();
        if (to != null) {
            try {
                sending.to(to);
            } catch (IOException e) {
                // The connection's own thread will notice, and disconnect it.
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
     * Ends the current connection, if there is one, and waits until its thread has left, until {@code deadline} on
     * the clock of {@link System#nanoTime}. Returns at once when {@code withSecret} is outdated: then the current
     * connection is that of a faster client. Takes no lock before it has ended the connection, because a send to that
     * connection may hold the lock.
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
