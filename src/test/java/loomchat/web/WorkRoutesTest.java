package loomchat.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.http.HttpPrologue;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.spi.ServerConnection;
import jakarta.json.JsonObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import loomchat.identity.work.GuestWork;
import loomchat.identity.work.WorkSolver;
import loomchat.net.Loop;
import loomchat.testing.JsonClient;
import loomchat.web.access.TrustedProxies;
import loomchat.web.helidon.ConnectionLimits;
import loomchat.web.helidon.HttpServer;
import loomchat.web.response.ErrorResponses;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code /work} over HTTP, from a real server with this route alone. */
@Timeout(60)
class WorkRoutesTest {
    private static final int BITS = 8;
    private static final int ABOVE = 2;

    private final AtomicLong nanos = new AtomicLong();
    private final TrustedProxies proxies = new TrustedProxies("loopback");
    private final HttpClient client = HttpClient.newHttpClient();
    private final Loop loop = new Loop("work-routes-test");
    private GuestWork work;
    private HttpServer server;

    /** Nobody asks this server for a WebSocket. */
    private static final class NoUpgrade implements Http1Upgrader {
        @Override
        public String supportedProtocol() {
            return "websocket";
        }

        @Override
        public ServerConnection upgrade(ConnectionContext context, HttpPrologue prologue, WritableHeaders<?> headers) {
            return null;
        }
    }

    private static final class Uncounted implements ConnectionLimits.PerAddress {
        @Override
        public boolean enter(InetAddress peer) {
            return true;
        }

        @Override
        public void leave(InetAddress peer) {}
    }

    private void start(boolean auto) throws Exception {
        GuestWork.Rules rules = new GuestWork.Rules(auto, BITS, ABOVE);
        work = new GuestWork(rules, () -> new byte[32], System::currentTimeMillis, nanos::get);
        server = new HttpServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new Loop[] {loop},
                routing -> routing.register(new WorkRoutes(work, proxies)),
                new NoUpgrade(),
                new ConnectionLimits(100, Duration.ofSeconds(30), new Uncounted()),
                ErrorResponses.all(),
                new byte[0],
                () -> {});
        server.start();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
        loop.close();
    }

    private HttpResponse<String> ask(String method, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.address().getPort() + "/work"))
                .method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private JsonObject get(String... headers) throws Exception {
        HttpResponse<String> answer = ask("GET", headers);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        return JsonClient.json(answer.body());
    }

    @Test
    void aChallengeIsForTheAddressThatAsks() throws Exception {
        start(true);
        JsonObject answer = get();
        assertThat(answer).containsOnlyKeys("challenge", "bits", "required");
        String solution = WorkSolver.solve(answer.getString("challenge"), answer.getInt("bits"));
        assertThat(work.accept(solution, InetAddress.ofLiteral("127.0.0.1"))).isTrue();
        assertThat(get().getString("challenge")).isNotEqualTo(answer.getString("challenge"));
    }

    @Test
    void behindAProxyItIsForTheAddressThatTheProxyNames() throws Exception {
        start(true);
        JsonObject answer = get("X-Forwarded-For", "2001:db8:1:2:3::4");
        String solution = WorkSolver.solve(answer.getString("challenge"), answer.getInt("bits"));
        assertThat(work.accept(solution, InetAddress.ofLiteral("127.0.0.1"))).isFalse();
        assertThat(work.accept(solution, InetAddress.ofLiteral("2001:db8:1:2::9")))
                .isTrue();
    }

    @Test
    void itSaysWhenGuestsHaveToSolveOne() throws Exception {
        start(true);
        assertThat(get().getBoolean("required")).isFalse();
        for (int i = 0; i <= 10 * ABOVE; i++) {
            work.arrived();
        }
        assertThat(get().getBoolean("required")).isTrue();
        nanos.addAndGet(Duration.ofSeconds(11).toNanos());
        assertThat(get().getBoolean("required")).isFalse();
    }

    @Test
    void onlyReadingIsAllowed() throws Exception {
        start(true);
        HttpResponse<String> head = ask("HEAD");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        HttpResponse<String> post = ask("POST");
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().firstValue("Allow")).hasValue("GET, HEAD");
    }

    @Test
    void whereItIsOffThereIsNothing() throws Exception {
        start(false);
        HttpResponse<String> answer = ask("GET");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(answer.body()).isEqualTo("Guests need no proof of work here: GUEST_WORK=off\n");
    }
}
