package loomchat.identity.issuers;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JWK set behind a URL. The issuer's thread, which waits for it within a deadline. Redirects are not followed, and no
 * more than {@link KeySet#MOST_BYTES} are read. Each fetch has an HTTP client of its own: with minutes between them,
 * threads and a connection would only lie about.
 */
final class JwksFetch implements KeySource {
    static final Duration DEADLINE = Duration.ofSeconds(10);

    private static final Duration LEAST_FRESH = Duration.ofMinutes(5);
    private static final Duration MOST_FRESH = Duration.ofHours(24);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(15);
    private static final Pattern MAX_AGE =
            Pattern.compile("\\s*max-age=\"?(\\d{1,9})\"?\\s*", Pattern.CASE_INSENSITIVE);
    private static final Pattern UNSTORED = Pattern.compile("\\s*no-(store|cache)\\b.*", Pattern.CASE_INSENSITIVE);

    private final URI uri;
    private final Duration deadline;

    JwksFetch(URI uri, Duration deadline) {
        this.uri = uri;
        this.deadline = deadline;
    }

    @Override
    public Answer read() throws IOException, InterruptedException {
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        try {
            HttpResponse<byte[]> response = response(client);
            if (response.statusCode() != 200) {
                throw new IOException("the answer of " + uri.getHost() + " was " + response.statusCode());
            }
            return new Answer(response.body(), freshFor(response));
        } finally {
            client.shutdownNow();
        }
    }

    /** The deadline of a request of the JDK ends with the headers; this one is for the whole. */
    private HttpResponse<byte[]> response(HttpClient client) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Accept", "application/jwk-set+json, application/json")
                .build();
        CompletableFuture<HttpResponse<byte[]>> response =
                client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), KeySet.MOST_BYTES));
        try {
            return response.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new IOException("no answer of " + uri.getHost() + " within " + deadline.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw new IOException("fetching from " + uri.getHost() + " failed: " + e.getCause());
        }
    }

    /** As {@code Cache-Control} says, within bounds (RFC 9111, 5.2.2). */
    private static Duration freshFor(HttpResponse<?> response) {
        List<String> directives = response.headers().allValues("Cache-Control").stream()
                .flatMap(each -> List.of(each.split(",")).stream())
                .toList();
        if (directives.stream().anyMatch(each -> UNSTORED.matcher(each).matches())) {
            return LEAST_FRESH;
        }
        return directives.stream()
                .map(MAX_AGE::matcher)
                .filter(Matcher::matches)
                .map(each -> Duration.ofSeconds(Long.parseLong(each.group(1))))
                .findFirst()
                .map(each -> each.compareTo(MOST_FRESH) > 0 ? MOST_FRESH : each)
                .filter(each -> each.compareTo(LEAST_FRESH) > 0)
                .orElse(LEAST_FRESH);
    }

    @Override
    public Duration retryAfter() {
        return RETRY_AFTER;
    }
}
