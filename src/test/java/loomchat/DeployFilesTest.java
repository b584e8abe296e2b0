package loomchat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import loomchat.loadtest.command.StressCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * What the files in {@code deploy/} say of the server is so: each setting exists and its value is allowed, ports and
 * paths fit, and nothing kills a server before it has said goodbye to its visitors. Long, because each way to run the
 * server has its own form of the same facts.
 */
class DeployFilesTest {
    private static final Path DEPLOY = Path.of("deploy");
    private static final Path SERVERS = DEPLOY.resolve("kubernetes/servers");

    /** What a stop takes beside DRAIN_TIMEOUT at the most: visitors who move, who do not answer, a disk that hangs. */
    private static final Duration STOP = Duration.ofSeconds(20);

    /** What comes through a proxy is silent for as long at the most, PING_INTERVAL and PONG_TIMEOUT by default. */
    private static final int SILENT_SECONDS = 35;

    private static final Pattern CAPITALS = Pattern.compile("(?<![\\w$-])[A-Z]{2,}(?:_[A-Z]+)+(?![\\w-])");
    private static final Pattern ASSIGNED = Pattern.compile("(?m)^ *(?:Environment=)?([A-Z_]+) *= *\"?([^\"\\n]*)\"?$");
    private static final Pattern TIME = Pattern.compile("(\\d+)(ms|s|m|min|h)?");

    /** Words of other programs. */
    private static final Pattern FOREIGN = Pattern.compile("SHIP_[A-Z]+|SECRETS_DIR|PUBLIC_ADDRESS|PRIVATE_ADDRESS"
            + "|RCLONE_[A-Z0-9_]+|LOOMCHAT_IMAGE|GF_[A-Z_]+|NET_BIND_SERVICE|CAP_NET_BIND_SERVICE|AF_[A-Z0-9]+"
            + "|XDG_[A-Z_]+|CLUSTER_DIR|RUN_FLAGS|TLS_[A-Z0-9_]+|JAVA_[A-Z_]+|ALERTS_[A-Z_]+");

    @TempDir
    Path dir;

    @SuppressWarnings("unchecked")
    private static Map<String, Object> yaml(Path file) throws IOException {
        return (Map<String, Object>) documents(file).getFirst();
    }

    private static List<Object> documents(Path file) throws IOException {
        LoadSettings settings =
                LoadSettings.builder().setSchema(new CoreSchema()).build();
        return StreamSupport.stream(
                        new Load(settings)
                                .loadAllFromString(Files.readString(file))
                                .spliterator(),
                        false)
                .toList();
    }

    /** What is at a path of keys and indices, such as {@code spec.template.0}. */
    private static Object at(Object from, String path) {
        Object found = from;
        for (String each : path.split("\\.")) {
            found = found instanceof List<?> list
                    ? list.get(Integer.parseInt(each))
                    : ((Map<?, ?>) found).get(each.replace('|', '.'));
            assertThat(found).as(path).isNotNull();
        }
        return found;
    }

    private static String text(Object from, String path) {
        return at(from, path).toString();
    }

    /** In seconds; a number alone is seconds too. */
    private static Duration time(Object value) {
        Matcher match = TIME.matcher(value.toString());
        assertThat(match.matches()).as(value.toString()).isTrue();
        long number = Long.parseLong(match.group(1));
        return switch (match.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "m", "min" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case null, default -> Duration.ofSeconds(number);
        };
    }

    // The settings of each way to run it

    /** Merges what {@code <<} names, which YAML 1.2 does not do itself. */
    private static Map<String, Object> merged(Object service) {
        Map<String, Object> all = new HashMap<>();
        Map<?, ?> own = (Map<?, ?>) service;
        if (own.get("<<") != null) {
            all.putAll(merged(own.get("<<")));
        }
        own.forEach((key, value) -> all.put(key.toString(), value));
        return all;
    }

    private static Map<String, Object> service(String name) throws IOException {
        return merged(at(yaml(DEPLOY.resolve("compose.yaml")), "services." + name));
    }

    private static Map<String, String> strings(Object map) {
        Map<String, String> strings = new TreeMap<>();
        ((Map<?, ?>) map).forEach((key, value) -> strings.put(key.toString(), value.toString()));
        return strings;
    }

    /** Where it is not set, what the file itself says. */
    private static Map<String, String> compose() throws IOException {
        Map<String, String> environment = strings(service("loomchat-1").get("environment"));
        environment.replaceAll((name, value) -> value.replaceAll("\\$\\{\\w+:-(\\w*)}", "$1"));
        return environment;
    }

    private static Map<String, String> render() throws IOException {
        Map<String, String> environment = new TreeMap<>();
        for (Object each : (List<?>) at(yaml(DEPLOY.resolve("render.yaml")), "services.0.envVars")) {
            Map<?, ?> entry = (Map<?, ?>) each;
            if (entry.get("value") != null) {
                environment.put(entry.get("key").toString(), entry.get("value").toString());
            } else {
                assertThat(entry.get("sync")).as("%s", entry).isEqualTo(false);
            }
        }
        return environment;
    }

    private static Map<String, String> fly() throws IOException {
        String text = Files.readString(DEPLOY.resolve("fly.toml"));
        return assigned(text.substring(text.indexOf("[env]"), text.indexOf("[mounts]")));
    }

    private static Map<String, String> systemd() throws IOException {
        return assigned(Files.readString(DEPLOY.resolve("systemd/loomchat.service")));
    }

    private static Map<String, String> assigned(String text) {
        Map<String, String> environment = new TreeMap<>();
        Matcher match = ASSIGNED.matcher(text);
        while (match.find()) {
            environment.put(match.group(1), match.group(2));
        }
        assertThat(environment).isNotEmpty();
        return environment;
    }

    private static Map<String, String> kubernetes() throws IOException {
        Map<String, String> environment = new TreeMap<>();
        Object literals = at(yaml(SERVERS.resolve("kustomization.yaml")), "configMapGenerator.0.literals");
        for (Object each : (List<?>) literals) {
            environment.put(each.toString().split("=", 2)[0], each.toString().split("=", 2)[1]);
        }
        return environment;
    }

    private static Map<String, String> kubernetesWithoutDisks() throws IOException {
        Map<String, String> environment = kubernetes();
        String text = Files.readString(DEPLOY.resolve("kubernetes/deployment/kustomization.yaml"));
        Matcher match = Pattern.compile("path: /data/([A-Z_]+), value: (\\S+)}").matcher(text);
        while (match.find()) {
            environment.put(match.group(1), match.group(2));
        }
        assertThat(environment).hasSizeGreaterThan(kubernetes().size());
        return environment;
    }

    private static Map<String, Map<String, String>> all() throws IOException {
        return Map.of(
                "compose",
                compose(),
                "render",
                render(),
                "fly",
                fly(),
                "systemd",
                systemd(),
                "kubernetes",
                kubernetes(),
                "without disks",
                kubernetesWithoutDisks());
    }

    @Test
    void everySettingExistsAndItsValueIsAllowed() throws Exception {
        Set<String> known = settings();
        String secret = Files.writeString(dir.resolve("turn-secret"), "0123456789abcdef0123456789abcdef\n")
                .toString();
        for (var each : all().entrySet()) {
            Map<String, String> environment = each.getValue();
            assertThat(known).as(each.getKey()).containsAll(environment.keySet());
            // Files and open files are those of another machine.
            environment.replaceAll((name, value) -> switch (name) {
                case "TURN_SECRET_FILE" -> secret;
                case "MAX_CONNECTIONS" -> value.replaceAll("\\d+", "1");
                default -> value;
            });
            Settings settings = Settings.from(environment);
            assertThat(settings.changed().keySet()).as(each.getKey()).contains("LOG_DIR");
            assertThat(settings.notices()).as(each.getKey()).isEmpty();
        }
    }

    private static Set<String> settings() {
        Set<String> names = new HashSet<>();
        Settings.settings().forEach(each -> names.add(each.name()));
        return names;
    }

    /** Also in comments and scripts: what looks like a setting is one, of the server or of the load client. */
    @Test
    void nothingIsCalledLikeASettingThatIsNone() throws IOException {
        Set<String> known = settings();
        ByteArrayOutputStream help = new ByteArrayOutputStream();
        StressCommand.run(new String[] {"--help"}, Map.of(), new PrintStream(help, true), System.err);
        Matcher stress = Pattern.compile("[A-Z_]{2,}").matcher(help.toString(StandardCharsets.UTF_8));
        while (stress.find()) {
            known.add(stress.group());
        }
        Set<String> unknown = new TreeSet<>();
        try (Stream<Path> files = Files.walk(DEPLOY)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(each -> !each.startsWith(DEPLOY.resolve("secrets")))
                    // Programs that build, not settings of a server.
                    .filter(each -> !each.startsWith(DEPLOY.resolve("image")))
                    .toList()) {
                Matcher match = CAPITALS.matcher(Files.readString(file));
                while (match.find()) {
                    if (!known.contains(match.group())
                            && !FOREIGN.matcher(match.group()).matches()) {
                        unknown.add(DEPLOY.relativize(file) + ": " + match.group());
                    }
                }
            }
        }
        assertThat(unknown).isEmpty();
    }

    @Test
    void nothingKillsAServerBeforeItHasStopped() throws IOException {
        Object render = yaml(DEPLOY.resolve("render.yaml"));
        Object pod = at(yaml(SERVERS.resolve("statefulset.yaml")), "spec.template.spec");
        String unit = Files.readString(DEPLOY.resolve("systemd/loomchat.service"));
        String fly = Files.readString(DEPLOY.resolve("fly.toml"));
        stops("render", at(render, "services.0.maxShutdownDelaySeconds"), render());
        stops("compose", service("loomchat-1").get("stop_grace_period"), compose());
        stops("fly", found(fly, "kill_timeout = \"(\\w+)\""), fly());
        stops("systemd", found(unit, "TimeoutStopSec=(\\w+)"), systemd());
        Duration preStop = time(at(pod, "containers.0.lifecycle.preStop.sleep.seconds"));
        Duration grace = time(at(pod, "terminationGracePeriodSeconds"));
        stops("kubernetes", grace.minus(preStop).toSeconds(), kubernetes());
        assertThat(found(fly, "kill_signal = \"(\\w+)\"")).isEqualTo("SIGTERM");
        assertThat(found(unit, "KillSignal=(\\w+)")).isEqualTo("SIGTERM");
        assertThat(service("loomchat-1").get("stop_signal")).isEqualTo("SIGTERM");
    }

    private static void stops(String where, Object patience, Map<String, String> environment) {
        Duration drain = time(environment.getOrDefault("DRAIN_TIMEOUT", "5s"));
        assertThat(time(patience)).as(where).isGreaterThanOrEqualTo(drain.plus(STOP));
    }

    private static String found(String text, String pattern) {
        Matcher match = Pattern.compile(pattern).matcher(text);
        assertThat(match.find()).as(pattern).isTrue();
        return match.group(1);
    }

    @Test
    void portsAndPathsAreThoseOfTheServer() throws IOException {
        Object container = at(yaml(SERVERS.resolve("statefulset.yaml")), "spec.template.spec.containers.0");
        assertThat(text(container, "ports.0.containerPort"))
                .isEqualTo(kubernetes().get("PORT"));
        assertThat(text(container, "ports.1.containerPort"))
                .isEqualTo(kubernetes().get("METRICS_PORT"));
        assertThat(text(container, "readinessProbe.httpGet.path")).isEqualTo("/readyz");
        assertThat(text(container, "livenessProbe.httpGet.path")).isEqualTo("/healthz");
        assertThat(text(container, "volumeMounts.0.mountPath"))
                .isEqualTo(kubernetes().get("LOG_DIR"));
        Object template = at(yaml(SERVERS.resolve("statefulset.yaml")), "spec.template.metadata.annotations");
        assertThat(text(template, "prometheus|io/port")).isEqualTo(kubernetes().get("METRICS_PORT"));
        assertThat(text(yaml(SERVERS.resolve("ingress.yaml")), "spec.rules.0.host"))
                .isEqualTo(kubernetes().get("ALLOWED_HOSTS"));
        List<Object> services = documents(SERVERS.resolve("service.yaml"));
        assertThat(text(services.getLast(), "metadata.name"))
                .isEqualTo(text(yaml(SERVERS.resolve("statefulset.yaml")), "spec.serviceName"));
        Object render = yaml(DEPLOY.resolve("render.yaml"));
        assertThat(text(render, "services.0.healthCheckPath")).isEqualTo("/readyz");
        assertThat(text(render, "services.0.disk.mountPath")).isEqualTo(render().get("LOG_DIR"));
        String fly = Files.readString(DEPLOY.resolve("fly.toml"));
        assertThat(found(fly, "internal_port = (\\d+)")).isEqualTo(fly().get("PORT"));
        assertThat(found(fly, "\\[metrics]\\nport = (\\d+)")).isEqualTo(fly().get("METRICS_PORT"));
        assertThat(found(fly, "http_checks]]\\npath = \"(\\S+)\"")).isEqualTo("/readyz");
        assertThat(found(fly, "destination = \"(\\S+)\"")).isEqualTo(fly().get("LOG_DIR"));
    }

    /** The same pods under another name, for other paths of the same host. */
    @Test
    void operatorsHaveAnIngressOfTheirOwnToTheSamePods() throws IOException {
        List<Object> services = documents(SERVERS.resolve("service.yaml"));
        assertThat(at(services.get(1), "spec")).isEqualTo(at(services.get(0), "spec"));
        List<Object> both = documents(SERVERS.resolve("ingress.yaml"));
        for (String each : List.of("spec.tls", "spec.ingressClassName", "spec.rules.0.host")) {
            assertThat(at(both.get(1), each)).isEqualTo(at(both.get(0), each));
        }
        Object annotations = at(both.get(1), "metadata.annotations");
        assertThat(text(annotations, "haproxy|org/load-balance")).isEqualTo("source");
        assertThat(text(annotations, "nginx|ingress|kubernetes|io/upstream-hash-by"))
                .isEqualTo("$binary_remote_addr");
        assertThat((List<?>) at(both.get(1), "spec.rules.0.http.paths"))
                .allMatch(each -> text(each, "backend.service.name").equals(text(services.get(1), "metadata.name")))
                .extracting(each -> text(each, "path"))
                .containsExactly(
                        "/report", "/report.json", "/report.csv", "/logs", "/operator", "/metrics", "/loadtest");
    }

    /** Each of the three has a disk and an address, which proxy, load client and history know. */
    @Test
    void theServersOfComposeKnowEachOther() throws IOException {
        String addresses = "";
        String urls = "";
        for (int i = 1; i <= 3; i++) {
            Map<String, Object> server = service("loomchat-" + i);
            assertThat(server.get("hostname")).isEqualTo("loomchat-" + i);
            assertThat(server.get("volumes"))
                    .isEqualTo(List.of("loomchat-" + i + ":" + compose().get("LOG_DIR")));
            String address =
                    at(server, "networks.front.ipv4_address") + ":" + compose().get("PORT");
            addresses += " " + address;
            urls += ",ws://" + address + "/";
            assertThat(at(service("history"), "volumes").toString()).contains("loomchat-" + i + ":/logs/" + i + ":ro");
        }
        assertThat(text(service("proxy"), "environment.SERVERS")).isEqualTo(addresses.substring(1));
        assertThat(text(service("load"), "environment.URL")).isEqualTo(urls.substring(1));
        assertThat(compose().get("TRUSTED_PROXIES")).isEqualTo(text(service("proxy"), "networks.front.ipv4_address"));
        Object scraped =
                at(yaml(DEPLOY.resolve("prometheus/prometheus.yml")), "scrape_configs.0.static_configs.0.targets");
        String metrics = ":" + compose().get("METRICS_PORT");
        assertThat(scraped).isEqualTo(List.of("loomchat-1" + metrics, "loomchat-2" + metrics, "loomchat-3" + metrics));
        for (String each : List.of("nginx.conf", "haproxy.cfg", "Caddyfile")) {
            String proxy = Files.readString(DEPLOY.resolve(each));
            for (String address : addresses.strip().split(" ")) {
                assertThat(proxy).as(each).contains(address);
            }
        }
        for (Object each : ((Map<?, ?>) at(yaml(DEPLOY.resolve("compose.yaml")), "services")).keySet()) {
            Map<String, Object> service = service(each.toString());
            assertThat(service)
                    .as("%s", each)
                    .containsEntry("read_only", true)
                    .containsEntry("cap_drop", List.of("ALL"))
                    .containsEntry("security_opt", List.of("no-new-privileges:true"))
                    .containsKeys("mem_limit", "cpus");
        }
    }

    @Test
    void noTimeoutInFrontOfASilentWebSocketIsTooShort() throws IOException {
        List<String> timeouts = List.of(
                found(Files.readString(DEPLOY.resolve("nginx.conf")), "proxy_read_timeout (\\d+)s"),
                found(Files.readString(DEPLOY.resolve("nginx.conf")), "proxy_send_timeout (\\d+)s"),
                found(Files.readString(DEPLOY.resolve("haproxy.cfg")), "timeout tunnel (\\d+)s"),
                found(Files.readString(SERVERS.resolve("ingress.yaml")), "proxy-read-timeout: \"(\\d+)\""),
                found(Files.readString(SERVERS.resolve("ingress.yaml")), "proxy-send-timeout: \"(\\d+)\""));
        assertThat(timeouts).allMatch(each -> Integer.parseInt(each) > SILENT_SECONDS);
        Settings defaults = Settings.from(Map.of());
        assertThat(defaults.limits()
                        .pingInterval()
                        .plus(defaults.limits().pongTimeout())
                        .toSeconds())
                .isEqualTo(SILENT_SECONDS);
    }
}
