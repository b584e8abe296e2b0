package loomchat.names;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds environment variables that look like a setting with a slip of the pen, such as {@code CLEINTS}. An environment
 * holds variables of everybody, so that short names have to be nearer than long ones, and what is found is worth a
 * warning and never an error. Values are not looked at: one may be a secret.
 */
public final class MisspeltVariables {
    /** Up to here a replaced letter makes another word, such as DATE of RATE. */
    private static final int SHORT = 5;
    /** From here on two slips are no accident. */
    private static final int LONG = 9;

    private static final int LEAST = 4;

    /** Variables of systems, shells and tools that are near one of ours. */
    private static final Set<String> OTHERS = Set.of("HOSTS", "SORT", "TZ", "CC", "CXX", "PWD", "TERM", "SPEED");

    private MisspeltVariables() {}

    /** A line for each, with the setting that may be meant, in the order of their names. */
    public static List<String> warnings(Collection<String> environment, Collection<String> settings) {
        Map<String, String> found = new TreeMap<>();
        for (String each : environment) {
            if (!settings.contains(each) && !OTHERS.contains(each)) {
                meant(each, settings).ifPresent(setting -> found.put(each, setting));
            }
        }
        return found.entrySet().stream()
                .map(each -> each.getKey() + " is no setting and has no effect: is " + each.getValue() + " meant?")
                .toList();
    }

    private static Optional<String> meant(String name, Collection<String> settings) {
        if (!name.matches("[A-Za-z][A-Za-z0-9_-]{1,63}")) {
            return Optional.empty();
        }
        return settings.stream()
                .filter(each -> isNear(name, each))
                .min((a, b) -> Integer.compare(EditDistance.of(name, a), EditDistance.of(name, b)))
                .or(() -> only(
                        settings.stream().filter(each -> begins(name, each)).toList()));
    }

    private static Optional<String> only(List<String> settings) {
        return settings.size() == 1 ? Optional.of(settings.getFirst()) : Optional.empty();
    }

    private static boolean isNear(String name, String setting) {
        if (setting.length() < LEAST || name.charAt(0) != setting.charAt(0) && !exchanged(name, setting)) {
            return name.length() > LEAST && name.replace('-', '_').equalsIgnoreCase(setting);
        }
        if (letters(name).equals(letters(setting))) {
            return true;
        }
        if (setting.length() <= SHORT && name.length() <= setting.length()) {
            return exchanged(name, setting);
        }
        return EditDistance.of(name, setting) <= (setting.length() < LONG ? 1 : 2);
    }

    /** Two neighbours have changed places, and nothing else is wrong. */
    private static boolean exchanged(String name, String setting) {
        return name.length() == setting.length()
                && EditDistance.of(name, setting) == 1
                && name.chars().sum() == setting.chars().sum();
    }

    private static String letters(String name) {
        return name.replaceAll("[_-]", "");
    }

    /** A setting of several words without its last letters or word, or with words more: LOG_SEGMENT, LOG_DIR_PATH. */
    private static boolean begins(String name, String setting) {
        return setting.contains("_")
                && (name.startsWith(setting + "_")
                        || name.length() >= LONG
                                && name.contains("_")
                                && setting.startsWith(name)
                                && setting.lastIndexOf('_') <= name.length());
    }
}
