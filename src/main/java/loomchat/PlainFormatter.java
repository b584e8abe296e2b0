package loomchat;

import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import loomchat.log.SafeText;

/**
 * What this process says on its standard error. Exceptions may quote what a client sent: nothing in them can steer a
 * terminal or show the text around it in another direction. Any thread; named in {@code logging.properties}.
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
