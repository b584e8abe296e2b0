package loomchat.conformance;

import static loomchat.conformance.Echoes.closeInOrder;
import static loomchat.conformance.Echoes.expect;
import static loomchat.conformance.Echoes.expectClose;
import static loomchat.testing.RawClient.TEXT;
import static loomchat.testing.RawClient.frame;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import loomchat.testing.InParallel;
import loomchat.testing.InParallel.Case;
import loomchat.testing.RawClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Text messages through real sockets: what UTF-8 is and what it is not, however it is cut, and how soon that is
 * noticed.
 */
class TextConformanceTest {
    private static final String GREEK = "cebae1bdb9cf83cebcceb5";

    /** Valid sequences: the limits of each length, noncharacters, some that look alike wrong ones. */
    private static final List<String> VALID = List.of(
            "48656c6c6f2dc2b540c39fc3b6c3a4c3bcc3a0c3a12d5554462d382121",
            GREEK,
            "00",
            "7f",
            "c280",
            "dfbf",
            "e0a080",
            "efbfbf",
            "f0908080",
            "f48fbfbf",
            "ed9fbf",
            "ee8080",
            "efbfbd",
            "efbfbe",
            "f09fbfbe",
            "f09fbfbf",
            "f0afbfbe",
            "f48fbfbe",
            "efb790",
            "f09d849e");

    /** Invalid ones, without what may come before and behind. */
    private static final List<String> INVALID = List.of(
            // Above U+10FFFF, five and six octets, octets that never occur
            "f4908080",
            "f7bfbfbf",
            "f888808080",
            "fbbfbfbfbf",
            "fc8480808080",
            "fdbfbfbfbfbf",
            "fe",
            "ff",
            "fefeffff",
            // Continuations of nothing
            "80",
            "bf",
            "80bf80bf",
            // Beginnings without an end
            "c020",
            "c320",
            "e020",
            "e18020",
            "f020",
            "f0908020",
            "f4808020",
            // Overlong forms
            "c0af",
            "c1bf",
            "e080af",
            "e09fbf",
            "f08080af",
            "f08fbfbf",
            "f8808080af",
            "fc80808080af",
            "c080",
            "e08080",
            "f0808080",
            // Surrogates, alone and in pairs
            "eda080",
            "edadbf",
            "edaebf",
            "edafbf",
            "edb080",
            "edbfbf",
            "eda080edb080",
            "edafbfedbfbf");

    @TempDir
    static Path dir;

    private static EchoServer server;

    @BeforeAll
    static void start() throws Exception {
        server = EchoServer.start(dir, Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    @TestFactory
    List<DynamicTest> validTextIsReturned() {
        List<Case> cases = new ArrayList<>();
        for (String hex : VALID) {
            byte[] text = bytes(hex);
            cases.add(new Case(hex, () -> {
                try (RawClient client = RawClient.open(server.port(), "/echo")) {
                    client.send(frame(TEXT, text));
                    expect(client, TEXT, text);
                    for (int cut = 0; cut <= text.length; cut++) {
                        client.send(
                                frame(0x01, Arrays.copyOf(text, cut)),
                                frame(0x80, Arrays.copyOfRange(text, cut, text.length)));
                        expect(client, TEXT, text);
                    }
                    for (int i = 0; i < text.length; i++) {
                        int first = (i == 0 ? 0x01 : 0x00) | (i == text.length - 1 ? 0x80 : 0);
                        client.send(frame(first, Arrays.copyOfRange(text, i, i + 1)));
                    }
                    expect(client, TEXT, text);
                    client.sendChopped(frame(TEXT, text), 1);
                    expect(client, TEXT, text);
                    closeInOrder(client);
                }
            }));
        }
        return InParallel.run(8, cases);
    }

    @TestFactory
    List<DynamicTest> invalidTextIsRefused() {
        List<Case> cases = new ArrayList<>();
        for (String hex : INVALID) {
            byte[] whole = bytes(GREEK + hex + "656469746564");
            cases.add(refused(hex + " in one frame", client -> client.send(frame(TEXT, whole))));
            cases.add(refused(hex + " octet by octet", client -> client.sendChopped(frame(TEXT, whole), 1)));
            cases.add(refused(hex + " in frames of an octet", client -> {
                for (int i = 0; i < whole.length; i++) {
                    client.send(frame(i == 0 ? 0x01 : 0x00, Arrays.copyOfRange(whole, i, i + 1)));
                }
            }));
            cases.add(refused(hex + " at the end", client -> client.send(frame(TEXT, bytes(GREEK + hex)))));
        }
        return InParallel.run(16, cases);
    }

    private interface Sending {
        void to(RawClient client) throws Exception;
    }

    private static Case refused(String name, Sending sending) {
        return new Case(name, () -> {
            try (RawClient client = RawClient.open(server.port(), "/echo")) {
                try {
                    sending.to(client);
                } catch (java.io.IOException e) {
                    // The server gave up before all was sent, as it should.
                }
                expectClose(client, 1007);
            }
        });
    }

    /** The message is not complete, nor is the frame: the octet that cannot go on is enough. */
    @TestFactory
    List<DynamicTest> aWrongOctetIsNoticedWhenItComes() {
        List<Case> cases = new ArrayList<>();
        for (String bad : List.of("f490", "eda0", "e080", "c0", "ff", "80", "f080")) {
            byte[] good = bytes(GREEK);
            byte[] start = bytes(GREEK + bad);
            for (int first : new int[] {TEXT, 0x01}) {
                cases.add(refused("%s in a frame of a thousand, %02x".formatted(bad, first), client -> {
                    byte[] whole = frame(first, Arrays.copyOf(start, 1000));
                    client.send(Arrays.copyOf(whole, whole.length - 1000 + start.length));
                }));
            }
            cases.add(refused(bad + " in the second of three fragments", client -> {
                client.send(frame(0x01, good));
                client.send(frame(0x00, bytes(bad)));
            }));
        }
        return InParallel.run(8, cases);
    }

    @TestFactory
    List<DynamicTest> aTextMustNotEndInACharacter() {
        List<Case> cases = new ArrayList<>();
        byte[] clef = "𝄞".getBytes(StandardCharsets.UTF_8);
        for (int cut = 1; cut < clef.length; cut++) {
            byte[] cutOff = Arrays.copyOf(clef, cut);
            cases.add(refused("cut after " + cut, client -> client.send(frame(TEXT, cutOff))));
            cases.add(refused(
                    "cut after " + cut + " in fragments", client -> client.send(frame(0x01, cutOff), frame(0x80, ""))));
        }
        return InParallel.run(8, cases);
    }
}
