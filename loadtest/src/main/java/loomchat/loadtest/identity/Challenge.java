package loomchat.loadtest.identity;

import java.util.regex.Pattern;

/** A proof of work that the server asks for: a number that makes a hash begin with {@code bits} zeros. */
record Challenge(String text, int bits) {
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_.-]{1,120}");

    /** More would take minutes. */
    private static final int MOST_BITS = 30;

    boolean isFair() {
        return SHAPE.matcher(text).matches() && bits >= 0 && bits <= MOST_BITS;
    }
}
