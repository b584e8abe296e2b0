package loomchat.loadtest.testing;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import loomchat.loadtest.command.StressCommand;

/** Plays the command as a user would, with its output and results caught. */
public record CommandRun(int exitCode, String out, String err, Path results) {
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    /** Arguments as on the command line; {@code RESULTS} goes to {@code folder}. */
    public static CommandRun stress(Path folder, String... arguments) {
        return stress(Map.of(), folder, arguments);
    }

    /** The same with these variables in the environment. */
    public static CommandRun stress(Map<String, String> environment, Path folder, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Map<String, String> env = new HashMap<>(Map.of("RESULTS", folder.toString(), "DRAIN", "4s"));
        env.putAll(environment);
        int code = StressCommand.run(
                arguments,
                env,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        CommandRun played = new CommandRun(
                code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8), folder);
        System.out.println(Arrays.toString(arguments) + " -> " + code + "\n" + played.out + played.err);
        return played;
    }

    /** The only run's folder. */
    public Path folder() throws IOException {
        try (var folders = Files.list(results)) {
            return folders.filter(Files::isDirectory).findFirst().orElseThrow();
        }
    }

    /** Everything that it printed and wrote. */
    public String everything() throws IOException {
        StringBuilder everything = new StringBuilder(out).append(err);
        try (var files = Files.walk(results)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                everything.append(Files.readString(each));
            }
        }
        return everything.toString();
    }

    public JsonObject summary() throws IOException {
        try (JsonReader reader = READERS.createReader(Files.newInputStream(folder().resolve("summary.json")))) {
            return reader.readObject();
        }
    }

    public long total(String name) throws IOException {
        return summary().getJsonObject("totals").getJsonNumber(name).longValueExact();
    }
}
