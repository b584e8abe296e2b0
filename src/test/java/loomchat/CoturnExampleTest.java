package loomchat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import loomchat.chat.call.TurnServers;
import loomchat.testing.turn.CoturnProcess;
import loomchat.testing.turn.TurnClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real coturn with the limits of {@code deploy/coturn.conf} and credentials as the server makes them. */
@Timeout(60)
class CoturnExampleTest {
    private static final int FORBIDDEN = 403;
    private static final int UNAUTHORIZED = 401;
    private static final int QUOTA_REACHED = 486;
    /** What is different on each machine. */
    private static final Pattern LOCAL = Pattern.compile(
            "(#.*|(listening-port|tls-listening-port|cert|pkey|min-port|max-port|static-auth-secret|realm|log-file)=.*)?");

    @TempDir
    Path dir;

    @Test
    void reachesTheWorldAndNothingInside() throws Exception {
        try (CoturnProcess coturn = new CoturnProcess(dir, example());
                TurnClient client = client(coturn, "1.1n", System.currentTimeMillis())) {
            assertThat(client.allocate(false)).isZero();
            for (String each : List.of("1.1.1.1", "9.9.9.9", "100.63.255.255", "172.32.0.1", "223.255.255.254")) {
                assertThat(client.permit(InetAddress.getByName(each))).as(each).isZero();
            }
            for (String each : List.of(
                    "0.0.0.1",
                    "10.0.0.1",
                    "100.64.0.1",
                    "100.127.255.255",
                    "127.0.0.1",
                    "127.8.9.10",
                    "169.254.169.254",
                    "172.16.0.1",
                    "172.31.255.255",
                    "192.168.1.1",
                    "198.18.0.1",
                    "224.0.0.1",
                    "255.255.255.255")) {
                assertThat(client.permit(InetAddress.getByName(each))).as(each).isEqualTo(FORBIDDEN);
            }
        }
    }

    @Test
    void reachesNothingInsideOverIpv6() throws Exception {
        assumeTrue(hasIpv6(), "this machine has no IPv6");
        try (CoturnProcess coturn = new CoturnProcess(dir, example("relay-ip=::1"));
                TurnClient client = client(coturn, "1.1n", System.currentTimeMillis())) {
            assertThat(client.allocate(true)).isZero();
            for (String each : List.of("2606:4700:4700::1111", "2a00:1450:4001::1", "64:ff9c::1")) {
                assertThat(client.permit(InetAddress.getByName(each))).as(each).isZero();
            }
            for (String each : List.of(
                    "::1",
                    "64:ff9b::a00:1",
                    "2001::1",
                    "2001:db8::1",
                    "2002:a00:1::1",
                    "fc00::1",
                    "fd12:3456::1",
                    "fe80::1",
                    "ff02::1")) {
                assertThat(client.permit(InetAddress.getByName(each))).as(each).isEqualTo(FORBIDDEN);
            }
        }
    }

    @Test
    void oneSideOfACallHasItsShareAndNoMore() throws Exception {
        long now = System.currentTimeMillis();
        try (CoturnProcess coturn = new CoturnProcess(dir, example())) {
            List<TurnClient> clients = new ArrayList<>();
            int allocated = 0;
            for (int code = 0; code == 0 && allocated < 100; ) {
                TurnClient client = client(coturn, "1.1n", now);
                clients.add(client);
                code = client.allocate(false);
                allocated += code == 0 ? 1 : 0;
            }
            assertThat(allocated).isBetween(8, 32);
            assertThat(clients.getLast().allocate(false)).isEqualTo(QUOTA_REACHED);
            try (TurnClient partner = client(coturn, "1.1p", now)) {
                assertThat(partner.allocate(false)).isZero();
            }
            clients.forEach(TurnClient::close);
        }
    }

    @Test
    void credentialsAreGoodForTenMinutesAndOneSecret() throws Exception {
        long now = System.currentTimeMillis();
        try (CoturnProcess coturn = new CoturnProcess(dir, example());
                TurnClient late = client(coturn, "1.1n", now - 1000L * (TurnServers.SECONDS + 5));
                TurnClient stranger = new TurnClient(coturn.port(), now / 1000 + 600 + ":1.1n", "a guess")) {
            assertThat(late.allocate(false)).isEqualTo(UNAUTHORIZED);
            assertThat(stranger.allocate(false)).isEqualTo(UNAUTHORIZED);
        }
    }

    private static TurnClient client(CoturnProcess coturn, String call, long millis) throws IOException {
        TurnServers.Credentials credentials =
                new TurnServers(List.of(coturn.url("udp")), coturn.secret()).credentials(call, millis);
        return new TurnClient(coturn.port(), credentials.username(), credentials.credential());
    }

    private static String[] example(String... more) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(Path.of("deploy/coturn.conf")));
        lines.removeIf(line -> LOCAL.matcher(line).matches());
        assertThat(lines).contains("use-auth-secret", "no-multicast-peers");
        lines.addAll(List.of(more));
        return lines.toArray(String[]::new);
    }

    private static boolean hasIpv6() {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("::1"))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
