package loomchat.loadtest.compare;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import loomchat.loadtest.testing.FaultyPlainServer;
import loomchat.loadtest.testing.FaultyPlainServer.Fault;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client that measures all servers of {@code make compare} finds what a server does wrong. */
class LoadClientTest {
    private static final List<String> COUNTS_OF_FAULTS =
            List.of("failed", "dead", "stuck", "unsent", "undelivered", "outOfOrder", "damaged", "misdelivered");

    @TempDir
    private static Path folder;

    private static Path client;

    @BeforeAll
    static void compile() throws Exception {
        Tools.require("cc");
        client = Tools.loadClient(folder);
    }

    @Test
    void everyMessageOfAnHonestServerArrives() throws Exception {
        try (FaultyPlainServer server = FaultyPlainServer.honest()) {
            for (String pace : List.of("--rate=500", "--window=2")) {
                JsonObject result = play(server, pace);
                assertThat(result.getInt("matched")).isEqualTo(20);
                assertThat(result.getInt("count")).isPositive();
                assertThat(result.getInt("received")).isEqualTo(result.getInt("sent"));
                assertThat(faults(result)).as(pace).isEmpty();
            }
        }
    }

    @Test
    void atARateItSendsNoMoreAndNoLess() throws Exception {
        try (FaultyPlainServer server = FaultyPlainServer.honest()) {
            JsonObject result = play(server, "--rate=500");
            double seconds = result.getJsonNumber("seconds").doubleValue();
            // What it could not send on time it sends later.
            assertThat(result.getInt("sent")).isBetween(500, (int) (750 * seconds));
        }
    }

    @Test
    void lostMessagesAreCounted() throws Exception {
        try (FaultyPlainServer server = new FaultyPlainServer(Fault.DROP, 50)) {
            JsonObject result = play(server, "--rate=500");
            assertThat(server.committed.get()).isPositive();
            assertThat(result.getInt("undelivered")).isEqualTo(server.committed.get());
        }
    }

    @Test
    void doubledMessagesAreCounted() throws Exception {
        try (FaultyPlainServer server = new FaultyPlainServer(Fault.DOUBLE, 50)) {
            JsonObject result = play(server, "--rate=500");
            assertThat(server.committed.get()).isPositive();
            assertThat(result.getInt("outOfOrder")).isEqualTo(server.committed.get());
        }
    }

    @Test
    void reorderedMessagesAreCounted() throws Exception {
        try (FaultyPlainServer server = new FaultyPlainServer(Fault.SWAP, 50)) {
            JsonObject result = play(server, "--rate=500");
            assertThat(server.committed.get()).isPositive();
            assertThat(result.getInt("outOfOrder")).isGreaterThanOrEqualTo(server.committed.get());
        }
    }

    @Test
    void changedMessagesAreCounted() throws Exception {
        try (FaultyPlainServer server = new FaultyPlainServer(Fault.CORRUPT, 50)) {
            JsonObject result = play(server, "--rate=500");
            assertThat(server.committed.get()).isPositive();
            assertThat(result.getInt("damaged")).isEqualTo(server.committed.get());
        }
    }

    @Test
    void messagesForSomebodyElseAreCounted() throws Exception {
        try (FaultyPlainServer server = new FaultyPlainServer(Fault.MISDELIVER, 50)) {
            JsonObject result = play(server, "--rate=500");
            assertThat(server.committed.get()).isPositive();
            assertThat(result.getInt("misdelivered")).isPositive();
            assertThat(result.getInt("undelivered")).isPositive();
        }
    }

    @Test
    void refusedHandshakesAreCounted() throws Exception {
        try (FaultyPlainServer server = FaultyPlainServer.honest()) {
            server.refuseWith = 503;
            JsonObject result = play(server, "--rate=500");
            assertThat(result.getInt("failed")).isEqualTo(20);
            assertThat(result.getString("why")).isEqualTo("handshake refused: HTTP/1.1 503");
        }
    }

    @Test
    void handshakesAreCountedAndClosed() throws Exception {
        try (FaultyPlainServer server = FaultyPlainServer.honest()) {
            JsonObject result = play(server, "--kind=connect");
            assertThat(result.getInt("count")).isGreaterThan(20);
            // Those that are in the middle of it at the end are not counted: one for each client at most.
            assertThat(server.accepted.get() - result.getInt("connected")).isBetween(0, 20);
            assertThat(faults(result)).isEmpty();
        }
    }

    @Test
    void idleClientsAreMatchedAndSilent() throws Exception {
        try (FaultyPlainServer server = FaultyPlainServer.honest()) {
            JsonObject result = play(
                    server, "--kind=idle", "--pid=" + ProcessHandle.current().pid());
            assertThat(result.getInt("matched")).isEqualTo(20);
            assertThat(result.getInt("sent")).isZero();
            assertThat(result.getInt("rssKb")).isPositive();
            assertThat(faults(result)).isEmpty();
        }
    }

    private static List<String> faults(JsonObject result) {
        return COUNTS_OF_FAULTS.stream().filter(name -> result.getInt(name) > 0).toList();
    }

    private static JsonObject play(FaultyPlainServer server, String... more) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(client.toString(), "--port=" + server.port(), "--clients=20", "--seconds=1", "--warmup=0"));
        command.addAll(List.of(more));
        Tools.Output output = Tools.start(folder, Map.of(), command).await();
        assertThat(output.exitCode()).as(output.err()).isZero();
        return output.json();
    }
}
