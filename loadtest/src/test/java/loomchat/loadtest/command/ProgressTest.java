package loomchat.loadtest.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import loomchat.loadtest.measure.TimelineColumn;
import loomchat.loadtest.measure.TimelineRow;
import org.junit.jupiter.api.Test;

/** What is told while a run goes on. */
class ProgressTest {
    /** A user whose connection is to be broken for a while is still in a chat. */
    @Test
    void moreWhoChatThanAreOnAreAway() {
        assertThat(line(3)).startsWith("0:05 | 55 on, 3 away, 58 chatting | ");
        assertThat(line(0)).startsWith("0:05 | 55 on, 58 chatting | ");
    }

    private static String line(long away) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TimelineRow row = new TimelineRow()
                .put(TimelineColumn.SECONDS, 5)
                .put(TimelineColumn.CONNECTIONS, 55)
                .put(TimelineColumn.CHATTING, 58);
        new Progress(new PrintStream(out, true, StandardCharsets.UTF_8), false, 10).row(row, away, 0, 0, () -> false);
        return out.toString(StandardCharsets.UTF_8);
    }
}
