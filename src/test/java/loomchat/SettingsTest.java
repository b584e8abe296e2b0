package loomchat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import loomchat.loadtest.command.StressCommand;
import loomchat.log.LogOptions;
import loomchat.names.MisspeltVariables;
import loomchat.testing.ServerProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
                "DRAIN_TIMEOUT | 1500ms",
                "DRAIN_TIMEOUT | 2h",
                "DRAIN_TIMEOUT | 5",
                "REQUEST_TIMEOUT | 30",
                "REQUEST_TIMEOUT | 999ms",
                "LOG_SYNC_INTERVAL | 61s",
                "RESUME_TIMEOUT | 15 seconds",
                "INTEREST_TIMEOUT | -5s",
                "COMPRESSION | maybe",
                "LOAD_TEST_ANNOUNCE | all",
                "REPORT_DIRS | /does/not/exist",
                "TRUSTED_PROXIES | proxy.example",
                "LOG_SEGMENT_BYTES | 1",
                "LOG_RETAIN_BYTES | most",
                "LOG_RETAIN_BYTES | -1",
                "GUEST_WORK | on",
                "GUEST_WORK_BITS | 7",
                "GUEST_WORK_BITS | 27",
                "GUEST_WORK_ABOVE | -1"
            })
    void aWrongSettingIsNamedWithItsValueAndWhatIsAllowed(String name, String value) {
        assertThatThrownBy(() -> Settings.from(Map.of(name, value)))
                .isInstanceOf(SettingsReader.InvalidSetting.class)
                .hasMessageStartingWith(name + "=" + value + " is not allowed: ")
                .hasMessageNotContaining("\n");
    }

    @Test
    void unitsAreRead() {
        Settings config = Settings.from(Map.of(
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
    void timesHaveOneStyle() {
        Settings config = Settings.from(Map.of(
                "REQUEST_TIMEOUT", "1500ms",
                "DRAIN_TIMEOUT", "0",
                "RESUME_TIMEOUT", "2m",
                "INTEREST_TIMEOUT", "1h",
                "LOG_SYNC_INTERVAL", "0s"));
        assertThat(config.requestTimeout()).isEqualTo(Duration.ofMillis(1500));
        assertThat(config.drainSeconds()).isZero();
        assertThat(config.v1Limits().resumeSeconds()).isEqualTo(120);
        assertThat(config.v1Limits().interestSeconds()).isEqualTo(3600);
        assertThat(config.log().syncMillis()).isZero();
        assertThat(config.notices()).isEmpty();
        assertThat(Settings.from(Map.of("LOG_SYNC_INTERVAL", "250ms")).log().syncMillis())
                .isEqualTo(250);
    }

    @ParameterizedTest
    @CsvSource({
        "REQUEST_SECONDS, 60, REQUEST_TIMEOUT, 60s",
        "DRAIN_SECONDS, 0, DRAIN_TIMEOUT, 0s",
        "RESUME_SECONDS, 20, RESUME_TIMEOUT, 20s",
        "INTEREST_SECONDS, 2, INTEREST_TIMEOUT, 2s",
        "LOG_SYNC_MILLIS, 250, LOG_SYNC_INTERVAL, 250ms"
    })
    void anOldNameStillWorksAndOneLineNamesTheNewOne(String old, String value, String name, String newValue) {
        Settings config = Settings.from(Map.of(old, value));
        assertThat(config.changed()).containsExactly(Map.entry(name, newValue));
        assertThat(config.notices()).singleElement().asString().contains(old, name + "=" + newValue);
        assertThat(config)
                .usingRecursiveComparison()
                .ignoringFields("notices")
                .isEqualTo(Settings.from(Map.of(name, newValue)));
    }

    @Test
    void anOldNameOfTheDefaultIsNoChange() {
        Settings config = Settings.from(Map.of("DRAIN_SECONDS", "5"));
        assertThat(config.changed()).isEmpty();
        assertThat(config.notices()).hasSize(1);
        assertThat(Settings.from(Map.of("DRAIN_SECONDS", " ")).notices()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "DRAIN_SECONDS, 1.5, DRAIN_TIMEOUT",
        "LOG_SYNC_MILLIS, 1s, LOG_SYNC_INTERVAL",
        "REQUEST_SECONDS, 0, REQUEST_TIMEOUT"
    })
    void aWrongValueOfAnOldNameIsNamedAsItWasWritten(String old, String value, String name) {
        assertThatThrownBy(() -> Settings.from(Map.of(old, value)))
                .isInstanceOf(SettingsReader.InvalidSetting.class)
                .hasMessageStartingWith(old + "=" + value + " is not allowed: " + name)
                .hasMessageNotContaining("\n");
    }

    @Test
    void anOldNameAndItsNewOneExcludeEachOther() {
        assertThatThrownBy(() -> Settings.from(Map.of("DRAIN_SECONDS", "5", "DRAIN_TIMEOUT", "5s")))
                .isInstanceOf(SettingsReader.InvalidSetting.class)
                .hasMessageStartingWith("DRAIN_SECONDS=5 is not allowed beside DRAIN_TIMEOUT=5s")
                .hasMessageNotContaining("\n");
    }

    /** As before, but said so: the settings that always had a unit took a number alone for seconds. */
    @Test
    void aNumberWithoutUnitIsTakenForSecondsWithALine() {
        Settings config = Settings.from(Map.of("PING_INTERVAL", "30"));
        assertThat(config.limits().pingInterval()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.notices()).singleElement().asString().contains("PING_INTERVAL=30s");
    }

    @Test
    void theServerSaysTheNewNameOnItsStandardError(@TempDir Path dir) throws Exception {
        Path errors = dir.resolve("errors");
        try (ServerProcess server = new ServerProcess(
                List.of(),
                System.getProperty("java.class.path"),
                ProcessBuilder.Redirect.to(errors.toFile()),
                dir.resolve("logs"),
                Map.of("DRAIN_SECONDS", "0"))) {
            assertThat(server.terminate(20)).isZero();
        }
        assertThat(Files.readAllLines(errors))
                .filteredOn(line -> line.contains("DRAIN_TIMEOUT=0s"))
                .hasSize(1);
        assertThat(Files.readString(dir.resolve("logs/chat-logs.jsonl"))).contains("\"DRAIN_TIMEOUT\":\"0s\"");
    }

    @Test
    void aWrongSettingStopsTheStartWithOneLine(@TempDir Path dir) throws Exception {
        Path errors = dir.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "loomchat.Main")
                .redirectErrorStream(true)
                .redirectOutput(errors.toFile());
        builder.environment().putAll(Map.of("LOG_DIR", dir.resolve("logs").toString(), "PING_INTERVAL", "soon"));
        assertThat(builder.start().waitFor()).isEqualTo(2);
        assertThat(Files.readAllLines(errors))
                .containsExactly(
                        "PING_INTERVAL=soon is not allowed: a time from 100ms to 24h, such as 500ms, 10s, 2m or 1h");
    }

    @Test
    void examplesAreAllowedThemselves() {
        Pattern examples = Pattern.compile(", such as (.*)");
        for (SettingsReader.Setting each : Settings.settings()) {
            Matcher match = examples.matcher(each.allowed());
            if (match.find() && each.allowed().matches("(a time|a size) .*")) {
                for (String example : match.group(1).split(", | or ")) {
                    assertThatCode(() -> Settings.from(Map.of(each.name(), example)))
                            .as("%s=%s", each.name(), example)
                            .doesNotThrowAnyException();
                }
            }
        }
        assertThatThrownBy(() -> Settings.from(Map.of("LOG_SYNC_INTERVAL", "1h")))
                .hasMessage("LOG_SYNC_INTERVAL=1h is not allowed: a time from 0s to 1m, such as 500ms or 10s");
    }

    @Test
    void helpListsEverySettingWithItsDefault() {
        assertThat(Settings.settings())
                .hasSizeGreaterThan(30)
                .allSatisfy(each -> assertThat(Settings.help())
                        .contains("  " + each.name() + "=" + each.defaultValue() + System.lineSeparator())
                        .contains(each.meaning()));
    }

    @Test
    void aWordMayStandForANumber() {
        assertThat(Settings.from(Map.of()).log().retainBytes()).isEqualTo(LogOptions.FOLLOW_DISK);
        assertThat(Settings.from(Map.of("LOG_RETAIN_BYTES", "auto")).changed()).isEmpty();
        assertThat(Settings.from(Map.of("LOG_RETAIN_BYTES", "0")).log().retainBytes())
                .isZero();
        assertThat(Settings.from(Map.of("LOG_RETAIN_BYTES", "2G")).log().retainBytes())
                .isEqualTo(2L << 30);
    }

    @Test
    void anOriginMayBeListedTwice() {
        Settings config = Settings.from(Map.of("ALLOWED_ORIGINS", "https://chat.example,https://CHAT.example"));
        assertThat(config.access().origins()).isEqualTo(Set.of("https://chat.example"));
    }

    @Test
    void anEmptyValueIsTheDefaultAndOnlyChangesAreReported() {
        Settings config = Settings.from(
                Map.of("PORT", " ", "HOST", "127.0.0.1", "LOG_DIR", "logs", "LOG_SEGMENT_BYTES", "268435456"));
        assertThat(config.port()).isEqualTo(3000);
        assertThat(config.changed()).containsOnly(Map.entry("HOST", "127.0.0.1"));
    }

    @Test
    void aVariableThatLooksLikeASettingIsWorthALine() {
        assertThat(Settings.from(Map.of("MAX_CONECTIONS", "5", "PATH", "/bin")).notices())
                .containsExactly("MAX_CONECTIONS is no setting and has no effect: is MAX_CONNECTIONS meant?");
    }

    /** Both may be set for both commands. */
    @Test
    void noSettingOfTheServerLooksLikeOneOfTheLoadClient() {
        Set<String> server =
                Settings.settings().stream().map(SettingsReader.Setting::name).collect(Collectors.toSet());
        ByteArrayOutputStream help = new ByteArrayOutputStream();
        StressCommand.run(new String[] {"--help"}, Map.of(), new PrintStream(help), System.err);
        Set<String> client = help.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.matches("  [A-Z_]{2,} .*"))
                .map(line -> line.strip().split(" ")[0])
                .collect(Collectors.toSet());
        assertThat(client).contains("CLIENTS", "CA");
        assertThat(MisspeltVariables.warnings(client, server)).isEmpty();
        assertThat(MisspeltVariables.warnings(server, client)).isEmpty();
    }

    /** So long do keys verify behind a rotation. */
    @Test
    void theLongestThatAKeySignsForIsARefreshTokenOrAnOperatorsSignIn() throws Exception {
        assertThat(Settings.from(Map.of()).identity().longestSigned()).isEqualTo(Duration.ofMinutes(720 * 60 + 5));
        assertThat(Settings.from(Map.of("REFRESH_LIFETIME", "2h")).identity().longestSigned())
                .isEqualTo(Duration.ofHours(12));
    }
}
