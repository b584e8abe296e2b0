package loomchat.conformance;

import static loomchat.conformance.Echoes.closeInOrder;
import static loomchat.conformance.Echoes.expect;
import static loomchat.conformance.Echoes.expectAlive;
import static loomchat.conformance.Echoes.expectClose;
import static loomchat.testing.RawClient.BINARY;
import static loomchat.testing.RawClient.PING;
import static loomchat.testing.RawClient.PONG;
import static loomchat.testing.RawClient.TEXT;
import static loomchat.testing.RawClient.frame;
import static loomchat.testing.RawClient.header;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import loomchat.testing.InParallel;
import loomchat.testing.InParallel.Case;
import loomchat.testing.RawClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Frames of RFC 6455 through real sockets: lengths, pings, reserved bits and opcodes, masks, fragmentation, closing.
 * Long, because each rule of the framing has its case.
 */
class FramingConformanceTest {
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

    @FunctionalInterface
    private interface Check {
        void run(RawClient client) throws Exception;
    }

    private static Case on(String name, Check check) {
        return new Case(name, () -> {
            try (RawClient client = RawClient.open(server.port(), "/echo")) {
                check.run(client);
            }
        });
    }

    private static byte[] noise(int size) {
        byte[] noise = new byte[size];
        new Random(size).nextBytes(noise);
        return noise;
    }

    private static byte[] letters(int size) {
        byte[] letters = new byte[size];
        Arrays.fill(letters, (byte) '*');
        return letters;
    }

    @TestFactory
    List<DynamicTest> framing() {
        List<Case> cases = new ArrayList<>();
        for (int size : new int[] {0, 1, 125, 126, 127, 128, 65_535, 65_536}) {
            cases.add(on("text of " + size, client -> {
                client.send(frame(TEXT, letters(size)));
                expect(client, TEXT, letters(size));
                closeInOrder(client);
            }));
            cases.add(on("binary of " + size, client -> {
                client.send(frame(BINARY, noise(size)));
                expect(client, BINARY, noise(size));
                closeInOrder(client);
            }));
        }
        cases.add(on("text of 65536 in pieces of 997", client -> {
            client.sendChopped(frame(TEXT, letters(65_536)), 997);
            expect(client, TEXT, letters(65_536));
            closeInOrder(client);
        }));
        for (int octets : new int[] {2, 8}) {
            for (int size : octets == 2 ? new int[] {0, 125} : new int[] {0, 125, 126, 65_535}) {
                cases.add(on("length " + size + " in " + octets + " octets", client -> {
                    client.send(header(BINARY, size, 0x80, octets), new byte[4 + size]);
                    expectClose(client, 1002);
                }));
            }
        }
        cases.add(on("length with the highest bit set", client -> {
            client.send(header(BINARY, Long.MIN_VALUE | 5, 0x80, 8), new byte[9]);
            expectClose(client, 1002);
        }));
        cases.add(on("an unmasked frame", client -> {
            client.send(header(TEXT, 2, 0), "no".getBytes());
            expectClose(client, 1002);
        }));
        cases.add(on("an unmasked ping", client -> {
            client.send(header(PING, 0, 0));
            expectClose(client, 1002);
        }));
        return InParallel.run(8, cases);
    }

    @TestFactory
    List<DynamicTest> pingsAndPongs() {
        List<Case> cases = new ArrayList<>();
        for (int size : new int[] {0, 1, 125}) {
            cases.add(on("ping of " + size, client -> {
                client.send(frame(PING, noise(size)));
                expect(client, PONG, noise(size));
                closeInOrder(client);
            }));
        }
        for (int opcode : new int[] {PING, PONG, RawClient.CLOSE}) {
            cases.add(on("control frame %02x of 126".formatted(opcode), client -> {
                client.send(frame(opcode, noise(126)));
                expectClose(client, 1002);
            }));
            cases.add(on("control frame %02x in fragments".formatted(opcode), client -> {
                client.send(frame(opcode & 0x0f, "a"));
                expectClose(client, 1002);
            }));
        }
        cases.add(on("ping of 125 octet by octet", client -> {
            client.sendChopped(frame(PING, noise(125)), 1);
            expect(client, PONG, noise(125));
            closeInOrder(client);
        }));
        cases.add(on("pongs that nobody asked for, then a ping", client -> {
            client.send(frame(PONG, ""), frame(PONG, "unsolicited"), frame(PING, "ping"));
            expect(client, PONG, "ping");
            closeInOrder(client);
        }));
        for (int chop : new int[] {Integer.MAX_VALUE, 1}) {
            cases.add(on("ten pings at once" + (chop == 1 ? ", octet by octet" : ""), client -> {
                byte[] ping = frame(PING, "payload");
                byte[] ten = new byte[ping.length * 10];
                for (int i = 0; i < 10; i++) {
                    System.arraycopy(ping, 0, ten, i * ping.length, ping.length);
                }
                client.sendChopped(ten, Math.min(chop, ten.length));
                for (int i = 0; i < 10; i++) {
                    expect(client, PONG, "payload");
                }
                closeInOrder(client);
            }));
        }
        return InParallel.run(8, cases);
    }

    /** What came before the error is answered, what comes behind it is not. */
    @TestFactory
    List<DynamicTest> reservedBitsAndOpcodes() {
        List<Case> cases = new ArrayList<>();
        for (int bits = 1; bits < 8; bits++) {
            for (int opcode : new int[] {TEXT, BINARY, PING, PONG, RawClient.CLOSE}) {
                int first = opcode | bits << 4;
                cases.add(on("reserved bits, %02x".formatted(first), client -> {
                    client.send(frame(TEXT, "before"), frame(first, ""), frame(PING, "behind"));
                    expect(client, TEXT, "before");
                    expectClose(client, 1002);
                }));
            }
        }
        for (int opcode : new int[] {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
            for (String payload : List.of("", "payload")) {
                cases.add(on("opcode " + opcode + " of " + payload.length(), client -> {
                    client.send(frame(TEXT, "before"));
                    expect(client, TEXT, "before");
                    client.sendChopped(frame(0x80 | opcode, payload), 1);
                    expectClose(client, 1002);
                }));
            }
        }
        return InParallel.run(8, cases);
    }

    @TestFactory
    List<DynamicTest> fragmentation() {
        List<Case> cases = new ArrayList<>();
        for (int chop : new int[] {Integer.MAX_VALUE, 1}) {
            String how = chop == 1 ? ", octet by octet" : "";
            cases.add(on("a text in two" + how, client -> {
                client.sendChopped(frame(0x01, "fragment1"), chop == 1 ? 1 : 100);
                client.sendChopped(frame(0x80, "fragment2"), chop == 1 ? 1 : 100);
                expect(client, TEXT, "fragment1fragment2");
                closeInOrder(client);
            }));
            cases.add(on("a ping between fragments is answered at once" + how, client -> {
                client.sendChopped(frame(0x01, "fragment1"), chop == 1 ? 1 : 100);
                client.sendChopped(frame(PING, "ping"), chop == 1 ? 1 : 100);
                expect(client, PONG, "ping");
                client.sendChopped(frame(0x80, "fragment2"), chop == 1 ? 1 : 100);
                expect(client, TEXT, "fragment1fragment2");
                closeInOrder(client);
            }));
        }
        cases.add(on("a binary message in five, two of them empty, with pings", client -> {
            client.send(frame(0x02, "a"), frame(0x00, ""), frame(PING, "1"), frame(0x00, "b"), frame(PONG, "x"));
            client.send(frame(0x00, ""), frame(PING, "2"), frame(0x80, "c"));
            expect(client, PONG, "1");
            expect(client, PONG, "2");
            expect(client, BINARY, "abc");
            closeInOrder(client);
        }));
        cases.add(on("three empty fragments", client -> {
            client.send(frame(0x01, ""), frame(0x00, ""), frame(0x80, ""));
            expect(client, TEXT, "");
            closeInOrder(client);
        }));
        for (int first : new int[] {0x00, 0x80}) {
            cases.add(on("a continuation of nothing, %02x".formatted(first), client -> {
                client.send(frame(first, "lost"), frame(TEXT, "behind"));
                expectClose(client, 1002);
            }));
            cases.add(on("a continuation behind a whole message, %02x".formatted(first), client -> {
                client.send(frame(TEXT, "whole"), frame(first, "lost"));
                expect(client, TEXT, "whole");
                expectClose(client, 1002);
            }));
        }
        for (int first : new int[] {TEXT, BINARY, 0x01, 0x02}) {
            cases.add(on("a new message inside another, %02x".formatted(first), client -> {
                client.send(frame(0x01, "one"), frame(first, "two"));
                expectClose(client, 1002);
            }));
        }
        cases.add(on("a message between the fragments of another is an error after a ping too", client -> {
            client.send(frame(0x01, "one"), frame(PING, "ping"), frame(TEXT, "two"));
            expect(client, PONG, "ping");
            expectClose(client, 1002);
        }));
        return InParallel.run(8, cases);
    }

    @TestFactory
    List<DynamicTest> closing() {
        List<Case> cases = new ArrayList<>();
        cases.add(on("without a code", client -> {
            client.send(frame(RawClient.CLOSE, ""));
            expect(client, RawClient.CLOSE, "");
            client.finish();
        }));
        cases.add(on("without a code the connection ends", client -> {
            client.send(frame(RawClient.CLOSE, ""));
            expectClose(client, 1005);
        }));
        cases.add(on("with one octet", client -> {
            client.send(frame(RawClient.CLOSE, "a"));
            expectClose(client, 1002);
        }));
        cases.add(on("with the longest reason", client -> {
            client.send(RawClient.close(1000, "*".repeat(123)));
            expect(client, RawClient.CLOSE, RawClient.closePayload(1000, letters(123)));
        }));
        cases.add(on("with a reason that is too long", client -> {
            client.send(RawClient.close(1000, "*".repeat(124)));
            expectClose(client, 1002);
        }));
        cases.add(on("with a reason that is not UTF-8", client -> {
            byte[] reason = {'b', 'y', (byte) 0xCE, (byte) 0xBA, (byte) 0xED, (byte) 0xA0, (byte) 0x80};
            client.send(frame(RawClient.CLOSE, RawClient.closePayload(1000, reason)));
            expectClose(client, 1007);
        }));
        cases.add(on("with a reason that is cut off in a character", client -> {
            client.send(frame(RawClient.CLOSE, RawClient.closePayload(1000, new byte[] {(byte) 0xCE})));
            expectClose(client, 1007);
        }));
        for (int code : new int[] {
            1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999
        }) {
            cases.add(on("with " + code, client -> {
                client.send(RawClient.close(code, "so"));
                expect(client, RawClient.CLOSE, RawClient.closePayload(code, "so".getBytes()));
            }));
        }
        for (int code : new int[] {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535}) {
            cases.add(on("with " + code, client -> {
                client.send(RawClient.close(code, ""));
                expectClose(client, 1002);
            }));
        }
        cases.add(on("what comes behind a close frame has no effect", client -> {
            client.send(RawClient.close(1000, ""), frame(PING, "ping"), frame(TEXT, "text"), RawClient.close(1001, ""));
            expectClose(client, 1000);
        }));
        cases.add(on("what comes in later packets behind a close frame has no effect", client -> {
            client.send(RawClient.close(1000, ""));
            client.send(frame(0x83, "not even an opcode"));
            expectClose(client, 1000);
        }));
        cases.add(on("in the middle of a message", client -> {
            client.send(frame(0x01, "begun"), RawClient.close(1000, ""), frame(0x80, "ended"));
            expectClose(client, 1000);
        }));
        cases.add(on("right behind a large message", client -> {
            client.send(frame(TEXT, letters(256 * 1024)), RawClient.close(1000, ""));
            expect(client, TEXT, letters(256 * 1024));
            expectClose(client, 1000);
        }));
        cases.add(on("octet by octet", client -> {
            client.sendChopped(RawClient.close(1000, "bye"), 1);
            expect(client, RawClient.CLOSE, RawClient.closePayload(1000, "bye".getBytes()));
        }));
        cases.add(on("is not needed to go on", client -> {
            expectAlive(client);
            expectAlive(client);
        }));
        return InParallel.run(16, cases);
    }
}
