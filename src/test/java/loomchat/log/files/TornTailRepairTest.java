package loomchat.log.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import loomchat.log.Event;
import loomchat.log.EventLog;
import loomchat.log.LogOptions;
import loomchat.testing.StrictLogReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TornTailRepairTest {
    private static final String FIRST =
            "{\"time\":\"t\",\"event\":\"New Connection\",\"details\":\"Session 1\",\"seq\":1}\n";
    private static final String LAST =
            "{\"time\":\"t\",\"event\":\"Server Started\",\"details\":\"é€🙂\",\"settings\":{\"A\":\"}\"},\"tornBytes\":0}\n";

    @TempDir
    Path dir;

    private Path file;

    @BeforeEach
    void name() {
        file = dir.resolve("chat-logs.jsonl");
    }

    @Test
    void aFileCutAtEveryByteOfItsLastLineGoesOnWithWholeLines() throws Exception {
        byte[] whole = (FIRST + LAST).getBytes(UTF_8);
        for (int cut = FIRST.length(); cut <= whole.length; cut++) {
            Files.write(file, Arrays.copyOf(whole, cut));
            long torn = mend();
            boolean onlyNewlineMissing = cut >= whole.length - 1;
            assertThat(torn).as("cut at %d", cut).isEqualTo(onlyNewlineMissing ? 0 : cut - FIRST.length());
            assertThat(Files.readString(file))
                    .as("cut at %d", cut)
                    .isEqualTo(onlyNewlineMissing ? FIRST + LAST : FIRST);
            assertSideFilesHold(Arrays.copyOfRange(whole, FIRST.length(), FIRST.length() + (int) torn));
            assertThat(mend()).as("mended again").isZero();
        }
    }

    @Test
    void anOpenedLogGoesOnAfterEveryCut() throws Exception {
        byte[] whole = (FIRST + LAST).getBytes(UTF_8);
        for (int cut = FIRST.length(); cut <= whole.length; cut += 7) {
            Files.write(file, Arrays.copyOf(whole, cut));
            try (EventLog log = EventLog.open(LogOptions.in(dir))) {
                assertThat(log.tornBytes()).isEqualTo(cut - FIRST.length());
                log.record(new Event.NewConnection(1, 1, "plain", null));
            }
            assertThat(new StrictLogReader(dir).events()).hasSize(2);
        }
    }

    @Test
    void sealedFilesThatWereNotYetSafeAreMendedToo() throws Exception {
        String zeroed = "\0\0\0\n";
        Path older = Files.writeString(dir.resolve("chat-logs-20261124T015042122Z.jsonl"), FIRST + zeroed + FIRST);
        Path newer = Files.writeString(dir.resolve("chat-logs-20261124T015042123Z.jsonl"), FIRST + "{\"ti");
        Path samples = Files.writeString(dir.resolve("bandwidth-20261124T015042123Z.jsonl"), "{\"tim");
        try (EventLog log = EventLog.open(LogOptions.in(dir))) {
            assertThat(log.tornBytes()).isEqualTo(zeroed.length() + "{\"ti".length() + "{\"tim".length());
        }
        assertThat(older).hasContent(FIRST + FIRST);
        assertThat(newer).hasContent(FIRST);
        assertThat(samples).isEmptyFile();
        assertThat(new StrictLogReader(dir).sideFiles()).hasSize(3);
    }

    @Test
    void aTornLineThatCannotBeKeptAsideStaysAndLeavesNothingBehind() throws Exception {
        Files.writeString(file, FIRST + "{\"ti");
        assertThatThrownBy(() -> TornTailRepair.keepAside(file, side -> {
                    throw new IOException("No space left on device");
                }))
                .hasMessage("No space left on device");
        assertThat(new StrictLogReader(dir).all()).containsExactly(file);
    }

    @Test
    void aLastLineThatOnlyLacksItsNewlineGetsIt() throws Exception {
        for (String line : List.of(
                "{}", "{\"time\":\"7/29/2025, 10:20:50 PM\",\"event\":\"e\",\"details\":\"d\"}\r", "{\"a\":1} ")) {
            Files.writeString(file, FIRST + line);
            assertThat(mend()).isZero();
            assertThat(Files.readString(file)).isEqualTo(FIRST + line + "\n");
        }
        String deep = "{\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}";
        for (String line : List.of("1", "[{}]", " ", "}", "{}{}", "{\"a\":1}x", "{\"a\":tru", deep)) {
            Files.writeString(file, FIRST + line);
            assertThat(mend()).as(line).isEqualTo(line.length());
            assertSideFilesHold(line.getBytes(UTF_8));
        }
    }

    @Test
    void anEmptyFileAndAFileOfWholeLinesStayAsTheyAre() throws Exception {
        for (String content : List.of("", FIRST, FIRST + LAST, "\n", "not json\n")) {
            Files.writeString(file, content);
            assertThat(mend()).isZero();
            assertThat(Files.readString(file)).isEqualTo(content);
        }
        assertThat(new StrictLogReader(dir).all()).containsExactly(file);
    }

    @Test
    void zerosAtTheEndAreMoved() throws Exception {
        byte[] zeros = new byte[10_000];
        Files.write(file, join(FIRST.getBytes(UTF_8), LAST.substring(0, 20).getBytes(UTF_8), zeros));
        assertThat(mend()).isEqualTo(20 + zeros.length);
        assertThat(Files.readString(file)).isEqualTo(FIRST);
        assertSideFilesHold(join(LAST.substring(0, 20).getBytes(UTF_8), zeros));
    }

    @Test
    void zerosBetweenLinesAreMovedAndTheLinesAroundThemStay() throws Exception {
        byte[] hole = new byte[3 << 20];
        byte[] second = "\0\n".getBytes(UTF_8);
        byte[] damaged = join(LAST.substring(0, 30).getBytes(UTF_8), hole, LAST.getBytes(UTF_8));
        Files.write(
                file,
                join(FIRST.getBytes(UTF_8), damaged, LAST.getBytes(UTF_8), second, (FIRST + FIRST).getBytes(UTF_8)));
        assertThat(mend()).isEqualTo(damaged.length + second.length);
        assertThat(Files.readString(file)).isEqualTo(FIRST + LAST + FIRST + FIRST);
        assertSideFilesHold(join(damaged, second));
        assertThat(new StrictLogReader(dir).all()).as("no working copy left").containsExactly(file);
    }

    @Test
    void aFileOfNothingButZerosBecomesEmpty() throws Exception {
        Files.write(file, new byte[200_000]);
        assertThat(mend()).isEqualTo(200_000);
        assertThat(file).isEmptyFile();
    }

    @Test
    void halfACharacterIsMovedWithItsLine() throws Exception {
        byte[] torn = Arrays.copyOf("{\"details\":\"🙂".getBytes(UTF_8), 14);
        Files.write(file, join(FIRST.getBytes(UTF_8), torn));
        assertThat(mend()).isEqualTo(torn.length);
        assertSideFilesHold(torn);
    }

    @Test
    void somethingWithBracesThatIsNoTextIsMoved() throws Exception {
        byte[] torn = join("{\"a\":\"".getBytes(UTF_8), new byte[] {(byte) 0xC3}, "\"}".getBytes(UTF_8));
        Files.write(file, torn);
        assertThat(mend()).isEqualTo(torn.length);
        assertThat(file).isEmptyFile();
    }

    @Test
    void aTornLineOfTenMegabytesIsMoved() throws Exception {
        byte[] torn = ("{\"details\":\"" + "x".repeat(10 << 20)).getBytes(UTF_8);
        Files.write(file, join(FIRST.getBytes(UTF_8), torn));
        assertThat(mend()).isEqualTo(torn.length);
        assertThat(Files.readString(file)).isEqualTo(FIRST);
        assertSideFilesHold(torn);
    }

    @Test
    void aWholeLineOfTenMegabytesStays() throws Exception {
        String line = "{\"details\":\"" + "x".repeat(10 << 20) + "\"}\n";
        Files.writeString(file, line);
        assertThat(mend()).isZero();
        assertThat(file).hasSize(line.length());
    }

    private long mend() throws IOException {
        return TornTailRepair.mend(file, TornTailRepair.ZEROS_LOOKED_FOR);
    }

    private void assertSideFilesHold(byte[] torn) throws IOException {
        ByteArrayOutputStream held = new ByteArrayOutputStream();
        for (Path side : new StrictLogReader(dir).sideFiles()) {
            held.write(Files.readAllBytes(side));
            Files.delete(side);
        }
        assertThat(held.toByteArray()).isEqualTo(torn);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }
}
