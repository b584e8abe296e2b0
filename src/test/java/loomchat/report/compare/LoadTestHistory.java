package loomchat.report.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Random;

/** Log files of a server that was under load tests: each of a minute, with noise from a seed. */
public final class LoadTestHistory {
    public static final long FIRST = Instant.parse("2026-11-20T10:00:00Z").toEpochMilli();
    private static final int SECONDS = 60;

    private final Random random = new Random(1);
    private final StringBuilder events = new StringBuilder();
    private final StringBuilder samples = new StringBuilder();
    private long seq;

    // Of the next test
    String result = "";
    String verdict = "";
    int messageBytes = 500;
    /** Such as {@code 1 of 2}. */
    String share = "";

    String target = "ws://localhost:1/";
    /** The number of the server in its crowd, 0 for a server of its own; of the next start. */
    int crowdNumber;

    /** Whether the server stands still for a while, so that the p99 of the whole is 80 times as high. */
    boolean stopped;
    /** Whether one message comes in the first second, in which the server is busy with its start. */
    boolean slowStart;
    /** How late the load client's sends are at p99, in milliseconds; 0: it does not tell, as older ones. */
    double late;
    /** 0: it varies. */
    long constantMemory;

    /** Three runs of one scenario: the second as the first, the third with more CPU a message and a message lost. */
    public static LoadTestHistory usual() {
        LoadTestHistory history = new LoadTestHistory();
        history.start(FIRST - 60_000, "1.0", "");
        history.test("run-1", FIRST, 1000, 20, 0);
        history.test("run-2", FIRST + 600_000, 1000, 20, 0);
        history.start(FIRST + 1_000_000, "1.1", "-Xmx512m");
        history.test("run-3", FIRST + 1_200_000, 1000, 26, 1);
        return history;
    }

    void start(long millis, String version, String flags) {
        seq = 0;
        event(
                millis,
                "Server Started",
                "Loomchat " + version + " on localhost:1",
                "\"version\":\"%s\",\"java\":\"25\",\"pid\":1,\"address\":\"localhost:1\",\"settings\":{},\"tornBytes\":0,\"scheduler\":\"loops\"%s%s"
                        .formatted(
                                version,
                                crowdNumber == 0 ? "" : ",\"node\":" + crowdNumber,
                                flags.isEmpty() ? "" : ",\"flags\":\"" + flags + "\""));
    }

    void stop(long millis) {
        event(millis, "Server Stopped", "SIGTERM", "\"reason\":\"SIGTERM\",\"uptimeMillis\":1");
    }

    /** @param cpuPercent of a second with {@code rate} messages */
    void test(String id, long from, int rate, double cpuPercent, int lost) {
        begin(id, from);
        if (slowStart) {
            sample(from + 1_000, 1, 45);
        }
        for (int second = slowStart ? 1 : 0; second < SECONDS; second++) {
            double ramp = Math.min(1, (second + 1) / 10.0);
            double messages = Math.rint(rate * ramp * (1 + 0.05 * random.nextGaussian()));
            sample(
                    from + (second + 1) * 1000L,
                    messages,
                    cpuPercent * messages / rate * (1 + 0.05 * random.nextGaussian()));
            for (int i = 0; i < 3; i++) {
                event(
                        from + second * 1000L,
                        "Message Relay",
                        "Message size: " + messageBytes + " bytes",
                        "\"session\":1,\"pair\":1,\"bytes\":" + messageBytes);
            }
        }
        end(id, from + (SECONDS + 1) * 1000L, cpuPercent / 10, lost);
    }

    void connection(long millis) {
        event(millis, "New Connection", "", "\"session\":1");
    }

    void begin(String id, long millis) {
        event(
                millis,
                "Load Test Started",
                "classic with 300 clients",
                "\"id\":\"%s\",\"scenario\":\"classic\",\"clients\":300,\"target\":\"%s\",\"seed\":1,\"durationMillis\":60000,\"messageBytes\":\"500\",\"protocol\":\"plain\"%s"
                        .formatted(id, target, share.isEmpty() ? "" : ",\"share\":\"" + share + "\""));
    }

    private void end(String id, long millis, double latency, int lost) {
        StringBuilder p50 = new StringBuilder();
        StringBuilder p99 = new StringBuilder();
        for (int i = 0; i < SECONDS; i++) {
            String comma = i == 0 ? "" : ",";
            p50.append(comma).append(number(latency * (1 + 0.03 * random.nextGaussian())));
            p99.append(comma).append(number(4 * latency * (1 + 0.2 * random.nextGaussian())));
        }
        event(
                millis,
                "Load Test Ended",
                "classic: " + (lost == 0 ? "passed" : "failed"),
                "\"id\":\"%s\",\"scenario\":\"classic\",\"result\":\"%s\",\"verdict\":\"%s\",\"seconds\":60,"
                                .formatted(
                                        id,
                                        !result.isEmpty() ? result : lost == 0 ? "passed" : "failed",
                                        !verdict.isEmpty()
                                                ? verdict
                                                : lost == 0 ? "PASSED" : "FAILED: lost == 0 was missed (" + lost + ")")
                        + "\"thresholds\":[{\"threshold\":\"lost == 0\",\"value\":\"%d\",\"met\":%b},{\"threshold\":\"p99 < 50ms\",\"value\":\"%s ms\",\"met\":true}],"
                                .formatted(lost, lost == 0, number(4 * latency))
                        + "\"counts\":{\"sent\":57000,\"delivered\":%d,\"lost\":%d,\"duplicated\":0,\"reordered\":0},"
                                .formatted(57000 - lost, lost)
                        + "\"latencies\":{\"intended\":{\"count\":57000,\"p50\":%s,\"p99\":%s,\"max\":80}},"
                                .formatted(number(latency), number((stopped ? 400 : 4) * latency))
                        + "\"timeline\":{\"p50\":[" + p50 + "],\"p99\":[" + p99 + "]}"
                        + (late == 0 ? "" : ",\"generator\":{\"lateness\":{\"p99\":" + number(late) + "}}"));
    }

    private void event(long millis, String event, String details, String keys) {
        events.append("{\"time\":\"%s\",\"event\":\"%s\",\"details\":\"%s\",\"seq\":%d,%s}\n"
                .formatted(time(millis), event, details, ++seq, keys));
    }

    private void sample(long millis, double messages, double cpu) {
        long whole = (long) messages;
        samples.append(
                ("{\"time\":\"%s\",\"millis\":1000,\"bytesIn\":%d,\"bytesOut\":%d,\"messagesIn\":%d,\"messagesRelayed\":%d,"
                                + "\"messagesDropped\":0,\"connectionsOpened\":5,\"connectionsRefused\":0,\"connections\":300,\"waiting\":0,\"pairs\":150,"
                                + "\"rssBytes\":%d,\"heapUsedBytes\":%d,\"heapCommittedBytes\":200000000,\"cpuPercent\":%s,"
                                + "\"machineCpuPercent\":%s,\"cpuCores\":2,\"gcMillis\":%d,\"threads\":20,\"virtualThreads\":300,\"carriers\":2,"
                                + "\"openFiles\":400,\"logQueue\":3,\"logSyncMillis\":2,\"calls\":0}\n")
                        .formatted(
                                time(millis),
                                (messageBytes + 20) * whole,
                                (messageBytes + 10) * whole,
                                whole,
                                whole,
                                constantMemory > 0 ? constantMemory : 300_000_000 + random.nextInt(3_000_000),
                                50_000_000 + random.nextInt(50_000_000),
                                number(cpu),
                                number(cpu),
                                random.nextInt(5)));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString().replaceFirst("(:\\d\\d)Z$", "$1.000Z");
    }

    /** As sealed files. */
    public void writeTo(Path folder) throws IOException {
        Files.writeString(folder.resolve("chat-logs-20261120T110000000Z.jsonl"), events);
        Files.writeString(folder.resolve("bandwidth-20261120T110000000Z.jsonl"), samples);
    }
}
