package loomchat.output;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import java.util.stream.Collectors;
import loomchat.log.SafeText;

/**
 * Formats this process's lines on the standard error, one line an event. Exceptions may quote text of a client: nothing
 * in it can control a terminal or change the direction of the text around it. Any thread; named in
 * {@code logging.properties}.
 */
public final class PlainFormatter extends Formatter {
    /** As in the record: UTC, with milliseconds. */
    static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    @Override
    public String format(LogRecord line) {
        String error = line.getThrown() == null ? "" : " | " + stack(line.getThrown());
        return TIME.format(line.getInstant()) + " " + line.getLevel().getName() + " " + SafeText.of(formatMessage(line))
                + error + System.lineSeparator();
    }

    /** The lines of an exception's stack, one behind the other. */
    static String stack(Throwable error) {
        StringWriter stack = new StringWriter();
        error.printStackTrace(new PrintWriter(stack, true));
        return stack.toString()
                .lines()
                .map(String::strip)
                .map(SafeText::of)
                .filter(each -> !each.isEmpty())
                .collect(Collectors.joining(" | "));
    }
}
