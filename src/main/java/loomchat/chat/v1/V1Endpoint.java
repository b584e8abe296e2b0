package loomchat.chat.v1;

import loomchat.chat.ChatContext;
import loomchat.chat.Connection;
import loomchat.chat.DisconnectReason;
import loomchat.chat.Endpoint;
import loomchat.chat.LeaveReason;
import loomchat.chat.Limits;
import loomchat.chat.PairLifecycle;
import loomchat.chat.Participant;

/** Makes the connections of {@code chat.v1}, and ends the sessions whose client does not come back. */
public final class V1Endpoint implements Endpoint {
    private final V1Context v1;

    public V1Endpoint(ChatContext chat, V1Limits limits, PairLifecycle pairs) {
        v1 = new V1Context(chat, limits, new SessionRegistry(pairs.elsewhere().secretPrefix()), pairs);
    }

    @Override
    public int maxMessageBytes(Limits limits) {
        return Math.min(limits.maxMessageBytes(), v1.limits().messageBytes());
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
    public void close() {
        v1.sessions().expireAll(gone -> gone.leave(DisconnectReason.SHUTDOWN.toString(), LeaveReason.GONE));
    }

    /** The session whose secret other servers know by {@code key}, or null. */
    public Participant findByKey(String key) {
        return v1.sessions().findByKey(key);
    }

    SessionRegistry sessions() {
        return v1.sessions();
    }
}
