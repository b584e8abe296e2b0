package loomchat.loadtest;

import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;

/**
 * Holds what the client saw against what a Loomchat counted in its own record, and tells such a server when a run begins and
 * ends. Main thread only; every request has a deadline.
 */
final class Reconciliation implements AutoCloseable {
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());
    private static final JsonBuilderFactory BUILDERS = Json.createBuilderFactory(Map.of());
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(15);
    private static final List<String> COUNTS = List.of("connections", "matches", "messages", "bytes", "disconnects");

    /** One count: the server's, and the range that the client knows it must lie in. */
    record Line(String what, long least, long most, long server) {
        boolean agrees() {
            return server >= least && server <= most;
        }

        String shown() {
            String seen = least == most ? "%,d".formatted(least) : "%,d to %,d".formatted(least, most);
            return "%-12s %s %s, seen here: %s%s"
                    .formatted(what, agrees() ? "agrees" : "DIFFERS", "%,d".formatted(server), seen, difference());
        }

        private String difference() {
            long off = server < least ? server - least : server > most ? server - most : 0;
            return off == 0 ? "" : " (%+,d)".formatted(off);
        }
    }

    /**
     * The server's counts before and after one share of a run. Every share sees what all of them did, so that the earliest
     * before and the latest after belong to the whole run.
     */
    record Span(boolean echo, Map<String, Long> before, Map<String, Long> after) {
        Span with(Span other) {
            return new Span(echo, joined(before, other.before, Math::min), joined(after, other.after, Math::max));
        }

        private static Map<String, Long> joined(Map<String, Long> one, Map<String, Long> two, BinaryOperator<Long> by) {
            Map<String, Long> joined = new LinkedHashMap<>(one);
            two.forEach((name, count) -> joined.merge(name, count, by));
            return joined;
        }

        List<Line> lines(Figures f) {
            Map<String, Long> counted = new LinkedHashMap<>();
            after.forEach((name, value) -> counted.put(name, value - before.getOrDefault(name, 0L)));
            List<Line> lines = new ArrayList<>();
            long connected = f.total("connected");
            long perhaps = connected + f.total("refused");
            lines.add(new Line("connections", connected, perhaps, counted.get("connections")));
            if (!echo) {
                matches(f, counted, lines);
                messages(f, counted, lines);
            }
            long opened = counted.get("connections");
            lines.add(new Line("disconnects", opened, opened, counted.get("disconnects")));
            return lines;
        }

        /** Whether everybody who came has gone. */
        private boolean isQuiet() {
            return after.get("connections") - before.get("connections")
                    == after.get("disconnects") - before.get("disconnects");
        }
    }

    private final Target target;
    private final HttpClient http;
    private final String id;
    private Map<String, Long> before;

    Reconciliation(Target target, String id) {
        this.target = target;
        this.id = id;
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(TIMEOUT);
        if (target.tls() != null) {
            builder.sslContext(target.tls());
        }
        http = builder.build();
    }

    /** Whether the target is a Loomchat; remembers what it has counted so far. */
    boolean begin(List<String> notes) {
        try {
            JsonObject report = report();
            if (report == null) {
                notes.add("the target has no /report.json, so its own count was not compared");
                return false;
            }
            before = totals(report);
            long others = number(report, "now", "connections");
            if (others > 0) {
                notes.add(
                        "%,d others were connected to the server at the start; what they do is in the server's count too"
                                .formatted(others));
            }
            return true;
        } catch (IOException e) {
            notes.add("the target's /report.json could not be read, so its own count was not compared: "
                    + e.getMessage());
            return false;
        }
    }

    /** Says {@code start} or {@code end} to the server, so that its report can mark the run. */
    void announce(String phase, Scenario scenario, String result, List<String> notes) {
        var body = BUILDERS.createObjectBuilder()
                .add("phase", phase)
                .add("id", id)
                .add("scenario", scenario.name())
                .add("clients", scenario.clients());
        if (result != null) {
            body.add("result", result);
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create(target.http("/loadtest")))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.build().toString()))
                .build();
        try {
            int status = send(request).statusCode();
            if (status >= 300) {
                notes.add("the server was not told of the run's " + phase + ": HTTP " + status);
            }
        } catch (IOException e) {
            notes.add("the server was not told of the run's " + phase + ": " + e.getMessage());
        }
    }

    /**
     * What the server has counted since {@link #begin}; null, with a note, when it does not tell. It may take a moment until the server has
     * noticed the last disconnect and written it down, so this asks until {@code settled}, for a bounded time.
     */
    private Span after(boolean echo, Predicate<Span> settled, List<String> notes) {
        long deadline = System.nanoTime() + PATIENCE;
        try {
            while (true) {
                JsonObject report = report();
                if (report == null) {
                    notes.add("the target's /report.json is gone, so its own count was not compared");
                    return null;
                }
                Span span = new Span(echo, before, totals(report));
                if (settled.test(span) || System.nanoTime() > deadline) {
                    return span;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(250));
            }
        } catch (IOException e) {
            notes.add("the target's /report.json could not be read, so its own count was not compared: "
                    + e.getMessage());
            return null;
        }
    }

    /** The server's counts beside those of a whole run. */
    List<Line> end(Figures figures, boolean echo, List<String> notes) {
        Span span = after(echo, s -> s.lines(figures).stream().allMatch(Line::agrees), notes);
        return span == null ? List.of() : span.lines(figures);
    }

    /** The server's counts for a share of a run, to be compared when the shares are put together. */
    Span endShare(boolean echo, List<String> notes) {
        return after(echo, Span::isQuiet, notes);
    }

    /** Both of a pair are told, unless one of them has vanished before it could be. */
    private static void matches(Figures f, Map<String, Long> counted, List<Line> lines) {
        long told = f.total("matched");
        long untold = f.total("searches") - told;
        lines.add(new Line("matches", (told + 1) / 2, told / 2 + untold, counted.get("matches")));
    }

    /** What was cut off may or may not have been handed to the socket of somebody who was about to leave. */
    private static void messages(Figures f, Map<String, Long> counted, List<Line> lines) {
        long seen = f.total("delivered") + f.total("duplicated") + f.total("corrupted") + f.total("misdelivered");
        long unseen = f.total("cutOff") + f.total("unconfirmed") + f.total("lost");
        lines.add(new Line("messages", seen, seen + unseen, counted.get("messages")));
        long sent = f.total("bytesSent");
        boolean exact = seen == f.total("sent") && unseen == 0;
        lines.add(new Line("bytes", exact ? sent : f.total("bytesDelivered"), sent, counted.get("bytes")));
    }

    private JsonObject report() throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(target.http("/report.json")))
                .timeout(TIMEOUT)
                .build();
        HttpResponse<String> response = send(request);
        if (response.statusCode() != 200) {
            return null;
        }
        try (JsonReader reader = READERS.createReader(new StringReader(response.body()))) {
            JsonObject object = reader.readObject();
            return object.get("totals") instanceof JsonObject totals
                            && COUNTS.stream().allMatch(totals::containsKey)
                    ? object
                    : null;
        } catch (JsonException e) {
            return null;
        }
    }

    private static Map<String, Long> totals(JsonObject report) {
        Map<String, Long> totals = new LinkedHashMap<>();
        COUNTS.forEach(each -> totals.put(each, number(report, "totals", each)));
        return totals;
    }

    private static long number(JsonObject report, String group, String name) {
        return report.get(group) instanceof JsonObject object && object.get(name) instanceof JsonNumber number
                ? number.longValue()
                : 0;
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
