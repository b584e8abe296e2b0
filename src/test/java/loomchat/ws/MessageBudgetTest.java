package loomchat.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import loomchat.ws.deflate.Compression;
import loomchat.ws.deflate.MessageInflater;
import loomchat.ws.frame.Opcode;
import org.junit.jupiter.api.Test;

/** What incomplete messages take comes out of one budget, and all of it goes back, once. */
class MessageBudgetTest {
    private static final int KEY = 0x11223344;
    private static final int MIB = 1 << 20;

    private static byte[] half(int size) {
        byte[] frame = WireFrame.of(0x82, KEY, new byte[size]).encoded();
        return java.util.Arrays.copyOf(frame, frame.length - size / 2);
    }

    private static FrameDecoder decoder(MessageBudget.Share share) {
        return new FrameDecoder(true, MIB, null, share);
    }

    @Test
    void aQuarterIsKeptForSmallMessages() {
        MessageBudget budget = new MessageBudget(4 * MIB);
        MessageBudget.Share share = budget.open(null);
        assertThat(share.tryTake(3 * MIB)).isTrue();
        assertThat(share.tryTake(MessageBudget.SMALL_BYTES + 1)).isFalse();
        for (int i = 0; i < MIB / MessageBudget.SMALL_BYTES; i++) {
            assertThat(share.tryTake(MessageBudget.SMALL_BYTES)).isTrue();
        }
        assertThat(share.tryTake(1)).isFalse();
        share.giveBack(1);
        assertThat(share.tryTake(1)).isTrue();
        assertThat(budget.used()).isEqualTo(4 * MIB);
    }

    @Test
    void oneAddressGetsHalfOverAllItsConnections() {
        MessageBudget budget = new MessageBudget(4 * MIB);
        MessageBudget.Share one = budget.open("address");
        MessageBudget.Share same = budget.open("address");
        MessageBudget.Share other = budget.open("other");
        assertThat(one.tryTake(MIB)).isTrue();
        assertThat(same.tryTake(MIB)).isTrue();
        assertThat(one.tryTake(1)).isFalse();
        assertThat(budget.used()).isEqualTo(2 * MIB);
        assertThat(other.tryTake(MIB)).isTrue();
        same.giveBack(MIB);
        assertThat(one.tryTake(MIB)).isTrue();
    }

    @Test
    void theLargestMessageOfOneAddressFitsTheLeastBudget() throws IOException {
        for (int size : new int[] {125, 4097, 65_536, 65_537, 131_073, 600_000, MIB, MIB + 1, 3 * MIB}) {
            MessageBudget budget = new MessageBudget(8L * size);
            MessageAssembler message = new MessageAssembler(new MessageSizeLimit(size), budget.open("address"));
            byte[] sent = new byte[size];
            new Random(size).nextBytes(sent);
            message.begin(Opcode.BINARY, false);
            message.beginFrame(size, true);
            for (int at = 0; at < size; at += 1000) {
                message.append(sent, at, Math.min(1000, size - at));
            }
            AtomicInteger delivered = new AtomicInteger();
            message.deliver(new MessageHandler() {
                @Override
                public void onText(byte[] buffer, int offset, int length) {}

                @Override
                public void onBinary(byte[] buffer, int offset, int length) {
                    assertThat(Arrays.copyOfRange(buffer, offset, offset + length))
                            .isEqualTo(sent);
                    delivered.incrementAndGet();
                }
            });
            assertThat(delivered).hasValue(1);
            assertThat(budget.used()).as("%d bytes", size).isZero();
        }
    }

    @Test
    void anAddressIsForgottenWithItsLastConnection() {
        MessageBudget budget = new MessageBudget(MIB);
        MessageBudget.Share one = budget.open("address");
        MessageBudget.Share same = budget.open("address");
        one.close();
        assertThat(budget.addresses()).isOne();
        same.close();
        assertThat(budget.addresses()).isZero();
    }

    @Test
    void whoComesAboveTheBudgetGets1009AndTheOthersGoOn() throws IOException {
        MessageBudget budget = new MessageBudget(4 * MIB);
        FrameDecoder first = decoder(budget.open(null));
        byte[] stream = half(MIB);
        first.decode(stream, 0, stream.length, new Deliveries());
        assertThat(budget.used()).as("what half a message has allocated").isBetween(MIB / 2L, (long) MIB);
        List<FrameDecoder> crowd = new java.util.ArrayList<>();
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> {
                    for (int i = 0; i < 8; i++) {
                        byte[] another = half(MIB);
                        crowd.add(decoder(budget.open(null)));
                        crowd.getLast().decode(another, 0, another.length, new Deliveries());
                    }
                })
                .satisfies(refused -> assertThat(refused.closeCode()).isEqualTo(1009));
        assertThat(crowd).as("taken and refused").hasSizeBetween(3, 6);
        crowd.forEach(FrameDecoder::abandon);
        byte[] rest = new byte[MIB / 2];
        first.decode(rest, 0, rest.length, new Deliveries());
        assertThat(budget.used()).isZero();
    }

    @Test
    void aMessageThatIsDeliveredWhereItLiesTakesNothing() throws IOException {
        MessageBudget budget = new MessageBudget(1);
        byte[] frames = WireFrame.encoded(
                List.of(WireFrame.of(0x82, KEY, new byte[60_000]), WireFrame.of(0x89, KEY, new byte[125])));
        decoder(budget.open(null)).decode(frames, 0, frames.length, new Deliveries());
        assertThat(budget.used()).isZero();
    }

    /** Messages whole, cut, in fragments, compressed or broken off, and handlers that fail. */
    @Test
    void nothingIsLeftTakenWhateverHappens() throws IOException {
        long seed = System.nanoTime();
        System.out.println("MessageBudgetTest seed " + seed);
        Random random = new Random(seed);
        Compression compression = new Compression(1);
        MessageBudget budget = new MessageBudget(64 * MIB);
        long most = 0;
        for (int i = 0; i < 500; i++) {
            MessageBudget.Share share = budget.open(i % 3);
            MessageInflater inflating = new MessageInflater(compression, random.nextBoolean());
            FrameDecoder decoder = new FrameDecoder(true, 100_000, inflating, share);
            Failing handler = new Failing(random.nextInt(4));
            try {
                for (int j = 0; j < 6; j++) {
                    play(decoder, random, handler);
                    most = Math.max(most, budget.used());
                }
            } catch (ProtocolException | Failing.Failure e) {
                // As it comes.
            }
            decoder.abandon();
            decoder.abandon();
            share.close();
            assertThat(budget.used()).as("round %d of seed %d", i, seed).isZero();
        }
        assertThat(most).as("used in between").isPositive();
        assertThat(budget.addresses()).isZero();
    }

    private static void play(FrameDecoder decoder, Random random, MessageHandler handler) throws IOException {
        byte[] payload = new byte[random.nextInt(random.nextInt(10) == 0 ? 120_000 : 10_000)];
        boolean compressed = random.nextBoolean();
        if (compressed) {
            payload = CompressionTest.deflate(new java.util.zip.Deflater(6, true), payload);
        }
        int first = 0x02 | (random.nextBoolean() ? 0x80 : 0) | (compressed ? 0x40 : 0);
        byte[] stream = WireFrame.of(first, KEY, payload).encoded();
        int from = 0;
        while (from < stream.length) {
            int to = from + 1 + random.nextInt(stream.length - from);
            from = decoder.decode(stream, from, to, handler);
        }
    }

    /** Fails with one of its messages. */
    private static final class Failing implements MessageHandler {
        static final class Failure extends RuntimeException {}

        private int left;

        Failing(int left) {
            this.left = left;
        }

        @Override
        public void onText(byte[] buffer, int offset, int length) {}

        @Override
        public void onBinary(byte[] buffer, int offset, int length) {
            if (left-- == 0) {
                throw new Failure();
            }
        }
    }
}
