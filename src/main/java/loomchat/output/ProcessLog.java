package loomchat.output;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/**
 * What this process says of itself on the standard output and the standard error, as text or as JSON. The record is
 * elsewhere.
 */
public enum ProcessLog {
    TEXT,
    JSON;

    public static final String SETTING = "LOG_FORMAT";

    /** The format that the environment asks for, before its settings are read; text for one that they refuse. */
    public static ProcessLog of(Map<String, String> environment) {
        return named(environment.get(SETTING));
    }

    public static ProcessLog named(String word) {
        return JSON.word().equals(word) ? JSON : TEXT;
    }

    public static List<String> words() {
        return List.of(TEXT.word(), JSON.word());
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** From now on all loggers write like this. */
    public void install() {
        try (InputStream properties = ProcessLog.class.getResourceAsStream("logging.properties")) {
            LogManager.getLogManager().readConfiguration(properties);
        } catch (IOException e) {
            System.err.println("Cannot set up logging: " + e.getMessage());
        }
        if (this == JSON) {
            for (Handler each : Logger.getLogger("").getHandlers()) {
                each.setFormatter(new JsonFormatter());
            }
        }
    }

    /** A line that is not from a logger; as text it has no time. */
    public String line(String level, String message) {
        return this == JSON
                ? JsonFormatter.line(Instant.now(), level, message, null)
                : message + System.lineSeparator();
    }

    public void say(PrintStream to, String level, String message) {
        to.print(line(level, message));
        to.flush();
    }
}
