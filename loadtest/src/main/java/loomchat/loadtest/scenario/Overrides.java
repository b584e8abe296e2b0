package loomchat.loadtest.scenario;

import java.util.Map;

/** The settings that override fields of a scenario, by name. What is not allowed is named with its setting. */
record Overrides(Map<String, String> settings) {
    static final long MOST_TIME = 31L * 24 * 3600 * 1_000_000_000;
    static final String MOST_TIME_SHOWN = ", at most 744h";

    /** Null when nothing is asked for. */
    String text(String setting) {
        return settings.get(setting);
    }

    long whole(String setting, long value, long least, long most) {
        String text = text(setting);
        if (text == null) {
            return value;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, with what is allowed.
        }
        throw UsageError.notAllowed(
                setting, text, "a whole number" + (least == Long.MIN_VALUE ? "" : " from " + least + " to " + most));
    }

    long time(String setting, long value) {
        String text = text(setting);
        if (text == null) {
            return value;
        }
        long nanos = Quantity.nanos(text);
        if (nanos <= 0 || nanos > MOST_TIME) {
            throw UsageError.notAllowed(setting, text, Quantity.TIME + MOST_TIME_SHOWN);
        }
        return nanos;
    }
}
