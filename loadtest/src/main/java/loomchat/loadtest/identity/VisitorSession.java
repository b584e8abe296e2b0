package loomchat.loadtest.identity;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One session of a visitor: access token, refresh cookie, generation. The user's thread and the thread of its
 * {@link IdentityVisit} call it. Requests follow one another under a lock, which is held until the answer or its
 * deadline; the token is there without it.
 */
final class VisitorSession {
    /** How a refresh ended. */
    enum Refresh {
        DONE,
        /** The server is busy or gave no answer: ask again. */
        LATER,
        /** The session is over. */
        OVER
    }

    /** Of a token to connect with, at most a quarter of its life. */
    private static final long SPARE = TimeUnit.SECONDS.toNanos(5);
    /** The server accepts the refresh token before for 30 s after a refresh. */
    private static final long PATIENCE_OF_SERVER = TimeUnit.SECONDS.toNanos(25);

    /**
     * After a request of which nobody knows whether the server has read it: until it is read late, the next refresh
     * would make it a replay.
     */
    private static final long AFTER_LOST_REQUEST = TimeUnit.SECONDS.toNanos(10);

    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final Identities all;
    private final int user;
    private final Caller caller;
    private final String subject;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicBoolean over = new AtomicBoolean();

    private volatile AccessToken token;

    // Guarded by lock
    private volatile RefreshCookie cookie;
    private int generation;
    /** Since when the server may have refreshed without this side knowing it, 0: it has not. */
    private long uncertainSince;

    private long refreshNotBefore = System.nanoTime();

    VisitorSession(Identities all, int user, Caller caller, SessionAnswer answer) {
        this.all = all;
        this.user = user;
        this.caller = caller;
        this.subject = all.subject(user, answer.token());
        this.cookie = answer.cookie();
        this.generation = answer.generation();
        this.token = answer.token();
        all.counters.identities.increment();
        if (generation != 0) {
            all.violation("a session that does not begin with generation 0", "user " + user);
        }
    }

    AccessToken token() {
        return token;
    }

    RefreshCookie cookie() {
        return cookie;
    }

    /** Nothing is expected of it any more: it was ended, or the visitor was locked out. */
    boolean isOver() {
        return over.get();
    }

    void setOver() {
        over.set(true);
    }

    /** A visitor who keeps to the rules is refused: counted once, because what follows has the same cause. */
    void lockOut(String how) {
        if (!over.getAndSet(true)) {
            all.lockedOut(how, "user " + user);
        }
    }

    /** Makes sure that the token lasts for a connect. */
    Refresh refreshed() throws InterruptedException {
        if (isOver()) {
            return Refresh.OVER;
        }
        lock.lock();
        try {
            return token.lasts(Math.min(SPARE, token.lifeNanos() / 4))
                    ? Refresh.DONE
                    : refresh(SessionClient.Loss.NONE, 0);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Refreshes. When the answer is to be lost, it asks again with the same cookie, after a pause.
     *
     * @param pauseNanos between the lost answer and the second request
     */
    Refresh refresh(SessionClient.Loss loss, long pauseNanos) throws InterruptedException {
        lock.lock();
        try {
            all.sleepUntil(refreshNotBefore);
            if (loss != SessionClient.Loss.NONE && !isOver()) {
                uncertain();
                ask(loss);
                all.sleepUntil(System.nanoTime() + pauseNanos);
            }
            if (isOver()) {
                return Refresh.OVER;
            }
            Refresh ended = take(ask(SessionClient.Loss.NONE));
            if (ended == Refresh.DONE && loss != SessionClient.Loss.NONE) {
                all.counters.answersDropped.increment();
            }
            if (loss == SessionClient.Loss.CONNECTION) {
                refreshNotBefore = System.nanoTime() + AFTER_LOST_REQUEST;
            }
            return ended;
        } catch (IOException e) {
            uncertain();
            refreshNotBefore = System.nanoTime() + PAUSE;
            return Refresh.LATER;
        } finally {
            lock.unlock();
        }
    }

    private SessionAnswer ask(SessionClient.Loss loss) throws IOException, InterruptedException {
        return all.ask(user, () -> all.sessions.refresh(cookie, loss, caller));
    }

    /** Refreshes several times at once, as tabs do: all have to get the same. */
    Refresh refreshAtOnce(int count) throws InterruptedException {
        lock.lock();
        try {
            all.sleepUntil(refreshNotBefore);
            if (isOver()) {
                return Refresh.OVER;
            }
            uncertain();
            RefreshCookie same = cookie;
            List<SessionAnswer> answers = all.askAtOnce(
                    user, caller, count, () -> all.sessions.refresh(same, SessionClient.Loss.NONE, caller));
            if (answers.isEmpty()) {
                return Refresh.LATER;
            }
            answers.sort(
                    Comparator.comparing(SessionAnswer::isRefusal).reversed().thenComparing(SessionAnswer::status));
            SessionAnswer first = answers.getFirst();
            if (answers.stream().anyMatch(each -> each.status() == 200 && !each.isSameSession(first))
                    && first.status() == 200) {
                all.violation("several successors of one refresh token", "user " + user);
            }
            Refresh ended = take(first);
            if (ended == Refresh.DONE) {
                all.counters.refreshedAtOnce.increment();
            }
            return ended;
        } finally {
            lock.unlock();
        }
    }

    private Refresh take(SessionAnswer answer) {
        if (answer.status() != 200 || !answer.givesTokens()) {
            return refused("POST /session/refresh", answer);
        }
        if (answer.generation() != generation + 1) {
            all.violation(
                    "a refresh that skips generations",
                    "user " + user + ": " + answer.generation() + " after " + generation);
        }
        all.checkSubject(user, subject, answer.token());
        uncertainSince = 0;
        generation = answer.generation();
        cookie = answer.cookie();
        token = answer.token();
        all.counters.refreshes.increment();
        return Refresh.DONE;
    }

    private void uncertain() {
        uncertainSince = uncertainSince == 0 ? System.nanoTime() : uncertainSince;
    }

    /** What an answer without tokens means for this visitor. */
    private Refresh refused(String request, SessionAnswer answer) {
        refreshNotBefore = System.nanoTime() + PAUSE;
        if (answer.isLater()) {
            all.told("session " + answer.code());
            refreshNotBefore = System.nanoTime() + answer.retryNanos();
            return Refresh.LATER;
        }
        if (!answer.isRefusal()) {
            all.failed(answer.shown(), request + ", user " + user);
            return Refresh.LATER;
        }
        if (uncertainSince != 0 && System.nanoTime() - uncertainSince > PATIENCE_OF_SERVER) {
            all.failed("asked again too late after a lost answer", "user " + user);
            setOver();
        } else {
            lockOut(request + ", " + answer.shown());
        }
        return Refresh.OVER;
    }

    // The end of a session

    /** Ends it, and makes sure that it is over; whether the server has ended it. */
    boolean end(boolean byToken) throws InterruptedException {
        lock.lock();
        try {
            if (isOver()) {
                return false;
            }
            SessionAnswer answer =
                    all.ask(user, () -> byToken ? all.sessions.end(token, caller) : all.sessions.end(cookie, caller));
            if (answer.status() != 204) {
                refused("DELETE /session", answer);
                return false;
            }
            setOver();
            all.counters.sessionsEnded.increment();
            expectOver("a session that was ended and goes on");
            return true;
        } catch (IOException e) {
            return false;
        } finally {
            setOver();
            lock.unlock();
        }
    }

    /** Whether the refresh token that counts now is refused: its session has to be over. */
    boolean expectOver(String fault) throws InterruptedException {
        SessionAnswer answer = show(cookie);
        boolean goesOn = answer != null && answer.status() == 200;
        if (goesOn) {
            all.violation(fault, "user " + user);
        }
        return !goesOn;
    }

    /** Sends a refresh token that must not count any more; null when no answer came. */
    SessionAnswer show(RefreshCookie old) throws InterruptedException {
        try {
            SessionAnswer answer = all.ask(user, () -> all.sessions.refresh(old, SessionClient.Loss.NONE, caller));
            if (answer.status() == 401
                    && (answer.cookie() == null || !answer.cookie().isCleared())) {
                all.violation("a refused refresh that leaves its cookie", "user " + user);
            }
            return answer;
        } catch (IOException e) {
            return null;
        }
    }
}
