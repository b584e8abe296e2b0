package loomchat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README tells the truth where it can be checked. */
class ReadmeTest {
    private final String readme = read("README.md");

    @Test
    void listsEverySettingWithItsDefault() {
        List<String> missing = new ArrayList<>();
        for (Settings.Setting each : Config.settings()) {
            boolean ofTheMachine = Set.of("MAX_CONNECTIONS", "IO_THREADS", "INCOMPLETE_MESSAGE_BYTES")
                    .contains(each.name());
            boolean shown = !ofTheMachine && !each.defaultValue().isEmpty();
            String row = "| `" + each.name() + "` | " + (shown ? "`" + each.defaultValue() + "`" : "");
            if (!readme.contains(row)) {
                missing.add(row);
            }
        }
        assertThat(missing).as("rows of the table of settings").isEmpty();
    }

    @Test
    void namesEveryTargetOfTheMakefile() {
        List<String> targets = read("Makefile")
                .lines()
                .filter(line -> line.matches("[a-z-]+:.*## .*"))
                .map(line -> line.substring(0, line.indexOf(':')))
                .filter(name -> !name.equals("help"))
                .toList();
        assertThat(targets).contains("run", "test", "stress", "bench", "report", "check", "clean");
        assertThat(targets).allSatisfy(name -> assertThat(readme).contains("make " + name));
    }

    @Test
    void linksOnlyToWhatIsThere() {
        Stream<String> links = java.util.regex.Pattern.compile("]\\(([^)#:]+)\\)")
                .matcher(readme)
                .results()
                .map(match -> match.group(1));
        assertThat(links).allSatisfy(link -> assertThat(Path.of(link)).exists());
    }

    @Test
    void helpAndReadmeHaveTheSameSettings() {
        String help = Config.help();
        assertThat(Config.settings()).allSatisfy(each -> assertThat(help).contains("  " + each.name() + " "));
        assertThat(Config.from(Map.of()).port()).isEqualTo(3000);
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
