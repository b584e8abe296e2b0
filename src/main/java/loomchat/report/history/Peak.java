package loomchat.report.history;

import java.util.function.DoubleFunction;

/**
 * The greatest value of a range. {@code least} is {@code most} where it is known; otherwise it lay between the two. NaN
 * without a value.
 */
public record Peak(double least, double most) {
    public static Peak of(double known) {
        return new Peak(known, known);
    }

    public boolean isKnown() {
        return !(least < most);
    }

    /** One number, or both where they read differently. */
    public String text(DoubleFunction<String> format) {
        String first = format.apply(least);
        String last = format.apply(most);
        return first.equals(last) ? last : first + " to " + last;
    }
}
