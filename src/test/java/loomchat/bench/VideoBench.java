package loomchat.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import loomchat.browser.Browser;
import loomchat.browser.Page;
import loomchat.browser.Visitor;
import loomchat.browser.call.Caller;
import loomchat.testing.turn.CoturnProcess;

/**
 * {@code make bench BENCH=video}: how long it takes from the press with which somebody accepts a call until both have
 * each other's first picture, straight and relayed, in pages of one headless Chromium with a server and a coturn on
 * this machine; and what a relayed call takes of the relay. {@code CALLS_EACH} and {@code SECONDS_EACH} change how much
 * is measured.
 */
public final class VideoBench {
    private static final int WARMUP = 3;

    private VideoBench() {}

    public static void main(String[] args) throws Exception {
        int calls = Integer.parseInt(System.getenv().getOrDefault("CALLS_EACH", "50"));
        int seconds = Integer.parseInt(System.getenv().getOrDefault("SECONDS_EACH", "20"));
        Path folder = Files.createTempDirectory("loomchat-bench-video");
        try (CoturnProcess coturn = new CoturnProcess(folder);
                Browser browser = Browser.forCalls()) {
            Map<String, Map<String, String>> kinds = new LinkedHashMap<>();
            kinds.put("straight", Map.of("CALLS", "all"));
            kinds.put("relayed over UDP", relayed(coturn, "udp"));
            kinds.put("relayed over TCP", relayed(coturn, "tcp"));
            System.out.printf(
                    "From accepting to the first picture, ms, %d calls each%n%-20s %8s %8s %8s   %s%n",
                    calls, "", "p50", "p95", "max", "as the pages say: p50, p95, max");
            for (var each : kinds.entrySet()) {
                try (BenchServer server = BenchServer.start(each.getValue(), "-jar", "target/loomchat.jar")) {
                    Page one = browser.page(url(server));
                    Page other = browser.page(url(server));
                    firstPictures(each.getKey(), server, one, other, calls);
                    if (each.getKey().equals("relayed over UDP")) {
                        cost(coturn, server, one, other, seconds);
                    }
                    one.close();
                    other.close();
                }
            }
        }
    }

    private static Map<String, String> relayed(CoturnProcess coturn, String transport) {
        return Map.of("TURN_URLS", coturn.url(transport), "TURN_SECRET", coturn.secret());
    }

    private static void firstPictures(String name, BenchServer server, Page one, Page other, int calls)
            throws Exception {
        double[] seen = new double[calls];
        double[] told = new double[calls];
        for (int i = -WARMUP; i < calls; i++) {
            Caller caller = fresh(server, one);
            Caller called = fresh(server, other);
            double accepted = call(caller, called);
            double millis = Math.max(caller.firstFrameAt(), called.firstFrameAt()) - accepted;
            double page = Math.max(firstFrameMillis(caller), firstFrameMillis(called));
            caller.hangUp();
            called.hasNoCall();
            caller.hasNoCall();
            if (i >= 0) {
                seen[i] = millis;
                told[i] = page;
            }
        }
        Arrays.sort(seen);
        Arrays.sort(told);
        System.out.printf(
                "%-20s %8.0f %8.0f %8.0f   %.0f, %.0f, %.0f%n",
                name, at(seen, 0.5), at(seen, 0.95), at(seen, 1), at(told, 0.5), at(told, 0.95), at(told, 1));
    }

    /** How many bytes a second cross the relay for a call, and how much of a processor that costs. */
    private static void cost(CoturnProcess coturn, BenchServer server, Page one, Page other, int seconds)
            throws Exception {
        Caller caller = fresh(server, one);
        Caller called = fresh(server, other);
        call(caller, called);
        caller.seesAndHears();
        // Bandwidth estimation begins low.
        TimeUnit.SECONDS.sleep(20);
        Duration cpu = coturn.cpuTime();
        long sent = caller.media().bytesSent() + called.media().bytesSent();
        long start = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        double elapsed = (System.nanoTime() - start) / 1e9;
        long bytes = caller.media().bytesSent() + called.media().bytesSent() - sent;
        double share = coturn.cpuTime().minus(cpu).toNanos() / 1e9 / elapsed;
        System.out.printf(
                "  a relayed call: %.0f kbit/s each way, %.2f GB an hour out of the relay, %.1f %% of one processor%n",
                bytes * 8 / 1e3 / elapsed / 2, bytes / elapsed * 3600 / 1e9, share * 100);
        caller.hangUp();
        called.hasNoCall();
    }

    /** Two meet, one calls, the other accepts; returns when that was, by the browser's clock. */
    private static double call(Caller caller, Caller called) {
        caller.visitor.meet(called.visitor);
        caller.invite();
        called.prepareAnswer();
        return called.press("#call-send");
    }

    /** A visitor whom the server has not seen: one may invite only a few times a minute. */
    private static Caller fresh(BenchServer server, Page page) {
        page.run("""
                const press = (id) => document.getElementById(id)?.click();
                // A search takes no press in its first moment.
                const now = performance.now() + 1_000;
                performance.now = () => now;
                press("leave"); press("leave"); press("stop");
                localStorage.clear(); sessionStorage.clear();""");
        page.front().get(url(server));
        return new Caller(new Visitor(page));
    }

    /** What the page tells the server of it. */
    private static double firstFrameMillis(Caller caller) {
        String told = "return witness.stats?.firstFrameMillis ?? 0";
        caller.page.waitUntil("the page's figures", () -> ((Number) caller.page.run(told)).doubleValue() > 0);
        return ((Number) caller.page.run(told)).doubleValue();
    }

    private static double at(double[] sorted, double share) {
        return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }

    private static String url(BenchServer server) {
        return "http://127.0.0.1:" + server.uri().getPort() + "/";
    }
}
