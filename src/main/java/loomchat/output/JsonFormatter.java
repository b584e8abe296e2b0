package loomchat.output;

import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObjectBuilder;
import java.time.Instant;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import loomchat.log.SafeText;

/**
 * Formats this process's lines as JSON, one object a line: {@code time} as in the record, {@code level},
 * {@code message}, and {@code error} with the stack where there was an exception. Any thread.
 */
public final class JsonFormatter extends Formatter {
    private static final JsonBuilderFactory BUILDERS = Json.createBuilderFactory(Map.of());

    @Override
    public String format(LogRecord line) {
        return line(line.getInstant(), line.getLevel().getName(), formatMessage(line), line.getThrown());
    }

    /** @param error may be null */
    static String line(Instant time, String level, String message, Throwable error) {
        JsonObjectBuilder json = BUILDERS.createObjectBuilder()
                .add("time", PlainFormatter.TIME.format(time))
                .add("level", level)
                .add("message", SafeText.of(message));
        if (error != null) {
            json.add("error", PlainFormatter.stack(error));
        }
        return json.build() + System.lineSeparator();
    }
}
