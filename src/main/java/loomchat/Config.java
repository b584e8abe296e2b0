package loomchat;

import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.regex.Pattern;

/**
 * Every setting of the server, read from the environment once at start. Times are in the unit that the name ends with.
 *
 * @param changed the settings that differ from their default, for the record
 */
public record Config(
        String host,
        int port,
        Path logDir,
        boolean echoEndpoint,
        int maxMessageBytes,
        SortedMap<String, String> changed) {

    private static final Pattern HOST = Pattern.compile("[0-9A-Za-z.:_-]{1,255}");
    private static final Pattern PATH = Pattern.compile("[^\\p{Cntrl}]{1,4096}");

    /** Reads the settings; an {@link Settings.InvalidSetting} names the first that cannot be used. */
    static Config from(Map<String, String> environment) {
        return read(new Settings(environment));
    }

    /** The settings as {@code --help} lists them, a line each. */
    static String help() {
        Settings settings = new Settings(Map.of());
        read(settings);
        StringBuilder lines = new StringBuilder();
        for (Settings.Setting each : settings.asked()) {
            lines.append("  %-20s %-12s %s (%s)%n"
                    .formatted(each.name(), each.defaultValue(), each.meaning(), each.allowed()));
        }
        return lines.toString();
    }

    private static Config read(Settings settings) {
        return new Config(
                settings.text(
                        "HOST", "0.0.0.0", "a host name or an address of this machine", HOST, "address to listen on"),
                settings.integer("PORT", 3000, 0, 65535, "", "port to listen on, 0 for any free one"),
                Path.of(settings.text(
                        "LOG_DIR", "logs", "a folder that can be written", PATH, "folder of the log files")),
                settings.flag("ECHO_ENDPOINT", false, "also serve /echo, which returns every message"),
                (int) settings.bytes(
                        "MAX_MESSAGE_BYTES",
                        1 << 20,
                        125,
                        1 << 30,
                        "largest message of a client, over all its fragments"),
                settings.changed());
    }
}
