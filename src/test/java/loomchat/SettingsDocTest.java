package loomchat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code docs/settings.md} is made from {@link Settings}: {@code make docs} writes it, the test compares it. */
class SettingsDocTest {
    private static final Path FILE = Path.of("docs/settings.md");

    private static final String CODE = "(?<![\\w-])(\\*|/echo|https://[a-z.]+|[0-9.]+/8|localhost"
            + "|[A-Z]{2,}(_[A-Z]+)+|HOST|X-[A-Za-z-]+|\\d+(ms|[smhKMGT])\\b)";

    private static final String HEAD = """
            <!-- Written by `make docs` from the program. Do not edit: change Settings.java. -->
            # Settings

            Settings of the server are environment variables. One that is empty counts as not set. A wrong value stops
            the start with one line that names the setting, the value and what is allowed, and with exit code 2.
            `./loomchat --help` lists the settings too. Those of the load client are in
            [load-client.md](load-client.md#settings).

            | kind | how to write it |
            | --- | --- |
            | time | a number and its unit: `500ms`, `10s`, `2m`, `1h` |
            | size | bytes, or a number with K, M, G or T (powers of 1024): `1500`, `64K`, `16M`, `2G` |
            | list | values separated by commas |
            | true or false | also `on` and `off`, `yes` and `no`, `1` and `0` |
            """;

    @Test
    void theDocumentIsWhatTheProgramReads() throws IOException {
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(FILE, document());
        }
        assertThat(Files.readString(FILE))
                .as("docs/settings.md differs from the settings that the program reads: run make docs")
                .isEqualTo(document());
    }

    private static String document() {
        StringBuilder text = new StringBuilder(HEAD);
        String group = "";
        for (SettingsReader.Setting each : Settings.settings()) {
            if (!each.group().equals(group)) {
                group = each.group();
                text.append("\n## ").append(group).append("\n\n");
                text.append("| setting | default | meaning | allowed |\n| --- | --- | --- | --- |\n");
            }
            text.append("| `%s` | %s | %s | %s |\n"
                    .formatted(each.name(), defaultOf(each), marked(each.meaning()), marked(each.allowed())));
        }
        text.append("""

                ## Old names

                The names of the version before still work in this one, with their numbers without unit and with a
                line that says the new name. An old name beside its new one stops the start.

                | old name | new name |
                | --- | --- |
                """);
        SettingsReader.OLD_NAMES.entrySet().stream()
                .sorted(Comparator.comparing(each -> each.getValue().name()))
                .forEach(each -> text.append("| `%1$s=2` | `%3$s=2%2$s` |\n"
                        .formatted(each.getValue().name(), each.getValue().unit(), each.getKey())));
        return text.toString();
    }

    private static String defaultOf(SettingsReader.Setting setting) {
        if (setting.rule() != null) {
            return setting.rule();
        }
        return setting.defaultValue().isEmpty() ? "" : "`" + setting.defaultValue() + "`";
    }

    /** Names and values as code: words in capitals, headers, and names with a dot or a slash. */
    private static String marked(String text) {
        return text.replaceAll(CODE, "`$1`").replace("|", "\\|");
    }

    @Test
    void everyOldNameHasASetting() {
        assertThat(Settings.settings())
                .extracting(SettingsReader.Setting::name)
                .containsAll(SettingsReader.OLD_NAMES.keySet());
        assertThat(Settings.from(Map.of()).notices()).isEmpty();
    }
}
