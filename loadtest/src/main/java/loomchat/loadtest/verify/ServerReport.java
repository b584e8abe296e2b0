package loomchat.loadtest.verify;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import java.io.IOException;
import java.io.StringReader;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import loomchat.loadtest.identity.BearerToken;
import loomchat.loadtest.measure.Measurements;
import loomchat.loadtest.measure.ServerLoad;
import loomchat.loadtest.scenario.Scenario;

/**
 * The HTTP side of the Loomchats under test: asks for the servers' own counts, which are added up, and announces the
 * begin and the end of a run. Main thread only; every request has a deadline.
 * Long, because it has all that is asked of a server.
 */
public final class ServerReport implements AutoCloseable {
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());
    private static final JsonBuilderFactory BUILDERS = Json.createBuilderFactory(Map.of());
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    /** Who let the whole timeout pass is given a part of it from then on: it hangs, and there is more to be asked. */
    private static final int LESS = 10;
    /** Nobody wonders what is waited for. */
    private static final long SHORT = TimeUnit.SECONDS.toNanos(2);

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(15);

    private final List<String> bases;
    private final HttpClient http;
    private final Duration timeout;
    /** By {@code host:port}. */
    private final Set<String> silent = new HashSet<>();

    private final BearerToken operator;
    private final String id;
    private final Consumer<String> waiting;
    private Counts before;

    /**
     * @param bases of each server's HTTP pages, such as {@code http://localhost:3000}
     * @param tls the certificates to trust, or null
     * @param operator shows that an operator asks, or null
     * @param id of the run
     * @param waiting is told what is waited for when that takes long
     */
    public ServerReport(List<String> bases, SSLContext tls, BearerToken operator, String id, Consumer<String> waiting) {
        this(bases, tls, operator, id, waiting, TIMEOUT);
    }

    ServerReport(
            List<String> bases,
            SSLContext tls,
            BearerToken operator,
            String id,
            Consumer<String> waiting,
            Duration timeout) {
        this.timeout = timeout;
        this.waiting = waiting;
        this.bases = List.copyOf(bases);
        this.operator = operator;
        this.id = id;
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(timeout);
        if (tls != null) {
            builder.sslContext(tls);
        }
        http = builder.build();
    }

    /** Whether the target is a Loomchat; remembers its counts so far. */
    public boolean begin(List<String> notes) {
        try {
            Counts counts = counts();
            if (counts == null) {
                notes.add("the target has no /report.json, so its own count was not compared");
                return false;
            }
            before = counts;
            return true;
        } catch (IOException e) {
            notes.add("the target's /report.json could not be read, so its own count was not compared: " + why(e));
            return false;
        }
    }

    /** How many were connected at {@link #begin}. */
    public long others() {
        return before == null ? 0 : before.connections;
    }

    /**
     * Announces {@code start} or {@code end} to the server, so that its report can mark the run. A server of an older
     * version does not take as long an announcement: it gets one without the details.
     */
    public void announce(String phase, Scenario scenario, String result, JsonObject details, List<String> notes) {
        var body = BUILDERS.createObjectBuilder()
                .add("phase", phase)
                .add("id", id)
                .add("scenario", scenario.name())
                .add("clients", details.getInt("clients", scenario.clients()));
        if (result != null) {
            body.add("result", result);
        }
        JsonObject brief = body.build();
        JsonObject whole = BUILDERS.createObjectBuilder(brief)
                .addAll(BUILDERS.createObjectBuilder(details))
                .build();
        for (String base : bases) {
            try {
                int status = announce(base, whole);
                status = status == 400 ? announce(base, brief) : status;
                if (status >= 300) {
                    notes.add("the server was not told of the run's " + phase + ": HTTP " + status);
                }
            } catch (IOException e) {
                notes.add("the server was not told of the run's " + phase + ": " + why(e));
            }
        }
    }

    private int announce(String base, JsonObject body) throws IOException {
        return send(request(base, "/loadtest")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                        .build())
                .statusCode();
    }

    /** What the processes of all servers have used, by {@code /metrics} of each. */
    public ServerUse use() {
        ServerUse use = ServerUse.NONE;
        for (String base : bases) {
            try {
                HttpResponse<String> response = send(request(base, "/metrics").build());
                use = use.and(response.statusCode() == 200 ? ServerUse.of(response.body()) : ServerUse.UNKNOWN);
            } catch (IOException e) {
                return ServerUse.UNKNOWN;
            }
        }
        return use;
    }

    /**
     * Of all servers together.
     *
     * @param sumsSince what each server says of the time before which its record is gone
     */
    private record Counts(Map<String, Long> totals, long connections, List<String> sumsSince) {}

    /** Null unless each server tells its counts. */
    private Counts counts() throws IOException {
        Map<String, Long> totals = new LinkedHashMap<>();
        long connections = 0;
        List<String> sumsSince = new ArrayList<>();
        for (String base : bases) {
            JsonObject report = report(base);
            if (report == null) {
                return null;
            }
            Stream.of(Reconciliation.COUNTS, Reconciliation.COUNTS_OF_CALLS)
                    .flatMap(List::stream)
                    .forEach(each -> totals.merge(each, number(report, "totals", each), Long::sum));
            connections += number(report, "now", "connections");
            sumsSince.add(report.get("scan") instanceof JsonObject scan ? String.valueOf(scan.get("sumsSince")) : "");
        }
        return new Counts(totals, connections, sumsSince);
    }

    /**
     * What the server has counted since {@link #begin}; null, with a note, when it does not say. The server may
     * take a moment to notice and record the last disconnect, so this asks until {@code settled}, for a bounded
     * time.
     */
    private Reconciliation after(boolean echo, Predicate<Reconciliation> settled, List<String> notes) {
        long deadline = System.nanoTime() + PATIENCE;
        try {
            while (true) {
                Counts counts = counts();
                if (counts == null) {
                    notes.add("the target's /report.json is gone, so its own count was not compared");
                    return null;
                }
                if (!counts.sumsSince.equals(before.sumsSince)) {
                    notes.add("the target removed older records while the run went on, so that its own count, which is"
                            + " without them, was not compared; a larger LOG_RETAIN_BYTES keeps them");
                    return null;
                }
                Reconciliation counted = new Reconciliation(echo, before.totals, counts.totals, before.connections);
                if (settled.test(counted) || System.nanoTime() > deadline) {
                    return counted;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(250));
            }
        } catch (IOException e) {
            notes.add("the target's /report.json could not be read, so its own count was not compared: " + why(e));
            return null;
        }
    }

    /** Compares the server's counts with those of a whole run. */
    public List<Reconciliation.Comparison> end(Measurements measurements, boolean echo, List<String> notes) {
        Reconciliation counted =
                after(echo, c -> c.compare(measurements).stream().allMatch(Reconciliation.Comparison::agrees), notes);
        if (counted == null) {
            return List.of();
        }
        notes.addAll(counted.noteOfUsers(measurements));
        return counted.compare(measurements);
    }

    /** The server's counts for a share of a run, to be compared when the shares are merged. */
    public Reconciliation endShare(boolean echo, List<String> notes) {
        return after(echo, Reconciliation::isQuiet, notes);
    }

    /**
     * What a single server sampled of itself during a run; empty when it does not say. Several servers tell of
     * themselves in their own reports.
     */
    public List<ServerLoad> load(Measurements m) {
        long from = m.run().startMillis();
        long to = from + Math.round(1000 * m.run().sendSeconds());
        try {
            JsonObject report =
                    bases.size() == 1 ? report(bases.getFirst(), "?from=%d&to=%d".formatted(from, to)) : null;
            return report == null ? List.of() : ServerSamples.of(report.getJsonObject("series"), from);
        } catch (IOException | ClassCastException | NullPointerException e) {
            // A server of another version says it in another way, or not.
            return List.of();
        }
    }

    /** Of this server alone: its report may show others too, behind itself. */
    private JsonObject report(String base) throws IOException {
        JsonObject report = report(base, "");
        if (report != null && report.get("nodes") instanceof JsonArray nodes && nodes.size() > 1) {
            String own = nodes.getJsonObject(0).getString("name");
            return report(base, "?node=" + URLEncoder.encode(own, StandardCharsets.UTF_8));
        }
        return report;
    }

    private JsonObject report(String base, String query) throws IOException {
        HttpResponse<String> response =
                send(request(base, "/report.json" + query).build());
        if (response.statusCode() == 401) {
            throw new IOException("it is for operators: OPERATOR_TOKEN has to be one of theirs");
        }
        if (response.statusCode() != 200) {
            return null;
        }
        try (JsonReader reader = READERS.createReader(new StringReader(response.body()))) {
            JsonObject object = reader.readObject();
            return object.get("totals") instanceof JsonObject totals
                            && Reconciliation.COUNTS.stream().allMatch(totals::containsKey)
                    ? object
                    : null;
        } catch (JsonException e) {
            return null;
        }
    }

    /** In words: what the HTTP client throws often has no message. */
    private static String why(IOException e) {
        return switch (e) {
            case ConnectException refused -> "no connection to it, the server is gone";
            default -> e.getMessage() == null ? "the connection ended before its answer" : e.getMessage();
        };
    }

    private static long number(JsonObject report, String group, String name) {
        return report.get(group) instanceof JsonObject object && object.get(name) instanceof JsonNumber number
                ? number.longValue()
                : 0;
    }

    private HttpRequest.Builder request(String base, String path) {
        URI uri = URI.create(base + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(silent.contains(uri.getAuthority()) ? timeout.dividedBy(LESS) : timeout);
        return operator == null ? request : request.header("Authorization", operator.header());
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException {
        String server = request.uri().getAuthority();
        boolean wasSilent = silent.contains(server);
        CompletableFuture<HttpResponse<String>> answer = http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
        try {
            HttpResponse<String> response;
            try {
                response = answer.get(SHORT, TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (!wasSilent) {
                    waiting.accept("Waiting for an answer of %s, for %d s at most"
                            .formatted(request.uri().getPath(), timeout.toSeconds()));
                }
                response = answer.get();
            }
            silent.remove(server);
            return response;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof HttpTimeoutException) {
                silent.add(server);
                throw new IOException(
                        wasSilent ? "it still does not answer" : "no answer within " + timeout.toSeconds() + " s");
            }
            throw e.getCause() instanceof IOException why ? why : new IOException(e.getCause());
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
