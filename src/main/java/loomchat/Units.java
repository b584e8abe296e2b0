package loomchat;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How times and sizes are written in settings. Any other text is an {@link IllegalArgumentException}. No state. */
final class Units {
    private static final Pattern TIME = Pattern.compile("(\\d{1,9}) ?(ms|s|m|h)?");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,18}) ?([KMGT]i?B?)?", Pattern.CASE_INSENSITIVE);
    private static final String SIZES = "KMGT";
    // Examples
    private static final List<String> TIMES = List.of("500ms", "10s", "2m", "1h");
    private static final List<String> BYTES = List.of("64K", "16M", "2G");

    private Units() {}

    /** A time such as {@code 500ms}, {@code 10s}, {@code 2m} or {@code 1h}; without unit, seconds. */
    static Duration time(String text) {
        Matcher match = match(TIME, text);
        long number = Long.parseLong(match.group(1));
        return switch (match.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case null, default -> Duration.ofSeconds(number);
        };
    }

    /** In the widest unit in which it is a whole number. */
    static String shown(Duration time) {
        long millis = time.toMillis();
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds == 0 || seconds % 60 != 0) {
            return seconds + "s";
        }
        return seconds % 3600 == 0 ? seconds / 3600 + "h" : seconds / 60 + "m";
    }

    /** A number of bytes, or of K, M, G or T, which are powers of 1024. */
    static long bytes(String text) {
        Matcher match = match(SIZE, text);
        String unit = match.group(2);
        int shift = unit == null ? 0 : 10 * (1 + SIZES.indexOf(Character.toUpperCase(unit.charAt(0))));
        long number = Long.parseLong(match.group(1));
        if (number > Long.MAX_VALUE >> shift) {
            throw new IllegalArgumentException(text);
        }
        return number << shift;
    }

    /** In the widest unit in which it is a whole number. */
    static String shown(long bytes) {
        int unit = bytes == 0 ? 0 : Math.min(SIZES.length(), Long.numberOfTrailingZeros(bytes) / 10);
        return unit == 0 ? Long.toString(bytes) : (bytes >> 10 * unit) + SIZES.substring(unit - 1, unit);
    }

    /** Examples of times in a range, or nothing: ", such as 500ms, 10s or 2m". */
    static String timesFrom(Duration least, Duration most, boolean wholeSeconds) {
        return such(TIMES.stream()
                .filter(each -> time(each).compareTo(least) >= 0 && time(each).compareTo(most) <= 0)
                .filter(each -> !wholeSeconds || time(each).toMillisPart() == 0)
                .toList());
    }

    /** The same of sizes. */
    static String sizesFrom(long least, long most) {
        return such(BYTES.stream()
                .filter(each -> bytes(each) >= least && bytes(each) <= most)
                .toList());
    }

    private static String such(List<String> examples) {
        int last = examples.size() - 1;
        return last < 0
                ? ""
                : ", such as "
                        + (last == 0 ? "" : String.join(", ", examples.subList(0, last)) + " or ")
                        + examples.get(last);
    }

    private static Matcher match(Pattern pattern, String text) {
        Matcher match = pattern.matcher(text);
        if (!match.matches()) {
            throw new IllegalArgumentException(text);
        }
        return match;
    }
}
