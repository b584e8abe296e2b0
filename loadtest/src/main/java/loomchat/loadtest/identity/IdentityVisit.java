package loomchat.loadtest.identity;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import loomchat.loadtest.scenario.Persona;

/**
 * Looks after the tokens of one visit, beside the user's thread, which must go on reading. {@link #run} is the thread
 * of the visit's identity: it refreshes and may wait for the server. The user's thread tells it what the server said
 * and asks what the end of a connection means; that never waits.
 */
public abstract class IdentityVisit implements Runnable {
    /** The close code for a token that is over. */
    static final int TOKEN_OVER = 4003;
    /** The close code for a visitor who is banned. */
    static final int BANNED = 4004;
    /** From the end of a token to the end of its connection. */
    static final long GRACE = TimeUnit.SECONDS.toNanos(25);
    /** For the end of the connections of a session that is over. */
    public static final long CLOSED_WITHIN = TimeUnit.SECONDS.toNanos(3);

    private static final int MOST_NEWS = 64;

    /** The connection of the visit, which may be broken and made anew. */
    public interface Wire {
        /** Sends a text; false when there is no connection, or when it broke. */
        boolean send(byte[] message);

        /** Whether there is a connection. */
        boolean isOpen();

        /** Changes with each connection. */
        int connection();
    }

    /** What the end of a connection by the server means. */
    public enum Closing {
        /** Nothing to do with identities. */
        OTHER,
        /** The server must not have done that. */
        LOCKED_OUT,
        /** It had to. */
        EXPECTED,
        /** It had to, and the visitor comes back with a fresh token. */
        COMES_BACK
    }

    /** What the user's thread tells. */
    enum News {
        AUTH_DUE,
        AUTHED,
        CLOSED,
        RECONNECTED,
        STOP
    }

    final VisitorIdentity identity;
    final VisitorSession session;
    final Identities all;
    final Persona.Identity persona;
    final Wire wire;
    /** The identity's thread. */
    final RandomGenerator random;

    /** When the token of the open connection ends. */
    volatile long connectionEndsAt;
    /** Since when the open connection has its token. */
    volatile long tokenSince = System.nanoTime();

    private final boolean endsSession;
    private final boolean endsByToken;
    private volatile boolean stopped;
    /** Bounded: a server that says more is not heard. */
    private final BlockingQueue<News> news = new ArrayBlockingQueue<>(MOST_NEWS);

    IdentityVisit(VisitorIdentity identity, Persona.Identity persona, Wire wire, RandomGenerator random) {
        this.identity = identity;
        this.session = identity.session();
        this.all = identity.all();
        this.persona = persona;
        this.wire = wire;
        this.random = random;
        endsSession = random.nextInt(100) < persona.endsSession();
        endsByToken = random.nextBoolean();
        connectionEndsAt = session.token().endsAt();
    }

    public static IdentityVisit of(
            VisitorIdentity identity, Persona.Identity persona, Wire wire, RandomGenerator random) {
        return switch (persona.kind()) {
            case VISITOR -> new HonestVisit(identity, persona, wire, random);
            case THIEF -> new ThiefVisit(identity, persona, wire, random);
            case SLEEPER -> new SleeperVisit(identity, persona, wire, random);
            case FORGER -> throw new IllegalArgumentException("Forgers do not visit");
        };
    }

    // The user's thread

    /** The server's first message; {@code known}: it has recognised the visitor. */
    public void welcome(boolean known) {
        if (!known) {
            all.violation("a visitor with a token who is not known", "user " + identity.user());
        }
    }

    /** The token ends soon. */
    public void authDue() {
        tell(News.AUTH_DUE);
    }

    /** A fresh token was taken, which ends in so many seconds. */
    public void authed(int seconds) {
        tokenSince = System.nanoTime();
        connectionEndsAt = tokenSince + TimeUnit.SECONDS.toNanos(seconds);
        tell(News.AUTHED);
    }

    /** A fresh token was refused with that error. */
    public void refused(String code) {
        session.lockOut("auth, " + code);
    }

    /** The connection was broken and is back, with the token that counts now; {@code resumed}: in the same chat. */
    public void reconnected(boolean resumed) {
        if (resumed) {
            all.counters.identityResumes.increment();
        }
        tokenSince = System.nanoTime();
        connectionEndsAt = session.token().endsAt();
        tell(News.RECONNECTED);
    }

    /** The server has closed the connection, with 1006 when it sent no close frame. */
    public Closing closed(int code, String reason) {
        if (code != TOKEN_OVER && code != BANNED) {
            return Closing.OTHER;
        }
        session.lockOut("closed with " + code + (reason.isEmpty() ? "" : ", " + reason));
        return Closing.LOCKED_OUT;
    }

    /** The user leaves for good this time; whether it ends its session first. */
    public boolean endsSession() {
        return endsSession && !session.isOver();
    }

    /** Ends the session, and may wait; if it could, the server closes the connection within {@link #CLOSED_WITHIN}. */
    public boolean endSession() throws InterruptedException {
        return session.end(endsByToken);
    }

    /** Whether the user has to leave because its identity can do no more. */
    public boolean leaves() {
        return false;
    }

    /** How long the user may sleep before it asks {@link #leaves} again. */
    public long glance() {
        return Long.MAX_VALUE;
    }

    /** Whether the visitor comes back when its token has expired on the open connection. Any thread. */
    public boolean comesBack() {
        return false;
    }

    /** The visit is over. */
    public void stop() {
        stopped = true;
        tell(News.STOP);
    }

    final void tell(News what) {
        news.offer(what);
    }

    // The identity's thread

    @Override
    public void run() {
        try {
            play();
        } catch (InterruptedException e) {
            // The run is over.
        }
    }

    abstract void play() throws InterruptedException;

    /** What comes next, or null when {@code time} comes first. */
    final News await(long time) throws InterruptedException {
        long left = time == Long.MAX_VALUE ? time : Math.max(0, time - System.nanoTime());
        return stopped ? News.STOP : news.poll(left, TimeUnit.NANOSECONDS);
    }

    /** Shows the token that counts now on the open connection; false when there is none. */
    final boolean sendAuth() {
        String message = "{\"type\":\"auth\",\"token\":\"" + session.token().value() + "\"}";
        return wire.send(message.getBytes(StandardCharsets.US_ASCII));
    }
}
