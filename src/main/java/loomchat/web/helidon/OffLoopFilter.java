package loomchat.web.helidon;

import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import loomchat.net.JdkVirtualThreads;

/**
 * Runs routes on a virtual thread of the JDK's scheduler, while the connection's own thread, which is on a loop,
 * waits. Routes may wait for the disk or compute for long; on a loop they would delay all its connections. Handshakes
 * do neither, and stay on the loop.
 */
final class OffLoopFilter implements Filter {
    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        FutureTask<Void> answered = new FutureTask<>(chain::proceed, null);
        JdkVirtualThreads.start(answered);
        try {
            answered.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException fault ? fault : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            answered.cancel(true);
            Thread.currentThread().interrupt();
            throw new io.helidon.webserver.CloseConnectionException("The server is going away", e);
        }
    }
}
