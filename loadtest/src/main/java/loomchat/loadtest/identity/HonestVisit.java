package loomchat.loadtest.identity;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import loomchat.loadtest.scenario.Persona;

/**
 * A visitor who keeps to the rules: refreshes when the server asks and now and then between, sometimes loses an answer
 * or asks several times at once, shows the fresh token on the open connection, and may end its session when it leaves.
 * Whatever the server refuses it, the server is wrong.
 */
class HonestVisit extends IdentityVisit {
    private static final long ANSWER_WITHIN = TimeUnit.SECONDS.toNanos(10);
    /** The server asks for a fresh token so long before the end, for a short one when half of its time is over. */
    private static final long ASKED_BEFORE_END = TimeUnit.SECONDS.toNanos(60);

    private static final long LATE = TimeUnit.SECONDS.toNanos(5);
    /** Losing a request may take the identity some seconds in which it cannot refresh. */
    private static final long SPARE_FOR_LOSS = TimeUnit.SECONDS.toNanos(20);

    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(3);
    private static final long RETRY = TimeUnit.SECONDS.toNanos(1);
    private static final int AT_ONCE = 3;

    // The identity's thread
    private long refreshAt;
    /** Until when an answer to {@code auth} is due; MAX_VALUE: to none. */
    private long answerBy = Long.MAX_VALUE;
    /** The connection on which that was sent. */
    private int askedOn;

    private boolean due;
    private long retryAt = Long.MAX_VALUE;

    HonestVisit(VisitorIdentity identity, Persona.Identity persona, Wire wire, RandomGenerator random) {
        super(identity, persona, wire, random);
    }

    @Override
    void play() throws InterruptedException {
        refreshAt = nextRefresh();
        while (!session.isOver()) {
            News next = await(Math.min(Math.min(refreshAt(), retryAt), Math.min(answerBy, askedAt())));
            if (next == News.STOP) {
                return;
            }
            hear(next);
            long now = System.nanoTime();
            if (next == null) {
                judge(now);
            }
            if (now >= retryAt) {
                renew();
            } else if (now >= refreshAt()) {
                refreshAt = nextRefresh();
                refresh();
            }
        }
    }

    /** There is no more news: what had to come by now is not coming. */
    private void judge(long now) {
        if (now >= answerBy) {
            unanswered();
        }
        if (now >= askedAt()) {
            long left = TimeUnit.NANOSECONDS.toMillis(connectionEndsAt - now);
            long since = TimeUnit.NANOSECONDS.toMillis(now - tokenSince);
            all.violation(
                    "a token that ends without auth-due",
                    "user %d, %d ms before its end, %d ms after the connection got it"
                            .formatted(identity.user(), left, since));
            due = true;
            retryAt = now;
        }
    }

    private void hear(News next) {
        switch (next) {
            case null -> {}
            case AUTH_DUE -> {
                if (!due) {
                    due = true;
                    retryAt = System.nanoTime();
                }
            }
            case AUTHED -> {
                all.counters.renewals.increment();
                answered();
            }
            case RECONNECTED -> answered();
            case CLOSED, STOP -> {}
        }
    }

    /** The token of the open connection is fresh. */
    private void answered() {
        answerBy = Long.MAX_VALUE;
        retryAt = Long.MAX_VALUE;
        due = false;
    }

    /** After the run's end only the server's questions are answered. */
    private long refreshAt() {
        return refreshAt < all.runEnd() ? refreshAt : Long.MAX_VALUE;
    }

    private long nextRefresh() {
        return System.nanoTime() + persona.refresh().sample(random);
    }

    /** When the server must have asked for a fresh token on the open connection. */
    private long askedAt() {
        if (due || answerBy != Long.MAX_VALUE || !wire.isOpen()) {
            return Long.MAX_VALUE;
        }
        long life = connectionEndsAt - tokenSince;
        return connectionEndsAt - Math.min(ASKED_BEFORE_END, life / 2) + LATE;
    }

    private void unanswered() {
        answerBy = Long.MAX_VALUE;
        if (askedOn == wire.connection()) {
            all.violation("no answer to auth", "user " + identity.user());
        }
    }

    /** The server wants a fresh token on the open connection. */
    private void renew() throws InterruptedException {
        retryAt = Long.MAX_VALUE;
        switch (session.refresh(SessionClient.Loss.NONE, 0)) {
            case DONE -> auth();
            case LATER -> retryAt = System.nanoTime() + RETRY;
            case OVER -> {}
        }
        refreshAt = nextRefresh();
    }

    /** Not asked for: in one of the ways in which a refresh can go, and not always told to the server. */
    void refresh() throws InterruptedException {
        boolean mayLose = session.token().lasts(SPARE_FOR_LOSS);
        int way = random.nextInt(100);
        VisitorSession.Refresh ended;
        if (way < 15) {
            ended = session.refreshAtOnce(AT_ONCE);
        } else if (way < 30) {
            boolean whole = mayLose && random.nextBoolean();
            ended = session.refresh(
                    whole ? SessionClient.Loss.CONNECTION : SessionClient.Loss.ANSWER,
                    random.nextLong(mayLose ? LONGEST_PAUSE : 1));
        } else {
            ended = session.refresh(SessionClient.Loss.NONE, 0);
        }
        if (ended == VisitorSession.Refresh.DONE && random.nextBoolean()) {
            auth();
        }
    }

    private void auth() {
        int connection = wire.connection();
        if (sendAuth()) {
            askedOn = connection;
            answerBy = System.nanoTime() + ANSWER_WITHIN;
        }
    }

    // The user's thread

    @Override
    public Closing closed(int code, String reason) {
        return session.isOver() && code == TOKEN_OVER ? Closing.EXPECTED : super.closed(code, reason);
    }
}
