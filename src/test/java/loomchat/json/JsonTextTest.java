package loomchat.json;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonReaderFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A strict parser reads back every text, and all who write JSON write the same bytes. */
class JsonTextTest {
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    @Property(tries = 2000)
    void aParserReadsBackWhatWasEscaped(@ForAll("texts") String text) throws IOException {
        byte[] utf8 = JsonText.utf8(text);
        byte[] escaped = JsonText.escape(utf8);
        assertThat(escaped).hasSize(utf8.length + JsonText.extraBytes(utf8, 0, utf8.length));
        String document = "[\"" + new String(escaped, StandardCharsets.UTF_8) + "\"]";
        try (var reader = READERS.createReader(new ByteArrayInputStream(document.getBytes(StandardCharsets.UTF_8)))) {
            assertThat(reader.readArray().getString(0)).isEqualTo(new String(utf8, StandardCharsets.UTF_8));
        }
        assertThat(written(text)).isEqualTo(document);
    }

    @Property(tries = 1000)
    void aPartOfAnArrayIsEscapedInPlace(@ForAll("texts") String text, @ForAll("texts") String around)
            throws IOException {
        byte[] part = JsonText.utf8(text);
        int offset = JsonText.utf8(around).length;
        int length = part.length;
        // Of bytes, not of texts: halves of a pair would meet and become one character.
        byte[] whole = Arrays.copyOf(JsonText.utf8(around), offset + length + 5);
        System.arraycopy(part, 0, whole, offset, length);
        byte[] to = new byte[3 + 6 * length];
        int end = JsonText.escape(whole, offset, length, to, 3);
        assertThat(end).isEqualTo(3 + length + JsonText.extraBytes(whole, offset, length));
        assertThat(Arrays.copyOfRange(to, 3, end)).isEqualTo(JsonText.escape(part));
    }

    @Example
    void halfACharacterBecomesTheReplacementCharacter() {
        assertThat(new String(JsonText.utf8("\uD83D.\uDE42 \uD83D\uDE42\uDE42\uD83D"), StandardCharsets.UTF_8))
                .isEqualTo("\uFFFD.\uFFFD \uD83D\uDE42\uFFFD\uFFFD");
    }

    @Example
    void noMoreIsEscapedThanJsonDemands() {
        String text = "\u007f\u0080\u2028/<é\uD83D\uDE42";
        assertThat(JsonText.escape(JsonText.utf8(text))).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        assertThat(new String(JsonText.escape(JsonText.utf8("\"\\\b\f\n\r\t\u0000\u001f")), StandardCharsets.US_ASCII))
                .isEqualTo("\\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f");
    }

    private static String written(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new JsonWriter(out).array().value(text).endArray().flush();
        return out.toString(StandardCharsets.UTF_8);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(60),
                Arbitraries.strings()
                        .withChars("ab\"\\\b\f\n\r\t\0\u001f\u007f é世\uD83D\uDE42")
                        .ofMaxLength(60));
    }
}
