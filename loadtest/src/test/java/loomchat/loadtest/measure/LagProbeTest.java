package loomchat.loadtest.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import loomchat.loadtest.scenario.ScenarioFile;
import loomchat.net.Loop;
import org.junit.jupiter.api.Test;

class LagProbeTest {
    /** As when nobody is let in, or a loop has failed: the run ends while the probe still measures. */
    @Test
    void aLoopThatEndsFirstEndsTheProbeWithoutAStackTrace() {
        Queue<Throwable> uncaught = new ConcurrentLinkedQueue<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {
            if (thread.getName().equals("lag probe")) {
                uncaught.add(e);
            }
        });
        Loop loop = new Loop("load-0");
        LatencyRecorders latency = new RunRecorder(ScenarioFile.load("classic", Map.of())).latency();
        try (LagProbe probe = new LagProbe(List.of(loop), latency)) {
            loop.close();
            await().until(() -> !probe.isMeasuring());
            assertThat(uncaught).isEmpty();
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }
}
