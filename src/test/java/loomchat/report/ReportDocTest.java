package loomchat.report;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import loomchat.Loomchat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/report.md} has every field of a real {@code /report.json}, with its type, and no other. */
class ReportDocTest {
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());
    private static final Pattern FIELD =
            Pattern.compile("(?m)^\\| `([^`]+)` \\| (string|integer|number|boolean)( or null)? \\|");

    /** Objects whose members have names that are listed elsewhere. */
    private static final Set<String> OPEN = Set.of(
            "peaks",
            "totals.disconnectsByReason",
            "totals.callsByReason",
            "totals.reportsByReason",
            "distributions",
            "series.samples");

    /** One of each kind of line that ends up in the report. */
    private static final String EVENTS = """
            {"time":"2026-01-01T00:00:00.000Z","event":"Server Started","details":"","seq":1,"version":"1","java":"25","pid":1,"address":"localhost:1","settings":{},"tornBytes":0,"scheduler":"loops"}
            {"time":"2026-01-01T00:00:01.000Z","event":"New Connection","details":"","seq":2,"session":1,"protocol":"plain"}
            {"time":"2026-01-01T00:00:02.000Z","event":"New Connection","details":"","seq":3,"session":2,"protocol":"plain"}
            {"time":"2026-01-01T00:00:02.000Z","event":"Matched","details":"","seq":4,"session":2,"pair":1,"partner":1,"waitedMillis":1000}
            {"time":"2026-01-01T00:00:03.000Z","event":"Message Relay","details":"","seq":5,"session":1,"pair":1,"bytes":5}
            {"time":"2026-01-01T00:00:04.000Z","event":"Chat Ended","details":"","seq":6,"session":1,"pair":1,"reason":"close","chatMillis":2000,"messages":1,"bytes":5}
            {"time":"2026-01-01T00:00:03.000Z","event":"Call Started","details":"","seq":10,"session":2,"pair":1,"call":1,"partner":1,"kinds":"audio"}
            {"time":"2026-01-01T00:00:04.000Z","event":"Call Ended","details":"","seq":11,"session":1,"pair":1,"call":1,"reason":"ended","callMillis":1000,"connected":true,"firstFrameMillis":412,"relayed":true,"mediaBytesOut":5,"mediaBytesIn":6}
            {"time":"2026-01-01T00:00:04.000Z","event":"Disconnected","details":"","seq":7,"session":1,"reason":"close","code":1000,"sessionMillis":3000,"messages":1,"dropped":0}
            {"time":"2026-01-01T00:00:05.000Z","event":"Load Test Started","details":"","seq":8,"id":"run-1","scenario":"classic","clients":2}
            {"time":"2026-01-01T00:00:05.000Z","event":"Reported","details":"","seq":12,"session":1,"pair":1,"partner":2,"reason":"spam"}
            {"time":"2026-01-01T00:00:06.000Z","event":"Load Test Ended","details":"","seq":13,"id":"run-1","scenario":"classic","result":"failed","verdict":"FAILED: p99 < 1ms was missed (1.2 ms)","seconds":2,"counts":{"delivered":21,"lost":0},"latencies":{"intended":{"p99":1.2}}}
            {"time":"2026-01-01T00:00:06.500Z","event":"Server Stopped","details":"","seq":9,"reason":"SIGTERM","uptimeMillis":6500}
            """;

    private final String document = Files.readString(Path.of("docs/report.md"));

    ReportDocTest() throws Exception {}

    @Test
    void everyFieldIsDescribedWithItsType(@TempDir Path logs) throws Exception {
        Map<String, String> described = new TreeMap<>();
        FIELD.matcher(document).results().forEach(row -> described.put(row.group(1), row.group(2)));
        JsonObject report = report(logs);
        Map<String, String> real = new TreeMap<>();
        collect("", report, real);

        assertThat(described.keySet()).as("fields in docs/report.md").isEqualTo(real.keySet());
        // A number may be whole by chance; null has no type.
        real.forEach((field, type) -> assertThat(type)
                .as(field)
                .isIn(described.get(field), "null", described.get(field).equals("number") ? "integer" : "null"));
        report.getJsonObject("distributions")
                .forEach((name, each) -> assertThat(document)
                        .contains("| `" + name + "` | " + each.asJsonObject().getString("unit") + " |"));
        Set<String> samples = Pattern.compile("(?m)^\\| `(\\w+)` \\| [^|]+ \\|$")
                .matcher(document)
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(samples)
                .containsAll(
                        report.getJsonObject("series").getJsonObject("samples").keySet());
    }

    private static JsonObject report(Path logs) throws Exception {
        Files.writeString(logs.resolve("chat-logs-20260101T000006500Z.jsonl"), EVENTS);
        // A link in place of a log file is a problem that the report names.
        Files.createSymbolicLink(logs.resolve("chat-logs-20260102T000000000Z.jsonl"), logs.resolve("nowhere"));
        try (Loomchat server = Loomchat.start(Map.of("PORT", "0", "HOST", "127.0.0.1", "LOG_DIR", logs.toString()));
                HttpClient client = HttpClient.newHttpClient()) {
            URI uri =
                    URI.create("http://127.0.0.1:" + server.port() + "/report.json?bucket=1d&event=Disconnected:close");
            String body = client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
            try (JsonReader reader = READERS.createReader(new StringReader(body))) {
                return reader.readObject();
            }
        }
    }

    private static void collect(String path, JsonValue value, Map<String, String> fields) {
        switch (value) {
            case JsonObject object ->
                object.forEach((name, each) ->
                        collect((path.isEmpty() ? "" : path + ".") + (OPEN.contains(path) ? "*" : name), each, fields));
            case JsonArray array -> {
                assertThat(array).as(path + " of the test's history").isNotEmpty();
                array.forEach(each -> collect(path + "[]", each, fields));
            }
            default -> fields.merge(path, type(value), ReportDocTest::wider);
        }
    }

    private static String type(JsonValue value) {
        return switch (value.getValueType()) {
            case TRUE, FALSE -> "boolean";
            case NUMBER -> ((JsonNumber) value).isIntegral() ? "integer" : "number";
            default -> value.getValueType().toString().toLowerCase(java.util.Locale.ROOT);
        };
    }

    private static String wider(String one, String other) {
        return one.equals("null") || one.equals("integer") && other.equals("number") ? other : one;
    }
}
