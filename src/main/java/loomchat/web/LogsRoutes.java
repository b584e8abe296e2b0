package loomchat.web;

import io.helidon.common.parameters.Parameters;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import loomchat.report.LiveLog;
import loomchat.report.LogBatch;
import loomchat.report.LogEntry;
import loomchat.report.LogFilter;
import loomchat.report.LogPage;
import loomchat.report.Query;

/**
 * {@code /logs}, and {@code /logs/events} with what is written from now on as server-sent events. Each reader's request thread
 * waits for entries and for its client; what a slow client misses is counted, never kept.
 */
final class LogsRoutes implements HttpService {
    /** Often enough that a client that went away is noticed, and that nobody closes a stream on which nothing happens. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(2);

    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.UTF_8);
    private static final byte[] RETRY = "retry: 2000\n\n".getBytes(StandardCharsets.UTF_8);
    private static final Set<String> PARAMETERS = Set.of("event", "session");

    private final LiveLog log;
    private final TrustedProxies proxies;
    private final AddressLimits limits;

    LogsRoutes(LiveLog log, TrustedProxies proxies, AddressLimits limits) {
        this.log = log;
        this.proxies = proxies;
        this.limits = limits;
    }

    @Override
    public void routing(HttpRules rules) {
        Replies.page(rules, "/logs", this::page);
        rules.get("/logs/events", this::events).any("/logs/events", Replies.onlyMethods("GET"));
    }

    private void page(ServerRequest request, ServerResponse response) {
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        try {
            LogFilter filter = filter(request);
            byte[] page = LogPage.page(log.history(filter), filter);
            response.header(HeaderNames.CONTENT_TYPE, "text/html; charset=utf-8");
            Replies.send(request, response, page);
        } catch (Query.InvalidQuery e) {
            Replies.line(request, response, Status.BAD_REQUEST_400, e.getMessage());
        } catch (IOException e) {
            Replies.line(request, response, Status.SERVICE_UNAVAILABLE_503, "The log cannot be read now");
        }
    }

    private void events(ServerRequest request, ServerResponse response) throws InterruptedException {
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        LogFilter filter;
        try {
            filter = filter(request);
        } catch (Query.InvalidQuery e) {
            Replies.line(request, response, Status.BAD_REQUEST_400, e.getMessage());
            return;
        }
        InetAddress from = proxies.client(request.remotePeer().address(), request.headers())
                .address();
        if (!limits.follow(from)) {
            response.header(HeaderNames.RETRY_AFTER, "10");
            Replies.line(
                    request, response, Status.TOO_MANY_REQUESTS_429, "Your address follows the log too often already");
            return;
        }
        try {
            follow(filter, request, response);
        } finally {
            limits.unfollow(from);
        }
    }

    private void follow(LogFilter filter, ServerRequest request, ServerResponse response) throws InterruptedException {
        try (LiveLog.Reader reader = log.read(filter)) {
            if (reader == null) {
                response.header(HeaderNames.RETRY_AFTER, "10");
                Replies.line(
                        request,
                        response,
                        Status.SERVICE_UNAVAILABLE_503,
                        "Too many follow the log now, at most " + LiveLog.MOST_READERS + " can");
                return;
            }
            List<LogEntry> history = log.history(filter);
            response.header(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8");
            try (OutputStream out = response.outputStream()) {
                stream(reader, history, out);
            }
        } catch (IOException | java.io.UncheckedIOException e) {
            // The client went away, which is how every stream of events ends.
        }
    }

    private static void stream(LiveLog.Reader reader, List<LogEntry> history, OutputStream out)
            throws IOException, InterruptedException {
        out.write(RETRY);
        LogPage.send(out, "begin", "{}");
        for (LogEntry each : history) {
            LogPage.send(out, "entry", LogPage.event(each));
        }
        out.flush();
        // What was written while the history was read came both ways.
        Set<LogEntry> shown = new HashSet<>(history);
        for (LogBatch batch = reader.take(HEARTBEAT); batch != null; batch = reader.take(HEARTBEAT)) {
            for (LogEntry each : batch.entries()) {
                if (!shown.remove(each)) {
                    LogPage.send(out, "entry", LogPage.event(each));
                }
            }
            if (batch.leftOut() > 0) {
                LogPage.send(out, "left-out", Long.toString(batch.leftOut()));
            }
            if (batch.entries().isEmpty()) {
                out.write(COMMENT);
            }
            out.flush();
        }
    }

    private static LogFilter filter(ServerRequest request) {
        Parameters query = Replies.query(request);
        for (String name : query.names()) {
            if (!PARAMETERS.contains(name)) {
                throw new Query.InvalidQuery(Replies.shown(name) + " is not known: event and session are");
            }
        }
        return LogFilter.parse(
                query.contains("event") ? query.get("event") : null,
                query.contains("session") ? query.get("session") : null);
    }
}
