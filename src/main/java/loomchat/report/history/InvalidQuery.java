package loomchat.report.history;

/** A query that is not allowed; the message names the field, its value and what is allowed. */
public final class InvalidQuery extends RuntimeException {
    private static final int LONGEST_SHOWN = 60;

    public InvalidQuery(String message) {
        super(message, null, false, false);
    }

    public InvalidQuery(String field, String value, String allowed) {
        this(field + "=" + shown(value) + " is not allowed: " + allowed);
    }

    /** A value for a message: printable and not long; {@code now} for null. */
    public static String shown(String text) {
        if (text == null) {
            return "now";
        }
        String printable = text.replaceAll("[\\p{Cntrl}]", "?");
        return printable.length() <= LONGEST_SHOWN ? printable : printable.substring(0, LONGEST_SHOWN) + "…";
    }
}
