package loomchat.chat;

import static loomchat.testing.RawClient.TEXT;
import static loomchat.testing.RawClient.frame;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import loomchat.testing.InParallel;
import loomchat.testing.InParallel.Case;
import loomchat.testing.InProcessServer;
import loomchat.testing.RawClient;
import loomchat.testing.RawClient.Frame;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every way to vanish, while waiting, while matched, and in the middle of a message: the session ends once and for
 * the right reason, its partner is told once and stays connected, and the record says so.
 */
class VanishTest {
    private static final int LIMIT = 1000;

    @TempDir
    static Path dir;

    private enum State {
        WAITING,
        MATCHED,
        IN_A_MESSAGE,
        IN_A_FRAME
    }

    private enum Way {
        CLOSE("close", 1001) {
            @Override
            void vanish(RawClient client) throws IOException {
                client.send(RawClient.close(1001, "page left"));
                assertThat(client.readAll()).hasSize(1).allMatch(each -> each.closeCode() == 1001);
            }
        },
        END_OF_STREAM("eof", 1006) {
            @Override
            void vanish(RawClient client) throws IOException {
                client.finish();
            }
        },
        RESET("reset", 1006) {
            @Override
            void vanish(RawClient client) throws IOException {
                client.reset();
            }
        },
        SILENCE("timeout", 1006) {
            @Override
            void vanish(RawClient client) {
                // Neither reads nor writes any more: its pings stay unanswered.
            }
        },
        WRONG_FRAME("protocol-error", 1002) {
            @Override
            void vanish(RawClient client) throws IOException {
                client.send(frame(0x83, "reserved"));
                expectClose(client, 1002);
            }
        },
        WRONG_TEXT("protocol-error", 1007) {
            @Override
            void vanish(RawClient client) throws IOException {
                client.send(frame(TEXT, new byte[] {(byte) 0xFF}));
                expectClose(client, 1007);
            }
        },
        BINARY("unsupported", 1003) {
            @Override
            void vanish(RawClient client) throws IOException {
                client.send(frame(RawClient.BINARY, "1"));
                expectClose(client, 1003);
            }
        },
        OVERSIZE("too-big", 1009) {
            @Override
            void vanish(RawClient client) throws IOException {
                client.send(frame(TEXT, "x".repeat(LIMIT + 1)));
                expectClose(client, 1009);
            }
        },
        OVERSIZE_IN_FRAGMENTS("too-big", 1009) {
            @Override
            void vanish(RawClient client) throws IOException {
                client.send(frame(0x00, "x".repeat(LIMIT)));
                expectClose(client, 1009);
            }
        };

        private final String reason;
        private final int code;

        Way(String reason, int code) {
            this.reason = reason;
            this.code = code;
        }

        abstract void vanish(RawClient client) throws IOException;

        /** Inside a frame every octet is payload; a message that has begun takes no other. */
        boolean fits(State state) {
            return switch (this) {
                case END_OF_STREAM, RESET, SILENCE -> true;
                case CLOSE, WRONG_FRAME -> state != State.IN_A_FRAME;
                case WRONG_TEXT, BINARY, OVERSIZE -> state == State.WAITING || state == State.MATCHED;
                case OVERSIZE_IN_FRAGMENTS -> state == State.IN_A_MESSAGE;
            };
        }
    }

    private static void expectClose(RawClient client, int code) throws IOException {
        List<Frame> rest = client.readAll();
        assertThat(rest).hasSize(1).allMatch(each -> each.first() == RawClient.CLOSE && each.closeCode() == code);
    }

    @TestFactory
    List<DynamicTest> eachWayInEachState() {
        List<Case> cases = new ArrayList<>();
        for (Way way : Way.values()) {
            for (State state : State.values()) {
                if (way.fits(state)) {
                    cases.add(new Case(way + " while " + state, () -> play(way, state)));
                }
            }
        }
        return InParallel.run(8, cases);
    }

    private static void play(Way way, State state) throws Exception {
        boolean alone = state == State.WAITING;
        InProcessServer room = InProcessServer.open(
                Files.createTempDirectory(dir, "room"),
                "MAX_MESSAGE_BYTES",
                String.valueOf(LIMIT),
                "PING_INTERVAL",
                way == Way.SILENCE ? "300ms" : "1h",
                "PONG_TIMEOUT",
                "500ms");
        try (room;
                RawClient leaver = room.enter()) {
            if (alone) {
                way.vanish(leaver);
                expectThatNobodyWaits(room, way);
            } else {
                try (RawClient partner = room.enter()) {
                    InProcessServer.expectPair(leaver, partner);
                    begin(state, leaver);
                    way.vanish(leaver);
                    expectToldOnce(partner);
                }
            }
        }
        InProcessServer.Record record = room.record();
        record.assertConsistent();
        record.assertEnded(1, way.reason, way.code);
        if (!alone) {
            assertThat(record.of("Chat Ended")).hasSize(1);
            assertThat(record.only("Chat Ended", 1).getString("reason")).isEqualTo(way.reason);
            record.assertEnded(2, "close", 1000);
            assertThat(record.of("Message Relay")).as("half a message is none").isEmpty();
        }
    }

    private static void begin(State state, RawClient client) throws IOException {
        switch (state) {
            case IN_A_MESSAGE -> client.send(frame(0x01, "begun"));
            case IN_A_FRAME -> {
                byte[] whole = frame(TEXT, "x".repeat(200));
                client.send(java.util.Arrays.copyOf(whole, 50));
            }
            case WAITING, MATCHED -> {}
        }
    }

    /** Two who come now become a pair: the one who vanished is in nobody's way. */
    private static void expectThatNobodyWaits(InProcessServer room, Way way) throws Exception {
        if (way == Way.SILENCE || way == Way.END_OF_STREAM || way == Way.RESET) {
            room.awaitEnd(1);
        }
        try (RawClient one = room.enter();
                RawClient other = room.enter()) {
            InProcessServer.expectPair(one, other);
            one.sendText("hello");
            assertThat(other.readText()).isEqualTo(InProcessServer.chat("hello"));
        }
    }

    private static void expectToldOnce(RawClient partner) throws IOException {
        assertThat(partner.readText()).isEqualTo(InProcessServer.LEFT);
        partner.sendText("said to nobody");
        partner.send(RawClient.close(1000, ""));
        List<Frame> rest = partner.readAllAnsweringPings();
        assertThat(rest).hasSize(1).allMatch(each -> each.closeCode() == 1000);
    }

    @TestFactory
    List<DynamicTest> shutdown() {
        List<Case> cases = new ArrayList<>();
        for (State state : State.values()) {
            cases.add(new Case("shutdown while " + state, () -> playShutdown(state)));
        }
        return InParallel.run(4, cases);
    }

    private static void playShutdown(State state) throws Exception {
        InProcessServer room = InProcessServer.open(Files.createTempDirectory(dir, "room"));
        RawClient one = room.enter();
        RawClient other = room.enter();
        try (one;
                other) {
            InProcessServer.expectPair(one, other);
            List<RawClient> clients = new ArrayList<>(List.of(one, other));
            if (state == State.WAITING) {
                clients.add(room.enter());
            }
            begin(state, one);
            Thread closing = Thread.ofPlatform().start(room::close);
            for (RawClient each : clients) {
                Frame last = each.read();
                if (last.first() == TEXT) {
                    assertThat(last.text()).isEqualTo(InProcessServer.LEFT);
                    last = each.read();
                }
                assertThat(last.closeCode()).isEqualTo(1001);
                if (state != State.IN_A_FRAME || each != one) {
                    each.send(RawClient.close(1001, ""));
                } else {
                    each.finish();
                }
                assertThat(each.isEnded()).isTrue();
            }
            closing.join();
        }
        InProcessServer.Record record = room.record();
        record.assertConsistent();
        assertThat(record.of("Disconnected"))
                .hasSize(state == State.WAITING ? 3 : 2)
                .allMatch(each -> each.getString("reason").equals("shutdown"));
        assertThat(record.events().getLast().getString("event")).isEqualTo("Server Stopped");
    }
}
