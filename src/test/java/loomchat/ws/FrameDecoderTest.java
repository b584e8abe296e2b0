package loomchat.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import loomchat.ws.frame.Opcode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The decoder on streams cut at every offset, at its limits, and at the first octet that is wrong. */
class FrameDecoderTest {
    private static final int KEY = 0x11223344;
    private static final int LIMIT = 1 << 20;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static FrameDecoder decoder() {
        return new FrameDecoder(true, LIMIT, null, MessageBudget.UNBOUNDED);
    }

    private static final List<WireFrame> CONVERSATION = List.of(
            WireFrame.of(0x81, KEY, bytes("Grüße, 世界 🌍")),
            WireFrame.of(0x89, KEY, bytes("ping")),
            WireFrame.of(0x01, KEY, bytes("one ")),
            WireFrame.of(0x8A, 0, new byte[0]),
            WireFrame.of(0x00, KEY, new byte[0]),
            WireFrame.of(0x00, -1, new byte[] {(byte) 0xF0, (byte) 0x9F}),
            WireFrame.of(0x89, KEY, new byte[125]),
            WireFrame.of(0x80, 7, new byte[] {(byte) 0x8C, (byte) 0x8D}),
            WireFrame.of(0x82, KEY, new byte[126]),
            WireFrame.of(0x81, KEY, new byte[0]),
            WireFrame.of(0x82, 0x80808080, new byte[300]),
            WireFrame.of(0x88, KEY, new byte[] {3, (byte) 0xE8, 'b', 'y', 'e'}),
            WireFrame.of(0x81, KEY, bytes("behind the close")));

    @Test
    void aConversationCutAtEveryOffsetIsTheSame() throws IOException {
        byte[] stream = WireFrame.encoded(CONVERSATION);
        List<String> whole = ReferenceDecoder.decode(CONVERSATION, true, LIMIT);
        assertThat(whole).hasSize(9).last().isEqualTo("close 1000 bye");
        for (int cut = 0; cut <= stream.length; cut++) {
            assertThat(Deliveries.of(decoder(), stream, cut))
                    .as("cut at %d", cut)
                    .isEqualTo(whole);
        }
        assertThat(Deliveries.of(decoder(), stream, Deliveries.everyByte(stream.length)))
                .isEqualTo(whole);
    }

    @Test
    void aConversationCutTwiceAnywhereIsTheSame() throws IOException {
        long seed = System.nanoTime();
        System.out.println("FrameDecoderTest seed " + seed);
        Random random = new Random(seed);
        byte[] stream = WireFrame.encoded(CONVERSATION);
        List<String> whole = ReferenceDecoder.decode(CONVERSATION, true, LIMIT);
        for (int i = 0; i < 2000; i++) {
            int[] cuts = random.ints(2, 0, stream.length + 1).sorted().toArray();
            assertThat(Deliveries.of(decoder(), stream, cuts))
                    .as("seed %d, cuts %s", seed, cuts)
                    .isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {65_535, 65_536, LIMIT})
    void longFramesComeCutInTheirLengthsAndAtTheirEnds(int size) throws IOException {
        byte[] payload = new byte[size];
        new Random(size).nextBytes(payload);
        WireFrame frame = WireFrame.of(0x82, KEY, payload);
        byte[] stream = frame.encoded();
        List<String> whole = ReferenceDecoder.decode(List.of(frame), true, LIMIT);
        for (int cut = 0; cut < 16; cut++) {
            assertThat(Deliveries.of(decoder(), stream, cut)).isEqualTo(whole);
            assertThat(Deliveries.of(decoder(), stream, stream.length - cut)).isEqualTo(whole);
        }
    }

    @Test
    void everyCloseCodeIsAllowedOrNot() throws IOException {
        for (int code = 0; code <= 65_535; code++) {
            WireFrame close = WireFrame.of(0x88, KEY, new byte[] {(byte) (code >> 8), (byte) code});
            boolean allowed =
                    code >= 1000 && code <= 1003 || code >= 1007 && code <= 1014 || code >= 3000 && code <= 4999;
            assertThat(Deliveries.of(decoder(), close.encoded()))
                    .containsExactly(allowed ? "close " + code + " " : "error 1002");
        }
    }

    @Test
    void anInvalidOctetFailsBeforeTheNextOneIsSeen() throws IOException {
        byte[] bad = bytes("κόσμε");
        byte[] payload = java.util.Arrays.copyOf(bad, bad.length + 3);
        payload[bad.length] = (byte) 0xF4;
        payload[bad.length + 1] = (byte) 0x90;
        for (int first : new int[] {0x81, 0x01}) {
            byte[] stream = WireFrame.of(first, KEY, payload).encoded();
            int lastGood = 6 + bad.length + 1;
            FrameDecoder decoder = decoder();
            decoder.decode(stream.clone(), 0, lastGood, new Deliveries());
            byte[] rest = stream.clone();
            assertThatExceptionOfType(ProtocolException.class)
                    .isThrownBy(() -> decoder.decode(rest, lastGood, lastGood + 1, new Deliveries()))
                    .matches(e -> e.closeCode() == CloseCode.INVALID_PAYLOAD);
        }
    }

    @Test
    void theLimitCountsAllFragments() throws IOException {
        WireFrame start = WireFrame.of(0x02, KEY, new byte[60]);
        WireFrame fits = WireFrame.of(0x80, KEY, new byte[40]);
        WireFrame isTooMuch = WireFrame.of(0x80, KEY, new byte[41]);
        assertThat(Deliveries.of(
                        new FrameDecoder(true, 100, null, MessageBudget.UNBOUNDED),
                        WireFrame.encoded(List.of(start, fits))))
                .hasSize(1)
                .allMatch(each -> each.startsWith("binary"));
        assertThat(Deliveries.of(
                        new FrameDecoder(true, 100, null, MessageBudget.UNBOUNDED),
                        WireFrame.encoded(List.of(start, isTooMuch))))
                .containsExactly("error 1009");
    }

    @Test
    void aMessageThatIsAnnouncedTooBigIsRefusedBeforeItComes() throws IOException {
        byte[] header = {(byte) 0x82, (byte) 0xFF, 0x7F, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0};
        assertThat(Deliveries.of(decoder(), header)).containsExactly("error 1009");
        header[2] = (byte) 0x80;
        assertThat(Deliveries.of(decoder(), header)).containsExactly("error 1002");
    }

    /** Memory follows what has come, not what was announced: a thousand clients may each announce the limit. */
    @Test
    void anAnnouncedLengthReservesNothing() throws IOException {
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        FrameDecoder decoder = new FrameDecoder(true, 256 << 20, null, MessageBudget.UNBOUNDED);
        byte[] header = {(byte) 0x82, (byte) 0xFF, 0, 0, 0, 0, 15, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3};
        Deliveries deliveries = new Deliveries();
        BufferPools.takeForMessage(1); // What is loaded once does not count.
        long before = threads.getCurrentThreadAllocatedBytes();
        decoder.decode(header, 0, header.length, deliveries);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(64 << 10);
        assertThat(decoder.midMessage()).isTrue();
    }

    @Test
    void whatOneEndFramesTheOtherReads() throws IOException {
        for (int size : new int[] {0, 1, 125, 126, 127, 65_535, 65_536, 100_000}) {
            byte[] payload = new byte[size];
            new Random(size).nextBytes(payload);
            FrameBuffer client = new FrameBuffer(1);
            client.maskedFrame(0x82, payload, 0, size, 0xCAFEBABE);
            FrameBuffer server = new FrameBuffer(1);
            server.frame(0x82, payload, 0, size);
            String message = Deliveries.message(Opcode.BINARY, payload);
            assertThat(Deliveries.of(decoder(), content(client))).containsExactly(message);
            assertThat(Deliveries.of(new FrameDecoder(false, LIMIT, null, MessageBudget.UNBOUNDED), content(server)))
                    .containsExactly(message);
            assertThat(content(server))
                    .isEqualTo(WireFrame.of(0x82, null, payload).encoded());
        }
    }

    private static byte[] content(FrameBuffer buffer) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(buffer.bytes(), 0, buffer.size());
        return out.toByteArray();
    }
}
