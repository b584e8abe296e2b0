package loomchat.chat.plain;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import loomchat.ws.FrameBuffer;
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

/** What it costs to make a partner's frame of what a client said: escape for JSON, frame, copy. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class PlainFramesBench {
    @Param({"100", "500", "10240"})
    int bytes;

    @Param({"0", "20"})
    int bytesBetweenQuotes;

    private byte[] said;
    private final FrameBuffer out = new FrameBuffer(1 << 16);

    @Setup
    public void prepare() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < bytes; i++) {
            text.append(bytesBetweenQuotes > 0 && i % bytesBetweenQuotes == 7 ? '"' : 'x');
        }
        said = text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    @Benchmark
    public int relayFrame() {
        out.clear();
        PlainFrames.appendChatFrame(out, said, 0, said.length, false);
        return out.size();
    }
}
