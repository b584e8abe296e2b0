package loomchat;

import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import loomchat.log.SafeText;

/**
 * Formats this process's lines on the standard error. Exceptions may quote text of a client: nothing in it can control
 * a terminal or change the direction of the text around it. Any thread; named in {@code logging.properties}.
 */
public final class PlainFormatter extends SimpleFormatter {
    @Override
    public String format(LogRecord line) {
        StringBuilder plain = new StringBuilder();
        for (String each : super.format(line).split("\r?\n")) {
            plain.append(SafeText.of(each.replace("\t", "    "))).append(System.lineSeparator());
        }
        return plain.toString();
    }
}
