package loomchat.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import loomchat.testing.Certificate;
import loomchat.testing.RedisProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/**
 * A proxy of its own for one test, with TLS on a free port of 127.0.0.1 and the example in {@code deploy/}, of which
 * nothing but names, addresses, ports and paths is changed. Where its program is missing the test is skipped, or fails
 * when {@code CI} is set.
 */
final class ProxyProcess implements AutoCloseable {
    /** The three of which there are examples. */
    enum Kind {
        NGINX,
        HAPROXY,
        CADDY
    }

    private static final String NAME = "chat.example";
    private static final int EXAMPLE_SERVERS = 3;
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    private final Kind kind;
    private final Path folder;
    private final int port = RedisProcess.freePort();
    private final int plainPort = RedisProcess.freePort();
    private final Process process;

    /**
     * Starts it and waits until it listens.
     *
     * @param folder for its files
     * @param servers ports on this machine, at most three
     */
    ProxyProcess(Kind kind, Path folder, Certificate certificate, int... servers) throws Exception {
        Optional<Path> program = find(kind.name().toLowerCase(java.util.Locale.ROOT));
        if (System.getenv("CI") == null) {
            Assumptions.assumeTrue(program.isPresent(), kind + " is not installed");
        }
        assertThat(program).as("%s is not installed, and CI is set", kind).isPresent();
        this.kind = kind;
        this.folder = Files.createDirectories(folder);
        List<String> command = switch (kind) {
            case NGINX -> List.of("-c", nginx(certificate, servers).toString(), "-g", "daemon off;");
            case HAPROXY -> List.of("-db", "-f", haproxy(certificate, servers).toString());
            case CADDY ->
                List.of(
                        "run",
                        "--adapter",
                        "caddyfile",
                        "--config",
                        caddy(certificate).toString());
        };
        ProcessBuilder builder = new ProcessBuilder(
                        Stream.concat(Stream.of(program.orElseThrow().toString()), command.stream())
                                .toList())
                .redirectErrorStream(true)
                .redirectOutput(log().toFile());
        if (kind == Kind.CADDY) {
            builder.environment()
                    .putAll(Map.of(
                            "DOMAIN",
                            "localhost",
                            "SERVERS",
                            String.join(
                                    " ",
                                    IntStream.of(servers)
                                            .mapToObj(each -> "127.0.0.1:" + each)
                                            .toList()),
                            "HOME",
                            folder.toString()));
            List.of("XDG_DATA_HOME", "XDG_CONFIG_HOME").forEach(builder.environment()::remove);
        }
        process = builder.start();
        Awaitility.await()
                .atMost(20, TimeUnit.SECONDS)
                .pollInterval(20, TimeUnit.MILLISECONDS)
                .until(() -> !process.isAlive() || listens());
        assertThat(process.isAlive()).as(Files.readString(log())).isTrue();
    }

    private static Optional<Path> find(String program) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/usr/local/sbin";
        return Stream.of(path.split(":"))
                .map(each -> Path.of(each, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private boolean listens() {
        for (int each : new int[] {port, plainPort}) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), each), 1_000);
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }

    /** An example file, of which each part that is changed has to be there. */
    private final class Example {
        private String text;

        Example(String file) throws IOException {
            text = Files.readString(Path.of("deploy", file));
        }

        Example with(String part, Object instead) {
            assertThat(text).contains(part);
            text = text.replace(part, instead.toString());
            return this;
        }

        /** @param before what is in front of the address in the line of a server */
        Example servers(String before, int... ports) {
            for (int i = 0; i < EXAMPLE_SERVERS; i++) {
                String line = before.formatted(i + 1) + "10.77.0.1" + (i + 1) + ":3000";
                with(line, i < ports.length ? before.formatted(i + 1) + "127.0.0.1:" + ports[i] : "# " + line);
            }
            return this;
        }

        /** What only root may do. */
        Example asAnybody(String lines) {
            text = ROOT ? text : text.replaceAll("(?m)^ *(" + lines + ")( .*)?$", "");
            return this;
        }

        Path save() throws IOException {
            return Files.writeString(folder.resolve("proxy.conf"), text);
        }
    }

    private Path nginx(Certificate certificate, int... servers) throws IOException {
        return new Example("nginx.conf")
                .with("/etc/letsencrypt/live/chat.example/fullchain.pem", certificate.pem())
                .with("/etc/letsencrypt/live/chat.example/privkey.pem", certificate.key())
                .with(NAME, "localhost")
                .with("listen 443 ", "listen 127.0.0.1:" + port + " ")
                .with("listen 80;", "listen 127.0.0.1:" + plainPort + ";")
                .with("/run/nginx.pid", folder.resolve("nginx.pid"))
                .with("/var/log/nginx/error.log", folder.resolve("error.log"))
                .servers("server ", servers)
                .asAnybody("user")
                .save();
    }

    private Path haproxy(Certificate certificate, int... servers) throws IOException {
        Path both = Files.writeString(
                folder.resolve("both.pem"), Files.readString(certificate.pem()) + Files.readString(certificate.key()));
        return new Example("haproxy.cfg")
                .with("/etc/haproxy/certs/chat.example.pem", both)
                .with(NAME, "localhost")
                .with("bind :443 ", "bind 127.0.0.1:" + port + " ")
                .with("bind :80\n", "bind 127.0.0.1:" + plainPort + "\n")
                .with("/run/haproxy/admin.sock", folder.resolve("admin.sock"))
                .servers("server chat-%d ", servers)
                .asAnybody("user|group|chroot")
                .save();
    }

    private Path caddy(Certificate certificate) throws IOException {
        return new Example("Caddyfile")
                .with("unix//run/caddy/admin.sock", "unix/" + folder.resolve("admin.sock"))
                .with(
                        "# tls /etc/caddy/certs/chat.example.pem /etc/caddy/certs/chat.example.key",
                        "tls " + certificate.pem() + " " + certificate.key())
                .with("\tservers {", """
                        \tdefault_bind 127.0.0.1
                        \thttps_port %d
                        \thttp_port %d
                        \t# Java names no host without a dot in TLS.
                        \tdefault_sni localhost
                        \tservers {""".formatted(port, plainPort))
                .save();
    }

    private Path log() {
        return folder.resolve("proxy.log");
    }

    int port() {
        return port;
    }

    /** Of plain HTTP. */
    int plainPort() {
        return plainPort;
    }

    /** Everything that it has written down. */
    String logged() throws IOException {
        List<String> all = new ArrayList<>(List.of(Files.readString(log())));
        if (kind == Kind.NGINX) {
            all.add(Files.readString(folder.resolve("error.log")));
        }
        return String.join("\n", all);
    }

    /** SIGTERM, which ends the workers too. */
    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
