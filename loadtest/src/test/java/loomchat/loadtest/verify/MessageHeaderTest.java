package loomchat.loadtest.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import loomchat.loadtest.scenario.MessageText;
import loomchat.loadtest.scenario.Persona;
import org.junit.jupiter.api.Test;

class MessageHeaderTest {
    private final MessageHeader writer = new MessageHeader();
    private final MessageHeader reader = new MessageHeader();

    private byte[] message(int size, MessageText text, Random random) {
        byte[] message = new byte[size];
        text.fill(message, MessageHeader.BYTES, size, random);
        writer.write(message, size, 0xabcdef, 7, 123_456, 789, 1_000_000, 1L << 59, 12_345_678_901L);
        return message;
    }

    @Test
    void everyFieldComesBack() {
        byte[] message = message(500, MessageText.ASCII, new Random(1));
        assertThat(reader.read(message, 0, 500)).isEqualTo(MessageHeader.Finding.INTACT);
        assertThat(reader.run).isEqualTo(0xabcdef);
        assertThat(reader.persona).isEqualTo(7);
        assertThat(reader.sender).isEqualTo(123_456);
        assertThat(reader.chat).isEqualTo(789);
        assertThat(reader.seq).isEqualTo(1_000_000);
        assertThat(reader.intended).isEqualTo(1L << 59);
        assertThat(reader.delay).isEqualTo(12_345_678_901L);
    }

    @Test
    void anyChangedBitIsNoticed() {
        byte[] message = message(Persona.LEAST_MESSAGE_BYTES, MessageText.ASCII, new Random(2));
        for (int bit = 0; bit < 8 * message.length; bit++) {
            byte[] damaged = message.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(reader.read(damaged, 0, damaged.length))
                    .as("bit %d", bit)
                    .isNotEqualTo(MessageHeader.Finding.INTACT);
        }
    }

    @Test
    void anyCutIsNoticed() {
        byte[] message = message(200, MessageText.ASCII, new Random(3));
        for (int length = 0; length < message.length; length++) {
            assertThat(reader.read(message, 0, length))
                    .isIn(MessageHeader.Finding.CORRUPTED, MessageHeader.Finding.UNREADABLE);
        }
    }

    @Test
    void everyTextIsExactlyAsLongAsAskedForAndValidUtf8() throws CharacterCodingException {
        long seed = System.nanoTime();
        System.out.println("MessageHeaderTest seed " + seed);
        Random random = new Random(seed);
        for (int size = Persona.LEAST_MESSAGE_BYTES; size < 600; size++) {
            for (MessageText text : MessageText.values()) {
                byte[] message = message(size, text, random);
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(message));
                assertThat(reader.read(message, 0, size)).isEqualTo(MessageHeader.Finding.INTACT);
            }
        }
    }

    @Test
    void theHeaderIsNeverEscaped() {
        byte[] message = message(Persona.LEAST_MESSAGE_BYTES, MessageText.ASCII, new Random(4));
        assertThat(new String(message, 0, MessageHeader.BYTES, StandardCharsets.US_ASCII))
                .matches("[A-Za-z0-9~_-]+");
    }

    @Test
    void whatAnyEncoderEscapesReadsAsItWasSent() {
        long seed = System.nanoTime();
        System.out.println("MessageHeaderTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            byte[] message = message(Persona.LEAST_MESSAGE_BYTES + random.nextInt(500), MessageText.EVIL, random);
            byte[] escaped =
                    escaped(new String(message, StandardCharsets.UTF_8), random).getBytes(StandardCharsets.UTF_8);
            byte[] unescaped = new byte[escaped.length];
            int length = JsonEscapes.unescape(escaped, 0, escaped.length, unescaped);
            assertThat(Arrays.copyOf(unescaped, length)).isEqualTo(message);
            assertThat(reader.read(unescaped, 0, length)).isEqualTo(MessageHeader.Finding.INTACT);
        }
    }

    /** Escapes what has to be, in one of the ways that JSON allows, and now and then what has not. */
    private static String escaped(String text, Random random) {
        StringBuilder escaped = new StringBuilder();
        for (char c : text.toCharArray()) {
            int plain = "\"\\/\b\f\n\r\t".indexOf(c);
            if (plain >= 0 && random.nextBoolean()) {
                escaped.append('\\').append("\"\\/bfnrt".charAt(plain));
            } else if (c < 0x20 || c == '"' || c == '\\' || random.nextInt(8) == 0 && !Character.isSurrogate(c)) {
                escaped.append("\\u%04x".formatted((int) c));
            } else if (Character.isSurrogate(c) && text.hashCode() % 2 == 0) {
                escaped.append("\\u%04X".formatted((int) c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }

    @Test
    void malformedEscapesAreNoText() {
        for (String bad : new String[] {"\\", "\\x", "\\u12", "\\u12g4", "\\ud800", "\\udc00", "\\ud800\\u0041"}) {
            byte[] bytes = bad.getBytes(StandardCharsets.UTF_8);
            assertThat(JsonEscapes.unescape(bytes, 0, bytes.length, new byte[bytes.length]))
                    .as(bad)
                    .isEqualTo(-1);
        }
    }
}
