package loomchat.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
        Process process = start("36900");
        List<String> lines = process.inputReader().readAllLines();
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(lines)
                .containsExactly("The server on port 36901 did not start:", "PORT=36901 cannot be listened on");
        assertThat(Files.exists(dir.resolve("waits")) ? Files.readAllLines(dir.resolve("waits")) : List.of())
                .hasSizeLessThan(50);
    }

    private Process start(String port) throws Exception {
        ProcessBuilder script = new ProcessBuilder(
                        "sh", Path.of("deploy/cluster.sh").toAbsolutePath().toString())
                .directory(dir.toFile())
                .redirectErrorStream(true);
        script.environment().put("PATH", dir.resolve("bin") + ":" + System.getenv("PATH"));
        script.environment().putAll(Map.of("PORT", port, "CLUSTER_DIR", "cluster", "CALLS", "off"));
        return script.start();
    }

    @Test
    void eachServerHasTheRecordsOfTheOthers() throws Exception {
        program(
                dir.resolve("loomchat"),
                "ls -d $(echo $REPORT_DIRS | tr , ' ') >$LOG_DIR/others 2>&1; echo Loomchat listens; exec sleep 60");
        program(dir.resolve("bin/redis-server"), "exec sleep 60");
        program(dir.resolve("bin/haproxy"), "exec sleep 60");
        Process process = start("36910");
        try (BufferedReader lines = process.inputReader()) {
            String line = lines.readLine();
            while (line != null && !line.startsWith("Ctrl-C")) {
                line = lines.readLine();
            }
            assertThat(line).isNotNull();
            assertThat(others(1)).containsExactly("cluster/server-2", "cluster/server-3");
            assertThat(others(2)).containsExactly("cluster/server-1", "cluster/server-3");
            assertThat(others(3)).containsExactly("cluster/server-1", "cluster/server-2");
        } finally {
            process.destroy();
            assertThat(process.waitFor()).isZero();
        }
    }

    private List<String> others(int server) throws Exception {
        return Files.readAllLines(dir.resolve("cluster/server-" + server + "/others"));
    }
}
