package loomchat.chat;

import java.io.IOException;
import loomchat.log.Event;

/**
 * Brings two visitors together and apart: who is told what, and in which order it is recorded. Called by connection threads and
 * by short threads of the reaper, never under the matchmaker's lock.
 */
final class Meeting {
    private Meeting() {}

    /** Looks for a partner for {@code seat}, which goes on waiting if there is none. */
    static void seek(Seat seat) throws IOException {
        announce(seat.chat().matchmaker().join(seat));
    }

    /** Tells both of a new pair, the one who came last first. */
    static void announce(Pair made) throws IOException {
        if (made == null) {
            return;
        }
        Seat newcomer = made.newcomer();
        tell(made, newcomer);
        made.opened();
        try {
            tell(made, made.other(newcomer));
        } catch (IOException e) {
            // The partner's own thread finds out, and tells the newcomer.
        }
    }

    /** Tells {@code seat} of its partner, unless the pair is over already or this was said before. */
    private static void tell(Pair pair, Seat seat) throws IOException {
        seat.inSendOrder(() -> tellInOrder(pair, seat));
    }

    /** The same, for who sends to {@code seat} already. */
    static void tellInOrder(Pair pair, Seat seat) throws IOException {
        if (pair.active() && !pair.told(seat)) {
            seat.sendMatched(pair);
            record(pair);
            pair.tell(seat);
        }
    }

    private static void record(Pair pair) {
        if (pair.claimRecord()) {
            Seat newcomer = pair.newcomer();
            Seat partner = pair.other(newcomer);
            Chat chat = newcomer.chat();
            // The two may be apart by now, and the partner waiting again.
            long waited = Math.max(0, pair.sinceMillis() - partner.waitingSince());
            chat.record(new Event.Matched(chat.millis(), newcomer.id(), pair.id(), partner.id(), waited));
        }
    }

    /**
     * After {@code leaver} ended the pair with the matchmaker: records it and tells the partner, or lets the partner wait again if
     * it was never told of this pair.
     */
    static void end(Pair ended, Seat leaver, String reason, Left why) {
        leaver.settle();
        Seat partner = ended.other(leaver);
        try {
            partner.inSendOrder(() -> {
                recordEnd(ended, leaver, reason);
                ended.endRecorded();
                if (ended.told(partner)) {
                    partner.sendLeft(ended, why);
                }
            });
            if (!ended.told(partner)) {
                seek(partner);
            }
        } catch (IOException e) {
            // The partner is going as well; its own thread sees to that.
        }
    }

    private static void recordEnd(Pair ended, Seat leaver, String reason) {
        if (!ended.recorded()) {
            return;
        }
        Chat chat = leaver.chat();
        long lasted = chat.monotonicMillis() - ended.sinceMillis();
        chat.record(new Event.ChatEnded(
                chat.millis(), leaver.id(), ended.id(), reason, lasted, ended.messages(), ended.bytes()));
    }
}
