package loomchat.loadtest.dashboard;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import loomchat.web.access.AllowedHosts;
import loomchat.web.response.Asset;
import loomchat.web.response.Responses;
import loomchat.web.response.SecurityHeaders;

/** The requests of the live page: the page itself, what it loads, and {@code report.html} at the end. */
final class DashboardRoutes {
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final RunPage.Frame FRAME = new RunPage.Frame("""
            <link rel="stylesheet" href="/run.css">
            <script src="/theme.js"></script>
            <script src="/uPlot.js" defer></script>
            <script src="/run-graphs.js" defer></script>
            <script src="/run-live.js" defer></script>
            """, "/favicon.svg", "", false);

    private final Dashboard dashboard;
    private final AllowedHosts hosts;

    /** @param host as it was asked for: a name that this page answers to */
    DashboardRoutes(Dashboard dashboard, String host) {
        this.dashboard = dashboard;
        this.hosts = new AllowedHosts(Set.of(), host);
    }

    void add(HttpRouting.Builder routing) {
        routing.addFilter(new SecurityHeaders());
        routing.addFilter(hostFilter());
        Responses.page(routing, "/", this::page);
        Responses.page(routing, "/report.html", this::report);
        asset(routing, "/run.css", "text/css; charset=utf-8", PageFiles.STYLE);
        asset(routing, "/theme.js", SCRIPT, PageFiles.THEME);
        asset(routing, "/uPlot.js", SCRIPT, PageFiles.PLOT);
        asset(routing, "/run-graphs.js", SCRIPT, PageFiles.GRAPHS);
        asset(routing, "/run-live.js", SCRIPT, PageFiles.LIVE);
        asset(routing, "/favicon.svg", "image/svg+xml", PageFiles.ICON);
        routing.any((request, response) ->
                Responses.line(request, response, Status.NOT_FOUND_404, "There is nothing here. The page is at /"));
    }

    private static void asset(HttpRules rules, String path, String type, String text) {
        try {
            Asset asset = Asset.of(type, text.getBytes(StandardCharsets.UTF_8));
            Responses.page(rules, path, (request, response) -> asset.send(request, response, "no-cache"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Another site's name that points here (DNS rebinding) gets nothing. */
    private Filter hostFilter() {
        return (chain, request, response) -> {
            String host = request.headers().get(HeaderNames.HOST).get();
            if (hosts.allow(host)) {
                chain.proceed();
            } else {
                String name = Responses.shown(AllowedHosts.withoutPort(host));
                Responses.line(
                        request,
                        response,
                        Status.MISDIRECTED_REQUEST_421,
                        "The page of this run does not answer to the name " + name);
            }
        };
    }

    /** The page now; for a page that is open, as soon as there is something newer. */
    private void page(ServerRequest request, ServerResponse response) {
        Dashboard.Shown shown = dashboard.await(number(request, "revision"), text(request, "watcher"));
        if (shown == null) {
            response.header(HeaderNames.create("Refresh"), "1");
            Responses.line(
                    request, response, Status.SERVICE_UNAVAILABLE_503, "The run has not begun yet. Please try again");
            return;
        }
        RunView view = shown.view();
        boolean continues = RunData.generation(view).equals(text(request, "rows"));
        long from = continues
                ? Math.clamp(number(request, "from"), 0, view.timeline().size())
                : 0;
        response.header(HeaderNames.CONTENT_TYPE, "text/html; charset=utf-8");
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        Responses.send(request, response, RunPage.of(view, FRAME, (int) from, shown.revision()));
    }

    private void report(ServerRequest request, ServerResponse response) {
        Dashboard.Saved saved = dashboard.saved();
        if (saved == null) {
            Responses.line(request, response, Status.NOT_FOUND_404, "The run is not over yet");
            return;
        }
        response.header(HeaderNames.CONTENT_TYPE, "text/html; charset=utf-8");
        response.header(HeaderNames.CONTENT_DISPOSITION, "attachment; filename=\"" + saved.name() + "\"");
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        Responses.send(request, response, saved.report());
        dashboard.hasEverything(text(request, "watcher"));
    }

    /** -1 where there is none. */
    private static long number(ServerRequest request, String name) {
        String text = text(request, name);
        return text.matches("\\d{1,9}") ? Long.parseLong(text) : -1;
    }

    /** Empty where there is none, or a malformed one. */
    private static String text(ServerRequest request, String name) {
        try {
            return request.query().first(name).orElse("");
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return "";
        }
    }
}
