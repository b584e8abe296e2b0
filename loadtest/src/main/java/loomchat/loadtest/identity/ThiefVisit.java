package loomchat.loadtest.identity;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import loomchat.loadtest.scenario.Persona;

/**
 * A visit in which somebody has a copy of the refresh token: it is sent once more after its successor's successor
 * counts. The server has to refuse it, to close the visitor's own connection within {@link #CLOSED_WITHIN}, and to end
 * the session. Until then the visitor keeps to the rules; afterwards it begins anew, with another identity.
 */
final class ThiefVisit extends HonestVisit {
    /** For two refreshes, the replay and what follows it. */
    private static final long TIME_FOR_REPLAY = TimeUnit.SECONDS.toNanos(10);

    /** The server accepts the token before once more: one that is older is a replay. */
    private static final int GENERATIONS = 2;

    private static final long GLANCE = TimeUnit.SECONDS.toNanos(1);

    private volatile boolean replaying;
    /** Of the end of the connection after the replay, 0: it is open. */
    private volatile int closeCode;

    private volatile boolean done;

    ThiefVisit(VisitorIdentity identity, Persona.Identity persona, Wire wire, RandomGenerator random) {
        super(identity, persona, wire, random);
    }

    @Override
    void refresh() throws InterruptedException {
        if (System.nanoTime() + TIME_FOR_REPLAY > all.runEnd()) {
            return;
        }
        RefreshCookie stolen = session.cookie();
        if (refreshed(GENERATIONS)) {
            replay(stolen);
        }
    }

    private boolean refreshed(int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            if (session.refresh(SessionClient.Loss.NONE, 0) != VisitorSession.Refresh.DONE) {
                return false;
            }
        }
        return true;
    }

    private void replay(RefreshCookie stolen) throws InterruptedException {
        replaying = true;
        SessionAnswer answer = session.show(stolen);
        long closedBy = System.nanoTime() + CLOSED_WITHIN;
        boolean stopped = false;
        while (closeCode == 0 && !stopped && System.nanoTime() < closedBy) {
            stopped = await(closedBy) == News.STOP;
        }
        if (answer != null && (closeCode != 0 || !stopped)) {
            judge(answer);
        }
        session.setOver();
        done = true;
    }

    private void judge(SessionAnswer answer) throws InterruptedException {
        boolean ended = session.expectOver("a session that goes on after a replay");
        String fault = "";
        if (answer.status() != 401) {
            fault = "it was answered with " + answer.shown();
        } else if (closeCode == 0) {
            fault = "the visitor's connection was still open 3 s later";
        } else if (closeCode != TOKEN_OVER) {
            fault = "the visitor's connection was closed with " + closeCode;
        } else if (!ended) {
            fault = "its session goes on";
        }
        if (fault.isEmpty()) {
            all.counters.replaysCaught.increment();
        } else {
            all.counters.replaysMissed.increment();
            all.example("replay missed", "user " + identity.user() + ": " + fault);
        }
    }

    // The user's thread

    @Override
    public Closing closed(int code, String reason) {
        if (!replaying) {
            return super.closed(code, reason);
        }
        closeCode = code;
        tell(News.CLOSED);
        return Closing.EXPECTED;
    }

    /** After a replay that was not noticed. */
    @Override
    public boolean leaves() {
        return done;
    }

    @Override
    public long glance() {
        return GLANCE;
    }
}
