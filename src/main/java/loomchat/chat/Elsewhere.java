package loomchat.chat;

import java.util.concurrent.atomic.AtomicLong;
import loomchat.chat.call.CallState;
import loomchat.chat.match.RoomListener;

/** The other servers of the crowd, if there are any. Any thread; only {@link #claim} blocks. */
public interface Elsewhere {
    /** What the secret of a session that begins here starts with. */
    String secretPrefix();

    /** Whether a visitor whose server stops can go on at another one. */
    boolean canMove();

    /** The number of the next connection: no other server of the crowd gives it. */
    long nextSession();

    long nextPair();

    /** Learns who waits here. */
    RoomListener<Participant> room();

    /** How many wait in the whole crowd, {@code here} of them on this server. */
    int waiting(int here);

    /** {@code pair} has begun, or one of its visitors has another secret now. */
    void talks(Pair pair);

    /** {@code pair} is over. */
    void ended(Pair pair);

    /** What the client of {@code who} keeps, should its server die with all that knows the chat; or null. */
    String ticket(Pair pair, Participant who);

    /**
     * Asks for a chat of another server. Blocks for a few seconds at the most.
     *
     * @return null if there is none
     * @throws Unreachable nobody can say now
     */
    Claim claim(Wanted wanted, Participant by) throws Unreachable, InterruptedException;

    /**
     * The chat that a client wants to go on with.
     *
     * @param secret opens it
     * @param ticket the last that it was given with that secret, or empty
     * @param chat its number, or 0
     * @param seen the last message of its partner that the client has
     * @param from the first own message that it can send again, or 0
     */
    record Wanted(String secret, String ticket, long chat, long seen, long from) {
        /** Without what opens it. */
        @Override
        public String toString() {
            return "chat " + chat + ", seen " + seen + ", from " + from;
        }
    }

    /** The other servers cannot be asked now; later they can. */
    final class Unreachable extends Exception {
        public Unreachable() {
            super("The other servers cannot be reached", null, false, false);
        }
    }

    /**
     * A chat that goes on here.
     *
     * @param newcomer whether the visitor that came back is the one that had come last
     * @param partner stands for the partner
     * @param taken the last own message that the server has
     * @param lost own messages that nobody has any more
     * @param missed messages of the partner that nobody has any more
     * @param mayJump the client does not say which messages it still has
     * @param session the visitor's last connection
     * @param calls what the partner's server knows of calls, or null
     * @param callMillis how long the call has been on whose beginning is recorded, or -1
     * @param ageMillis how long ago the chat began
     */
    record Claim(
            long pair,
            boolean newcomer,
            Participant partner,
            long taken,
            long lost,
            long missed,
            boolean mayJump,
            long session,
            long awayMillis,
            long ageMillis,
            CallState calls,
            long callMillis,
            Begin begin) {
        /** To be called with the pair, once the client has been told; the partner's messages come after it. */
        public interface Begin {
            void with(Pair pair);
        }
    }

    /** A server of its own. */
    static Elsewhere alone() {
        return new Elsewhere() {
            private final AtomicLong lastSession = new AtomicLong();
            private final AtomicLong lastPair = new AtomicLong();

            @Override
            public String secretPrefix() {
                return "";
            }

            @Override
            public boolean canMove() {
                return false;
            }

            @Override
            public long nextSession() {
                return lastSession.incrementAndGet();
            }

            @Override
            public long nextPair() {
                return lastPair.incrementAndGet();
            }

            @Override
            public RoomListener<Participant> room() {
                return RoomListener.none();
            }

            @Override
            public int waiting(int here) {
                return here;
            }

            @Override
            public void talks(Pair pair) {}

            @Override
            public void ended(Pair pair) {}

            @Override
            public String ticket(Pair pair, Participant who) {
                return null;
            }

            @Override
            public Claim claim(Wanted wanted, Participant by) {
                return null;
            }
        };
    }
}
