package loomchat.browser.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import loomchat.Loomchat;
import loomchat.browser.Browser;
import loomchat.browser.ChatPages;
import loomchat.browser.Tunnel;
import loomchat.testing.turn.CoturnProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pictures and sound between two pages of a browser: straight, and through a real TURN server over UDP and TCP. */
@Tag("pages")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class CallMediaTest {
    private static final Pattern CANDIDATE_TYPE = Pattern.compile("candidate:[^\"\\\\]* typ (\\w+)");
    private static final Pattern RELATED_ADDRESS = Pattern.compile(" raddr (\\S+)");

    @TempDir
    static Path dir;

    private CoturnProcess coturn;
    /** Its server relays over UDP. */
    private ChatPages pages;

    private Loomchat relayedOverTcp;
    private Loomchat straight;

    @BeforeAll
    void start() throws Exception {
        coturn = new CoturnProcess(Files.createDirectory(dir.resolve("coturn")));
        pages = new ChatPages(
                Browser.forCalls(), dir.resolve("udp"), "TURN_URLS", coturn.url("udp"), "TURN_SECRET", coturn.secret());
        relayedOverTcp = server("tcp", Map.of("TURN_URLS", coturn.url("tcp"), "TURN_SECRET", coturn.secret()));
        straight = server("straight", Map.of("CALLS", "all"));
    }

    private Loomchat server(String name, Map<String, String> settings) throws Exception {
        var all = new java.util.HashMap<>(settings);
        all.putAll(Map.of("HOST", "127.0.0.1", "PORT", "0", "DRAIN_TIMEOUT", "0s"));
        all.put("LOG_DIR", dir.resolve(name).toString());
        return Loomchat.start(all);
    }

    @AfterEach
    void leaveAll() {
        pages.leaveAll();
    }

    @AfterAll
    void stop() {
        for (AutoCloseable each : new AutoCloseable[] {straight, relayedOverTcp, pages, coturn}) {
            try {
                if (each != null) {
                    each.close();
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void straightFromBrowserToBrowser() {
        Caller ann = callerOf(straight);
        Caller bob = callerOf(straight);
        ann.meetAndCall(bob);
        for (Caller each : List.of(ann, bob)) {
            assertThat(each.media().local()).isIn("host", "prflx");
            assertThat(each.media().remote()).isIn("host", "prflx");
        }
    }

    @Test
    void throughTheRelayOverUdp() throws Exception {
        Caller ann = caller();
        Caller bob = caller();
        ann.meetAndCall(bob);
        assertRelayed(ann, bob, "udp");
    }

    @Test
    void throughTheRelayOverTcp() throws Exception {
        Caller ann = callerOf(relayedOverTcp);
        Caller bob = callerOf(relayedOverTcp);
        ann.meetAndCall(bob);
        assertRelayed(ann, bob, "tcp");
    }

    /** And nobody's address crosses the server. */
    private static void assertRelayed(Caller ann, Caller bob, String protocol) throws Exception {
        List<String> addresses = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(each -> !each.isLoopbackAddress())
                .map(InetAddress::getHostAddress)
                .map(each -> each.replaceAll("%.*", ""))
                .toList();
        for (Caller each : List.of(ann, bob)) {
            assertThat(each.media())
                    .returns("relay", Caller.Media::local)
                    .returns(protocol, Caller.Media::localProtocol)
                    .returns("relay", Caller.Media::remote);
            String signals = String.join("\n", each.signals());
            assertThat(CANDIDATE_TYPE.matcher(signals).results().map(found -> found.group(1)))
                    .isNotEmpty()
                    .containsOnly("relay");
            assertThat(RELATED_ADDRESS.matcher(signals).results().map(found -> found.group(1)))
                    .allMatch(address -> List.of("0.0.0.0", "::").contains(address));
            assertThat(addresses).noneMatch(signals::contains);
            assertThat(signals).doesNotContain("::1").doesNotContain(".local");
        }
    }

    @Test
    @Tag("slow")
    void othersNoticeNothing() {
        Caller cleo = caller();
        Caller dan = caller();
        cleo.visitor.meet(dan.visitor);
        Caller ann = caller();
        Caller bob = caller();
        ann.meetAndCall(bob);
        cleo.visitor.say("Just the two of us");
        dan.visitor.hears("Just the two of us");
        for (Caller each : List.of(cleo, dan)) {
            assertThat(each.page.count("#call")).isZero();
            assertThat(each.heard()).contains("matched").doesNotContain("call", "signal", "ice");
        }
    }

    @Test
    @Tag("slow")
    void bothPressAtTheSameMoment() {
        Caller ann = caller();
        Caller bob = caller();
        ann.visitor.meet(bob.visitor);
        for (Caller each : List.of(ann, bob)) {
            each.page.waitFor("#call-button");
            each.page.tap("#call-button");
            each.page.waitFor("#call-send");
        }
        for (Caller each : List.of(ann, bob)) {
            each.page.run("""
                    const soon = Math.ceil(Date.now() / 1000 + 0.5) * 1000 - Date.now();
                    setTimeout(() => document.getElementById("call-send").click(), soon);""");
        }
        ann.seesAndHears();
        bob.seesAndHears();
    }

    @Test
    @Tag("slow")
    void mediaGoesOnWhileTheServerCannotBeReached() throws Exception {
        Tunnel network = pages.tunnel();
        Caller ann = caller();
        Caller bob = new Caller(pages.visitorBehind(network));
        ann.meetAndCall(bob);
        network.cut();
        ann.visitor.reads("The connection to the stranger broke.");
        bob.goesOn();
        ann.goesOn();
        assertThat(ann.isInCall() && bob.isInCall()).isTrue();
        int said = ann.signals().size();
        network.mend();
        bob.visitor.reads("You are back in the chat.");
        ann.page.waitUntil("signals pass again", () -> ann.signals().size() > said);
        ann.goesOn();
        bob.goesOn();
        bob.hangUp();
        ann.hasNoCall();
        bob.hasNoCall();
    }

    @Test
    @Tag("slow")
    void whateverEndsTheChatEndsTheCallOnBothSides() {
        for (String how : List.of("hang up", "next", "block", "closed page")) {
            Caller ann = caller();
            Caller bob = caller();
            ann.meetAndCall(bob);
            double pressed = end(ann, how);
            bob.hasNoCall();
            double ended = bob.endedAt();
            if (!how.equals("closed page")) {
                ann.hasNoCall();
                ended = Math.max(ended, ann.endedAt());
            }
            System.out.printf("Call over on both sides %.0f ms after: %s%n", ended - pressed, how);
            pages.leaveAll();
        }
    }

    private double end(Caller caller, String how) {
        switch (how) {
            case "hang up" -> {
                return caller.press("#call-end");
            }
            case "next" -> {
                caller.page.tap("#next");
                return caller.press("#next");
            }
            case "block" -> {
                caller.page.tap("#safety");
                caller.page.waitFor("#safety-dialog[open]");
                return caller.press("#safety-dialog button[value=block]");
            }
            default -> {
                double at = System.currentTimeMillis();
                pages.close(caller.visitor);
                return at;
            }
        }
    }

    private Caller caller() {
        return new Caller(pages.visitor());
    }

    private Caller callerOf(Loomchat server) {
        return new Caller(pages.visitorOf(server.port()));
    }
}
