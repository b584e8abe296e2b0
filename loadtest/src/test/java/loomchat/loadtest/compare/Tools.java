package loomchat.loadtest.compare;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** The programs of {@code make compare}, run as it runs them. */
final class Tools {
    static final Path COMPARE = Path.of("loadtest", "compare");
    private static final int PATIENCE_SECONDS = 120;
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    private Tools() {}

    /** What a program printed. */
    record Output(int exitCode, String out, String err) {
        JsonObject json() {
            return Tools.json(out);
        }
    }

    /** A program that runs. What it prints is short enough for files of the test. */
    record Running(Process process, Path out, Path err) {
        Output await() throws IOException, InterruptedException {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("not ended after " + PATIENCE_SECONDS + " s: " + Files.readString(err));
            }
            return new Output(process.exitValue(), Files.readString(out), Files.readString(err));
        }
    }

    static JsonObject json(String text) {
        try (JsonReader reader = READERS.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }

    /** Skips the tests where one is missing, but not in CI. */
    static void require(String... programs) {
        for (String each : programs) {
            if (System.getenv("CI") == null) {
                Assumptions.assumeTrue(find(each).isPresent(), each + " is not on the PATH");
            }
        }
    }

    static Optional<Path> find(String program) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Compiles the load client. */
    static Path loadClient(Path folder) throws IOException, InterruptedException {
        Path program = folder.resolve("loadclient");
        List<String> command = new ArrayList<>(
                List.of("cc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-o", program.toString()));
        try (var sources = Files.list(COMPARE.resolve("client"))) {
            sources.map(Path::toString).filter(name -> name.endsWith(".c")).forEach(command::add);
        }
        Output compiled = start(folder, Map.of(), command).await();
        if (compiled.exitCode() != 0) {
            throw new AssertionError(compiled.err());
        }
        return program;
    }

    /** @param environment all of it */
    static Running start(Path folder, Map<String, String> environment, List<String> command) throws IOException {
        Path out = Files.createTempFile(folder, "run", ".out");
        Path err = Files.createTempFile(folder, "run", ".err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", System.getenv("PATH"));
        builder.environment().putAll(environment);
        return new Running(builder.start(), out, err);
    }
}
