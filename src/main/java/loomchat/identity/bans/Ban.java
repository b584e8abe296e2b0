package loomchat.identity.bans;

import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A ban that holds, or held.
 *
 * @param sinceMillis on the wall clock, as {@code untilMillis}
 * @param untilMillis a whole second; {@link #FOR_GOOD} for a ban without an end
 * @param reason for the one who is banned and for operators; may be empty
 * @param by the operator's name
 */
public record Ban(BanTarget target, long sinceMillis, long untilMillis, String reason, String by) {
    public static final long FOR_GOOD = Long.MAX_VALUE;
    public static final int LONGEST_REASON = 200;
    public static final String ALLOWED_LENGTHS = "a time from 1s to 3650d, such as 30m, 24h or 7d";

    private static final Duration LONGEST = Duration.ofDays(3650);
    private static final Pattern LENGTH = Pattern.compile("(\\d{1,9})([smhd])");

    public boolean isForGood() {
        return untilMillis == FOR_GOOD;
    }

    public boolean holdsAt(long millis) {
        return millis < untilMillis;
    }

    /** Whether it ends later than another one. */
    boolean outlasts(Ban other) {
        return untilMillis > other.untilMillis;
    }

    /** Such as {@code 2026-11-29T18:00:00Z}; null for good. */
    public String until() {
        return isForGood() ? null : Instant.ofEpochMilli(untilMillis).toString();
    }

    /** {@code for good}, or {@code until} and when. */
    public String end() {
        return isForGood() ? "for good" : "until " + until();
    }

    /** What the one who is banned is told when a connection is closed with 4004. */
    public String closeText() {
        return isForGood() ? "Banned" : "Banned until " + until();
    }

    /**
     * Reads how long a ban is to last.
     *
     * @throws IllegalArgumentException its message says what is allowed
     */
    public static Duration length(String text) {
        Matcher match = LENGTH.matcher(text);
        if (match.matches()) {
            long number = Long.parseLong(match.group(1));
            Duration length = switch (match.group(2)) {
                case "d" -> Duration.ofDays(number);
                case "h" -> Duration.ofHours(number);
                case "m" -> Duration.ofMinutes(number);
                default -> Duration.ofSeconds(number);
            };
            if (length.isPositive() && length.compareTo(LONGEST) <= 0) {
                return length;
            }
        }
        throw new IllegalArgumentException(ALLOWED_LENGTHS);
    }
}
