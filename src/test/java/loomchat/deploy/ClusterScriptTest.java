package loomchat.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        return start(port, dir.resolve("bin") + ":" + System.getenv("PATH"));
    }

    private Process start(String port, String path) throws Exception {
        ProcessBuilder script = new ProcessBuilder(
                        "sh", Path.of("deploy/cluster.sh").toAbsolutePath().toString())
                .directory(dir.toFile())
                .redirectErrorStream(true);
        script.environment().put("PATH", path);
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

    /** The real proxies with what the script writes for them. */
    @ParameterizedTest
    @ValueSource(strings = {"haproxy", "nginx"})
    void anOperatorStaysWithOneServer(String proxy) throws Exception {
        Path installed = Path.of("/usr/sbin", proxy);
        Assumptions.assumeTrue(Files.isExecutable(installed), proxy + " is not installed");
        program(dir.resolve("loomchat"), "echo Loomchat listens; exec sleep 60");
        program(dir.resolve("bin/redis-server"), "exec sleep 60");
        program(dir.resolve("bin/" + proxy), "exec " + installed + " \"$@\"");
        int port = freePorts();
        try (StandIns servers = new StandIns(port + 1, port + 2, port + 3)) {
            Process process = start(Integer.toString(port), dir.resolve("bin") + ":/usr/bin:/bin");
            try {
                assertThat(process.inputReader().readLine()).contains("behind " + proxy);
                Set<String> all = new HashSet<>();
                for (int i = 1; i <= 16; i++) {
                    Set<String> names = new HashSet<>();
                    for (String each : StandIns.OF_ONE_SERVER) {
                        names.add(get("127.0.0." + i, port, each));
                    }
                    assertThat(names).as("127.0.0.%d", i).hasSize(1);
                    all.addAll(names);
                }
                assertThat(all).as("operators").hasSizeGreaterThan(1);
                Set<String> visited = new HashSet<>();
                for (int i = 0; i < 9; i++) {
                    visited.add(get("127.0.0.1", port, "/"));
                }
                assertThat(visited).as("one visitor").hasSize(3);
            } finally {
                process.destroy();
                assertThat(process.waitFor()).isZero();
            }
        }
    }

    /** The first of four on which nobody listens, below those that the system gives to connections. */
    private static int freePorts() {
        int port = ThreadLocalRandom.current().nextInt(2_000, 3_000) * 10;
        for (int i = 0; i < 4; i++) {
            try (ServerSocket socket = new ServerSocket(port + i)) {
                assertThat(socket.isBound()).isTrue();
            } catch (IOException e) {
                return freePorts();
            }
        }
        return port;
    }

    private static String get(String from, int port, String path) throws Exception {
        try (HttpClient http = HttpClient.newBuilder()
                .localAddress(InetAddress.getByName(from))
                .build()) {
            URI uri = URI.create("http://127.0.0.1:" + port + path);
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
