package loomchat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads settings from the environment, one call a setting, and remembers what was asked so that {@code --help} lists
 * exactly what the program reads. Used by the main thread at start only.
 */
final class Settings {
    /** What {@code --help} shows of one setting. */
    record Setting(String name, String defaultValue, String allowed, String meaning) {}

    /** A setting that cannot be used; the message names the setting, its value and what is allowed. */
    static final class InvalidSetting extends RuntimeException {
        InvalidSetting(String name, String value, String allowed) {
            super(name + "=" + value + " is not allowed: " + allowed);
        }
    }

    private static final Pattern TIME = Pattern.compile("(\\d{1,9}) ?(ms|s|m|h)?");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,18}) ?([KMG]i?B?)?", Pattern.CASE_INSENSITIVE);

    private final Map<String, String> environment;
    private final List<Setting> asked = new ArrayList<>();
    private final SortedMap<String, String> changed = new TreeMap<>();

    Settings(Map<String, String> environment) {
        this.environment = environment;
    }

    List<Setting> asked() {
        return asked;
    }

    /** The settings whose value is not the default. */
    SortedMap<String, String> changed() {
        return changed;
    }

    String text(String name, String defaultValue, String allowed, Pattern shape, String meaning) {
        String value = value(name, defaultValue, allowed, meaning);
        if (!shape.matcher(value).matches()) {
            throw new InvalidSetting(name, value, allowed);
        }
        return value;
    }

    /** What {@code parse} makes of the text; an {@link IllegalArgumentException} says that it is not allowed. */
    <T> T parsed(
            String name,
            String defaultValue,
            String allowed,
            java.util.function.Function<String, T> parse,
            String meaning) {
        String value = value(name, defaultValue, allowed, meaning);
        try {
            return parse.apply(value);
        } catch (IllegalArgumentException e) {
            throw new InvalidSetting(name, value, allowed);
        }
    }

    boolean flag(String name, boolean defaultValue, String meaning) {
        String allowed = "true or false";
        return switch (value(name, Boolean.toString(defaultValue), allowed, meaning)) {
            case "true", "1", "on", "yes" -> true;
            case "false", "0", "off", "no" -> false;
            case String other -> throw new InvalidSetting(name, other, allowed);
        };
    }

    <T> T choice(
            String name, T defaultValue, Set<T> choices, java.util.function.Function<String, T> parse, String meaning) {
        String allowed = "one of " + choices;
        String value = value(name, defaultValue.toString(), allowed, meaning);
        T parsed = parse.apply(value);
        if (!choices.contains(parsed)) {
            throw new InvalidSetting(name, value, allowed);
        }
        return parsed;
    }

    int integer(String name, int defaultValue, int least, int most, String unit, String meaning) {
        return (int) whole(name, defaultValue, least, most, unit, meaning);
    }

    /** A whole number of {@code unit} (which may be empty) from {@code least} to {@code most}. */
    long whole(String name, long defaultValue, long least, long most, String unit, String meaning) {
        String allowed = "a whole number" + (unit.isEmpty() ? "" : " of " + unit) + " from " + least + " to " + most;
        String value = value(name, Long.toString(defaultValue), allowed, meaning);
        try {
            return inRange(name, value, Long.parseLong(value), least, most, allowed);
        } catch (NumberFormatException e) {
            throw new InvalidSetting(name, value, allowed);
        }
    }

    /** A time such as {@code 10s}, {@code 500ms} or {@code 2m}; a bare number is seconds. */
    Duration duration(String name, Duration defaultValue, Duration least, Duration most, String meaning) {
        String allowed = "a time from " + shown(least) + " to " + shown(most) + ", such as 500ms, 10s or 2m";
        String value = value(name, shown(defaultValue), allowed, meaning);
        var match = TIME.matcher(value);
        if (!match.matches()) {
            throw new InvalidSetting(name, value, allowed);
        }
        long number = Long.parseLong(match.group(1));
        Duration time = switch (match.group(2) == null ? "s" : match.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofSeconds(number);
        };
        if (time.compareTo(least) < 0 || time.compareTo(most) > 0) {
            throw new InvalidSetting(name, value, allowed);
        }
        return time;
    }

    private static String shown(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
    }

    /** A number of bytes, with an optional suffix K, M or G (powers of 1024). */
    long bytes(String name, long defaultValue, long least, long most, String meaning) {
        String allowed = "bytes from " + least + " to " + most + ", K, M and G may follow the number";
        return bytes(name, value(name, Long.toString(defaultValue), allowed, meaning), least, most, allowed);
    }

    /** As {@link #bytes}; the default is {@code word}, which stands for {@code wordValue}. */
    long bytesOr(String name, String word, long wordValue, long least, long most, String meaning) {
        String allowed = word + ", or bytes from " + least + " to " + most + ", K, M and G may follow the number";
        String value = value(name, word, allowed, meaning);
        return value.equals(word) ? wordValue : bytes(name, value, least, most, allowed);
    }

    private static long bytes(String name, String value, long least, long most, String allowed) {
        var match = SIZE.matcher(value.strip());
        if (!match.matches()) {
            throw new InvalidSetting(name, value, allowed);
        }
        int shift = match.group(2) == null
                ? 0
                : 10 * (1 + "KMG".indexOf(Character.toUpperCase(match.group(2).charAt(0))));
        long number = Long.parseLong(match.group(1));
        if (number > Long.MAX_VALUE >> shift) {
            throw new InvalidSetting(name, value, allowed);
        }
        return inRange(name, value, number << shift, least, most, allowed);
    }

    private static long inRange(String name, String value, long number, long least, long most, String allowed) {
        if (number < least || number > most) {
            throw new InvalidSetting(name, value, allowed);
        }
        return number;
    }

    private String value(String name, String defaultValue, String allowed, String meaning) {
        asked.add(new Setting(name, defaultValue, allowed, meaning));
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            return defaultValue;
        }
        if (!value.strip().equals(defaultValue)) {
            changed.put(name, value.strip());
        }
        return value.strip();
    }
}
