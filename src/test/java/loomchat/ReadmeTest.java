package loomchat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README tells the truth where it can be checked. */
class ReadmeTest {
    private final String readme = read("README.md");

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

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
