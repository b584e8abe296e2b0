package loomchat.loadtest.identity;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * The identity of one user over all of its visits: it lasts as long as its session, and then the user makes a new one,
 * as the page does. The user's thread calls it, and may wait for the
 * server; {@link #slept} comes from any thread.
 */
public final class VisitorIdentity {
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final Identities all;
    private final int user;
    private final Caller caller;

    /** Null before the first, and when it is over. */
    private volatile VisitorSession session;

    /** Its token has expired on an open connection. */
    private volatile boolean slept;

    private boolean wasConnected;
    private long createNotBefore = System.nanoTime();

    public VisitorIdentity(Identities all, int user, Caller caller) {
        this.all = all;
        this.user = user;
        this.caller = caller;
    }

    Identities all() {
        return all;
    }

    int user() {
        return user;
    }

    Caller caller() {
        return caller;
    }

    /** The session that counts now, or null. */
    VisitorSession session() {
        return session;
    }

    /**
     * A token that lasts, fresh if need be. Waits for the server's limits.
     *
     * @throws IOException there is none; the user tries again later
     */
    public Credentials credentials() throws IOException, InterruptedException {
        VisitorSession now = session;
        if (now != null && now.refreshed() == VisitorSession.Refresh.LATER) {
            throw new IOException("No fresh token yet");
        }
        now = now == null || now.isOver() ? begin() : now;
        return Credentials.of(now.token().value(), user % 8 == 7, caller.address());
    }

    private VisitorSession begin() throws IOException, InterruptedException {
        all.sleepUntil(createNotBefore);
        SessionAnswer answer = all.ask(user, () -> all.sessions.create(null, caller));
        if (answer.status() == 428 && answer.challenge() != null) {
            all.told("session work-required");
            String solution = all.sessions.solve(answer.challenge());
            answer = all.ask(user, () -> all.sessions.create(solution, caller));
        }
        if (answer.status() != 201 || !answer.givesTokens()) {
            refused(answer);
            throw new IOException("No session yet");
        }
        session = new VisitorSession(all, user, caller, answer);
        wasConnected = false;
        return session;
    }

    private void refused(SessionAnswer answer) {
        createNotBefore = System.nanoTime() + PAUSE;
        if (answer.isLater()) {
            all.told("session " + answer.code());
            createNotBefore = System.nanoTime() + answer.retryNanos();
        } else if (answer.isRefusal()) {
            all.lockedOut("POST /session, " + answer.shown(), "user " + user);
        } else {
            all.failed(answer.shown(), "POST /session, user " + user);
        }
    }

    /** The server has let this visitor in. */
    public void connected() {
        if (wasConnected) {
            all.counters.returns.increment();
        }
        if (slept) {
            slept = false;
            all.counters.sleepersReturned.increment();
        }
        wasConnected = true;
    }

    /** The server refused the handshake; whether it was wrong to. */
    public boolean refused(int status) {
        VisitorSession now = session;
        if (status != 401 && status != 403 || now == null) {
            return false;
        }
        if (!now.token().lasts(0)) {
            all.failed("a token that ended during the connect", "user " + user);
            return false;
        }
        now.lockOut("handshake, HTTP " + status);
        return true;
    }

    /** The token has expired on an open connection, as it should. */
    void slept() {
        slept = true;
    }
}
