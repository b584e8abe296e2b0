package loomchat.chat.call;

/**
 * What the two of a chat want.
 *
 * @param newcomer the side of the one that came last
 */
public record CallState(CallSide newcomer, CallSide partner) {
    public static final CallState NOTHING = new CallState(CallSide.NOTHING, CallSide.NOTHING);

    /** How things stand for one of the two, as its client is told. */
    public enum Phase {
        NONE,
        /** It has invited its partner. */
        INVITED,
        /** Its partner has invited it. */
        INVITATION,
        ON
    }

    public CallSide side(boolean ofNewcomer) {
        return ofNewcomer ? newcomer : partner;
    }

    CallState with(boolean ofNewcomer, CallSide side) {
        return ofNewcomer ? new CallState(side, partner) : new CallState(newcomer, side);
    }

    CallState merge(CallState other) {
        return new CallState(newcomer.orLater(other.newcomer), partner.orLater(other.partner));
    }

    /** Of the last call that either side has named. */
    public long number() {
        return Math.max(newcomer.number(), partner.number());
    }

    public Phase phase(boolean ofNewcomer) {
        long number = number();
        boolean own = side(ofNewcomer).wants(number);
        boolean other = side(!ofNewcomer).wants(number);
        if (own && other) {
            return Phase.ON;
        }
        if (own) {
            return side(!ofNewcomer).number() == number ? Phase.NONE : Phase.INVITED;
        }
        return other && side(ofNewcomer).number() < number ? Phase.INVITATION : Phase.NONE;
    }

    public boolean isOn() {
        return phase(true) == Phase.ON;
    }

    /** Why the call {@code over} is over. */
    CallEnd why(long over) {
        if (newcomer.number() == over && !newcomer.wants()) {
            return newcomer.why();
        }
        return partner.number() == over && !partner.wants() ? partner.why() : CallEnd.ENDED;
    }
}
