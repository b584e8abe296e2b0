package loomchat.chat.v1;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import loomchat.chat.Pair;
import loomchat.chat.Participant;
import loomchat.log.Event;
import loomchat.ws.WebSocket;

/**
 * Gives the session of a client to its new connection: ends the old connection, if there is one, sends what the
 * client has missed, and tells the partner. On the new connection's thread.
 */
final class SessionTakeover {
    private static final int MOST_MILLIS = 3_000;

    private final V1Context v1;
    private final V1Connection back;
    private final String newSecret;

    SessionTakeover(V1Context v1, V1Connection back, String newSecret) {
        this.v1 = v1;
        this.back = back;
        this.newSecret = newSecret;
    }

    /**
     * Takes over the session with {@code secret}; false if there is none, or no chat in it, or if somebody else was
     * faster. When the old connection was taking over another session at this moment, the secret leads to that
     * session now.
     *
     * @param seen the last of its partner's messages that the client has, or 0
     * @param chat the one that the client means, or 0
     */
    boolean resume(String secret, long seen, long chat) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MOST_MILLIS);
        V1Session session = v1.sessions().find(secret);
        V1Session before = null;
        while (session != null && session != before && session != back.session() && isFree(session, secret, deadline)) {
            Pair pair = takeOver(session, secret, seen, chat);
            if (pair != null) {
                pair.other(session).partnerBack(pair);
                v1.pairs().elsewhere().talks(pair);
                if (seen > 0) {
                    pair.other(session).partnerReceived(pair, seen);
                }
                return true;
            }
            before = session;
            session = v1.sessions().find(secret);
        }
        return false;
    }

    private static boolean isFree(V1Session session, String secret, long deadline) {
        try {
            return session.link().awaitFree(secret, deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Returns the chat; null if there is none, or if another connection came first with {@code secret}. */
    private Pair takeOver(V1Session session, String secret, long seen, long chat) {
        ClientLink link = session.link();
        link.lock();
        try {
            Pair pair = session.pair();
            boolean possible = secret.equals(link.secret())
                    && isOwner(session)
                    && !session.closed()
                    && pair != null
                    && (chat == 0 || chat == pair.id())
                    && seen <= session.resendBuffer().lastId();
            if (!possible || !v1.sessions().claim(session)) {
                return null;
            }
            long from = session.id();
            session.attach(back, newSecret);
            long away = v1.chat().monotonicNanos() - session.absence().sinceNanos();
            v1.chat()
                    .log()
                    .record(new Event.ChatResumed(
                            v1.chat().millis(), back.id(), pair.id(), from, TimeUnit.NANOSECONDS.toMillis(away)));
            resend(session, pair, seen);
            return pair;
        } finally {
            link.unlock();
        }
    }

    /** The chat of an identity is taken over by the same identity alone; that of a guest by whoever has the secret. */
    private boolean isOwner(V1Session session) {
        String subject = session.visitor().subject();
        return subject == null || subject.equals(back.whose().subject());
    }

    private void resend(V1Session session, Pair pair, long seen) {
        Participant partner = pair.other(session);
        ResendBuffer buffer = session.resendBuffer();
        long missed = buffer.missedAfter(seen);
        buffer.confirm(seen);
        long call = session.callThatIsOn(pair);
        byte[] resumed = V1Frames.resumed(
                pair.id(),
                session.acks().lastTaken(pair),
                missed,
                0,
                partner.isAway(),
                call,
                v1.pairs().elsewhere().ticket(pair, session));
        WebSocket to = back.socket();
        try {
            to.sendText(resumed, 0, resumed.length);
            session.acks().sendDeliveredAgain(pair, to);
            session.tellCallsAgain(pair, call);
            buffer.resend(to, bytes -> pair.recordMessage(v1.chat(), partner, bytes));
        } catch (IOException e) {
            // This connection broke too. Its own thread will detach it; the rest is kept for the next one.
        }
    }
}
