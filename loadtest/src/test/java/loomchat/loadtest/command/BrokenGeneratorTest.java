package loomchat.loadtest.command;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import loomchat.loadtest.scenario.Scenario;
import loomchat.loadtest.scenario.ScenarioFile;
import loomchat.loadtest.target.Dialer;
import loomchat.loadtest.target.Dialers;
import loomchat.loadtest.target.Target;
import loomchat.loadtest.testing.FaultyPlainServer;
import loomchat.loadtest.verify.OpenSides;
import loomchat.net.Loop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A load client of which a loop fails ends its run soon, and says so instead of giving figures. */
class BrokenGeneratorTest {
    private Run run;

    @Test
    @Timeout(30)
    void aFailedLoopEndsTheRun() throws Exception {
        try (FaultyPlainServer server = FaultyPlainServer.honest()) {
            StressOptions options = StressOptions.from(
                    List.of("classic", "URL=" + server.url(), "CLIENTS=4", "DURATION=20m"), Map.of());
            Scenario scenario = ScenarioFile.load(options.scenario(), options.overrides());
            Target target = Target.find(options.urls().getFirst(), options.insecure(), options.ca());
            Dialers dialer =
                    new Dialers(List.of(new Dialer(target, Duration.ofSeconds(5), scenario.clients(), null)), 1, false);
            Progress progress = new Progress(new PrintStream(new ByteArrayOutputStream()), false, 1);
            run = new Run(
                    scenario,
                    options,
                    dialer,
                    1,
                    OpenSides.NONE,
                    progress,
                    (row, latencies, from, to) -> breakLoop(),
                    (phase, seconds, soFar) -> {});
            assertThatThrownBy(run::play)
                    .isInstanceOf(GeneratorFailed.class)
                    .hasMessageContaining("java.lang.AssertionError: a fault of ours")
                    .hasMessageContaining("CLIENTS")
                    .hasMessageNotContaining("\n");
        }
    }

    /** At the first tick. */
    private void breakLoop() throws IOException {
        try {
            Field loops = Run.class.getDeclaredField("loops");
            loops.setAccessible(true);
            ((Loop) ((List<?>) loops.get(run)).getFirst()).execute(() -> {
                throw new AssertionError("a fault of ours");
            });
        } catch (ReflectiveOperationException e) {
            throw new IOException(e);
        }
    }
}
