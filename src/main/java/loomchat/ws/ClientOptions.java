package loomchat.ws;

import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import loomchat.net.Loop;
import loomchat.ws.deflate.Compression;

/**
 * How a client connects.
 *
 * @param uri {@code ws} or {@code wss}
 * @param subprotocols offered, in order of preference
 * @param headers sent in addition to those of the handshake
 * @param localAddress to connect from, or null for any
 * @param tls for {@code wss}, or null for the platform's
 * @param connectTimeout for TCP, TLS and the handshake together
 * @param maxMessageBytes of a message from the server, over all fragments
 * @param answerPings false for a client that simulates a dead connection
 * @param compression to offer permessage-deflate with, or null
 * @param loop polls the socket; start the thread that uses the client on the same loop
 */
public record ClientOptions(
        URI uri,
        List<String> subprotocols,
        Map<String, String> headers,
        InetAddress localAddress,
        SSLContext tls,
        Duration connectTimeout,
        int maxMessageBytes,
        boolean answerPings,
        Compression compression,
        Loop loop) {
    /** A plain client of {@code uri}. */
    public static ClientOptions of(URI uri, Loop loop) {
        return new ClientOptions(
                uri, List.of(), Map.of(), null, null, Duration.ofSeconds(10), 1 << 24, true, null, loop);
    }

    public ClientOptions from(InetAddress address) {
        return new ClientOptions(
                uri,
                subprotocols,
                headers,
                address,
                tls,
                connectTimeout,
                maxMessageBytes,
                answerPings,
                compression,
                loop);
    }

    public ClientOptions subprotocol(String name) {
        return new ClientOptions(
                uri,
                List.of(name),
                headers,
                localAddress,
                tls,
                connectTimeout,
                maxMessageBytes,
                answerPings,
                compression,
                loop);
    }
}
