package loomchat.chat.v1;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import loomchat.chat.ChatContext;
import loomchat.chat.Connection;
import loomchat.chat.DisconnectReason;
import loomchat.chat.Endpoint;
import loomchat.chat.LeaveReason;
import loomchat.chat.Limits;
import loomchat.chat.PairLifecycle;
import loomchat.chat.Participant;
import loomchat.chat.call.CallOptions;

/** Makes the connections of {@code chat.v1}, and ends the sessions whose client does not come back. */
public final class V1Endpoint implements Endpoint {
    private static final long LONGEST_MOVE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final V1Context v1;

    public V1Endpoint(ChatContext chat, V1Limits limits, CallOptions calls, PairLifecycle pairs) {
        v1 = new V1Context(
                chat, limits, calls, new SessionRegistry(pairs.elsewhere().secretPrefix()), pairs);
    }

    @Override
    public int maxMessageBytes(Limits limits) {
        return Math.min(
                limits.maxMessageBytes(), v1.limits().messageBytes(v1.calls().on()));
    }

    @Override
    public Connection connect(Connection.Opened opened) {
        return new V1Connection(v1, opened);
    }

    @Override
    public void reap(long comebackStart) {
        // Each may block on a partner that does not read, so each gets a thread.
        v1.sessions()
                .expire(
                        v1.chat().monotonicNanos(),
                        comebackStart,
                        gone -> Thread.startVirtualThread(
                                () -> gone.leave("gone", gone.absence().why().leaveReason)));
    }

    @Override
    public int away() {
        return v1.sessions().away();
    }

    @Override
    public void close() {
        if (v1.pairs().elsewhere().canMove()) {
            awaitMoved();
            return;
        }
        v1.sessions().expireAll(gone -> gone.leave(DisconnectReason.SHUTDOWN.toString(), LeaveReason.STOPPED));
    }

    /** Clients come back at another server, which asks for their chats; what is left it finds without this server. */
    private void awaitMoved() {
        long wait = Math.min(
                LONGEST_MOVE_NANOS, TimeUnit.SECONDS.toNanos(v1.limits().resumeSeconds()));
        long deadline = System.nanoTime() + wait;
        while (v1.sessions().away() > 0 && deadline - System.nanoTime() > 0) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** The session whose secret other servers know by {@code key}, or null. */
    public Participant findByKey(String key) {
        return v1.sessions().findByKey(key);
    }

    SessionRegistry sessions() {
        return v1.sessions();
    }
}
