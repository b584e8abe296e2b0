package loomchat.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code make cluster} with programs that stand for the real ones. */
class ClusterScriptTest {
    @TempDir
    Path dir;

    private void program(Path path, String text) throws Exception {
        Files.createDirectories(path.getParent());
        Files.writeString(path, "#!/bin/sh\n" + text + "\n");
        assertThat(path.toFile().setExecutable(true)).isTrue();
    }

    @Test
    void aServerThatEndsAtOnceIsNotWaitedFor() throws Exception {
        program(dir.resolve("loomchat"), "echo PORT=$PORT cannot be listened on; exit 1");
        program(dir.resolve("bin/redis-server"), "exec /bin/sleep 60");
        program(dir.resolve("bin/haproxy"), "exec /bin/sleep 60");
        program(dir.resolve("bin/sleep"), "echo waited >>" + dir.resolve("waits") + "; exec /bin/sleep \"$@\"");
        ProcessBuilder script = new ProcessBuilder(
                        "sh", Path.of("deploy/cluster.sh").toAbsolutePath().toString())
                .directory(dir.toFile())
                .redirectErrorStream(true);
        script.environment().put("PATH", dir.resolve("bin") + ":" + System.getenv("PATH"));
        script.environment().putAll(java.util.Map.of("PORT", "36900", "CLUSTER_DIR", "cluster", "CALLS", "off"));
        Process process = script.start();
        List<String> lines = process.inputReader().readAllLines();
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(lines)
                .containsExactly("The server on port 36901 did not start:", "PORT=36901 cannot be listened on");
        assertThat(Files.exists(dir.resolve("waits")) ? Files.readAllLines(dir.resolve("waits")) : List.of())
                .hasSizeLessThan(50);
    }
}
