package loomchat.chat;

import java.io.IOException;
import loomchat.chat.match.Matchmaker;

/**
 * Begins and ends pairs: tells both participants and records it, in a fixed order. Called by connection threads, by
 * the reaper and by short threads of its own; never under the matchmaker's lock.
 */
public final class PairLifecycle {
    /** At most so many waiting clients are told how many wait. */
    private static final int MOST_TOLD = 200;

    private final Matchmaker<Participant, Pair> matchmaker;
    private final Elsewhere elsewhere;

    // Reaper only
    private int toldWaiting;
    private long toldChanges;

    /**
     * @param interestSeconds how long a client with interests waits for one who shares them, before anybody will do
     */
    public PairLifecycle(ChatContext context, int interestSeconds) {
        this(context, interestSeconds, Elsewhere.alone());
    }

    public PairLifecycle(ChatContext context, int interestSeconds, Elsewhere elsewhere) {
        this.elsewhere = elsewhere;
        this.matchmaker = new Matchmaker<>(
                context.counters(),
                context::monotonicMillis,
                interestSeconds,
                Pair::new,
                elsewhere::nextPair,
                elsewhere.room());
    }

    public Elsewhere elsewhere() {
        return elsewhere;
    }

    /** How many wait in the crowd. */
    public int waiting() {
        return elsewhere.waiting(matchmaker.waiting());
    }

    /** How many of {@code waiting} are others whom {@code seeker}, one of them, may meet. */
    public int others(Participant seeker, int waiting) {
        return Math.max(0, waiting - 1 - matchmaker.unsuitable(seeker));
    }

    public Matchmaker<Participant, Pair> matchmaker() {
        return matchmaker;
    }

    // The beginning

    /** Looks for a partner; false if there is none now: then {@code seeker} waits, unless it is paired or gone. */
    public boolean seek(Participant seeker) throws IOException {
        Pair made = matchmaker.join(seeker);
        announce(made);
        return made != null;
    }

    /** Tells both of a new pair, the newcomer first. */
    public void announce(Pair made) throws IOException {
        if (made == null) {
            return;
        }
        Participant newcomer = made.newcomer();
        if (newcomer.isElsewhere() || made.other(newcomer).isElsewhere()) {
            // Not on the newcomer's thread, which may read its first message as soon as it has been told.
            made.opened();
        }
        newcomer.inSendOrder(() -> newcomer.tellInOrder(made));
        made.opened();
        elsewhere.talks(made);
        Participant partner = made.other(newcomer);
        try {
            partner.inSendOrder(() -> partner.tellInOrder(made));
        } catch (IOException e) {
            // The partner's own thread will notice, and tell the newcomer.
        }
    }

    // The end

    /** Ends {@code pair}; false if it is over already. The leaver stays and may look for another partner. */
    public boolean end(Pair pair, Participant leaver, String reason, LeaveReason why) {
        boolean ended = matchmaker.leave(leaver, pair);
        if (ended) {
            tellEnd(pair, leaver, reason, why);
        }
        return ended;
    }

    /** {@code leaver}, of another server that records it, has ended {@code pair}; false if it is over already. */
    public boolean endedElsewhere(Pair pair, Participant leaver, LeaveReason why) {
        boolean ended = matchmaker.leave(leaver, pair);
        if (ended) {
            elsewhere.ended(pair);
            pair.endsElsewhere(why.toString());
            Participant partner = pair.other(leaver);
            try {
                partner.inSendOrder(() -> {
                    if (pair.told(partner)) {
                        partner.sendLeft(pair, why);
                    }
                });
                if (!pair.told(partner)) {
                    seek(partner);
                }
            } catch (IOException e) {
                // The partner is leaving as well; its own thread handles that.
            }
        }
        return ended;
    }

    /** The leaver is gone for good: ends its pair or its search. */
    public void leave(Participant leaver, String reason, LeaveReason why) {
        Pair ended = matchmaker.remove(leaver);
        if (ended != null) {
            tellEnd(ended, leaver, reason, why);
        } else if (leaver.lastPair() != null) {
            // The partner left first, perhaps at this moment; its thread records the end of the pair.
            leaver.lastPair().awaitEndRecorded();
        }
    }

    /** Records the end and tells the partner. A partner that was never told of this pair goes on looking. */
    private void tellEnd(Pair ended, Participant leaver, String reason, LeaveReason why) {
        leaver.settle();
        elsewhere.ended(ended);
        Participant partner = ended.other(leaver);
        try {
            partner.inSendOrder(() -> partner.endInOrder(ended, leaver, reason, why));
            if (!ended.told(partner) && !partner.isElsewhere()) {
                seek(partner);
            }
        } catch (IOException e) {
            // The partner is leaving as well; its own thread handles that.
        }
    }

    // Reaper

    /** Pairs waiting participants that suit each other now that time has passed. */
    void pairWaiting() {
        for (Participant each : matchmaker.wake()) {
            // Telling them can block on a client that does not read.
            Thread.startVirtualThread(() -> {
                try {
                    announce(matchmaker.matchWaiting(each));
                } catch (IOException e) {
                    // The participant's own thread will notice that its connection is broken.
                }
            });
        }
    }

    /** Tells waiting clients how many wait, when others wait than before. */
    void tellWaiting() {
        int waiting = waiting();
        long changes = matchmaker.roomChanges();
        if ((waiting != toldWaiting || changes != toldChanges) && !matchmaker.isDraining()) {
            toldWaiting = waiting;
            toldChanges = changes;
            matchmaker.someWaiting(MOST_TOLD).forEach(each -> each.tellWaiting(waiting, others(each, waiting)));
        }
    }
}
