package loomchat.testing;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReaderFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import loomchat.log.files.LogFileNames;

/** A log folder as a strict reader sees it: every line of every segment must be a whole JSON object. */
public record StrictLogReader(Path dir) {
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    /** All events of all segments, oldest first. */
    public List<JsonObject> events() {
        return lines(LogFileNames.EVENTS);
    }

    public List<JsonObject> samples() {
        return lines(LogFileNames.SAMPLES);
    }

    private List<JsonObject> lines(String kind) {
        List<JsonObject> lines = new ArrayList<>();
        for (Path file : files(kind)) {
            lines.addAll(parse(file));
        }
        return lines;
    }

    public List<Path> files(String kind) {
        try {
            List<Path> files = new ArrayList<>(LogFileNames.oldestFirst(dir));
            files.removeIf(each -> !each.getFileName().toString().startsWith(kind));
            if (Files.exists(LogFileNames.active(dir, kind))) {
                files.add(LogFileNames.active(dir, kind));
            }
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static List<JsonObject> parse(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            List<JsonObject> lines = new ArrayList<>();
            int start = 0;
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] == '\n') {
                    lines.add(object(bytes, start, i));
                    start = i + 1;
                }
            }
            assertThat(start).as("end of the last line of %s", file).isEqualTo(bytes.length);
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonObject object(byte[] bytes, int start, int end) {
        try (var reader = READERS.createReader(new ByteArrayInputStream(bytes, start, end - start))) {
            return reader.readObject();
        }
    }

    /** Fails unless {@code seq} rises by one within each run, beginning with 1. Returns the number of runs. */
    public static int assertNoGap(List<JsonObject> events) {
        int runs = 0;
        long expected = 0;
        for (JsonObject event : events) {
            long seq = event.getJsonNumber("seq").longValueExact();
            if (seq == 1) {
                runs++;
                expected = 1;
            }
            assertThat(seq).as("seq after %d in %s", expected - 1, event).isEqualTo(expected);
            expected++;
        }
        return runs;
    }

    public List<Path> all() {
        try (Stream<Path> files = Files.list(dir)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public List<Path> sideFiles() {
        return all().stream()
                .filter(each -> each.getFileName().toString().matches(".*\\.torn-\\d{8}T\\d{9}Z\\.bin"))
                .toList();
    }
}
