package loomchat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README and the documents that it leads to tell the truth where that can be checked. */
class ReadmeTest {
    private static final int MOST_LINES = 150;
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]*)(#[^)]+)?\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

    private final String readme = read(Path.of("README.md"));

    @Test
    void theReadmeIsShort() {
        assertThat(readme.lines().count()).isLessThanOrEqualTo(MOST_LINES);
    }

    @Test
    void namesEveryTargetOfTheMakefile() {
        List<String> targets = read(Path.of("Makefile"))
                .lines()
                .filter(line -> line.matches("[a-z-]+:.*## .*"))
                .map(line -> line.substring(0, line.indexOf(':')))
                .filter(name -> !name.equals("help"))
                .toList();
        assertThat(targets).contains("run", "test", "stress", "bench", "report", "check", "clean");
        assertThat(targets).allSatisfy(name -> assertThat(readme).contains("`make " + name + "`"));
    }

    @Test
    void theNewcomersCommandsAreInTheReadme() {
        List<String> commands = Pattern.compile("step \"make ([a-z-]+)\"")
                .matcher(read(Path.of(".ci/run")))
                .results()
                .map(each -> each.group(1))
                .distinct()
                .toList();
        assertThat(commands).contains("check", "test-all", "run", "stress", "report");
        assertThat(commands).allSatisfy(each -> assertThat(readme).contains("`make " + each + "`"));
    }

    @Test
    void leadsToEveryDocument() throws IOException {
        try (Stream<Path> documents = Files.list(Path.of("docs"))) {
            assertThat(documents.filter(Files::isRegularFile))
                    .allSatisfy(each -> assertThat(readme).contains("(docs/" + each.getFileName() + ")"));
        }
    }

    @Test
    void linksOnlyToWhatIsThere() {
        for (Path document : documents()) {
            LINK.matcher(read(document)).results().forEach(link -> {
                Path target = link.group(1).isEmpty()
                        ? document
                        : document.resolveSibling(link.group(1)).normalize();
                assertThat(target).as("link of " + document).exists();
                if (link.group(2) != null) {
                    assertThat(anchors(target)).as("headings of " + target).contains(link.group(2));
                }
            });
        }
    }

    /** As GitHub makes them. */
    private static Set<String> anchors(Path document) {
        return HEADING.matcher(read(document))
                .results()
                .map(each -> each.group(1).toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", ""))
                .map(each -> "#" + each.replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    @Test
    void namesNoSettingByItsOldName() {
        for (Path document : documents()) {
            if (!Set.of("settings.md", "CHANGELOG.md")
                    .contains(document.getFileName().toString())) {
                String text = read(document);
                assertThat(SettingsReader.OLD_NAMES.values())
                        .allSatisfy(
                                old -> assertThat(text).as(document.toString()).doesNotContain(old.name()));
            }
        }
    }

    @Test
    void theArchitectureNamesEveryPackage() throws IOException {
        String document = read(Path.of("docs/architecture.md"));
        try (Stream<Path> packages = Files.list(Path.of("src/main/java/loomchat"))) {
            assertThat(packages.filter(Files::isDirectory))
                    .allSatisfy(each -> assertThat(document).contains("| `" + each.getFileName() + "` | "));
        }
    }

    @Test
    void theLoadClientsSettingsAndScenariosAreDescribed() throws Exception {
        String document = read(Path.of("docs/load-client.md"));
        List<String> help = help("stress", "--help");
        List<String> settings = help.stream()
                .filter(line -> line.matches("  [A-Z_]{2,} .*"))
                .map(line -> line.strip().split(" ")[0])
                .toList();
        assertThat(settings)
                .contains("SCENARIO", "SHARE")
                .allSatisfy(each -> assertThat(document).contains("| `" + each + "` | "));
        try (Stream<Path> scenarios = Files.list(Path.of("loadtest/scenarios"))) {
            assertThat(scenarios
                            .map(each -> each.getFileName().toString().replace(".json", ""))
                            .filter(each -> !each.equals("personas")))
                    .allSatisfy(each -> assertThat(document).contains("| `" + each + "`"));
        }
    }

    /** What the program prints for these arguments, in a process of its own. */
    private static List<String> help(String... arguments) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder builder =
                new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), "loomchat.Main");
        builder.command().addAll(List.of(arguments));
        Process process = builder.redirectErrorStream(true).start();
        List<String> lines = process.inputReader().readAllLines();
        assertThat(process.waitFor()).isZero();
        return lines;
    }

    private static List<Path> documents() {
        try (Stream<Path> docs = Files.list(Path.of("docs"));
                Stream<Path> root = Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
                        .map(Path::of)) {
            return Stream.concat(root, docs.filter(Files::isRegularFile)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
