package loomchat.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import loomchat.net.Loop;
import loomchat.ws.ClientOptions;
import loomchat.ws.MessageHandler;
import loomchat.ws.ReceiveResult;
import loomchat.ws.WebSocketClient;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * What a relayed message costs the server, under four loads, each with clients of the plain protocol and of
 * {@code chat.v1}. Starts a server as {@code make run} does, or measures with plain clients the one at {@code URL}
 * whose process is {@code SERVER_PID} (any that speaks the plain protocol), reading its processor time and memory
 * from {@code /proc}. Client and server share the machine: only ratios between servers measured in one go mean
 * something. Long, because the loads, their clients and their figures belong together.
 */
public final class RelayBench {
    private static final int CONNECTS_PER_MILLI = 4;

    /**
     * {@code rate} in messages a second over all clients, or 0 for a closed loop of {@code window} messages a client.
     */
    record Load(String name, int clients, int bytes, int window, int rate, BenchProtocol.Kind protocol) {
        /** The same with clients that speak {@code chat.v1}. */
        Load asV1() {
            return new Load(name + ", chat.v1", clients, bytes, window, rate, BenchProtocol.Kind.V1);
        }
    }

    private static final List<Load> LOADS = List.of(
            new Load("saturated", 100, 100, 1, 0, BenchProtocol.Kind.PLAIN),
            new Load("bulk", 200, 2000, 4, 0, BenchProtocol.Kind.PLAIN),
            new Load("rate10k", 1000, 500, 0, 10_000, BenchProtocol.Kind.PLAIN),
            new Load("rate40k", 1000, 500, 0, 40_000, BenchProtocol.Kind.PLAIN));

    private RelayBench() {}

    public static void main(String[] args) throws Exception {
        int seconds = Integer.parseInt(System.getenv().getOrDefault("SECONDS_EACH", "5"));
        String url = System.getenv("URL");
        if (url != null && !url.isBlank()) {
            long pid = Long.parseLong(System.getenv().getOrDefault("SERVER_PID", "0"));
            measure(URI.create(url), pid, LOADS, seconds);
            return;
        }
        List<Load> both =
                LOADS.stream().flatMap(load -> Stream.of(load, load.asV1())).toList();
        try (BenchServer server = BenchServer.start("-jar", "target/loomchat.jar")) {
            measure(server.uri(), server.pid(), both, seconds);
        }
    }

    /** What a message costs the server in microseconds of CPU, under the load of that name. */
    static double costMicros(BenchServer server, String load, int seconds) throws Exception {
        for (Load each : LOADS) {
            if (each.name.equals(load)) {
                Run run = new RelayBench.Run(server.uri(), server.pid(), each);
                run.play(seconds);
                return run.costMicros;
            }
        }
        throw new IllegalArgumentException(load);
    }

    private static void measure(URI uri, long pid, List<Load> loads, int seconds) throws Exception {
        head();
        for (Load load : loads.subList(0, 2)) {
            new RelayBench.Run(uri, pid, load).play(2);
        }
        for (Load load : loads) {
            System.out.println(new RelayBench.Run(uri, pid, load).play(seconds));
        }
    }

    /**
     * The same over several servers, whose visitors meet each other: consecutive clients are at different ones.
     *
     * @param pids the processes whose time counts
     */
    static String measure(List<URI> uris, List<Long> pids, Load load, int seconds) throws Exception {
        return new RelayBench.Run(uris, pids, load).play(seconds);
    }

    static void head() {
        System.out.printf(
                "%-24s %10s %12s %8s %8s %8s %8s %6s %9s%n",
                "load", "messages/s", "server µs/msg", "p50 µs", "p99 µs", "p99.9", "max µs", "lost", "RSS MB");
    }

    /** One load, played once. */
    private static final class Run {
        private final List<URI> uris;
        private final List<Long> pids;
        private final Load load;
        private final Histogram latency = new ConcurrentHistogram(TimeUnit.MINUTES.toNanos(1), 3);
        private final AtomicLong received = new AtomicLong();
        private final AtomicLong sent = new AtomicLong();
        private final AtomicLong misordered = new AtomicLong();
        private final CountDownLatch matched;
        private double costMicros;
        private volatile boolean measuring;
        private volatile boolean sending;
        private volatile boolean over;

        Run(URI uri, long pid, Load load) {
            this(List.of(uri), List.of(pid), load);
        }

        Run(List<URI> uris, List<Long> pids, Load load) {
            this.uris = uris;
            this.pids = pids;
            this.load = load;
            matched = new CountDownLatch(load.clients);
        }

        String play(int seconds) throws Exception {
            try (Loop loop = new Loop("bench-client")) {
                List<Thread> users = new ArrayList<>();
                for (int i = 0; i < load.clients; i++) {
                    int number = i;
                    users.add(loop.start(() -> user(loop, number)));
                    if (uris.size() > 1) {
                        awaitOneMore(i);
                    } else if (i % CONNECTS_PER_MILLI == 0) {
                        TimeUnit.MILLISECONDS.sleep(1);
                    }
                }
                if (!matched.await(20, TimeUnit.SECONDS)) {
                    throw new IOException(matched.getCount() + " of " + load.clients + " clients were not matched");
                }
                sending = true;
                TimeUnit.SECONDS.sleep(1);
                double cpu = cpuSeconds(pids);
                measuring = true;
                TimeUnit.SECONDS.sleep(seconds);
                measuring = false;
                cpu = cpuSeconds(pids) - cpu;
                long messages = latency.getTotalCount();
                costMicros = cpu * 1e6 / Math.max(1, messages);
                String line = line(seconds, messages);
                sending = false;
                TimeUnit.MILLISECONDS.sleep(500);
                over = true;
                for (Thread user : users) {
                    user.join(java.time.Duration.ofSeconds(5));
                }
                return line;
            }
        }

        /** Whoever comes next must not find somebody of the same server waiting. */
        private void awaitOneMore(int number) throws InterruptedException {
            if (number % 2 == 0) {
                TimeUnit.MILLISECONDS.sleep(10);
                return;
            }
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
            while (matched.getCount() > load.clients - number - 1 && System.nanoTime() - deadline < 0) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }

        private static double cpuSeconds(List<Long> pids) throws IOException {
            double all = 0;
            for (long each : pids) {
                all += RelayBench.cpuSeconds(each);
            }
            return all;
        }

        private boolean hasProcess() {
            return pids.getFirst() > 0;
        }

        private String line(int seconds, long messages) throws IOException {
            return String.format(
                    Locale.ROOT,
                    "%-24s %10d %12s %8d %8d %8d %8d %6d %9s",
                    load.name,
                    messages / seconds,
                    hasProcess() ? String.format(Locale.ROOT, "%.2f", costMicros) : "-",
                    latency.getValueAtPercentile(50) / 1000,
                    latency.getValueAtPercentile(99) / 1000,
                    latency.getValueAtPercentile(99.9) / 1000,
                    latency.getMaxValue() / 1000,
                    misordered.get(),
                    hasProcess() ? Long.toString(rssBytes(pids.getFirst()) >> 20) : "-");
        }

        private void user(Loop loop, int number) {
            try {
                URI uri = uris.get(number % uris.size());
                if (load.protocol == BenchProtocol.Kind.SOCKET_IO) {
                    uri = URI.create(uri + "&pair=" + number / 2);
                }
                InetAddress from = InetAddress.getByName("127.0.0." + (2 + number / 10_000));
                boolean loopback =
                        uri.getHost().equals("localhost") || uri.getHost().startsWith("127.");
                ClientOptions options = ClientOptions.of(uri, loop);
                options = load.protocol == BenchProtocol.Kind.V1 ? options.subprotocol("chat.v1") : options;
                try (WebSocketClient client = WebSocketClient.connect(loopback ? options.from(from) : options)) {
                    new User(this, client, number).run();
                }
            } catch (IOException e) {
                System.err.println("Client " + number + ": " + e.getMessage());
            }
        }
    }

    /** One client: its virtual thread receives, answers (closed loop) or sends on time (open loop). */
    private static final class User implements MessageHandler {
        private final Run run;
        private final WebSocketClient client;
        private final BenchProtocol protocol;
        private final byte[] text;
        private final long interval;
        private final long phase;
        private long next;
        private boolean counted;
        private int sequence;
        private int expected;

        User(Run run, WebSocketClient client, int number) {
            this.run = run;
            this.client = client;
            protocol = BenchProtocol.of(run.load.protocol);
            text = new byte[run.load.bytes];
            Arrays.fill(text, (byte) 'x');
            interval = run.load.rate == 0 ? 0 : TimeUnit.SECONDS.toNanos(run.load.clients) / run.load.rate;
            phase = interval * number / run.load.clients;
        }

        void run() throws IOException {
            boolean begun = false;
            while (!run.over) {
                if (run.sending && !begun) {
                    begun = true;
                    next = System.nanoTime() + phase;
                    for (int i = 0; i < run.load.window; i++) {
                        say(System.nanoTime());
                    }
                }
                while (run.sending && interval > 0 && next <= System.nanoTime()) {
                    say(next);
                    next += interval;
                }
                long wake = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100);
                long deadline = begun && run.sending && interval > 0 ? Math.min(wake, next) : wake;
                if (client.receive(this, deadline) == ReceiveResult.CLOSED) {
                    return;
                }
            }
        }

        private void say(long intended) throws IOException {
            hex(text, 0, 16, intended);
            hex(text, 16, 8, sequence++);
            protocol.say(client, text);
            run.sent.incrementAndGet();
        }

        @Override
        public void onText(byte[] buffer, int offset, int length) throws IOException {
            int at = protocol.hear(client, buffer, offset, length);
            if (at < 0) {
                if (protocol.matched() && !counted) {
                    counted = true;
                    run.matched.countDown();
                }
                return;
            }
            long intended = hex(buffer, at, 16);
            int number = (int) hex(buffer, at + 16, 8);
            if (number != expected) {
                run.misordered.incrementAndGet();
            }
            expected = number + 1;
            run.received.incrementAndGet();
            if (run.measuring) {
                run.latency.recordValue(Math.max(0, System.nanoTime() - intended));
            }
            if (run.load.window > 0 && run.sending) {
                say(System.nanoTime());
            }
        }

        @Override
        public void onBinary(byte[] buffer, int offset, int length) {}
    }

    private static void hex(byte[] into, int at, int digits, long value) {
        for (int i = digits - 1; i >= 0; i--, value >>>= 4) {
            into[at + i] = (byte) Character.forDigit((int) (value & 15), 16);
        }
    }

    private static long hex(byte[] from, int at, int digits) {
        long value = 0;
        for (int i = 0; i < digits; i++) {
            value = value << 4 | Character.digit(from[at + i], 16);
        }
        return value;
    }

    /** User and system time of a process (proc(5), stat fields 14 and 15), in seconds. */
    private static double cpuSeconds(long pid) throws IOException {
        if (pid <= 0) {
            return 0;
        }
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
    }

    private static long rssBytes(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        return 0;
    }
}
