package loomchat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code loomchat} of the package and of a checkout, with a Java that tells how it was called. */
class LauncherTest {
    private static final Path SCRIPT = Path.of("loomchat");

    @TempDir
    Path dir;

    private Path script;

    @BeforeEach
    void install() throws IOException {
        script = Files.copy(
                SCRIPT, Files.createDirectory(dir.resolve("a folder")).resolve("loomchat"));
        executable(script, Files.readString(script));
        Files.createFile(script.resolveSibling("loomchat.jar"));
        java("25.0.3", "printf '%s\\n' \"$@\"; exit 70");
    }

    @Test
    void theExitCodeReachesTheShell() throws Exception {
        assertThat(run(List.of(script.toString()), Map.of()).exitCode()).isEqualTo(70);
    }

    @Test
    void itRunsTheJarBesideItWithTheFlagsOfTheCommand() throws Exception {
        List<String> command = new ArrayList<>(flags("serve"));
        assertThat(command).contains("-XX:+UseSerialGC");
        command.addAll(
                List.of("-Xmx1g", "-jar", script.resolveSibling("loomchat.jar").toString(), "serve"));
        assertThat(run(List.of(script.toString(), "serve"), Map.of("JAVA_OPTS", "-Xmx1g"))
                        .lines())
                .isEqualTo(command);
        assertThat(flags("stress")).contains("-XX:+UseG1GC");
        assertThat(run(List.of(script.toString(), "stress", "--clients", "2 0"), Map.of())
                        .lines())
                .containsAll(flags("stress"))
                .endsWith("stress", "--clients", "2 0");
    }

    /** Of Linux. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void theSystemdUnitHasTheSameFlags() throws Exception {
        assertThat(Files.readString(Path.of("deploy/systemd/loomchat.service")).replaceAll("\\s+\\\\\\s+", " "))
                .contains(run(List.of(script.toString(), "--jvm-flags", "serve"), Map.of())
                        .lines());
        assertThat(Files.readString(Path.of("Makefile"))).doesNotContain("-XX:");
    }

    @Test
    void aCheckoutHasItsJarInTarget() throws Exception {
        Path jar = checkout();
        assertThat(run(List.of(script.toString(), "report"), Map.of()).lines())
                .endsWith("-jar", jar.toString(), "report");
        assertThat(run(List.of(script.toString(), "serve"), Map.of()).lines())
                .endsWith("-jar", jar.toString(), "serve");
    }

    @Test
    void aCheckoutThatIsNotBuiltOrNotAnewIsSaidInOneLine() throws Exception {
        Path jar = checkout();
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().minusSeconds(60)));
        assertThat(run(List.of(script.toString(), "serve"), Map.of()).lines())
                .first()
                .asString()
                .startsWith("The sources are newer than target/loomchat.jar: make build");
        Files.delete(jar);
        Run none = run(List.of(script.toString(), "serve"), Map.of());
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.lines()).singleElement().asString().contains("run make build");
    }

    private Path checkout() throws IOException {
        Files.delete(script.resolveSibling("loomchat.jar"));
        Files.createFile(script.resolveSibling("pom.xml"));
        return Files.createFile(
                Files.createDirectory(script.resolveSibling("target")).resolve("loomchat.jar"));
    }

    @Test
    void classesThatWereLoadedBeforeAreUsed() throws Exception {
        Path archive = Files.createFile(script.resolveSibling("loomchat.jsa"));
        assertThat(run(List.of(script.toString(), "serve"), Map.of()).lines())
                .contains("-XX:SharedArchiveFile=" + archive);
    }

    @Test
    void itFindsTheHomeOfATool() throws Exception {
        assertThat(run(List.of(script.toString(), "--find-home"), Map.of()).lines())
                .containsExactly(dir.resolve("jdk").toString());
        // That home has no compiler.
        assertThat(run(List.of(script.toString(), "--find-home", "javac"), Map.of())
                        .lines())
                .doesNotContain(dir.resolve("jdk").toString());
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

    private List<String> flags(String command) throws Exception {
        Run run = run(List.of(script.toString(), "--jvm-flags", command), Map.of());
        return List.of(run.lines().getFirst().split(" "));
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
