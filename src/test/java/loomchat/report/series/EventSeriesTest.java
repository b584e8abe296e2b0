package loomchat.report.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import loomchat.chat.DisconnectReason;
import loomchat.chat.LeaveReason;
import org.junit.jupiter.api.Test;

/** Each reason that the server writes can be asked for by its name, and is documented. */
class EventSeriesTest {
    @Test
    void everyReasonThatTheServerWritesIsKnownByItsName() throws Exception {
        String document = Files.readString(Path.of("docs/log-format.md"));
        for (DisconnectReason each : DisconnectReason.values()) {
            assertThat(EventSeries.isKnown("Disconnected:" + each))
                    .as("" + each)
                    .isTrue();
            assertThat(EventSeries.isKnown("Chat Ended:" + each)).as("" + each).isTrue();
            assertThat(document).contains("`" + each + "`");
        }
        Stream<String> ofChats = Stream.concat(
                Stream.of("next", "leave", "block"),
                Arrays.stream(LeaveReason.values())
                        .filter(each -> each == LeaveReason.GONE || each == LeaveReason.STOPPED)
                        .map(LeaveReason::toString));
        assertThat(ofChats).allSatisfy(each -> {
            assertThat(EventSeries.isKnown("Chat Ended:" + each)).as(each).isTrue();
            assertThat(EventSeries.isKnown("Call Ended:" + each)).as(each).isTrue();
            assertThat(document).contains("`" + each + "`");
        });
    }
}
