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
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import loomchat.html.RefusedPage;
import loomchat.livelog.LiveLog;
import loomchat.livelog.LiveLogBatch;
import loomchat.livelog.LiveLogReader;
import loomchat.livelog.LogEntry;
import loomchat.livelog.LogFilter;
import loomchat.livelog.LogPage;
import loomchat.livelog.ServerNow;
import loomchat.report.history.InvalidQuery;
import loomchat.web.access.AddressLimits;
import loomchat.web.access.OperatorAccess;
import loomchat.web.access.TrustedProxies;
import loomchat.web.response.Responses;

/**
 * {@code /logs}, and {@code /logs/events} with new entries as server-sent events. Each reader's request thread waits
 * for entries and for its client; entries that a slow client misses are counted, never kept. A stream ends when its
 * reader is no operator any more.
 */
final class LogsRoutes implements HttpService {
    private static final SequencedMap<String, String> WAYS = new TreeMap<>(Map.of("/logs", "All events"));

    /** Often enough to notice that the other side is gone, and to keep proxies from closing an idle stream. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(2);

    private static final byte[] RETRY = "retry: 2000\n\n".getBytes(StandardCharsets.UTF_8);

    private final LiveLog log;
    private final ServerNow.Source servers;
    private final Supplier<String> unready;
    private final TrustedProxies proxies;
    private final AddressLimits limits;
    private final OperatorAccess access;

    /** @param unready why the server admits nobody now, such as a log that cannot be written, or null */
    LogsRoutes(
            LiveLog log,
            ServerNow.Source servers,
            Supplier<String> unready,
            TrustedProxies proxies,
            AddressLimits limits,
            OperatorAccess access) {
        this.servers = servers;
        this.unready = unready;
        this.access = access;
        this.log = log;
        this.proxies = proxies;
        this.limits = limits;
    }

    @Override
    public void routing(HttpRules rules) {
        Responses.pageAndSlash(rules, "/logs", this::page);
        rules.get("/logs/events", this::events).any("/logs/events", Responses.onlyMethods("GET"));
    }

    private void page(ServerRequest request, ServerResponse response) throws InterruptedException {
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        try {
            LogFilter filter = filter(request);
            byte[] page = LogPage.page(log.history(filter), filter, servers.now(), trouble());
            response.header(HeaderNames.CONTENT_TYPE, "text/html; charset=utf-8");
            Responses.send(request, response, page);
        } catch (InvalidQuery e) {
            if (!ReportAnswers.asksForHtml(request)) {
                Responses.line(request, response, Status.BAD_REQUEST_400, e.getMessage());
                return;
            }
            response.status(Status.BAD_REQUEST_400);
            response.header(HeaderNames.CONTENT_TYPE, "text/html; charset=utf-8");
            Responses.send(
                    request, response, RefusedPage.of("This log cannot be shown", "/logs", e.getMessage(), WAYS));
        } catch (IOException e) {
            Responses.line(request, response, Status.SERVICE_UNAVAILABLE_503, "The log cannot be read now");
        }
    }

    private void events(ServerRequest request, ServerResponse response) throws InterruptedException {
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        LogFilter filter;
        try {
            filter = filter(request);
        } catch (InvalidQuery e) {
            Responses.line(request, response, Status.BAD_REQUEST_400, e.getMessage());
            return;
        }
        InetAddress from = proxies.client(request.remotePeer().address(), request.headers())
                .address();
        if (!limits.follow(from)) {
            response.header(HeaderNames.RETRY_AFTER, "10");
            Responses.line(
                    request, response, Status.TOO_MANY_REQUESTS_429, "Too many clients at your address follow the log");
            return;
        }
        try {
            follow(filter, request, response);
        } finally {
            limits.unfollow(from);
        }
    }

    private void follow(LogFilter filter, ServerRequest request, ServerResponse response) throws InterruptedException {
        try (LiveLogReader reader = log.read(filter)) {
            if (reader == null) {
                response.header(HeaderNames.RETRY_AFTER, "10");
                Responses.line(
                        request,
                        response,
                        Status.SERVICE_UNAVAILABLE_503,
                        "Too many clients follow the log now: the limit is " + LiveLog.MOST_READERS);
                return;
            }
            response.header(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8");
            try (OutputStream out = response.outputStream()) {
                SocketAddress peer = request.remotePeer().address();
                stream(reader, out, () -> access.operator(peer, request.headers()) != null);
            }
        } catch (IOException | java.io.UncheckedIOException e) {
            // The client went away: every stream of events ends so.
        }
    }

    private void stream(LiveLogReader reader, OutputStream out, BooleanSupplier allowed)
            throws IOException, InterruptedException {
        out.write(RETRY);
        LogPage.send(out, "begin", "{}");
        out.flush();
        List<ServerNow> now = List.of();
        String told = null;
        long serversDue = System.nanoTime();
        LiveLogBatch batch = reader.take(HEARTBEAT);
        while (batch != null && allowed.getAsBoolean()) {
            if (System.nanoTime() - serversDue >= 0) {
                serversDue = System.nanoTime() + HEARTBEAT.toNanos();
                now = servers.now();
                if (!now.isEmpty()) {
                    LogPage.send(out, "servers", LogPage.event(now));
                }
            }
            String trouble = trouble();
            if (!trouble.equals(told)) {
                told = trouble;
                LogPage.send(out, "trouble", trouble);
            }
            if (batch.excerpt() != null) {
                LogPage.send(out, "history", LogPage.event(batch.excerpt(), now));
            }
            for (LogEntry each : batch.entries()) {
                LogPage.send(out, "entry", LogPage.event(each));
            }
            if (batch.leftOut() > 0) {
                LogPage.send(out, "left-out", Long.toString(batch.leftOut()));
            }
            if (batch.entries().isEmpty()) {
                LogPage.send(out, "idle", "{}");
            }
            out.flush();
            batch = reader.take(HEARTBEAT);
        }
    }

    /** A line, empty where all is well. */
    private String trouble() {
        String why = unready.get();
        return why == null ? "" : why.replaceAll("\\s+", " ");
    }

    private static LogFilter filter(ServerRequest request) {
        Parameters query = Responses.query(request);
        Map<String, String> given = new HashMap<>();
        query.names().forEach(name -> given.put(name, query.get(name)));
        return LogFilter.parse(given);
    }
}
