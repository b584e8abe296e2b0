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

    /** The later of the two. */
    CallSide orLater(CallSide other) {
        if (number != other.number) {
            return number > other.number ? this : other;
        }
        CallSide later = wants == other.wants || other.wants ? this : other;
        return stats.isBefore(other.stats) ? later.with(other.stats) : later.with(stats);
    }
}
