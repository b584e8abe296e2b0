package loomchat.conformance;

import static loomchat.conformance.Echoes.closeInOrder;
import static loomchat.conformance.Echoes.expect;
import static loomchat.conformance.Echoes.expectClose;
import static loomchat.testing.RawClient.BINARY;
import static loomchat.testing.RawClient.PING;
import static loomchat.testing.RawClient.PONG;
import static loomchat.testing.RawClient.RSV1;
import static loomchat.testing.RawClient.TEXT;
import static loomchat.testing.RawClient.frame;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import loomchat.testing.InParallel;
import loomchat.testing.InParallel.Case;
import loomchat.testing.RawClient;
import loomchat.testing.RawClient.Frame;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** permessage-deflate through real sockets, with every combination of parameters, against the JDK's own zlib. */
class CompressionConformanceTest {
    private static final String HEADER = "Sec-WebSocket-Extensions";
    private static final String DEFLATE = "permessage-deflate";

    @TempDir
    static Path dir;

    @TempDir
    static Path otherDir;

    private static EchoServer server;

    @BeforeAll
    static void start() throws Exception {
        server = EchoServer.start(dir, Map.of("COMPRESSION", "true", "MAX_MESSAGE_BYTES", "1M"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** A client's compressor and decompressor as the server's answer wants them. */
    private static final class Codec {
        private final Deflater deflater;
        private final Inflater inflater = new Inflater(true);
        private final boolean keepsOurs;
        private final boolean keepsTheirs;

        Codec(String agreed, int level) {
            deflater = new Deflater(level, true);
            keepsOurs = !agreed.contains("client_no_context_takeover");
            keepsTheirs = !agreed.contains("server_no_context_takeover");
        }

        byte[] deflate(byte[] message) {
            if (!keepsOurs) {
                deflater.reset();
            }
            deflater.setInput(message);
            byte[] out = new byte[message.length + message.length / 1000 + 100];
            int size = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
            return Arrays.copyOf(out, size - 4);
        }

        byte[] inflate(Frame frame) throws DataFormatException {
            if ((frame.first() & RSV1) == 0) {
                return frame.payload();
            }
            if (!keepsTheirs) {
                inflater.reset();
            }
            byte[] input = Arrays.copyOf(frame.payload(), frame.payload().length + 4);
            input[input.length - 2] = -1;
            input[input.length - 1] = -1;
            inflater.setInput(input);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] piece = new byte[8192];
            for (int count = inflater.inflate(piece); count > 0; count = inflater.inflate(piece)) {
                out.write(piece, 0, count);
            }
            return out.toByteArray();
        }

        void end() {
            deflater.end();
            inflater.end();
        }
    }

    /** Offers that are agreed to, all combinations of what a client may say. */
    private static List<String> offers() {
        List<String> offers = new ArrayList<>();
        for (String ours : List.of("", "; client_no_context_takeover")) {
            for (String theirs : List.of("", "; server_no_context_takeover")) {
                for (String ourBits : List.of(
                        "", "; client_max_window_bits", "; client_max_window_bits=8", "; client_max_window_bits=15")) {
                    for (String theirBits : List.of(
                            "",
                            "; server_max_window_bits=8",
                            "; server_max_window_bits=11",
                            "; server_max_window_bits=15")) {
                        offers.add(DEFLATE + ours + theirs + ourBits + theirBits);
                    }
                }
            }
        }
        offers.add(DEFLATE + "; server_max_window_bits=7, " + DEFLATE);
        offers.add("x-unknown, " + DEFLATE + "; server_no_context_takeover");
        offers.add(DEFLATE + "; server_max_window_bits=16, " + DEFLATE + "; client_no_context_takeover");
        return offers;
    }

    @TestFactory
    List<DynamicTest> everyCombinationOfParametersEchoes() {
        List<Case> cases = new ArrayList<>();
        for (String offer : offers()) {
            cases.add(new Case(offer, () -> {
                try (RawClient client = RawClient.connect(server.port())) {
                    String agreed =
                            client.shakeHands("/echo", HEADER + ": " + offer).header(HEADER);
                    assertAnswers(offer, agreed);
                    echoMany(client, new Codec(agreed, 1 + Math.abs(offer.hashCode() % 9)), offer.hashCode());
                    closeInOrder(client);
                }
            }));
        }
        return InParallel.run(4, cases);
    }

    private static void assertAnswers(String offer, String agreed) {
        assertThat(agreed).startsWith(DEFLATE).doesNotContain(",", "client_max_window_bits");
        String taken = offer.substring(offer.lastIndexOf(DEFLATE));
        for (String each : List.of("client_no_context_takeover", "server_no_context_takeover")) {
            if (taken.contains(each)) {
                assertThat(agreed).contains(each);
            }
        }
        assertThat(parameter(agreed, "server_max_window_bits")).isEqualTo(parameter(taken, "server_max_window_bits"));
    }

    /** A parameter with its value, or null. */
    private static String parameter(String extension, String name) {
        return Arrays.stream(extension.split("; "))
                .filter(each -> each.startsWith(name))
                .findFirst()
                .orElse(null);
    }

    private static void echoMany(RawClient client, Codec codec, int seed) throws Exception {
        Random random = new Random(seed);
        int compressedReplies = 0;
        for (int i = 0; i < 40; i++) {
            int first = random.nextBoolean() ? TEXT : BINARY;
            byte[] message = message(random, i == 19 ? 131_072 : random.nextInt(3000));
            boolean plain = message.length == 0 || random.nextInt(5) == 0;
            send(client, first, plain ? null : codec, message, random);
            Frame reply = client.read();
            assertThat(reply.first() & ~RSV1).isEqualTo(first);
            assertThat(codec.inflate(reply))
                    .as("message %d of seed %d", i, seed)
                    .isEqualTo(message);
            compressedReplies += (reply.first() & RSV1) != 0 ? 1 : 0;
        }
        assertThat(compressedReplies).as("compressed replies").isGreaterThan(15);
        codec.end();
    }

    private static void send(RawClient client, int first, Codec codec, byte[] message, Random random) throws Exception {
        byte[] payload = codec == null ? message : codec.deflate(message);
        int bits = codec == null ? 0 : RSV1;
        if (payload.length < 10 || random.nextBoolean()) {
            client.send(frame(first | bits, payload));
            return;
        }
        int one = random.nextInt(payload.length);
        int two = one + random.nextInt(payload.length - one);
        client.send(
                frame(first & 0x0f | bits, Arrays.copyOf(payload, one)),
                frame(PING, "between"),
                frame(0x00, Arrays.copyOfRange(payload, one, two)),
                frame(0x80, Arrays.copyOfRange(payload, two, payload.length)));
        expect(client, PONG, "between");
    }

    private static byte[] message(Random random, int size) {
        byte[] message = new byte[size];
        for (int i = 0; i < size; i++) {
            message[i] =
                    (byte) (random.nextInt(8) == 0 ? ' ' + random.nextInt(90) : "{\"key\":\"value\"}".charAt(i % 15));
        }
        return message;
    }

    @TestFactory
    List<DynamicTest> whatCannotBeHonouredIsDeclined() {
        List<Case> cases = new ArrayList<>();
        for (String offer : List.of(
                DEFLATE + "; server_max_window_bits=7",
                DEFLATE + "; server_max_window_bits=16",
                DEFLATE + "; server_max_window_bits",
                DEFLATE + "; client_max_window_bits=16",
                DEFLATE + "; unknown",
                DEFLATE + "; client_no_context_takeover; client_no_context_takeover",
                "permessage-bzip2")) {
            cases.add(new Case(offer, () -> {
                try (RawClient client = RawClient.connect(server.port())) {
                    assertThat(client.shakeHands("/echo", HEADER + ": " + offer).header(HEADER))
                            .isNull();
                    client.send(frame(TEXT, "plain ".repeat(100)));
                    expect(client, TEXT, "plain ".repeat(100));
                    client.send(frame(TEXT | RSV1, "nothing of the kind was agreed"));
                    expectClose(client, 1002);
                }
            }));
        }
        return InParallel.run(8, cases);
    }

    @TestFactory
    List<DynamicTest> compressedFramesThatAreWrong() {
        List<Case> cases = new ArrayList<>();
        byte[] hello = HexFormat.of().parseHex("f248cdc9c90700");
        cases.add(refused("the bit on a continuation", 1002, frame(0x41, Arrays.copyOf(hello, 3)), frame(0xC0, "")));
        cases.add(refused("the bit on a ping", 1002, frame(PING | RSV1, "")));
        cases.add(refused("the bit on a close frame", 1002, frame(RawClient.CLOSE | RSV1, "")));
        cases.add(refused("another bit beside it", 1002, frame(TEXT | RSV1 | 0x20, hello)));
        cases.add(refused("no deflate stream", 1007, frame(TEXT | RSV1, new byte[] {7, -1, -1, -1})));
        cases.add(refused("a bomb", 1009, frame(BINARY | RSV1, new Codec("", 9).deflate(new byte[64 << 20]))));
        cases.add(refused("not UTF-8", 1007, frame(0x41, new Codec("", 9).deflate(new byte[] {'a', -1, 'b'}))));
        return InParallel.run(4, cases);
    }

    private static Case refused(String name, int code, byte[]... frames) {
        return new Case(name, () -> {
            try (RawClient client = RawClient.open(server.port(), "/echo", HEADER + ": " + DEFLATE)) {
                client.send(frames);
                expectClose(client, code);
            }
        });
    }

    @Test
    void aPairOfWhichOneCompressesUnderstandsEachOther() throws Exception {
        try (RawClient plain = RawClient.open(server.port(), "/");
                RawClient compressing = RawClient.connect(server.port())) {
            Codec codec = new Codec(
                    compressing.shakeHands("/", HEADER + ": " + DEFLATE).header(HEADER), 6);
            assertThat(plain.readText()).contains("connected to a stranger");
            assertThat(new String(codec.inflate(compressing.read()))).contains("connected to a stranger");
            for (int i = 0; i < 20; i++) {
                String said = "said %d \" ".formatted(i).repeat(1 + i * i);
                String heard = "{\"type\":\"chat\",\"msg\":\"" + said.replace("\"", "\\\"") + "\"}";
                compressing.send(frame(TEXT | RSV1, codec.deflate(said.getBytes())));
                assertThat(plain.readText()).isEqualTo(heard);
                plain.sendText(said);
                assertThat(new String(codec.inflate(compressing.read()))).isEqualTo(heard);
            }
        }
    }

    @Test
    void withoutTheSettingNothingIsAgreed() throws Exception {
        try (EchoServer plain = EchoServer.start(otherDir, Map.of());
                RawClient client = RawClient.connect(plain.port())) {
            assertThat(client.shakeHands("/echo", HEADER + ": " + DEFLATE).header(HEADER))
                    .isNull();
        }
    }
}
