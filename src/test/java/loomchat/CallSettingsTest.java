package loomchat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import loomchat.chat.call.CallOptions.Policy;
import loomchat.testing.InProcessServer;
import loomchat.testing.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls are on when they can work, and a setting under which they cannot stops the start. */
class CallSettingsTest {
    private static final String URL = "turn:turn.example:3478?transport=udp";
    private static final String SECRET = "correct-horse-battery";

    @TempDir
    Path dir;

    @Test
    void theyAreOffUnlessThereIsATurnServer() {
        assertThat(Settings.from(Map.of()).calls().policy()).isEqualTo(Policy.OFF);
        Map<String, String> turn = Map.of("TURN_URLS", URL, "TURN_SECRET", SECRET);
        Settings config = Settings.from(turn);
        assertThat(config.calls().policy()).isEqualTo(Policy.RELAY);
        assertThat(config.changed()).containsEntry("TURN_SECRET", "(hidden)").containsEntry("TURN_URLS", URL);
        assertThat(config.toString()).doesNotContain(SECRET);
        Map<String, String> off = new HashMap<>(turn);
        off.put("CALLS", "off");
        assertThat(Settings.from(off).calls().on()).isFalse();
    }

    @Test
    void theSecretMayLieInAFile() throws Exception {
        Path file = Files.writeString(dir.resolve("secret"), SECRET + "\n");
        Settings config = Settings.from(Map.of("TURN_URLS", URL, "TURN_SECRET_FILE", file.toString()));
        assertThat(config.calls().turn().credentials("x", 0).credential())
                .isEqualTo(Settings.from(Map.of("TURN_URLS", URL, "TURN_SECRET", SECRET))
                        .calls()
                        .turn()
                        .credentials("x", 0)
                        .credential());
        Files.writeString(file, "short");
        refused(Map.of("TURN_URLS", URL, "TURN_SECRET_FILE", file.toString()), "TURN_SECRET_FILE=" + file);
        Path missing = dir.resolve("missing");
        refused(Map.of("TURN_URLS", URL, "TURN_SECRET_FILE", missing.toString()), "TURN_SECRET_FILE=" + missing);
        refused(
                Map.of("TURN_URLS", URL, "TURN_SECRET", SECRET, "TURN_SECRET_FILE", file.toString()),
                "TURN_SECRET_FILE=" + file + " is not allowed beside TURN_SECRET");
    }

    private static void refused(Map<String, String> settings, String start) {
        assertThatThrownBy(() -> Settings.from(settings))
                .isInstanceOf(SettingsReader.InvalidSetting.class)
                .hasMessageStartingWith(start)
                .hasMessageNotContaining("\n")
                .hasMessageNotContaining(SECRET);
    }

    @ParameterizedTest
    @CsvSource({
        "CALLS, maybe",
        "CALLS, relay",
        "TURN_URLS, http://turn.example",
        "TURN_URLS, turn:",
        "TURN_URLS, 'turn:a.example,turn:b.example?transport=sctp'",
        "TURN_URLS, turn:turn.example:3478",
        "STUN_URLS, turn:turn.example",
    })
    void whatCannotWorkIsNamed(String name, String value) {
        refused(Map.of(name, value), name + "=" + value + " is not allowed");
    }

    @Test
    void aSecretThatIsNoneIsNotShown() {
        refused(Map.of("TURN_URLS", URL, "TURN_SECRET", "short"), "TURN_SECRET=(hidden) is not allowed: 16 to 512");
        refused(Map.of("TURN_SECRET", SECRET), "TURN_SECRET=(hidden) is not allowed without TURN_URLS");
    }

    @Test
    void messagesThatAreTooSmallForSignalsAreNamed() {
        refused(Map.of("CALLS", "all", "MAX_MESSAGE_BYTES", "32K"), "CALLS=all is not allowed with MAX_MESSAGE_BYTES");
    }

    /** The browser lets the page have the camera where it may need it, and nowhere else. */
    @Test
    void thePageMayHaveTheCameraWhereCallsAreOn() throws Exception {
        try (InProcessServer on = InProcessServer.open(dir.resolve("on"), "CALLS", "all");
                InProcessServer off = InProcessServer.open(dir.resolve("off"))) {
            assertThat(policy(on, "/")).contains("camera=(self)", "microphone=(self)", "geolocation=()");
            assertThat(policy(on, "/report")).contains("camera=()", "microphone=()");
            assertThat(policy(off, "/")).contains("camera=()", "microphone=()");
        }
    }

    private static String policy(InProcessServer server, String path) throws Exception {
        try (RawClient client = RawClient.connect(server.port())) {
            client.send("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
            return client.readResponse()
                    .toString()
                    .lines()
                    .filter(each -> each.startsWith("Permissions-Policy: "))
                    .reduce("", String::concat);
        }
    }
}
