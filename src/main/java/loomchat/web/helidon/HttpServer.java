package loomchat.web.helidon;

import io.helidon.common.context.Context;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.http.media.MediaContext;
import io.helidon.webserver.ErrorHandling;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import loomchat.net.Acceptor;
import loomchat.net.Loop;
import loomchat.net.SocketStream;

/**
 * HTTP/1.1 by Helidon over connections that we accept: its parser, routing and responses, our sockets, limits and
 * deadlines. Each connection has a virtual thread on its loop, which reads requests and shakes hands; routes run
 * {@link OffLoopFilter elsewhere}.
 */
public final class HttpServer implements AutoCloseable {
    static final String WEBSOCKET = "websocket";

    private static final int BACKLOG = 4096;
    private static final int MOST_FIRST_LINE_BYTES = 2 * 1024;
    private static final int MOST_HEADER_BYTES = 16 * 1024;
    private static final int MOST_BODY_BYTES = 64 * 1024;

    private final Router router;
    private final ListenerContext context;
    private final Http1ConnectionSelector selector;
    private final OpenConnections connections;
    private final Acceptor acceptor;
    private final InetSocketAddress address;

    /**
     * Binds the address. Requests are answered after {@link #start}.
     *
     * @param routes adds filters and routes
     * @param upgrader shakes hands for WebSockets; null where there are none
     * @param limits of the sockets that are open
     * @param errors responses to requests that reach no route
     * @param refusal the response on a connection for which there is no room
     * @param onRefused called for each such connection
     */
    public HttpServer(
            InetSocketAddress address,
            Loop[] loops,
            Consumer<HttpRouting.Builder> routes,
            Http1Upgrader upgrader,
            ConnectionLimits limits,
            DirectHandlers errors,
            byte[] refusal,
            Runnable onRefused)
            throws IOException {
        HttpRouting.Builder routing = HttpRouting.builder().addFilter(new OffLoopFilter());
        routes.accept(routing);
        router = Router.builder().addRouting(routing).build();
        context = new SharedContext(
                Context.create(),
                MediaContext.create(),
                ContentEncodingContext.create(),
                errors,
                ListenerConfig.builder()
                        .maxPayloadSize(MOST_BODY_BYTES)
                        .errorHandling(
                                ErrorHandling.builder().includeEntity(true).build())
                        .buildPrototype(),
                Executors.newVirtualThreadPerTaskExecutor());
        var http = Http1ConnectionSelector.builder()
                .config(Http1Config.builder()
                        .maxPrologueLength(MOST_FIRST_LINE_BYTES)
                        .maxHeadersSize(MOST_HEADER_BYTES)
                        .sendLog(false)
                        .receiveLog(false)
                        .addReceiveListener(new RequestHeadChecks())
                        .build());
        if (upgrader != null) {
            http.putUpgrader(WEBSOCKET, upgrader);
        }
        selector = http.build();
        connections = new OpenConnections(limits);
        acceptor = new Acceptor(address, BACKLOG, loops, this::admit, refusal, onRefused);
        this.address = new InetSocketAddress(address.getAddress(), acceptor.port());
    }

    public void start() {
        router.beforeStart();
        acceptor.start();
    }

    private boolean admit(SocketStream stream, InetSocketAddress peer) {
        HttpConnection connection = new HttpConnection(this, stream, peer);
        if (!connections.enter(connection)) {
            return false;
        }
        stream.loop().start(connection);
        return true;
    }

    /** Closes connections without a response for too long. Called once a second, from one thread. */
    public void closeStale() {
        connections.closeStale();
    }

    public InetSocketAddress address() {
        return address;
    }

    void detached(HttpConnection connection) {
        connections.forget(connection);
    }

    Router router() {
        return router;
    }

    ListenerContext context() {
        return context;
    }

    Http1ConnectionSelector selector() {
        return selector;
    }

    /** Stops listening and ends HTTP connections. Detached ones go on. */
    @Override
    public void close() {
        acceptor.close();
        connections.closeAll();
        router.afterStop();
        context.executor().close();
    }

    /** The context that all of Helidon's connections share. */
    private record SharedContext(
            Context context,
            MediaContext mediaContext,
            ContentEncodingContext contentEncodingContext,
            DirectHandlers directHandlers,
            ListenerConfig config,
            ExecutorService executor)
            implements ListenerContext {}
}
