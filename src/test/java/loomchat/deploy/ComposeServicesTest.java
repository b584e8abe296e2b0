package loomchat.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import loomchat.chat.call.TurnServers;
import loomchat.deploy.ProxyProcess.Kind;
import loomchat.identity.operators.OperatorTokens;
import loomchat.loadtest.testing.CommandRun;
import loomchat.report.ReportCommand;
import loomchat.testing.Certificate;
import loomchat.testing.JsonClient;
import loomchat.testing.RedisProcess;
import loomchat.testing.ServerProcess;
import loomchat.testing.prometheus.PrometheusProcess;
import loomchat.testing.turn.TurnClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What {@code deploy/compose.yaml} starts, without containers: the commands and environments of its services with the
 * programs of this machine and the secrets of {@code deploy/secrets.sh}. Different are addresses, ports and paths.
 * Grafana is not here.
 */
@Tag("slow")
class ComposeServicesTest {
    private static final int SERVERS = 3;
    private static final int USERS = 60;

    @TempDir
    Path dir;

    private final Map<?, ?> file;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    ComposeServicesTest() throws IOException {
        file = (Map<?, ?>) new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(Path.of("deploy/compose.yaml")));
    }

    @AfterEach
    void stop() throws Exception {
        while (!started.isEmpty()) {
            started.pop().close();
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        started.push(part);
        return part;
    }

    /** What a service has under a name, by itself or from what it is merged with. */
    private Object of(String service, String key) {
        Map<?, ?> found = (Map<?, ?>) ((Map<?, ?>) file.get("services")).get(service);
        while (found.get(key) == null) {
            found = (Map<?, ?>) found.get("<<");
        }
        return found.get(key);
    }

    private List<String> command(String service) {
        return ((List<?>) of(service, "command")).stream().map(Object::toString).toList();
    }

    private Map<String, String> environment(String service) {
        Map<String, String> environment = new HashMap<>();
        ((Map<?, ?>) of(service, "environment"))
                .forEach((name, value) ->
                        environment.put(name.toString(), value.toString().replaceAll("\\$\\{\\w+:-(\\w*)}", "$1")));
        return environment;
    }

    private Path secrets() throws Exception {
        Path secrets = dir.resolve("secrets");
        ProcessBuilder script = new ProcessBuilder("sh", "deploy/secrets.sh", "localhost", "192.0.2.1").inheritIO();
        script.environment().put("SECRETS_DIR", secrets.toString());
        assertThat(script.start().waitFor()).isZero();
        assertThat(Files.getPosixFilePermissions(secrets)).hasSize(3);
        return secrets;
    }

    private void redis(int port) throws Exception {
        Path folder = Files.createDirectory(dir.resolve("redis"));
        List<String> command = new ArrayList<>(command("redis"));
        command.addAll(List.of("--port", "" + port, "--bind", "127.0.0.1", "--dir", folder.toString()));
        process(command, "redis");
        await().atMost(20, TimeUnit.SECONDS)
                .ignoreExceptions()
                .until(() -> RedisProcess.askSome(port, "PING").startsWith("+PONG"));
    }

    private void process(List<String> command, String name) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve(name + ".log").toFile())
                .start();
        keep(() -> process.destroyForcibly().waitFor());
    }

    private ServerProcess server(int nth, Path secrets, int redisPort, int metricsPort) throws IOException {
        Path folder = dir.resolve("server-" + nth);
        Map<String, String> environment = environment("loomchat-" + nth);
        environment.replaceAll((name, value) -> switch (name) {
            case "PORT" -> "0";
            case "METRICS_PORT" -> Integer.toString(metricsPort);
            case "REDIS_URL" -> value.replace("redis:6379", "127.0.0.1:" + redisPort);
            case "TRUSTED_PROXIES" -> "127.0.0.1";
            default -> value.replace("/run/secrets", secrets.toString()).replace("/data", folder.toString());
        });
        return keep(new ServerProcess(folder, environment));
    }

    private void turn(Path secrets, int port) throws Exception {
        Path conf = secrets.resolve("turnserver.conf");
        assertThat(conf).content().contains("external-ip=192.0.2.1", "denied-peer-ip=127.0.0.0-127.255.255.255");
        Files.writeString(
                conf,
                Files.readString(conf)
                        .replace("external-ip=192.0.2.1", "relay-ip=127.0.0.1\nlistening-ip=127.0.0.1")
                        .replace("listening-port=3478", "listening-port=" + port)
                        .replace("/var/lib/coturn", dir.toString())
                        .replace("/tmp/turnserver.pid", dir.resolve("turn.pid").toString()));
        process(
                Stream.concat(
                                Stream.of("turnserver"),
                                command("turn").stream().map(each -> each.replace("/run/secrets", secrets.toString())))
                        .toList(),
                "turn");
    }

    @Test
    @Timeout(180)
    void allServicesFitEachOther() throws Exception {
        Path secrets = secrets();
        int redisPort = RedisProcess.freePort();
        int turnPort = RedisProcess.freePort();
        redis(redisPort);
        turn(secrets, turnPort);
        String token = OperatorTokens.open(secrets.resolve("operator-tokens"), notice -> {})
                .create("ops", Instant.now());
        List<ServerProcess> servers = new ArrayList<>();
        List<String> metrics = new ArrayList<>();
        for (int i = 1; i <= SERVERS; i++) {
            int metricsPort = RedisProcess.freePort();
            metrics.add("127.0.0.1:" + metricsPort);
            servers.add(server(i, secrets, redisPort, metricsPort));
        }
        int[] ports = servers.stream().mapToInt(ServerProcess::port).toArray();
        Certificate certificate = Certificate.make(dir);
        ProxyProcess proxy = keep(new ProxyProcess(Kind.CADDY, dir.resolve("proxy"), certificate, ports));
        PrometheusProcess prometheus =
                keep(new PrometheusProcess(Files.createDirectory(dir.resolve("prometheus")), metrics));

        load(ports, token);
        visit(proxy, certificate, token);
        try (TurnClient client = turnClient(secrets, turnPort)) {
            assertThat(client.allocate(false)).isZero();
        }
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(prometheus.query("loomchat_ready{job=\"loomchat\"}", "instance"))
                        .hasSize(SERVERS)
                        .allSatisfy((instance, ready) -> assertThat(ready).isEqualTo(1)));
        for (ServerProcess each : servers) {
            assertThat(each.terminate(time(of("loomchat-1", "stop_grace_period"))))
                    .isZero();
        }
        history();
    }

    private static int time(Object seconds) {
        return Integer.parseInt(seconds.toString().replace("s", ""));
    }

    private void load(int[] ports, String token) throws Exception {
        Map<String, String> environment = environment("load");
        String urls = environment.remove("URL");
        for (int i = 0; i < SERVERS; i++) {
            urls = urls.replace("10.77.0.1" + (i + 1) + ":3000", "127.0.0.1:" + ports[i]);
        }
        environment.remove("RESULTS");
        environment.putAll(
                Map.of("OPERATOR_TOKEN", token, "URL", urls, "CLIENTS", Integer.toString(USERS), "DURATION", "15s"));
        List<String> command = command("load");
        CommandRun played = CommandRun.stress(
                environment,
                dir.resolve("results"),
                command.subList(1, command.size()).toArray(String[]::new));
        for (String each : List.of("lost", "duplicated", "reordered", "corrupted", "misdelivered", "violations")) {
            assertThat(played.total(each)).as(each).isZero();
        }
        assertThat(played.total("failed")).isZero();
        assertThat(played.total("delivered")).isPositive();
        assertThat(played.out()).contains("agrees").doesNotContain("DIFFERS");
    }

    /** Visitors come in through the proxy; operators need their token there. */
    private static void visit(ProxyProcess proxy, Certificate certificate, String token) throws Exception {
        try (ProxyVisitor visitor = new ProxyVisitor(proxy, certificate, "127.0.0.7")) {
            assertThat(visitor.get("/report").statusCode()).isEqualTo(401);
            assertThat(visitor.get("/metrics").statusCode()).isEqualTo(401);
            assertThat(visitor.get("/report", "Authorization", "Bearer " + token)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(visitor.connect()).isEqualTo(101);
        }
    }

    private static TurnClient turnClient(Path secrets, int port) throws IOException {
        String secret = Files.readString(secrets.resolve("turn-secret")).strip();
        TurnServers.Credentials credentials = new TurnServers(List.of("turn:127.0.0.1:" + port), secret)
                .credentials("1.1n", System.currentTimeMillis());
        return new TurnClient(port, credentials.username(), credentials.credential());
    }

    private void history() {
        String[] arguments = command("history").stream()
                .skip(1)
                .map(each -> each.replace("/logs/", dir + "/server-"))
                .toArray(String[]::new);
        arguments = Stream.concat(Stream.of(arguments), Stream.of("--json")).toArray(String[]::new);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(ReportCommand.run(arguments, Map.of(), new PrintStream(out, true), System.err))
                .isZero();
        JsonObject totals = JsonClient.json(out.toString()).getJsonObject("totals");
        assertThat(totals.getInt("starts")).isEqualTo(SERVERS);
        assertThat(totals.getInt("connections")).isGreaterThan(USERS);
    }
}
