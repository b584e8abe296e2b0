package loomchat.testing.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Runs {@code promtool}. The test is skipped where Prometheus is not installed, or fails when {@code CI} is set. */
public final class Promtool {
    private static final int DEADLINE_SECONDS = 60;

    private Promtool() {}

    static void requireInstalled() {
        if (System.getenv("CI") == null) {
            boolean installed = isOnPath("prometheus") && isOnPath("promtool");
            Assumptions.assumeTrue(installed, "prometheus and promtool are not on the PATH");
        }
    }

    private static boolean isOnPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
    }

    /** Succeeds with these arguments. */
    public static void run(String... arguments) throws Exception {
        runWith("", arguments);
    }

    /** Succeeds with this as its standard input, and prints nothing that is wrong. */
    public static void runWith(String input, String... arguments) throws IOException, InterruptedException {
        requireInstalled();
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Path answer = Files.createTempFile("promtool-", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(answer.toFile())
                    .start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            boolean ended = process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly();
            String said = String.join(" ", command) + ":\n" + Files.readString(answer);
            assertThat(ended).as(said).isTrue();
            assertThat(process.exitValue()).as(said).isZero();
        } finally {
            Files.delete(answer);
        }
    }
}
