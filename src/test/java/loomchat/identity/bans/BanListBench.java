package loomchat.identity.bans;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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

/** What a handshake costs more because there are bans: ranges of every length from /16 to /32, and of /32 to /64. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class BanListBench {
    @Param({"0", "1", "10000", "100000"})
    int ranges;

    private final InetAddress[] v4 = new InetAddress[1024];
    private final InetAddress[] v6 = new InetAddress[1024];
    private BanList bans;
    private int at;

    @Setup
    public void prepare() throws IOException {
        Random random = new Random(1);
        bans = BanList.open(Path.of("none"), System::currentTimeMillis, System.err::println);
        for (int i = 0; i < ranges; i++) {
            InetAddress address = address(random, i % 2 == 0 ? 4 : 16);
            int bits = i % 2 == 0 ? 16 + i / 2 % 17 : 32 + i / 2 % 33;
            bans.add(BanTarget.parse(address.getHostAddress() + "/" + bits), null, "", "bench");
        }
        for (int i = 0; i < v4.length; i++) {
            v4[i] = address(random, 4);
            v6[i] = address(random, 16);
        }
    }

    private static InetAddress address(Random random, int length) throws UnknownHostException {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        bytes[0] = (byte) (length == 4 ? 1 + random.nextInt(120) : 0x20);
        return InetAddress.getByAddress(bytes);
    }

    @Benchmark
    public Object v4() {
        return bans.find("AAAAAAAAAAAAAAAAAAAAAA", v4[at++ & 1023]);
    }

    @Benchmark
    public Object v6() {
        return bans.find("AAAAAAAAAAAAAAAAAAAAAA", v6[at++ & 1023]);
    }
}
