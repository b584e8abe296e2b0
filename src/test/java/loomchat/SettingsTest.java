package loomchat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import loomchat.log.LogOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A wrong setting is named with its value and with what is allowed. */
class SettingsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PORT | 70000",
                "PORT | http",
                "PORT | -1",
                "HOST | two words",
                "ECHO_ENDPOINT | maybe",
                "MAX_MESSAGE_BYTES | 1",
                "MAX_MESSAGE_BYTES | 1T",
                "MAX_MESSAGE_BYTES | 99999999999999G",
                "SEND_TIMEOUT | soon",
                "SEND_TIMEOUT | 0s",
                "ALLOWED_ORIGINS | chat.example",
                "MAX_CONNECTIONS | 0",
                "DRAIN_SECONDS | 1.5",
                "LOG_SEGMENT_BYTES | 1",
                "LOG_RETAIN_BYTES | most",
                "LOG_RETAIN_BYTES | -1"
            })
    void aWrongSettingIsNamedWithItsValueAndWhatIsAllowed(String name, String value) {
        assertThatThrownBy(() -> Config.from(Map.of(name, value)))
                .isInstanceOf(Settings.InvalidSetting.class)
                .hasMessageStartingWith(name + "=" + value + " is not allowed: ")
                .hasMessageNotContaining("\n");
    }

    @Test
    void unitsAreRead() {
        Config config = Config.from(Map.of(
                "MAX_MESSAGE_BYTES", "16M",
                "SEND_TIMEOUT", "1500ms",
                "PING_INTERVAL", "2m",
                "ALLOWED_ORIGINS", "https://Chat.example, http://localhost:8080"));
        assertThat(config.limits().maxMessageBytes()).isEqualTo(16 << 20);
        assertThat(config.limits().sendTimeout()).isEqualTo(Duration.ofMillis(1500));
        assertThat(config.limits().pingInterval()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.access().origins()).isEqualTo(Set.of("https://chat.example", "http://localhost:8080"));
    }

    @Test
    void aWordMayStandForANumber() {
        assertThat(Config.from(Map.of()).log().retainBytes()).isEqualTo(LogOptions.FOLLOW_DISK);
        assertThat(Config.from(Map.of("LOG_RETAIN_BYTES", "auto")).changed()).isEmpty();
        assertThat(Config.from(Map.of("LOG_RETAIN_BYTES", "0")).log().retainBytes())
                .isZero();
        assertThat(Config.from(Map.of("LOG_RETAIN_BYTES", "2G")).log().retainBytes())
                .isEqualTo(2L << 30);
    }

    @Test
    void anOriginMayBeListedTwice() {
        Config config = Config.from(Map.of("ALLOWED_ORIGINS", "https://chat.example,https://CHAT.example"));
        assertThat(config.access().origins()).isEqualTo(Set.of("https://chat.example"));
    }

    @Test
    void anEmptyValueIsTheDefaultAndOnlyChangesAreReported() {
        Config config = Config.from(Map.of("PORT", " ", "HOST", "127.0.0.1", "LOG_DIR", "logs"));
        assertThat(config.port()).isEqualTo(3000);
        assertThat(config.changed()).containsOnly(Map.entry("HOST", "127.0.0.1"));
    }
}
