package loomchat.conformance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import loomchat.Loomchat;
import loomchat.testing.StrictLogReader;

/** A server with {@code /echo} in this process, with limits that let large messages through. */
final class EchoServer implements AutoCloseable {
    private final Loomchat server;

    private EchoServer(Loomchat server) {
        this.server = server;
    }

    static EchoServer start(Path logDir, Map<String, String> settings) throws Exception {
        Map<String, String> all = new HashMap<>(Map.of(
                "HOST", "127.0.0.1",
                "PORT", "0",
                "LOG_DIR", logDir.toString(),
                "ECHO_ENDPOINT", "true",
                "MAX_MESSAGE_BYTES", "16M",
                "MAX_BYTES_PER_SECOND", "1G",
                "DRAIN_TIMEOUT", "0s"));
        all.putAll(settings);
        return new EchoServer(Loomchat.start(all));
    }

    int port() {
        return server.port();
    }

    StrictLogReader log() {
        return new StrictLogReader(server.logDir());
    }

    @Override
    public void close() {
        server.close();
        if (!Files.isDirectory(server.logDir())) {
            throw new AssertionError("The log folder is gone");
        }
    }
}
