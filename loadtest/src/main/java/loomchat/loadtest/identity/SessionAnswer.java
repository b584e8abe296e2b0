package loomchat.loadtest.identity;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * An answer of the server's sessions, as docs/identity.md describes them.
 *
 * @param code of an error, otherwise empty
 * @param token null unless it gave one
 * @param generation of the refresh token, -1 when it says none
 * @param cookie the refresh cookie that it set or cleared, or null
 * @param retryNanos how long to wait, as it says
 * @param challenge the proof of work that it wants, or null
 * @param problem what is wrong with its form, or null
 */
record SessionAnswer(
        int status,
        String code,
        AccessToken token,
        int generation,
        RefreshCookie cookie,
        long retryNanos,
        Challenge challenge,
        String problem) {
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]{1,8192}");
    private static final long MOST_RETRY_SECONDS = 60;

    /** @param askedAt before the request, on the clock of {@link System#nanoTime} */
    static SessionAnswer of(HttpAnswer answer, long askedAt, boolean overTls) {
        JsonObject json = json(answer.body());
        RefreshCookie cookie = RefreshCookie.among(answer.headers().getOrDefault("Set-Cookie", List.of()));
        AccessToken token = token(json, askedAt);
        return new SessionAnswer(
                answer.status(),
                text(json, "error"),
                token,
                number(json, "generation", -1),
                cookie,
                retryNanos(answer.header("Retry-After")),
                challenge(json.get("work") instanceof JsonObject work ? work : json),
                problem(answer, token, cookie, overTls));
    }

    private static JsonObject json(String body) {
        try (JsonReader reader = READERS.createReader(new StringReader(body))) {
            return reader.readObject();
        } catch (JsonException e) {
            return JsonObject.EMPTY_JSON_OBJECT;
        }
    }

    private static AccessToken token(JsonObject json, long askedAt) {
        long life = TimeUnit.SECONDS.toNanos(number(json, "expiresIn", 0));
        String value = text(json, "token");
        return !TOKEN.matcher(value).matches() || life <= 0 ? null : new AccessToken(value, life, askedAt + life);
    }

    private static Challenge challenge(JsonObject json) {
        String text = text(json, "challenge");
        return text.isEmpty() ? null : new Challenge(text, number(json, "bits", -1));
    }

    private static String text(JsonObject json, String name) {
        return json.get(name) instanceof JsonString text ? text.getString() : "";
    }

    private static int number(JsonObject json, String name, int otherwise) {
        return json.get(name) instanceof JsonNumber number ? number.intValue() : otherwise;
    }

    private static long retryNanos(String header) {
        try {
            return TimeUnit.SECONDS.toNanos(Math.clamp(Long.parseLong(header), 1, MOST_RETRY_SECONDS));
        } catch (NumberFormatException e) {
            return TimeUnit.SECONDS.toNanos(1);
        }
    }

    private static String problem(HttpAnswer answer, AccessToken token, RefreshCookie cookie, boolean overTls) {
        boolean gives = answer.status() == 200 || answer.status() == 201;
        if (!answer.header("Cache-Control").contains("no-store")) {
            return "an answer that may be cached";
        }
        if (gives && (token == null || cookie == null || cookie.isCleared())) {
            return "a session without its tokens";
        }
        return gives ? cookie.problem(overTls) : null;
    }

    boolean givesTokens() {
        return token != null && cookie != null;
    }

    boolean isRefusal() {
        return status == 401 || status == 403;
    }

    /** The server is busy, or keeps to its limits, and says when to ask again. */
    boolean isLater() {
        return status == 429 || status == 503;
    }

    /** Whether both give the same refresh token. */
    boolean isSameSession(SessionAnswer other) {
        return generation == other.generation
                && cookie != null
                && other.cookie != null
                && cookie.value().equals(other.cookie.value());
    }

    /** For people; no token. */
    String shown() {
        return "HTTP " + status + (code.isEmpty() ? "" : " " + code);
    }

    @Override
    public String toString() {
        return shown();
    }
}
