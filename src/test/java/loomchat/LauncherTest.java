package loomchat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code loomchat} of the package, with a Java that tells how it was called. */
class LauncherTest {
    private static final Path MAKEFILE = Path.of("Makefile");

    @TempDir
    Path dir;

    private Path script;

    @BeforeEach
    void install() throws IOException {
        script = Files.copy(
                Path.of("deploy/loomchat"),
                Files.createDirectory(dir.resolve("a folder")).resolve("loomchat"));
        executable(script, Files.readString(script));
        java("25.0.3", "printf '%s\\n' \"$@\"; exit 70");
    }

    @Test
    void theExitCodeReachesTheShell() throws Exception {
        assertThat(run(List.of(script.toString()), Map.of()).exitCode()).isEqualTo(70);
    }

    @Test
    void itRunsTheJarBesideItWithTheFlagsOfMakeRun() throws Exception {
        List<String> command = new ArrayList<>(flags("RUN_FLAGS"));
        if (System.getProperty("os.name").equals("Linux")) {
            command.addAll(flags("LINUX_FLAGS"));
        }
        command.addAll(
                List.of("-Xmx1g", "-jar", script.resolveSibling("loomchat.jar").toString(), "serve"));
        assertThat(run(List.of(script.toString(), "serve"), Map.of("JAVA_OPTS", "-Xmx1g"))
                        .lines())
                .isEqualTo(command);
        assertThat(run(List.of(script.toString(), "stress", "--clients", "2 0"), Map.of())
                        .lines())
                .containsAll(flags("STRESS_FLAGS"))
                .endsWith("stress", "--clients", "2 0");
    }

    @Test
    void aLinkLeadsToIt() throws Exception {
        Path link = Files.createSymbolicLink(
                Files.createDirectory(dir.resolve("bin")).resolve("loomchat"), Path.of("../a folder/loomchat"));
        assertThat(run(List.of(link.toString()), Map.of()).lines())
                .contains(script.toRealPath().resolveSibling("loomchat.jar").toString());
    }

    @Test
    void anOldJavaIsPassedOver() throws Exception {
        java("24.0.2", "echo old");
        Run run = run(
                List.of(script.toString()),
                Map.of("PATH", "/usr/bin:/bin", "HOME", dir.toString(), "JAVA_OPTS", "-version"));
        // Another one may be in the usual folders.
        assertThat(run.lines()).doesNotContain("old");
        assertThat(run.exitCode() == 2 ? run.lines().getFirst() : "Loomchat needs Java 25 or newer")
                .startsWith("Loomchat needs Java 25 or newer");
    }

    /** What the Makefile sets a variable to. */
    private static List<String> flags(String name) throws IOException {
        return Files.readAllLines(MAKEFILE).stream()
                .filter(line -> line.startsWith(name + " := "))
                .map(line -> List.of(line.substring(name.length() + 4).split(" ")))
                .findFirst()
                .orElseThrow();
    }

    private void java(String version, String body) throws IOException {
        executable(
                Files.createDirectories(dir.resolve("jdk/bin")).resolve("java"),
                "#!/bin/sh\nif [ \"$1\" = -version ]; then echo 'openjdk version \"" + version + "\"' >&2; exit; fi\n"
                        + body + "\n");
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private record Run(int exitCode, List<String> lines) {}

    private Run run(List<String> command, Map<String, String> environment) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", dir.resolve("jdk").toString());
        builder.environment().remove("JAVA_OPTS");
        builder.environment().putAll(environment);
        Process process = builder.start();
        List<String> lines = process.inputReader().lines().toList();
        return new Run(process.waitFor(), lines);
    }
}
