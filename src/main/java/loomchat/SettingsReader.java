package loomchat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import loomchat.names.MisspeltVariables;

/**
 * Reads settings from the environment, one call for each, and remembers what was read: {@code --help} and {@code
 * docs/settings.md} list exactly what the program reads. Used by the main thread at the start only.
 *
 * <p>Times have a unit ({@code 25s}), sizes may have one ({@code 64K}). Names say neither. Long, because each kind of
 * setting is read here, in a few lines.
 */
final class SettingsReader {
    /**
     * One setting as {@code --help} and the documentation show it.
     *
     * @param rule how the default follows from the machine, or null when it is always {@code defaultValue}
     */
    record Setting(String group, String name, String defaultValue, String rule, String allowed, String meaning) {}

    /** A name that a setting had in the version before, when its value was a whole number of {@code unit}. */
    record OldName(String name, String unit) {}

    /** A setting with a value that is not allowed. The message is one line for the operator. */
    static final class InvalidSetting extends RuntimeException {
        InvalidSetting(String message) {
            super(message);
        }
    }

    /** What the environment says: the name and the text there, and the value under the present name. */
    private record Given(String name, String text, String value) {}

    /** Old names by their new ones. They work for one version, with a line that says the new name. */
    static final Map<String, OldName> OLD_NAMES = Map.of(
            "DRAIN_TIMEOUT", new OldName("DRAIN_SECONDS", "s"),
            "INTEREST_TIMEOUT", new OldName("INTEREST_SECONDS", "s"),
            "LOG_SYNC_INTERVAL", new OldName("LOG_SYNC_MILLIS", "ms"),
            "REQUEST_TIMEOUT", new OldName("REQUEST_SECONDS", "s"),
            "RESUME_TIMEOUT", new OldName("RESUME_SECONDS", "s"));

    static final Pattern PATH = Pattern.compile("[^\\p{Cntrl}]{1,4096}");

    private final Map<String, String> environment;
    private final List<Setting> asked = new ArrayList<>();
    private final SortedMap<String, String> changed = new TreeMap<>();
    private final List<String> notices = new ArrayList<>();
    private String group = "";

    SettingsReader(Map<String, String> environment) {
        this.environment = environment;
    }

    /** The settings that were read so far. */
    List<Setting> asked() {
        return asked;
    }

    /** The settings that differ from their default, under their present names. */
    SortedMap<String, String> changed() {
        return changed;
    }

    /** Lines for the operator. */
    List<String> notices() {
        return notices;
    }

    /** Adds a line for the operator; null is none. */
    void notice(String line) {
        if (line != null) {
            notices.add(line);
        }
    }

    /** Adds a line for each variable that looks like one of the settings that were read, and is none. */
    void noticeMisspelt() {
        List<String> known = Stream.concat(
                        asked.stream().map(Setting::name),
                        OLD_NAMES.values().stream().map(OldName::name))
                .toList();
        notices.addAll(MisspeltVariables.warnings(environment.keySet(), known));
    }

    /** The settings that follow belong to this group. */
    void group(String title) {
        group = title;
    }

    String text(String name, String defaultValue, String allowed, Pattern shape, String meaning) {
        return read(name, defaultValue, defaultValue, allowed, meaning, value -> {
            check(shape.matcher(value).matches());
            return value;
        });
    }

    /** A file or folder. Its default follows from other settings, by {@code rule}. */
    Path path(String name, Path defaultValue, String rule, String allowed, String meaning) {
        return read(new Setting(group, name, "", rule, allowed, meaning), defaultValue, value -> {
            check(PATH.matcher(value).matches());
            return Path.of(value);
        });
    }

    /** What {@code parse} makes of the text; it refuses a value by {@link IllegalArgumentException}. */
    <T> T parsed(String name, String defaultValue, String allowed, Function<String, T> parse, String meaning) {
        return read(name, defaultValue, parse.apply(defaultValue), allowed, meaning, parse);
    }

    /**
     * As {@link #parsed}, for what others must not see: the record shows that it is set, and errors show what
     * {@code shown} leaves of it.
     */
    <T> T secret(String name, String allowed, Function<String, T> parse, UnaryOperator<String> shown, String meaning) {
        Setting setting = new Setting(group, name, "", null, allowed, meaning);
        asked.add(setting);
        String text = environment(name);
        if (text == null) {
            return null;
        }
        try {
            T value = parse.apply(text);
            changed.put(name, shown.apply(text));
            return value;
        } catch (IllegalArgumentException e) {
            throw new InvalidSetting(name + "=" + shown.apply(text) + " is not allowed: " + allowed);
        }
    }

    boolean flag(String name, boolean defaultValue, String meaning) {
        return read(
                name, Boolean.toString(defaultValue), defaultValue, "true or false", meaning, value -> switch (value) {
                    case "true", "1", "on", "yes" -> true;
                    case "false", "0", "off", "no" -> false;
                    default -> throw new IllegalArgumentException();
                });
    }

    /** One of {@code choices}; the first is the default. */
    String choice(String name, List<String> choices, String meaning) {
        return choice(name, choices.getFirst(), null, choices, meaning);
    }

    /** The same where the default follows from other settings, by {@code rule}. */
    String choice(String name, String defaultValue, String rule, List<String> choices, String meaning) {
        String allowed = "one of " + String.join(", ", choices);
        return read(new Setting(group, name, defaultValue, rule, allowed, meaning), defaultValue, value -> {
            check(choices.contains(value));
            return value;
        });
    }

    /** A whole number from {@code least} to {@code most}. */
    int integer(String name, int defaultValue, int least, int most, String meaning) {
        return integer(name, defaultValue, null, least, most, range(least, most), meaning);
    }

    /** The same where the default follows from the machine, by {@code rule}; {@code allowed} tells the range. */
    int integer(String name, int defaultValue, String rule, int least, int most, String allowed, String meaning) {
        Setting setting = new Setting(group, name, Integer.toString(defaultValue), rule, allowed, meaning);
        return read(setting, defaultValue, value -> (int) inRange(Integer.parseInt(value), least, most));
    }

    static String range(int least, int most) {
        return "a whole number from " + least + " to " + most;
    }

    /** A time with its unit. */
    Duration duration(String name, String defaultValue, String least, String most, String meaning) {
        return time(name, defaultValue, "a time", least, most, false, meaning);
    }

    /** The same in whole seconds. */
    int seconds(String name, String defaultValue, String least, String most, String meaning) {
        return (int) time(name, defaultValue, "a time in whole seconds", least, most, true, meaning)
                .toSeconds();
    }

    private Duration time(
            String name,
            String defaultValue,
            String kind,
            String least,
            String most,
            boolean wholeSeconds,
            String meaning) {
        Duration usual = Units.time(defaultValue);
        Duration from = Units.time(least);
        Duration to = Units.time(most);
        String allowed = kind + " from " + least + " to " + most + Units.timesFrom(from, to, wholeSeconds);
        return read(name, Units.shown(usual), usual, allowed, meaning, value -> {
            Duration time = time(name, value);
            check(time.compareTo(from) >= 0 && time.compareTo(to) <= 0);
            check(!wholeSeconds || time.toMillisPart() == 0);
            return time;
        });
    }

    /** A number of bytes, with an optional unit K, M, G or T (powers of 1024). */
    long bytes(String name, long defaultValue, long least, long most, String meaning) {
        return bytes(name, defaultValue, null, least, most, sizes(Units.shown(least), least, most), meaning);
    }

    /** The same where the default follows from the machine, by {@code rule}; {@code allowed} tells the range. */
    long bytes(String name, long defaultValue, String rule, long least, long most, String allowed, String meaning) {
        Setting setting = new Setting(group, name, Units.shown(defaultValue), rule, allowed, meaning);
        return read(setting, defaultValue, value -> inRange(Units.bytes(value), least, most));
    }

    /** As {@link #bytes}; the default is {@code word}, which stands for {@code wordValue}. */
    long bytesOr(String name, String word, long wordValue, long least, long most, String meaning) {
        String allowed = word + ", or " + sizes(Units.shown(least), least, most);
        return read(
                name,
                word,
                wordValue,
                allowed,
                meaning,
                value -> value.equals(word) ? wordValue : inRange(Units.bytes(value), least, most));
    }

    static String sizes(String shownLeast, long least, long most) {
        return "a size from " + shownLeast + " to " + Units.shown(most) + Units.sizesFrom(least, most);
    }

    private <T> T read(
            String name,
            String shownDefault,
            T defaultValue,
            String allowed,
            String meaning,
            Function<String, T> parse) {
        return read(new Setting(group, name, shownDefault, null, allowed, meaning), defaultValue, parse);
    }

    private <T> T read(Setting setting, T defaultValue, Function<String, T> parse) {
        asked.add(setting);
        Given given = given(setting.name());
        if (given == null) {
            return defaultValue;
        }
        T value;
        try {
            value = parse.apply(given.value);
        } catch (IllegalArgumentException e) {
            String newName = given.name.equals(setting.name()) ? "" : setting.name() + ", its new name, takes ";
            throw new InvalidSetting(given.name + "=" + given.text + " is not allowed: " + newName + setting.allowed());
        }
        if (!given.value.equals(setting.defaultValue()) && !value.equals(defaultValue)) {
            changed.put(setting.name(), given.value);
        }
        return value;
    }

    /** What is set under the name or its old one, or null. */
    private Given given(String name) {
        String text = environment(name);
        OldName old = OLD_NAMES.get(name);
        String oldText = old == null ? null : environment(old.name);
        if (oldText == null) {
            return text == null ? null : new Given(name, text, text);
        }
        if (text != null) {
            throw new InvalidSetting(old.name + "=" + oldText + " is not allowed beside " + name + "=" + text + ": "
                    + name + " is the new name of the same setting, remove " + old.name);
        }
        if (!oldText.matches("\\d+")) {
            return new Given(old.name, oldText, "");
        }
        String value = oldText + old.unit;
        notices.add(old.name + " is now called " + name + ": set " + name + "=" + value
                + " instead. The next version will not accept the old name.");
        return new Given(old.name, oldText, value);
    }

    /** The value of an environment variable without spaces around it; null when it is not set or empty. */
    private String environment(String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    private Duration time(String name, String text) {
        Duration time = Units.time(text);
        boolean hasUnit = Character.isLetter(text.charAt(text.length() - 1));
        if (!hasUnit && time.isPositive()) {
            check(!OLD_NAMES.containsKey(name));
            notices.add(name + "=" + text + " has no unit: set " + name + "=" + text
                    + "s instead. The next version will not take it for seconds.");
        }
        return time;
    }

    private static long inRange(long number, long least, long most) {
        check(number >= least && number <= most);
        return number;
    }

    private static void check(boolean allowed) {
        if (!allowed) {
            throw new IllegalArgumentException();
        }
    }
}
