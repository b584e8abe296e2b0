package loomchat.ws;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import loomchat.ws.frame.Mask;
import loomchat.ws.frame.Opcode;
import loomchat.ws.frame.Utf8Validator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a message costs in the codec: taking one apart, unmasking it, checking its text, building one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class CodecBench {
    @Param({"100", "500", "10240"})
    int bytes;

    @Param({"ascii", "mixed"})
    String text;

    private byte[] payload;
    private byte[] masked;
    private byte[] scratch;
    private int maskedBytes;
    private FrameDecoder decoder;
    private final Utf8Validator utf8 = new Utf8Validator();
    private final FrameBuffer out = new FrameBuffer(1 << 16);
    private final MessageHandler handler = new MessageHandler() {
        @Override
        public void onText(byte[] buffer, int offset, int length) {
            delivered += length;
        }

        @Override
        public void onBinary(byte[] buffer, int offset, int length) {
            delivered += length;
        }
    };
    long delivered;

    @Setup
    public void prepare() {
        String unit = text.equals("ascii") ? "the quick brown fox " : "naïve Grüße, 你好, 👋 ";
        byte[] repeated = unit.repeat(bytes / unit.getBytes(StandardCharsets.UTF_8).length + 1)
                .getBytes(StandardCharsets.UTF_8);
        int size = bytes;
        while ((repeated[size] & 0xC0) == 0x80) {
            size--;
        }
        payload = java.util.Arrays.copyOf(repeated, size);
        FrameBuffer frame = new FrameBuffer(size + 14);
        frame.maskedFrame(Opcode.FIN | Opcode.TEXT, payload, 0, size, 0x12345678);
        masked = frame.bytes();
        maskedBytes = frame.size();
        scratch = new byte[masked.length];
        decoder = new FrameDecoder(true, 1 << 20, null, MessageBudget.UNBOUNDED);
    }

    /** A masked frame, copied first because parsing unmasks in place. */
    @Benchmark
    public long parse() throws IOException {
        System.arraycopy(masked, 0, scratch, 0, maskedBytes);
        decoder.decode(scratch, 0, maskedBytes, handler);
        return delivered;
    }

    @Benchmark
    public byte[] unmask() {
        Mask.apply(payload, 0, payload.length, 0x12345678, 1);
        return payload;
    }

    @Benchmark
    public boolean checkUtf8() {
        utf8.reset();
        return utf8.check(payload, 0, payload.length);
    }

    @Benchmark
    public int buildFrame() {
        out.clear();
        out.frame(Opcode.FIN | Opcode.TEXT, payload, 0, payload.length);
        return out.size();
    }
}
