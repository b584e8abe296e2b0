package loomchat.loadtest.compare;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.xml.parsers.DocumentBuilderFactory;
import loomchat.testing.ServerProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

/**
 * {@code make compare} with one server that it did not start, so that nothing is fetched and no archive is needed.
 * {@code .ci/run} plays it with all its own.
 */
class CompareTest {
    @TempDir
    private Path folder;

    @TempDir
    private Path logs;

    @BeforeAll
    static void needs() {
        Tools.require("cc", "node");
    }

    @Test
    void aServerIsMeasuredAndDrawn() throws Exception {
        try (ServerProcess server = new ServerProcess(logs, Map.of())) {
            Tools.Output output =
                    compare(server, Map.of("LOADS", "rate10k,connect")).await();
            assertThat(output.exitCode()).as(output.err()).isZero();
            assertThat(output.out())
                    .contains("| 10,000 messages/s: 1,000 clients, 500 bytes | mine | ")
                    .contains("| handshakes: 64 clients come and go | mine | ")
                    .doesNotContain("failed", "NaN", "undefined");
            assertThat(Files.readString(folder.resolve("table.md")))
                    .isEqualTo(output.out().strip() + "\n");
            List<JsonObject> measured = measurements();
            assertThat(measured).hasSize(2).allSatisfy(each -> {
                assertThat(each.getJsonObject("output").getInt("count")).isPositive();
                assertThat(each.getJsonObject("figures").getJsonNumber("cpu").doubleValue())
                        .isPositive();
            });
            assertThat(picture().getElementsByTagName("rect").getLength())
                    .as("the page and two bars")
                    .isEqualTo(3);
        }
    }

    @Test
    void aServerThatDiesIsShownAsFailed() throws Exception {
        try (ServerProcess server = new ServerProcess(logs, Map.of())) {
            Tools.Running running = compare(server, Map.of("LOADS", "rate10k", "SECONDS_EACH", "5"));
            Awaitility.await()
                    .atMost(60, TimeUnit.SECONDS)
                    .until(() ->
                            Files.readString(logs.resolve("chat-logs.jsonl")).contains("Message Relay"));
            server.kill();
            Tools.Output output = running.await();
            assertThat(output.exitCode()).isEqualTo(1);
            assertThat(output.out()).contains("| failed |").contains("1 of 1 rounds: ");
            assertThat(picture().getTextContent()).contains("failed");
        }
    }

    @Test
    void aServerThatDoesNotStartIsShownAsFailed() throws Exception {
        Tools.Output output = compare(Map.of("SERVERS", "loomchat", "LOADS", "idle", "JAVA", "false"))
                .await();
        assertThat(output.exitCode()).isEqualTo(1);
        assertThat(output.out()).contains("**Loomchat**").contains("1 of 1 rounds: did not start, see ");
    }

    @Test
    void wrongValuesAreRefusedInOneLine() throws Exception {
        for (Map<String, String> wrong : List.of(
                Map.of("LOADS", "heavy"),
                Map.of("SERVERS", "apache"),
                Map.of("ROUNDS", "0"),
                Map.of("URL", "http://127.0.0.1/"),
                Map.of("WRITE", "true"))) {
            Map<String, String> settings = new HashMap<>(Map.of("SERVERS", "loomchat"));
            settings.putAll(wrong);
            Tools.Output output = compare(settings).await();
            assertThat(output.exitCode()).as(wrong.toString()).isEqualTo(2);
            assertThat(output.err().lines()).as(wrong.toString()).hasSize(1);
            assertThat(output.out()).isEmpty();
        }
    }

    @Test
    void whatIsMissingIsSaidInOneLine() throws Exception {
        Path programs = Files.createDirectory(folder.resolve("programs"));
        for (String each : List.of("dirname", "uname", "node")) {
            Path program = programs.resolve(each);
            Files.writeString(program, "#!/bin/sh\nexec " + Tools.find(each).orElseThrow() + " \"$@\"\n");
            assertThat(program.toFile().setExecutable(true)).isTrue();
        }
        Tools.Output output = compare(Map.of("PATH", programs.toString())).await();
        assertThat(output.exitCode()).isEqualTo(2);
        assertThat(output.err())
                .isEqualTo("make compare needs what is not here: a C compiler (gcc, or another one as CC), npm\n");
    }

    private Tools.Running compare(ServerProcess server, Map<String, String> settings) throws IOException {
        Map<String, String> all = new HashMap<>(Map.of(
                "SERVERS",
                "none",
                "URL",
                "ws://127.0.0.1:" + server.port() + "/",
                "PID",
                Long.toString(server.pid()),
                "NAME",
                "mine"));
        all.putAll(settings);
        return compare(all);
    }

    private Tools.Running compare(Map<String, String> settings) throws IOException {
        Map<String, String> all =
                new HashMap<>(Map.of("ROUNDS", "1", "SECONDS_EACH", "1", "COMPARE_DIR", folder.toString()));
        all.putAll(settings);
        return Tools.start(
                logs,
                all,
                List.of("/bin/sh", Tools.COMPARE.resolve("compare.sh").toString()));
    }

    private List<JsonObject> measurements() throws IOException {
        return Tools.json(Files.readString(folder.resolve("results.json")))
                .getJsonArray("measurements")
                .getValuesAs(JsonObject.class);
    }

    private Element picture() throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(folder.resolve("picture.svg").toFile())
                .getDocumentElement();
    }
}
