package loomchat.web;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.function.Supplier;
import loomchat.metrics.Exposition;
import loomchat.web.response.Responses;

/** {@code /metrics}, for a monitoring system that asks every few seconds. No state. */
final class MetricsRoutes implements HttpService {
    private final Supplier<MetricSnapshots> metrics;

    MetricsRoutes(Supplier<MetricSnapshots> metrics) {
        this.metrics = metrics;
    }

    @Override
    public void routing(HttpRules rules) {
        Responses.page(rules, "/metrics", (request, response) -> {
            Exposition format = Exposition.of(String.join(",", request.headers().all(HeaderNames.ACCEPT, List::of)));
            boolean zip = Responses.mayZip(request, response);
            response.header(HeaderNames.CACHE_CONTROL, "no-store");
            response.header(HeaderNames.CONTENT_TYPE, format.contentType());
            Responses.send(request, response, format.write(metrics.get(), zip), zip);
        });
    }
}
