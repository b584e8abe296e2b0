package loomchat.identity.bans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of bans, which several processes change and failures damage. Long, because each failure is a test. */
class BanFileTest {
    private static final String SUBJECT = "AAAAAAAAAAAAAAAAAAAAAA";
    private static final BanTarget ALICE = BanTarget.identity(SUBJECT);
    private static final BanTarget NETWORK = BanTarget.parse("203.0.113.0/24");
    private static final InetAddress INSIDE = InetAddress.ofLiteral("203.0.113.7");
    private static final InetAddress OUTSIDE = InetAddress.ofLiteral("198.51.100.7");
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    Path dir;

    private final AtomicLong clock =
            new AtomicLong(Instant.parse("2026-11-29T16:00:00.500Z").toEpochMilli());
    private final List<String> notices = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();
    private Path file;

    @BeforeEach
    void setUp() {
        file = dir.resolve("state/bans.jsonl");
    }

    private BanList open() throws IOException {
        return BanList.open(file.getParent(), clock::get, notices::add);
    }

    /** Says what it hears. */
    private BanList listening() throws IOException {
        BanList bans = open();
        bans.onBanned(ban -> heard.add("+" + ban.target() + " " + ban.until() + " " + ban.by()));
        bans.onLifted((target, by) -> heard.add("-" + target + " " + by));
        return bans;
    }

    @Test
    void twoProcessesShareTheFile() throws IOException {
        BanList server = listening();
        BanList command = open();
        Ban ban = command.add(NETWORK, DAY, "a \"reason\"\u0000\nof two lines", "this machine")
                .ban();
        assertThat(ban.reason()).isEqualTo("a \"reason\"  of two lines");
        command.poll();
        assertThat(server.find(null, INSIDE)).isNull();
        server.poll();
        assertThat(server.find(null, INSIDE)).isEqualTo(ban);
        server.add(ALICE, null, "", "ops");
        server.poll();
        command.poll();
        assertThat(command.all()).containsExactlyInAnyOrderElementsOf(server.all());
        command.remove(NETWORK, "this machine");
        command.remove(ALICE, "this machine");
        command.poll();
        server.poll();
        server.poll();
        assertThat(server.all()).isEmpty();
        assertThat(heard)
                .containsExactly(
                        "+203.0.113.0/24 2026-11-30T16:00:01Z this machine",
                        "+" + SUBJECT + " null ops",
                        "-203.0.113.0/24 this machine",
                        "-" + SUBJECT + " this machine");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
        assertThat(notices).isEmpty();
    }

    @Test
    void whatWasBannedHereLastCountsAlsoWhenAnotherProcessLiftedItBefore() throws IOException {
        BanList server = listening();
        BanList command = open();
        command.add(ALICE, DAY, "first", "command");
        command.poll();
        command.remove(ALICE, "command");
        command.poll();
        server.add(ALICE, DAY, "second", "ops");
        server.poll();
        command.poll();
        assertThat(server.find(SUBJECT, OUTSIDE).reason()).isEqualTo("second");
        assertThat(command.find(SUBJECT, OUTSIDE).reason()).isEqualTo("second");
        assertThat(heard).hasSize(1);
    }

    @Test
    void bansOutliveTheServerAndAStartTellsNobodyOfThemAndCompactsTheFile() throws IOException {
        BanList before = open();
        for (int i = 0; i < 50; i++) {
            before.add(BanTarget.client(InetAddress.ofLiteral("192.0.2." + i)), Duration.ofHours(1), "", "ops");
            before.poll();
        }
        before.add(NETWORK, DAY, "stays", "ops");
        before.add(ALICE, null, "", "ops");
        before.remove(ALICE, "ops");
        before.poll();
        clock.addAndGet(Duration.ofHours(2).toMillis());
        BanList after = listening();
        after.compact();
        assertThat(after.all()).singleElement().extracting(Ban::reason).isEqualTo("stays");
        assertThat(Files.readAllLines(file)).hasSize(2).first().asString().startsWith("{\"rewritten\":");
        assertThat(heard).isEmpty();
        // Who followed the file before goes on with the new one.
        List<String> lifted = new ArrayList<>();
        before.onLifted((target, by) -> lifted.add(target.toString()));
        before.poll();
        assertThat(before.all()).isEqualTo(after.all());
        assertThat(lifted).as("they had ended").isEmpty();
        after.add(ALICE, null, "", "ops");
        after.poll();
        before.poll();
        assertThat(before.find(SUBJECT, OUTSIDE)).isNotNull();
    }

    @Test
    void aLongerBanOfAnotherProcessStaysThoughAShorterOneIsWrittenBehindIt() throws IOException {
        BanList server = listening();
        BanList command = open();
        Ban longer = command.add(ALICE, null, "first", "command").ban();
        command.poll();
        assertThat(server.add(ALICE, DAY, "had not read that", "ops").wasLonger())
                .isFalse();
        server.poll();
        command.poll();
        assertThat(Files.readAllLines(file)).hasSize(2);
        for (BanList each : List.of(server, command, open())) {
            assertThat(each.all()).containsExactly(longer);
        }
        assertThat(heard).containsExactly("+" + SUBJECT + " 2026-11-30T16:00:01Z ops", "+" + SUBJECT + " null command");
    }

    @Test
    void aBanThatIsLiftedAndMadeAnewMayBeShorter() throws IOException {
        BanList server = open();
        BanList command = open();
        server.add(ALICE, null, "first", "ops");
        server.poll();
        command.poll();
        server.remove(ALICE, "ops");
        Ban shorter = server.add(ALICE, DAY, "second", "ops").ban();
        server.poll();
        command.poll();
        for (BanList each : List.of(server, command, open())) {
            assertThat(each.all()).containsExactly(shorter);
        }
        // A file that was written anew has no line of the lift.
        BanList late = open();
        server.remove(ALICE, "ops");
        server.add(ALICE, Duration.ofHours(1), "third", "ops");
        server.poll();
        server.compact();
        late.poll();
        assertThat(late.find(SUBJECT, OUTSIDE).reason()).isEqualTo("third");
        clock.addAndGet(DAY.toMillis());
        assertThat(open().all()).isEmpty();
    }

    @Test
    void damagedLinesAreCountedAndSkipped() throws IOException {
        BanList bans = open();
        bans.add(ALICE, null, "", "ops");
        bans.add(NETWORK, null, "", "ops");
        bans.poll();
        List<String> lines = Files.readAllLines(file);
        String damaged = String.join(
                "\n",
                "",
                "[]",
                "{}",
                "{\"time\":\"yesterday\",\"change\":\"ban\",\"identity\":\"x\",\"reason\":\"\",\"by\":\"\"}",
                lines.get(0).replace("\"ban\"", "\"praise\""),
                lines.get(0).substring(0, 30),
                lines.get(1).replace("203.0.113.0/24", "203.0.113.0/240"),
                "x".repeat(600_000),
                "\u0000\u0000\u0000",
                "");
        Files.writeString(file, lines.get(0) + "\n" + damaged + lines.get(1) + "\n");
        BanList again = open();
        assertThat(again.all()).hasSize(2);
        assertThat(notices).singleElement().asString().startsWith("8 damaged lines in " + file);
        again.compact();
        assertThat(Files.readAllLines(file)).hasSize(3);
        notices.clear();
        assertThat(open().all()).hasSize(2);
        assertThat(notices).isEmpty();
    }

    /** The last line is cut at each byte, as a kill or a full disk may leave it. */
    @Test
    void aTornLastLineCostsNoOtherLine() throws IOException {
        BanList bans = open();
        bans.add(ALICE, null, "", "ops");
        bans.poll();
        byte[] first = Files.readAllBytes(file);
        bans.add(NETWORK, DAY, "é", "ops");
        bans.poll();
        byte[] whole = Files.readAllBytes(file);
        for (int length = first.length; length < whole.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            BanList torn = open();
            assertThat(torn.all()).as("cut at %d", length).hasSize(1);
            BanTarget other = BanTarget.parse("192.0.2.9");
            torn.add(other, DAY, "", "ops");
            torn.poll();
            // Without its line feed alone it is a whole line, which the next writer ends.
            boolean complete = length == whole.length - 1;
            assertThat(torn.all()).as("cut at %d", length).hasSize(complete ? 3 : 2);
            assertThat(open().all()).as("cut at %d", length).hasSize(complete ? 3 : 2);
        }
    }

    @Test
    void aLineThatArrivesInPiecesIsReadWhenItIsWhole() throws IOException {
        BanList writer = open();
        writer.add(NETWORK, DAY, "", "ops");
        writer.poll();
        byte[] line = Files.readAllBytes(file);
        Files.write(file, new byte[0]);
        BanList reader = open();
        for (byte each : line) {
            assertThat(reader.all()).isEmpty();
            Files.write(file, new byte[] {each}, StandardOpenOption.APPEND);
            reader.poll();
        }
        assertThat(reader.all()).hasSize(1);
    }

    @Test
    void withoutADiskBansHoldInMemoryWithOneLineAndAreWrittenWhenItIsBack() throws IOException {
        Files.writeString(dir.resolve("state"), "a file where the folder should be");
        BanList bans = BanList.open(file.getParent().resolve("below"), clock::get, notices::add);
        bans.add(ALICE, DAY, "", "ops");
        bans.poll();
        bans.add(NETWORK, DAY, "", "ops");
        bans.poll();
        assertThat(bans.find(SUBJECT, INSIDE)).isNotNull();
        assertThat(bans.trouble()).isNotNull();
        assertThat(notices).singleElement().asString().contains("not durable").doesNotContain("\n");
        Files.delete(dir.resolve("state"));
        bans.poll();
        assertThat(bans.trouble()).isNull();
        assertThat(notices).hasSize(2);
        assertThat(BanList.open(file.getParent().resolve("below"), clock::get, notices::add)
                        .all())
                .hasSize(2);
    }

    @Test
    void aFileThatIsReplacedByHandIsReadAnewAndOnlyWhatChangedIsTold() throws IOException {
        BanList server = listening();
        server.add(ALICE, null, "", "ops");
        server.add(NETWORK, null, "", "ops");
        server.poll();
        heard.clear();
        List<String> lines = Files.readAllLines(file);
        Path edited = file.resolveSibling("edited");
        Files.writeString(edited, lines.get(1) + "\n" + lines.get(1).replace("203.0.113.0/24", "10.0.0.0/8") + "\n");
        Files.move(edited, file, StandardCopyOption.REPLACE_EXISTING);
        server.poll();
        assertThat(heard).containsExactlyInAnyOrder("-" + SUBJECT + " another process", "+10.0.0.0/8 null ops");
        heard.clear();
        Files.delete(file);
        server.poll();
        assertThat(heard).hasSize(2);
        assertThat(server.all()).isEmpty();
    }

    @Test
    void aFileThatIsNoRegularOneStopsTheStart() throws Exception {
        Files.createDirectories(file.getParent());
        Files.createSymbolicLink(file, dir.resolve("elsewhere"));
        Files.writeString(dir.resolve("elsewhere"), "x\n");
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("symbolic link");
    }

    /** Threads of two lists change and poll at once; in the end both say what the file says. */
    @Test
    void twoListsThatChangeAtOnceEndUpEqual() throws Exception {
        long seed = System.nanoTime();
        List<BanList> lists = List.of(open(), open());
        List<Runnable> workers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            BanList bans = lists.get(i % 2);
            Random random = new Random(seed + i);
            int worker = i;
            workers.add(() -> {
                for (int n = 0; n < 300; n++) {
                    BanTarget target = BanTarget.identity("w" + worker + ":" + random.nextInt(20));
                    if (random.nextBoolean()) {
                        bans.add(target, DAY, "n" + n, "w" + worker);
                    } else {
                        bans.remove(target, "w" + worker);
                    }
                    if (random.nextInt(5) == 0) {
                        bans.poll();
                    }
                    if (random.nextInt(100) == 0) {
                        bans.compact();
                    }
                }
            });
        }
        try (ExecutorService pool = Executors.newFixedThreadPool(workers.size())) {
            for (Future<?> each : workers.stream().map(pool::submit).toList()) {
                each.get(1, TimeUnit.MINUTES);
            }
        }
        lists.forEach(BanList::poll);
        lists.forEach(BanList::poll);
        Set<Ban> file = new HashSet<>(open().all());
        assertThat(lists)
                .allSatisfy(
                        each -> assertThat(each.all()).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(file));
        assertThat(notices).as("seed %d", seed).isEmpty();
    }
}
