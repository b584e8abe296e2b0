package loomchat.ws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import loomchat.ws.deflate.Compression;
import loomchat.ws.deflate.MessageDeflater;
import loomchat.ws.deflate.MessageInflater;
import loomchat.ws.frame.Opcode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** permessage-deflate against the JDK's zlib used by the letter of RFC 7692, 7.2, and the RFC's own examples. */
class CompressionTest {
    private static final int KEY = 0x01020304;
    private static final int LIMIT = 1 << 20;

    private final Compression compression = new Compression(4);

    private FrameDecoder decoder(int limit, boolean takeover) {
        return new FrameDecoder(true, limit, new MessageInflater(compression, takeover), MessageBudget.UNBOUNDED);
    }

    private static byte[] hex(String octets) {
        return HexFormat.of().parseHex(octets.replace(" ", ""));
    }

    private static byte[] compressed(byte[] payload) {
        return WireFrame.of(0xC1, KEY, payload).encoded();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] each : parts) {
            out.writeBytes(each);
        }
        return out.toByteArray();
    }

    private static String text(String text) {
        return Deliveries.message(Opcode.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "one block, f2 48 cd c9 c9 07 00",
        "no compression, 00 05 00 fa ff 48 65 6c 6c 6f 00",
        "a block that says it is the last, f3 48 cd c9 c9 07 00 00",
        "a last block and nothing behind it, f3 48 cd c9 c9 07 00",
        "two blocks, f2 48 05 00 00 00 ff ff ca c9 c9 07 00",
    })
    void theExamplesOfTheRfcAreRead(String name, String octets) throws IOException {
        byte[] frame = compressed(hex(octets));
        byte[] twice = join(frame, frame);
        for (boolean takeover : new boolean[] {true, false}) {
            assertThat(Deliveries.of(decoder(LIMIT, takeover), twice)).containsExactly(text("Hello"), text("Hello"));
            assertThat(Deliveries.of(decoder(LIMIT, takeover), twice, Deliveries.everyByte(twice.length)))
                    .containsExactly(text("Hello"), text("Hello"));
        }
    }

    @Test
    void aHandshakeThatFailsGivesItsContextBack() {
        Compression small = new Compression(1);
        List<String> offer = List.of("permessage-deflate");
        for (int i = 0; i < 3; i++) {
            Handshake.Agreed agreed = Handshake.negotiate(offer, small);
            assertThat(agreed.header()).isEqualTo("permessage-deflate");
            agreed.drop();
        }
        Handshake.negotiate(offer, small);
        assertThat(Handshake.negotiate(offer, small).header()).contains("no_context_takeover");
    }

    @Test
    void aContextIsKeptFromMessageToMessage() throws IOException {
        byte[] stream = join(compressed(hex("f2 48 cd c9 c9 07 00")), compressed(hex("f2 00 11 00 00")));
        assertThat(Deliveries.of(decoder(LIMIT, true), stream)).containsExactly(text("Hello"), text("Hello"));
        assertThat(Deliveries.of(decoder(LIMIT, false), stream)).containsExactly(text("Hello"), "error 1007");
    }

    @Test
    void aCompressedMessageComesInFragmentsWithPingsBetween() throws IOException {
        byte[] payload = hex("f2 48 cd c9 c9 07 00");
        byte[] stream = WireFrame.encoded(List.of(
                WireFrame.of(0x41, KEY, Arrays.copyOf(payload, 3)),
                WireFrame.of(0x89, KEY, new byte[] {1}),
                WireFrame.of(0x00, KEY, new byte[0]),
                WireFrame.of(0x80, KEY, Arrays.copyOfRange(payload, 3, 7)),
                WireFrame.of(0x81, KEY, "plain".getBytes(StandardCharsets.UTF_8))));
        for (int cut = 0; cut <= stream.length; cut++) {
            assertThat(Deliveries.of(decoder(LIMIT, true), stream, cut))
                    .containsExactly("ping 01", text("Hello"), text("plain"));
        }
    }

    @Test
    void theCompressedBitBelongsOnTheFirstFrameOfAMessageOnly() throws IOException {
        byte[] continued = WireFrame.encoded(
                List.of(WireFrame.of(0x41, KEY, hex("f2 48")), WireFrame.of(0xC0, KEY, hex("cd c9 c9 07 00"))));
        assertThat(Deliveries.of(decoder(LIMIT, true), continued)).containsExactly("error 1002");
        assertThat(Deliveries.of(
                        decoder(LIMIT, true),
                        WireFrame.of(0xC9, KEY, new byte[0]).encoded()))
                .containsExactly("error 1002");
        assertThat(Deliveries.of(
                        new FrameDecoder(true, LIMIT, null, MessageBudget.UNBOUNDED),
                        compressed(hex("f2 48 cd c9 c9 07 00"))))
                .containsExactly("error 1002");
    }

    @Test
    void whatIsNoDeflateStreamIsAnInvalidPayload() throws IOException {
        assertThat(Deliveries.of(decoder(LIMIT, true), compressed(hex("07 ff ff ff"))))
                .containsExactly("error 1007");
    }

    @Test
    void textIsCheckedAfterInflatingAndFailsInTheMiddleOfAMessage() throws IOException {
        byte[] bad = new byte[40_000];
        Arrays.fill(bad, (byte) 'a');
        bad[100] = (byte) 0xFF;
        byte[] payload = deflate(new Deflater(9, true), bad);
        byte[] firstHalf = WireFrame.of(0x41, KEY, payload).encoded();
        assertThat(Deliveries.of(decoder(LIMIT, true), firstHalf)).containsExactly("error 1007");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBombCostsAtMostTheLimit(boolean inOneFrame) throws IOException {
        byte[] payload = deflate(new Deflater(1, true), new byte[32 << 20]);
        byte[] stream = WireFrame.of(0xC2, KEY, payload).encoded();
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        FrameDecoder decoder = decoder(LIMIT, true);
        long before = threads.getCurrentThreadAllocatedBytes();
        List<String> got = inOneFrame
                ? Deliveries.of(decoder, stream)
                : Deliveries.of(decoder, stream, 1000, 1100, 1200, 20_000, 20_001);
        assertThat(got).containsExactly("error 1009");
        // Copies of the stream for the test, then a message that doubles until it meets the limit.
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(stream.length + 4L * LIMIT);
    }

    @Test
    void theLimitIsOfTheInflatedSize() throws IOException {
        byte[] noise = new byte[1000];
        new Random(1).nextBytes(noise);
        byte[] payload = deflate(new Deflater(9, true), noise);
        assertThat(payload.length).as("noise grows when it is compressed").isGreaterThan(1000);
        byte[] frame = WireFrame.of(0xC2, KEY, payload).encoded();
        assertThat(Deliveries.of(decoder(1000, true), frame)).containsExactly(Deliveries.message(Opcode.BINARY, noise));
        assertThat(Deliveries.of(decoder(999, true), frame)).containsExactly("error 1009");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWeDeflateTheJdkInflates(boolean takeover) throws IOException, DataFormatException {
        long seed = System.nanoTime();
        System.out.println("CompressionTest seed " + seed);
        Random random = new Random(seed);
        MessageDeflater deflating = new MessageDeflater(compression, takeover, 15);
        Inflater inflater = new Inflater(true);
        for (int i = 0; i < 600; i++) {
            byte[] message = message(random, i);
            FrameBuffer out = new FrameBuffer(64);
            deflating.deflate(message, 0, message.length, out);
            out.shorten(MessageDeflater.TAIL_BYTES);
            if (!takeover) {
                inflater.reset();
            }
            byte[] payload = Arrays.copyOf(out.bytes(), out.size());
            assertThat(inflate(inflater, payload))
                    .as("message %d of seed %d", i, seed)
                    .isEqualTo(message);
        }
        deflating.release();
        inflater.end();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatTheJdkDeflatesWeInflate(boolean takeover) throws IOException {
        long seed = System.nanoTime();
        System.out.println("CompressionTest seed " + seed);
        Random random = new Random(seed);
        Deflater deflater = new Deflater(6, true);
        FrameDecoder decoder = decoder(LIMIT, takeover);
        for (int i = 0; i < 300; i++) {
            byte[] message = message(random, i);
            if (!takeover) {
                deflater.reset();
            }
            byte[] stream = WireFrame.of(0xC2, random.nextInt(), deflate(deflater, message))
                    .encoded();
            int[] cuts = random.ints(random.nextInt(4), 0, stream.length + 1)
                    .sorted()
                    .toArray();
            assertThat(Deliveries.of(decoder, stream, cuts))
                    .as("message %d of seed %d", i, seed)
                    .containsExactly(Deliveries.message(Opcode.BINARY, message));
        }
        deflater.end();
    }

    /** Every length up to some, then longer ones; some repetitive, some noise, some both. */
    private static byte[] message(Random random, int i) {
        byte[] message = new byte[i < 250 ? i : random.nextInt(60_000)];
        int noise = random.nextInt(4);
        for (int at = 0; at < message.length; at++) {
            message[at] = (byte) (random.nextInt(4) < noise ? random.nextInt() : at / 7 % 20 + 'a');
        }
        return message;
    }

    static byte[] deflate(Deflater deflater, byte[] message) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        deflater.setInput(message);
        byte[] piece = new byte[1 << 20];
        int count;
        do {
            count = deflater.deflate(piece, 0, piece.length, Deflater.SYNC_FLUSH);
            out.write(piece, 0, count);
        } while (count == piece.length);
        return Arrays.copyOf(out.toByteArray(), out.size() - 4);
    }

    private static byte[] inflate(Inflater inflater, byte[] payload) throws DataFormatException {
        inflater.setInput(join(payload, new byte[] {0, 0, -1, -1}));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] piece = new byte[100_000];
        for (int count = inflater.inflate(piece); count > 0; count = inflater.inflate(piece)) {
            out.write(piece, 0, count);
        }
        return out.toByteArray();
    }
}
