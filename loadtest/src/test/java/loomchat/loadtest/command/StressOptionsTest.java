package loomchat.loadtest.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import loomchat.loadtest.scenario.UsageError;
import org.junit.jupiter.api.Test;

class StressOptionsTest {
    @Test
    void aFlagTakesTheWordAfterItWhereThatIsItsValue() {
        assertThat(of("rich", "--dashboard", ":8000").dashboard().socket().getPort())
                .isEqualTo(8000);
        assertThat(of("--dashboard", "127.0.0.1:8001", "rich").dashboard().host())
                .isEqualTo("127.0.0.1");
        assertThat(of("rich", "--dashboard", "false").dashboard()).isNull();
        assertThat(of("rich", "--insecure", "false").insecure()).isFalse();
        assertThat(of("rich", "--kills", "TRUE", "--fail-on-regression", "yes"))
                .matches(StressOptions::kills)
                .matches(StressOptions::failOnRegression);
    }

    @Test
    void aFlagAloneIsTrueAndTheScenarioIsNoValue() {
        StressOptions options = of("--insecure", "rich", "--dashboard");
        assertThat(options.insecure()).isTrue();
        assertThat(options.scenario()).isEqualTo("rich");
        assertThat(options.dashboard().socket().getPort()).isEqualTo(5665);
        assertThat(of("--dashboard", "mine.json").scenario()).isEqualTo("mine.json");
        assertThat(of("--kills", "--clients", "4").overrides()).containsEntry("CLIENTS", "4");
    }

    @Test
    void twoScenariosAreOneTooMany() {
        assertThatThrownBy(() -> of("rich", "evil"))
                .isInstanceOf(UsageError.class)
                .hasMessage("One scenario can be played at a time, and rich and evil are named");
    }

    @Test
    void aFileThatIsNamedIsLookedForWhateverTheTarget() {
        assertThatThrownBy(() -> of("rich", "--ca", "/nope.pem"))
                .isInstanceOf(UsageError.class)
                .hasMessage("CA=/nope.pem is not allowed: a readable PEM file");
    }

    private static StressOptions of(String... arguments) {
        return StressOptions.from(List.of(arguments), Map.of());
    }
}
