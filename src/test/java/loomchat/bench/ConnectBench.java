package loomchat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import loomchat.testing.CpuPriority;
import loomchat.testing.InProcessServer;
import loomchat.testing.RawClient;
import loomchat.testing.SessionClient;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * What tokens cost: connects with a token beside connects without one, in turn, and the messages of others beside a
 * flood of bad tokens. Client and server share the machine: only ratios within one run mean something.
 */
final class ConnectBench {
    private static final int ROUNDS = 9;
    private static final int THREADS = TokenFlood.THREADS;
    private static final int PAIRS = 100;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final String V1 = "Sec-WebSocket-Protocol: chat.v1";

    private final int port;
    private final long pid;

    private ConnectBench(int port, long pid) {
        this.port = port;
        this.pid = pid;
    }

    public static void main(String[] args) throws Exception {
        int connects = Integer.parseInt(System.getenv().getOrDefault("CONNECTS", "10000"));
        int seconds = Integer.parseInt(System.getenv().getOrDefault("SECONDS_EACH", "5"));
        try (BenchServer server = BenchServer.start(true)) {
            ConnectBench bench = new ConnectBench(server.uri().getPort(), server.pid());
            bench.connects(connects);
            bench.flood(seconds);
        }
    }

    // Connects

    private record Cost(double seconds, double cpuMicros) {}

    private void connects(int connects) throws Exception {
        // One identity for each thread: an identity has a bounded number of connections.
        String[] none = new String[THREADS];
        String[] good = new String[THREADS];
        String[] bad = new String[THREADS];
        for (int i = 0; i < THREADS; i++) {
            String token = SessionClient.begin(port).token;
            none[i] = V1;
            good[i] = V1 + ", token." + token;
            bad[i] = V1 + ", token." + forged(token);
        }
        Cost[][] costs = new Cost[3][ROUNDS];
        for (int round = -1; round < ROUNDS; round++) {
            Cost guest = connects(connects, none, 101);
            Cost known = connects(connects, good, 101);
            Cost forged = connects(connects, bad, 401);
            if (round >= 0) {
                costs[0][round] = guest;
                costs[1][round] = known;
                costs[2][round] = forged;
            }
        }
        System.out.printf("%d connects, %d at a time, median of %d rounds in turn%n", connects, THREADS, ROUNDS);
        print("without a token", costs[0], costs[0]);
        print("with a token", costs[1], costs[0]);
        print("with a bad token", costs[2], costs[0]);
    }

    private static void print(String what, Cost[] costs, Cost[] base) {
        double seconds = median(costs, true);
        double cpu = median(costs, false);
        System.out.printf(
                Locale.ROOT,
                "  %-16s %5.2f s (%4.2f x), %5.1f us of server CPU each (%4.2f x)%n",
                what,
                seconds,
                seconds / median(base, true),
                cpu,
                cpu / median(base, false));
    }

    private static double median(Cost[] costs, boolean seconds) {
        double[] all = Arrays.stream(costs)
                .mapToDouble(each -> seconds ? each.seconds : each.cpuMicros)
                .sorted()
                .toArray();
        return all[all.length / 2];
    }

    private Cost connects(int connects, String[] offers, int status) throws Exception {
        long cpu = cpuNanos();
        long start = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Callable<Void>> all = IntStream.range(0, THREADS)
                    .<Callable<Void>>mapToObj(thread -> () -> {
                        for (int i = thread; i < connects; i += THREADS) {
                            TokenFlood.connect(port, i, offers[thread], status);
                        }
                        return null;
                    })
                    .toList();
            for (Future<Void> each : threads.invokeAll(all)) {
                each.get();
            }
        }
        return new Cost((System.nanoTime() - start) / 1e9, (cpuNanos() - cpu) / 1e3 / connects);
    }

    /** Of the server, from {@code /proc}; in steps of ten milliseconds. */
    private long cpuNanos() throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10_000_000;
    }

    // A flood

    private void flood(int seconds) throws Exception {
        String token = SessionClient.begin(port).token;
        AtomicBoolean over = new AtomicBoolean();
        CpuPriority.measureFirst();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            ConcurrentHistogram times = new ConcurrentHistogram(3);
            for (int i = 0; i < PAIRS; i++) {
                talk(threads, (double) i / PAIRS, times, over);
            }
            // What is compiled only then would count against the quiet server.
            measure(2 * seconds, times);
            Histogram quiet = measure(seconds, times);
            Process flood = CpuPriority.startWhenIdle(
                    TokenFlood.class, Integer.toString(port), V1 + ", token." + forged(token));
            measure(2, times);
            Histogram beside = measure(seconds, times);
            flood.getOutputStream().close();
            long refused = Long.parseLong(flood.inputReader().readLine());
            System.out.printf(
                    Locale.ROOT,
                    "%d pairs beside %d bad tokens a second: p50 %.2f -> %.2f ms, p99 %.2f -> %.2f ms%n",
                    PAIRS,
                    refused / (seconds + 2),
                    quiet.getValueAtPercentile(50) / 1e6,
                    beside.getValueAtPercentile(50) / 1e6,
                    quiet.getValueAtPercentile(99) / 1e6,
                    beside.getValueAtPercentile(99) / 1e6);
            over.set(true);
        }
    }

    /** With another signature. */
    private static String forged(String token) {
        return token.substring(0, token.length() - 4) + "AAAA";
    }

    private void talk(ExecutorService threads, double offset, ConcurrentHistogram times, AtomicBoolean over)
            throws IOException {
        RawClient from = RawClient.open(port, "/");
        RawClient to = RawClient.open(port, "/");
        InProcessServer.expectPair(from, to);
        threads.submit(() -> {
            long due = System.nanoTime() + (long) (PAUSE_NANOS * offset);
            for (; !over.get(); due += PAUSE_NANOS) {
                LockSupport.parkNanos(due - System.nanoTime());
                long start = System.nanoTime();
                from.sendText("hello");
                to.readText();
                times.recordValue(System.nanoTime() - start);
            }
            return null;
        });
    }

    private static Histogram measure(int seconds, ConcurrentHistogram times) {
        times.reset();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
        return times.copy();
    }
}
