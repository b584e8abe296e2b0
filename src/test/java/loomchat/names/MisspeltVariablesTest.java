package loomchat.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MisspeltVariablesTest {
    private static final List<String> SETTINGS = List.of(
            "CA",
            "CLIENTS",
            "DRAIN_TIMEOUT",
            "HOST",
            "LOG_DIR",
            "LOG_SEGMENT_BYTES",
            "LOG_SYNC_INTERVAL",
            "MAX_CONNECTIONS",
            "MAX_MESSAGE_BYTES",
            "PORT",
            "RATE",
            "SEED",
            "TOKEN",
            "URL");

    @ParameterizedTest
    @CsvSource({
        "CLEINTS, CLIENTS",
        "CLIENT, CLIENTS",
        "CLINETS, CLIENTS",
        "clients, CLIENTS",
        "MAX_CONECTIONS, MAX_CONNECTIONS",
        "MAXCONNECTIONS, MAX_CONNECTIONS",
        "MAX_CONNECTION, MAX_CONNECTIONS",
        "MAX_CONNNECTOINS, MAX_CONNECTIONS",
        "max-connections, MAX_CONNECTIONS",
        "MAX_CONNECT, MAX_CONNECTIONS",
        "LOG_SEGMENT, LOG_SEGMENT_BYTES",
        "DRAIN_TIMEOUT_SECONDS, DRAIN_TIMEOUT",
        "LOGDIR, LOG_DIR",
        "PORTS, PORT",
        "PROT, PORT",
        "TOEKN, TOKEN"
    })
    void aSlipIsNamedWithWhatIsMeant(String name, String meant) {
        assertThat(MisspeltVariables.warnings(List.of(name), SETTINGS))
                .singleElement()
                .isEqualTo(name + " is no setting and has no effect: is " + meant + " meant?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PATH",
                "HOME",
                "USER",
                "LANG",
                "PWD",
                "SHLVL",
                "TERM",
                "_",
                "HOSTNAME",
                "HOSTTYPE",
                "POST",
                "SORT",
                "DATE",
                "RACE",
                "NEED",
                "SPEED",
                "TAKEN",
                "CC",
                "CI",
                "TZ",
                "CLIENT_ID",
                "MAX_AGE",
                "MAX_MEMORY",
                "LOG_LEVEL",
                "LOGNAME",
                "LOG",
                "MAX",
                "LOOMCHAT_PORT",
                "LOOMCHAT_SERVICE_HOST",
                "KUBERNETES_PORT",
                "HTTP_PROXY",
                "http_proxy",
                "host",
                "url",
                "JAVA_HOME",
                "BASH_FUNC_x%%",
                "",
                "Ω"
            })
    void whatOthersSetIsNoSlip(String name) {
        assertThat(MisspeltVariables.warnings(List.of(name), SETTINGS)).isEmpty();
    }

    @Test
    void anyNumberOfAnyLengthIsLookedAt() {
        List<String> environment = List.of("A".repeat(100_000), "URLS", "SEDE", "CLIENTS");
        assertThat(MisspeltVariables.warnings(environment, SETTINGS))
                .singleElement()
                .asString()
                .startsWith("SEDE ");
    }
}
