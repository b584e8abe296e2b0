package loomchat;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the program says to a command that it does not have, or that it has with other words. */
class CommandsTest {
    @TempDir
    Path dir;

    @Test
    void anUnknownCommandIsSaidInOneLineWithTheNearestOne() throws Exception {
        for (var each : Map.of(
                        "sevre", "is serve meant?",
                        "raport", "is report meant?",
                        "history", "is stress history meant?",
                        "x\u001b[2J", "use serve, stress, report")
                .entrySet()) {
            Ended ended = run(each.getKey());
            assertThat(ended.exitCode).isEqualTo(2);
            assertThat(ended.lines)
                    .singleElement()
                    .asString()
                    .startsWith("Unknown command ")
                    .contains(each.getValue())
                    .doesNotContain("\u001b");
        }
    }

    @Test
    void theVersionIsALine() throws Exception {
        Ended ended = run("--version");
        assertThat(ended.exitCode).isZero();
        assertThat(ended.lines)
                .singleElement()
                .asString()
                .matches("Loomchat \\S+, Java " + Runtime.version().feature() + ".*");
    }

    /** Neither port nor help is a reason to serve on the default port, or to put the logs away. */
    @Test
    void whatTakesNoArgumentsDoesNothingWithSome() throws Exception {
        Path line =
                Files.writeString(Files.createDirectories(dir.resolve("logs")).resolve("chat-logs.jsonl"), "{}\n");
        Ended serve = run("serve", "--port", "1");
        assertThat(serve.exitCode).isEqualTo(2);
        assertThat(serve.lines).singleElement().asString().contains("PORT=8080 loomchat serve");
        Ended reset = run("reset", "--help");
        assertThat(reset.exitCode).isZero();
        assertThat(reset.lines).singleElement().asString().contains("LOG_DIR");
        assertThat(line).hasContent("{}");
        assertThat(run("reset", "now").exitCode).isEqualTo(2);
        assertThat(line).hasContent("{}");
    }

    /** A program that ends by a signal would have make say "Error 130". */
    @Test
    void ctrlCIsTheUsualEndOfWatching() throws Exception {
        Files.createDirectories(dir.resolve("logs"));
        Process process = start("report", "--watch", "60m");
        try {
            // What the JVM says of itself may come first.
            assertThat(process.inputReader().lines().anyMatch(each -> each.contains("Loomchat report")))
                    .isTrue();
            assertThat(new ProcessBuilder("kill", "-INT", "" + process.pid())
                            .start()
                            .waitFor())
                    .isZero();
            assertThat(process.waitFor()).isZero();
        } finally {
            process.destroy();
        }
    }

    private record Ended(int exitCode, List<String> lines) {}

    private Ended run(String... arguments) throws Exception {
        Process process = start(arguments);
        List<String> lines = process.inputReader().readAllLines();
        return new Ended(process.waitFor(), lines);
    }

    private Process start(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "loomchat.Main"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LOG_DIR", dir.resolve("logs").toString());
        return builder.start();
    }
}
