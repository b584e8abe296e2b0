package loomchat.ws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import loomchat.ws.frame.Opcode;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;

/**
 * Generated conversations, mostly right, some wrong in one place, cut anywhere: our decoder against
 * {@link ReferenceDecoder}.
 */
class FrameDecoderPropertyTest {
    private static final int MAX_MESSAGE_BYTES = 70_000;

    @Property(tries = 1500, edgeCases = EdgeCasesMode.NONE)
    void bothRolesDecodeAsTheReferenceDoes(
            @ForAll("conversations") List<WireFrame> frames, @ForAll boolean client, @ForAll long cutSeed)
            throws IOException {
        List<WireFrame> played = client
                ? frames
                : frames.stream().map(FrameDecoderPropertyTest::unmasked).toList();
        byte[] stream = WireFrame.encoded(played);

        FrameDecoder decoder = new FrameDecoder(client, MAX_MESSAGE_BYTES, null, MessageBudget.UNBOUNDED);
        List<String> got = Deliveries.of(decoder, stream, cuts(stream.length, new Random(cutSeed)));

        assertThat(got).isEqualTo(ReferenceDecoder.decode(played, client, MAX_MESSAGE_BYTES));
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void fedByteByByteItDecodesAsInOnePiece(@ForAll("conversations") List<WireFrame> frames) throws IOException {
        byte[] stream = WireFrame.encoded(frames);
        if (stream.length > 4000) {
            return;
        }
        List<String> whole =
                Deliveries.of(new FrameDecoder(true, MAX_MESSAGE_BYTES, null, MessageBudget.UNBOUNDED), stream);
        List<String> pieces = Deliveries.of(
                new FrameDecoder(true, MAX_MESSAGE_BYTES, null, MessageBudget.UNBOUNDED),
                stream,
                Deliveries.everyByte(stream.length));
        assertThat(pieces).isEqualTo(whole);
    }

    /**
     * In the server's role what is right of a client is wrong, and the other way round: masks are turned into none.
     */
    private static WireFrame unmasked(WireFrame frame) {
        return new WireFrame(
                frame.first(), frame.lengthOctets(), frame.key() == null ? (Integer) 7 : null, frame.payload());
    }

    private static int[] cuts(int length, Random random) {
        return random.ints(random.nextInt(12), 0, length + 1).sorted().toArray();
    }

    @Provide
    Arbitrary<List<WireFrame>> conversations() {
        return Arbitraries.frequencyOf(
                        Tuple.of(6, message()),
                        Tuple.of(3, control().map(List::of)),
                        Tuple.of(1, close().map(List::of)))
                .list()
                .ofMinSize(1)
                .ofMaxSize(6)
                .map(FrameDecoderPropertyTest::joined)
                .flatMap(this::maybeBroken);
    }

    private static List<WireFrame> joined(List<List<WireFrame>> parts) {
        List<WireFrame> all = new ArrayList<>();
        parts.forEach(all::addAll);
        return all;
    }

    /** Text or binary in one to five frames, with pings and pongs in between. */
    private Arbitrary<List<WireFrame>> message() {
        Arbitrary<byte[]> text = Arbitraries.frequencyOf(
                        Tuple.of(8, Arbitraries.strings().ofMaxLength(60)), Tuple.of(1, sizes().map("é"::repeat)))
                .map(each -> each.getBytes(StandardCharsets.UTF_8));
        Arbitrary<byte[]> binary = Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.bytes().array(byte[].class).ofMaxSize(60)),
                Tuple.of(1, sizes().map(byte[]::new)));
        return Combinators.combine(
                        Arbitraries.of(Opcode.TEXT, Opcode.TEXT, Opcode.BINARY),
                        text,
                        binary,
                        keys().list().ofSize(5),
                        Arbitraries.integers().between(0, 1000).list().ofMaxSize(4),
                        control().list().ofMaxSize(3))
                .as((opcode, asText, asBinary, keys, splits, controls) ->
                        fragments(opcode, opcode == Opcode.TEXT ? asText : asBinary, keys, splits, controls));
    }

    private static List<WireFrame> fragments(
            int opcode, byte[] payload, List<Integer> keys, List<Integer> splits, List<WireFrame> controls) {
        int[] ends = splits.stream()
                .mapToInt(each -> payload.length * each / 1000)
                .sorted()
                .toArray();
        List<WireFrame> frames = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= ends.length; i++) {
            boolean last = i == ends.length;
            int to = last ? payload.length : ends[i];
            int first = (last ? Opcode.FIN : 0) | (i == 0 ? opcode : Opcode.CONTINUATION);
            frames.add(WireFrame.of(first, keys.get(i), java.util.Arrays.copyOfRange(payload, from, to)));
            if (!last && i < controls.size()) {
                frames.add(controls.get(i));
            }
            from = to;
        }
        return frames;
    }

    private Arbitrary<WireFrame> control() {
        return Combinators.combine(
                        Arbitraries.of(Opcode.PING, Opcode.PONG),
                        keys(),
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(125))
                .as((opcode, key, payload) -> WireFrame.of(Opcode.FIN | opcode, key, payload));
    }

    private Arbitrary<WireFrame> close() {
        Arbitrary<byte[]> reasons = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.strings().ofMaxLength(20).map(each -> each.getBytes(StandardCharsets.UTF_8))),
                Tuple.of(1, Arbitraries.bytes().array(byte[].class).ofMaxSize(20)));
        Arbitrary<byte[]> withCode = Combinators.combine(
                        Arbitraries.oneOf(
                                Arbitraries.of(1000, 1001, 1004, 1005, 1006, 1011, 1015, 3000, 4999),
                                Arbitraries.integers().between(0, 65535)),
                        reasons)
                .as((code, reason) -> {
                    byte[] payload = new byte[2 + reason.length];
                    payload[0] = (byte) (code >> 8);
                    payload[1] = (byte) (int) code;
                    System.arraycopy(reason, 0, payload, 2, reason.length);
                    return payload;
                });
        return Combinators.combine(
                        keys(),
                        Arbitraries.frequencyOf(
                                Tuple.of(5, withCode), Tuple.of(1, Arbitraries.of(new byte[0], new byte[1]))))
                .as((key, payload) -> WireFrame.of(Opcode.FIN | Opcode.CLOSE, key, payload));
    }

    private static Arbitrary<Integer> keys() {
        return Arbitraries.oneOf(Arbitraries.integers(), Arbitraries.just(0));
    }

    private static Arbitrary<Integer> sizes() {
        return Arbitraries.oneOf(
                Arbitraries.of(125, 126, 127, 128, 32_768, 35_000, 35_001, 65_535, 65_536, 70_000, 70_001),
                Arbitraries.integers().between(0, 3000).withDistribution(RandomDistribution.uniform()));
    }

    /** Two of five conversations get one frame that is wrong somewhere. */
    private Arbitrary<List<WireFrame>> maybeBroken(List<WireFrame> frames) {
        Arbitrary<WireFrame> wrong = Combinators.combine(
                        Arbitraries.integers().between(0, 255),
                        Arbitraries.of(0, 0, 2, 8),
                        keys().injectNull(0.2),
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(125))
                .as(WireFrame::new);
        Arbitrary<List<WireFrame>> broken = Combinators.combine(
                        wrong, Arbitraries.integers().between(0, frames.size()))
                .as((frame, at) -> {
                    List<WireFrame> changed = new ArrayList<>(frames);
                    changed.add(at, frame);
                    return changed;
                });
        return Arbitraries.frequencyOf(Tuple.of(3, Arbitraries.just(frames)), Tuple.of(2, broken));
    }
}
