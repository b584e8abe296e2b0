package loomchat.loadtest.identity;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import loomchat.loadtest.scenario.UsageError;
import loomchat.net.ByteStream;
import loomchat.net.Loop;
import loomchat.net.SocketStream;
import loomchat.net.TlsStream;

/**
 * The server's sessions over HTTP, as a page uses them: each request on a connection of its own, with a deadline, at
 * most {@link #MOST_AT_ONCE} at a time. Any thread; it waits for its turn and for the answer.
 */
public final class SessionClient implements AutoCloseable {
    private static final int MOST_AT_ONCE = 128;
    private static final Duration PROBE = Duration.ofSeconds(10);

    /** What gets lost of a request, on purpose. */
    enum Loss {
        NONE,
        /** The answer, after it has begun to arrive. */
        ANSWER,
        /** The connection, right after the request: nobody knows whether the server has read it. */
        CONNECTION
    }

    private final URI url;
    private final InetSocketAddress address;
    private final SSLContext tls;
    private final boolean secure;
    private final long timeoutNanos;
    private final Semaphore turns = new Semaphore(MOST_AT_ONCE);
    private final WorkThreads solver = new WorkThreads();

    /** @param url of the WebSocket */
    public SessionClient(URI url, InetSocketAddress address, SSLContext tls, Duration timeout) {
        this.url = url;
        this.address = address;
        this.tls = tls;
        this.secure = "wss".equalsIgnoreCase(url.getScheme());
        this.timeoutNanos = timeout.toNanos();
    }

    /** Makes sure that the server gives out identities. */
    public static void expectSessions(URI url, InetSocketAddress address, SSLContext tls) {
        SessionAnswer answer;
        try (SessionClient client = new SessionClient(url, address, tls, PROBE);
                Loop loop = new Loop("sessions")) {
            answer = client.refresh(null, Loss.NONE, new Caller(loop, null));
        } catch (IOException | InterruptedException e) {
            throw new UsageError(
                    "The server gave no answer to POST /session/refresh, and this scenario plays visitors with "
                            + "identities: " + e.getMessage());
        }
        if (answer.status() == 404) {
            throw new UsageError(
                    "The server gives out no identities (AUTH=off, or another server), and this scenario plays some: "
                            + "AUTH=optional or AUTH=required is needed");
        }
        if (answer.status() != 401) {
            throw new UsageError("The server answered POST /session/refresh without a cookie with " + answer.shown()
                    + " instead of 401: this scenario cannot be played against it");
        }
    }

    /** @param solution of a proof of work, or null */
    SessionAnswer create(String solution, Caller from) throws IOException, InterruptedException {
        String body = solution == null ? "" : "{\"work\":\"" + solution + "\"}";
        String type = solution == null ? "" : "Content-Type: application/json\r\n";
        return answer("POST /session", type, body, Loss.NONE, from);
    }

    /** Null when the answer was lost. */
    SessionAnswer refresh(RefreshCookie cookie, Loss loss, Caller from) throws IOException, InterruptedException {
        return answer("POST /session/refresh", header(cookie), "", loss, from);
    }

    SessionAnswer end(RefreshCookie cookie, Caller from) throws IOException, InterruptedException {
        return answer("DELETE /session", header(cookie), "", Loss.NONE, from);
    }

    SessionAnswer end(AccessToken token, Caller from) throws IOException, InterruptedException {
        return answer("DELETE /session", "Authorization: Bearer " + token.value() + "\r\n", "", Loss.NONE, from);
    }

    /** Asks for a proof of work and solves it, from the address for which it will count. */
    public String work(Caller from) throws IOException, InterruptedException {
        SessionAnswer answer = answer("GET /work", "", "", Loss.NONE, from);
        if (answer.status() != 200 || answer.challenge() == null) {
            throw new IOException("The server wants a proof of work, and GET /work gives none: " + answer.shown());
        }
        return solve(answer.challenge());
    }

    String solve(Challenge challenge) throws IOException, InterruptedException {
        return solver.solve(challenge);
    }

    private static String header(RefreshCookie cookie) {
        return cookie == null ? "" : "Cookie: " + cookie.header() + "\r\n";
    }

    /** As a browser sends it from a page of this server. */
    private String head(String request, String headers, String body) {
        return request + " HTTP/1.1\r\nHost: " + url.getRawAuthority() + "\r\n"
                + "Origin: " + (secure ? "https://" : "http://") + url.getRawAuthority() + "\r\n"
                + "Sec-Fetch-Site: same-origin\r\nConnection: close\r\n" + headers
                + (request.startsWith("GET") ? "" : "Content-Length: " + body.length() + "\r\n")
                + "\r\n" + body;
    }

    private SessionAnswer answer(String request, String headers, String body, Loss loss, Caller from)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + timeoutNanos;
        if (!turns.tryAcquire(timeoutNanos, TimeUnit.NANOSECONDS)) {
            throw new IOException("Too many requests at once for " + request);
        }
        try {
            long askedAt = System.nanoTime();
            HttpAnswer answer = exchange(head(request, headers, body), loss, from, deadline);
            return answer == null ? null : SessionAnswer.of(answer, askedAt, secure);
        } finally {
            turns.release();
        }
    }

    private HttpAnswer exchange(String request, Loss loss, Caller from, long deadline) throws IOException {
        try (ByteStream stream = open(from)) {
            byte[] bytes = request.getBytes(StandardCharsets.US_ASCII);
            stream.write(bytes, 0, bytes.length);
            switch (loss) {
                case NONE -> {
                    return HttpAnswer.read(stream, deadline);
                }
                case ANSWER -> HttpAnswer.await(stream, deadline);
                case CONNECTION -> {}
            }
            stream.abort();
            return null;
        }
    }

    private ByteStream open(Caller from) throws IOException {
        int timeoutMillis = (int) TimeUnit.NANOSECONDS.toMillis(timeoutNanos);
        if (secure) {
            return TlsStream.connect(address, url.getHost(), from.address(), tls, timeoutMillis);
        }
        SocketChannel channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (from.address() != null) {
                channel.bind(new InetSocketAddress(from.address(), 0));
            }
            channel.socket().connect(address, timeoutMillis);
            return new SocketStream(channel, from.loop());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void close() {
        solver.close();
    }
}
