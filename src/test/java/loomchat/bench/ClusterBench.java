package loomchat.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import loomchat.testing.RedisProcess;

/**
 * What a message costs that crosses servers: CPU of both servers without Redis, beside the same load on one of them,
 * and beside Socket.IO with its Redis adapter on two servers, where npm is there. Everything shares the machine: only
 * ratios of one run mean something.
 */
public final class ClusterBench {
    private static final List<RelayBench.Load> LOADS = List.of(
            new RelayBench.Load("4,000/s", 400, 500, 0, 4_000, BenchProtocol.Kind.PLAIN),
            new RelayBench.Load("4,000/s, chat.v1", 400, 500, 0, 4_000, BenchProtocol.Kind.V1),
            new RelayBench.Load("saturated", 100, 100, 1, 0, BenchProtocol.Kind.PLAIN));

    private ClusterBench() {}

    public static void main(String[] args) throws Exception {
        int seconds = Integer.parseInt(System.getenv().getOrDefault("SECONDS_EACH", "5"));
        Path folder = Files.createTempDirectory("loomchat-bench-redis");
        RelayBench.head();
        try (RedisProcess redis = new RedisProcess(folder)) {
            Map<String, String> settings = Map.of("REDIS_URL", redis.url());
            try (BenchServer one = BenchServer.start(settings, "-jar", "target/loomchat.jar");
                    BenchServer other = BenchServer.start(settings, "-jar", "target/loomchat.jar")) {
                while (!redis.ask("ZCARD loomchat:{crowd}:nodes").equals(":2")) {
                    TimeUnit.MILLISECONDS.sleep(100);
                }
                List<URI> both = List.of(one.uri(), other.uri());
                List<Long> pids = List.of(one.pid(), other.pid());
                RelayBench.measure(List.of(one.uri()), List.of(one.pid()), LOADS.getFirst(), 3);
                RelayBench.measure(both, pids, LOADS.getFirst(), 3);
                for (RelayBench.Load load : LOADS) {
                    System.out.println(
                            "one server  " + RelayBench.measure(List.of(one.uri()), List.of(one.pid()), load, seconds));
                    System.out.println("two servers " + RelayBench.measure(both, pids, load, seconds));
                }
            }
            room(redis);
            socketIo(redis, seconds);
            MatchBench.run(redis.port());
            CrowdBench.run(redis.port(), 2 * seconds);
        }
    }

    private static void room(RedisProcess redis) throws Exception {
        Map<String, String> settings = Map.of("REDIS_URL", redis.url(), "INTEREST_TIMEOUT", "1h");
        try (BenchServer one = BenchServer.start(settings, "-jar", "target/loomchat.jar");
                BenchServer other = BenchServer.start(settings, "-jar", "target/loomchat.jar")) {
            RoomBench.run(List.of(one.uri().getPort(), other.uri().getPort()), redis);
        }
    }

    private static void socketIo(RedisProcess redis, int seconds) throws Exception {
        Path folder = Path.of("target/socket.io").toAbsolutePath();
        Files.createDirectories(folder);
        Files.copy(
                Path.of("src/test/resources/loomchat/bench/socket-io.js"),
                folder.resolve("server.js"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        if (!install(folder)) {
            System.out.println("Socket.IO is left out: npm could not install it");
            return;
        }
        List<Process> servers = new ArrayList<>();
        List<URI> uris = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                int port = RedisProcess.freePort();
                Process server = new ProcessBuilder("node", "server.js", Integer.toString(port), redis.url())
                        .directory(folder.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
                servers.add(server);
                server.inputReader().readLine();
                uris.add(URI.create("ws://127.0.0.1:" + port + "/socket.io/?EIO=4&transport=websocket"));
            }
            List<Long> pids = servers.stream().map(Process::pid).toList();
            RelayBench.Load load =
                    new RelayBench.Load("4,000/s, Socket.IO", 400, 500, 0, 4_000, BenchProtocol.Kind.SOCKET_IO);
            System.out.println(
                    "one server  " + RelayBench.measure(uris.subList(0, 1), pids.subList(0, 1), load, seconds));
            System.out.println("two servers " + RelayBench.measure(uris, pids, load, seconds));
        } finally {
            servers.forEach(Process::destroyForcibly);
        }
    }

    private static boolean install(Path folder) throws InterruptedException {
        if (Files.exists(folder.resolve("node_modules/@socket.io/redis-adapter"))) {
            return true;
        }
        try {
            return new ProcessBuilder(
                                    "npm",
                                    "install",
                                    "--no-audit",
                                    "--no-fund",
                                    "socket.io@4.8.4",
                                    "@socket.io/redis-adapter",
                                    "redis")
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("npm.log").toFile())
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
