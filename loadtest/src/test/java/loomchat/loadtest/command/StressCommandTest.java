package loomchat.loadtest.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import loomchat.Loomchat;
import loomchat.loadtest.measure.Timeline;
import loomchat.loadtest.measure.TimelineColumn;
import loomchat.loadtest.testing.CommandRun;
import loomchat.loadtest.testing.FaultyPlainServer;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole command, in this process. Long, because all that a run can end with is tried. */
class StressCommandTest {
    @TempDir
    Path results;

    @Test
    void noServerIsSaidInOneLineBeforeAnyWork() throws IOException {
        int port;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        CommandRun played = CommandRun.stress(results, "URL=ws://127.0.0.1:" + port + "/");
        assertThat(played.exitCode()).isEqualTo(3);
        assertThat(played.err().lines()).hasSize(1);
        assertThat(played.err()).startsWith("No server at ws://127.0.0.1:" + port + "/: refused");
        assertThat(played.out()).isEmpty();
        assertThat(results).isEmptyDirectory();
    }

    @Test
    void wrongUsageIsSaidInOneLineBeforeAnyWork() {
        for (List<String> wrong : List.of(
                List.of("URL=http://localhost/"),
                List.of("CLIENTS=5000000"),
                List.of("CLIENTS=-1"),
                List.of("--colour", "red"),
                List.of("--clients"),
                List.of("SHARE=3/2"),
                List.of("INSECURE=perhaps"),
                List.of("nowhere.json"),
                List.of("classic", "evil"),
                List.of("history", "classic", "evil"),
                List.of("merge", "one"),
                List.of("compare", "one"),
                List.of("compare", "previous", "last"),
                List.of("compare", "one", "two"))) {
            CommandRun played = CommandRun.stress(results, wrong.toArray(String[]::new));
            assertThat(played.exitCode()).as(wrong.toString()).isEqualTo(2);
            assertThat(played.err().lines()).as(wrong.toString()).hasSize(1);
            assertThat(played.out()).isEmpty();
        }
    }

    @Test
    void everySettingIsListed() {
        CommandRun played = CommandRun.stress(results, "--help");
        assertThat(played.exitCode()).isZero();
        StressOptions.SETTINGS.forEach(each -> assertThat(played.out()).contains(each.name()));
    }

    @Test
    void missedThresholdsFailTheRun() throws IOException {
        try (FaultyPlainServer server = FaultyPlainServer.honest()) {
            CommandRun played = CommandRun.stress(
                    results,
                    "classic",
                    "URL=" + server.url(),
                    "CLIENTS=4",
                    "DURATION=1s",
                    "THRESHOLDS=p50 < 1us, lost == 0");
            assertThat(played.exitCode()).isIn(1, 4);
            assertThat(played.out()).containsPattern("MISSED +p50 < 1us: ").containsPattern("met +lost == 0");
            assertThat(played.summary()
                            .getJsonArray("thresholds")
                            .getJsonObject(0)
                            .getBoolean("met"))
                    .isFalse();
        }
    }

    @Test
    void everyOutputSaysTheSame() throws IOException {
        try (FaultyPlainServer server = FaultyPlainServer.honest()) {
            CommandRun played =
                    CommandRun.stress(results, "classic", "URL=" + server.url(), "CLIENTS=10", "DURATION=2s");
            Path folder = played.folder();
            long delivered = played.total("delivered");
            assertThat(delivered).isPositive();
            assertThat(count(folder.resolve("latency.hlog"), "intended")).isEqualTo(delivered);
            assertThat(count(folder.resolve("latency.hlog"), "persona.steady.actual"))
                    .isEqualTo(delivered);
            assertThat(played.summary()
                            .getJsonObject("latencies")
                            .getJsonObject("intended")
                            .getJsonNumber("count")
                            .longValue())
                    .isEqualTo(delivered);
            assertThat(Files.readString(folder.resolve("latency.hgrm")))
                    .contains("Total count")
                    .contains(Long.toString(delivered));
            assertThat(timelineDelivered(folder)).isEqualTo(delivered);
            assertThat(played.out())
                    .contains(Files.readString(folder.resolve("summary.txt")).strip());
            String page = Files.readString(folder.resolve("report.html"));
            assertThat(page).contains("uPlot").contains("%,d".formatted(delivered));
            assertThat(page.replaceAll("(?s)<script>.*?</script>", ""))
                    .doesNotContainPattern("src=\"(?!data:)")
                    .doesNotContainPattern("href=\"(?!data:|#)");
        }
    }

    private static long count(Path log, String tag) throws IOException {
        long count = 0;
        try (HistogramLogReader reader = new HistogramLogReader(log.toFile())) {
            for (EncodableHistogram each = reader.nextIntervalHistogram();
                    each != null;
                    each = reader.nextIntervalHistogram()) {
                count += tag.equals(each.getTag()) ? ((Histogram) each).getTotalCount() : 0;
            }
        }
        return count;
    }

    private static long timelineDelivered(Path folder) throws IOException {
        return (long) Timeline.read(folder.resolve("timeline.csv")).stream()
                .mapToDouble(row -> row.get(TimelineColumn.DELIVERED))
                .sum();
    }

    @Test
    void twoRunsStandSideBySide() throws IOException {
        try (FaultyPlainServer server = FaultyPlainServer.honest()) {
            Path a = CommandRun.stress(
                            results.resolve("a"), "classic", "URL=" + server.url(), "CLIENTS=4", "DURATION=1s")
                    .folder();
            Path b = CommandRun.stress(
                            results.resolve("b"), "classic", "URL=" + server.url(), "CLIENTS=8", "DURATION=1s")
                    .folder();
            CommandRun compared = CommandRun.stress(results, "compare", a.toString(), b.toString());
            assertThat(compared.exitCode()).isZero();
            assertThat(compared.out())
                    .contains("CLIENTS: 4 → 8")
                    .containsPattern("messages sent +[\\d,]+ +[\\d,]+ +[+-]")
                    .containsPattern("(?m)^  p99 .* [mµ]s .* [mµ]s ")
                    // On a busy machine neither run is valid.
                    .containsPattern(
                            "What\\s+was\\s+played\\s+differs,\\s+and\\s+may\\s+be\\s+the\\s+reason\\.|No conclusion: ");
        }
    }

    @Test
    void sharesOfARunArePutTogetherExactly() throws Exception {
        try (FaultyPlainServer server = new FaultyPlainServer(FaultyPlainServer.Fault.DROP, 89)) {
            String[] folders = new String[3];
            Thread[] players = new Thread[3];
            for (int i = 0; i < 3; i++) {
                int share = i;
                players[i] = Thread.ofPlatform().start(() -> {
                    try {
                        folders[share] = CommandRun.stress(
                                        results.resolve("share" + share),
                                        "classic",
                                        "URL=" + server.url(),
                                        "CLIENTS=30",
                                        "DURATION=3s",
                                        "INTERVAL=30ms",
                                        "SHARE=" + (share + 1) + "/3")
                                .folder()
                                .toString();
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
            }
            for (Thread each : players) {
                assertThat(each.join(java.time.Duration.ofSeconds(60))).isTrue();
            }
            CommandRun merged =
                    CommandRun.stress(results.resolve("merged"), "merge", folders[0], folders[1], folders[2]);
            assertThat(merged.total("connected")).isEqualTo(30);
            assertThat(merged.total("matched")).isEqualTo(30);
            assertThat(merged.total("lost")).isEqualTo(server.committed.get()).isPositive();
            assertThat(merged.total("delivered") + merged.total("lost") + merged.total("cutOff"))
                    .isEqualTo(merged.total("sent"));
            assertThat(merged.total("misdelivered")).isZero();
            assertThat(count(merged.folder().resolve("latency.hlog"), "intended"))
                    .isEqualTo(merged.total("delivered"));
        }
    }

    @Test
    void sharesAgainstALoomchatAreComparedWithItsCountWhenTheyArePutTogether() throws Exception {
        Map<String, String> settings = Map.of(
                "HOST",
                "127.0.0.1",
                "PORT",
                "0",
                "LOG_DIR",
                results.resolve("logs").toString(),
                "DRAIN_TIMEOUT",
                "0s");
        try (Loomchat server = Loomchat.start(settings)) {
            CommandRun[] shares = new CommandRun[2];
            Thread[] players = new Thread[2];
            for (int i = 0; i < 2; i++) {
                int share = i;
                players[i] = Thread.ofPlatform()
                        .start(() -> shares[share] = CommandRun.stress(
                                results.resolve("share" + share),
                                "classic",
                                "URL=ws://127.0.0.1:" + server.port() + "/",
                                "CLIENTS=20",
                                "DURATION=2s",
                                "SHARE=" + (share + 1) + "/2"));
            }
            for (Thread each : players) {
                assertThat(each.join(java.time.Duration.ofSeconds(60))).isTrue();
            }
            assertThat(shares[0].summary().getJsonArray("reconciliation")).isEmpty();
            assertThat(shares[0].summary()).doesNotContainKey("serverProcess");
            String[] merge = {
                "merge", shares[0].folder().toString(), shares[1].folder().toString()
            };
            CommandRun merged = CommandRun.stress(results.resolve("merged"), merge);
            assertThat(merged.out()).contains("the server's own count").doesNotContain("DIFFERS");
            assertThat(merged.summary().getJsonArray("reconciliation")).hasSize(5);
            assertThat(merged.exitCode()).isIn(ExitCode.PASSED, ExitCode.OVERLOADED);
        }
    }

    @Test
    void aFullDiskCostsFilesAndNotTheRun() throws Exception {
        Path disk = Files.createDirectory(results.resolve("disk"));
        assumeTrue(
                root("mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", disk.toString()),
                "SKIPPED: a small file system cannot be mounted here, it takes root");
        try (FaultyPlainServer server = FaultyPlainServer.honest()) {
            CommandRun played = CommandRun.stress(disk, "classic", "URL=" + server.url(), "CLIENTS=4", "DURATION=2s");
            // On a busy machine its times are not valid, which is said first.
            assertThat(played.exitCode()).isIn(ExitCode.GENERATOR_FAILED, ExitCode.OVERLOADED);
            assertThat(played.out())
                    .contains("classic against ", " delivered", "its results are not whole")
                    .containsPattern("NOT WRITTEN, or not whole: .*report\\.html.*: No space left on device");
            assertThat(played.err()).isEmpty();
        } finally {
            root("umount", disk.toString());
        }
    }

    private static boolean root(String... command) throws Exception {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    @Test
    void ctrlCEndsGentlyWithAFullSummary() throws Exception {
        try (FaultyPlainServer server = FaultyPlainServer.honest()) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Caller.class.getName(),
                            "classic",
                            "URL=" + server.url(),
                            "CLIENTS=6",
                            "RESULTS=" + results)
                    .redirectErrorStream(true)
                    .start();
            try (BufferedReader out = process.inputReader()) {
                for (String line = out.readLine(); !line.contains("chatting"); line = out.readLine()) {
                    // Until it plays.
                }
                process.toHandle().destroy();
                List<String> rest = out.lines().toList();
                assertThat(rest)
                        .anyMatch(each -> each.startsWith("INTERRUPTED"))
                        .anyMatch(each -> each.contains("0 lost"));
            }
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(143);
            try (var folders = Files.list(results)) {
                assertThat(folders.findFirst().orElseThrow().resolve("summary.json"))
                        .exists();
            }
        }
    }

    /** The command as a process of its own. */
    static final class Caller {
        public static void main(String[] args) {
            System.exit(StressCommand.run(args, Map.of(), System.out, System.err));
        }
    }
}
