package loomchat;

import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.regex.Pattern;
import loomchat.log.LogOptions;

/**
 * Every setting of the server, read from the environment once at start. Times are in the unit that the name ends with.
 *
 * @param changed the settings that differ from their default, for the record
 */
public record Config(
        String host,
        int port,
        LogOptions log,
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

    private static LogOptions log(Settings settings) {
        return new LogOptions(
                Path.of(settings.text(
                        "LOG_DIR", "logs", "a folder that can be written", PATH, "folder of the log files")),
                settings.integer(
                        "LOG_SYNC_MILLIS",
                        LogOptions.DEFAULT_SYNC_MILLIS,
                        0,
                        60_000,
                        "milliseconds",
                        "how often log lines are forced to the device, 0 after each batch"),
                settings.bytes(
                        "LOG_SEGMENT_BYTES",
                        LogOptions.DEFAULT_SEGMENT_BYTES,
                        64 << 10,
                        1L << 40,
                        "size from which a log file is sealed and a new one begun"),
                settings.bytes(
                        "LOG_RETAIN_BYTES",
                        0,
                        0,
                        1L << 60,
                        "size of all log files from which the oldest sealed ones are removed, 0 keeps all"),
                LogOptions.DEFAULT_QUEUE_EVENTS);
    }

    private static Config read(Settings settings) {
        return new Config(
                settings.text(
                        "HOST", "0.0.0.0", "a host name or an address of this machine", HOST, "address to listen on"),
                settings.integer("PORT", 3000, 0, 65535, "", "port to listen on, 0 for any free one"),
                log(settings),
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
