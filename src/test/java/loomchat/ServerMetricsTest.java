package loomchat;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import loomchat.counters.Counters;
import loomchat.log.EventLog;
import loomchat.log.LogOptions;
import loomchat.log.Sampler;
import loomchat.metrics.Exposition;
import loomchat.metrics.LoopProbe;
import loomchat.net.Loop;
import loomchat.report.ReportService;
import loomchat.report.history.NodeFolders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerMetricsTest {
    /** A scrape may come as soon as the server listens, which is before it takes samples. */
    @Test
    void beforeTheFirstSampleItsGaugesAreLeftOut(@TempDir Path dir) throws Exception {
        Counters counters = new Counters();
        Loop[] loops = {new Loop("loop-of-a-test")};
        try (EventLog log = EventLog.open(LogOptions.in(dir));
                ReportService reports = new ReportService(NodeFolders.of(dir, ""), () -> null, () -> null)) {
            Sampler sampler = new Sampler(log, counters, () -> 5, () -> 2);
            ServerMetrics metrics = new ServerMetrics(
                    new ServerMetrics.Parts(
                            counters,
                            log,
                            sampler,
                            reports,
                            loops,
                            new LoopProbe(loops),
                            null,
                            10,
                            () -> 0,
                            () -> 0,
                            () -> true),
                    dir.toFile());
            assertThat(text(metrics)).contains("loomchat_connections_max 10.0").doesNotContain("resident_memory");

            sampler.start();
            assertThat(text(metrics)).contains("process_resident_memory_bytes ");
            sampler.close();
        } finally {
            loops[0].close();
        }
    }

    private static String text(ServerMetrics metrics) {
        return new String(Exposition.PROMETHEUS.write(metrics.read(), false), StandardCharsets.UTF_8);
    }
}
