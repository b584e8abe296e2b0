package loomchat.chat.visitor;

import loomchat.chat.match.EncounterHistory;

/**
 * What the server remembers of an identity, over all of its connections. Any thread; {@link #encounters} is guarded by
 * the matchmaker's lock, the reporters by their own.
 */
final class KnownVisitor {
    private final String subject;
    private final long number;
    private final EncounterHistory encounters;
    private final RateAccount account;
    private final Reporters reporters = new Reporters();

    /** Changed inside the methods of the map of visitors only. */
    private int connections;

    /** When its last connection went; inside the same methods. */
    private long leftNanos;

    KnownVisitor(String subject, long number, EncounterHistory encounters, RateAccount account) {
        this.subject = subject;
        this.number = number;
        this.encounters = encounters;
        this.account = account;
    }

    String subject() {
        return subject;
    }

    long number() {
        return number;
    }

    EncounterHistory encounters() {
        return encounters;
    }

    RateAccount account() {
        return account;
    }

    Reporters reporters() {
        return reporters;
    }

    /** False, and not counted, above {@code most}; 0 is no limit. */
    boolean enter(int most) {
        if (most > 0 && connections >= most) {
            return false;
        }
        connections++;
        return true;
    }

    void leave(long now) {
        connections--;
        leftNanos = now;
    }

    /** Whether it has had no connection for so long. */
    boolean isGone(long nanos, long now) {
        return connections == 0 && now - leftNanos > nanos;
    }
}
