package loomchat.chat.call;

/**
 * What one of two visitors wants: the call with this number, or not, or not any more. A side changes in one direction
 * only: it wants a call, then does not any more, then may want one with a higher number.
 *
 * @param number 0 before its first call
 * @param why it does not want it, if it does not
 */
public record CallSide(long number, boolean wants, CallKinds kinds, CallEnd why, CallStats stats) {
    public static final CallSide NOTHING = new CallSide(0, false, CallKinds.NONE, CallEnd.ENDED, CallStats.NONE);

    static CallSide wanting(long number, CallKinds kinds) {
        return new CallSide(number, true, kinds, CallEnd.ENDED, CallStats.NONE);
    }

    CallSide notWanting(long which, CallEnd reason) {
        return which == number
                ? new CallSide(number, false, kinds, reason, stats)
                : new CallSide(which, false, CallKinds.NONE, reason, CallStats.NONE);
    }

    CallSide with(CallStats newer) {
        return new CallSide(number, wants, kinds, why, newer);
    }

    boolean wants(long which) {
        return wants && number == which;
    }

    /** The later of the two; of the same, {@code other}. */
    CallSide orLater(CallSide other) {
        boolean later = number > other.number || number == other.number && !wants && other.wants;
        return later ? this : other;
    }
}
