package loomchat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class PlainFormatterTest {
    @Test
    void whatAnExceptionQuotesCannotSteerATerminal() {
        LogRecord line = new LogRecord(Level.SEVERE, "A request failed");
        line.setThrown(new IllegalStateException("\u001b[2J\u009b\u202e quoted\u2028"));
        String shown = new PlainFormatter().format(line);
        assertThat(shown)
                .contains("A request failed")
                .contains("IllegalStateException: ?[2J quoted")
                .contains("    at loomchat.PlainFormatterTest")
                .endsWith(System.lineSeparator());
        assertThat(shown.chars().filter(c -> c != '\n' && c != '\r')).allMatch(c -> c >= 0x20 && c < 0x7F);
    }
}
