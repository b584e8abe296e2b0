package loomchat.chat.plain;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonReaderFactory;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import loomchat.ws.FrameBuffer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** What we write around and into a message is JSON that a strict parser reads back as what was said. */
class PlainFramesTest {
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    @Property(tries = 1500)
    void aParserReadsBackWhatWasSaid(@ForAll("texts") String text) {
        assertSaid(text);
    }

    @Test
    void everyAsciiCharacterAtEveryPlaceIsReadBack() {
        for (char one = 0; one < 128; one++) {
            for (int before = 0; before < 20; before++) {
                assertSaid("x".repeat(before) + one + "é".repeat(before % 9));
            }
        }
    }

    private static void assertSaid(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        byte[] framed = Arrays.copyOf(new byte[] {1, 2, 3}, utf8.length + 7);
        System.arraycopy(utf8, 0, framed, 3, utf8.length);

        FrameBuffer frame = new FrameBuffer(1);
        int payload = PlainFrames.appendChatFrame(frame, framed, 3, utf8.length, false);
        int header = payload < 126 ? 2 : payload < 65_536 ? 4 : 10;
        assertThat(frame.size()).as("size announced before it was written").isEqualTo(header + payload);
        String json = new String(frame.bytes(), header, payload, StandardCharsets.UTF_8);
        try (var reader = READERS.createReader(new StringReader(json))) {
            var message = reader.readObject();
            assertThat(message.getString("type")).isEqualTo("chat");
            assertThat(message.getString("msg")).isEqualTo(text);
            assertThat(message).hasSize(2);
        }
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(100),
                Arbitraries.strings()
                        .withChars("ab\"\\\b\f\n\r\t\0\u001f\u007f é世")
                        .ofMaxLength(60));
    }
}
