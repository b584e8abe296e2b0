package loomchat.identity.bans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bans in memory, with a clock of the test's. */
class BanListTest {
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
    void anIdentityIsBannedWhereverItComesFromAndANetworkWhoeverComesFromIt() throws IOException {
        BanList bans = open();
        assertThat(bans.find(SUBJECT, INSIDE)).isNull();
        Ban identity = bans.add(ALICE, Duration.ofHours(1), "spam", "ops").ban();
        assertThat(bans.find(SUBJECT, OUTSIDE)).isEqualTo(identity);
        assertThat(bans.find(null, OUTSIDE)).isNull();
        assertThat(bans.find("BBBBBBBBBBBBBBBBBBBBBB", OUTSIDE)).isNull();
        Ban network = bans.add(NETWORK, null, "", "ops").ban();
        assertThat(bans.find(null, INSIDE)).isEqualTo(network);
        assertThat(bans.find(SUBJECT, INSIDE)).as("the one that ends last").isEqualTo(network);
        assertThat(bans.find(null, InetAddress.ofLiteral("203.0.114.0"))).isNull();
        assertThat(bans.find(null, InetAddress.ofLiteral("::1"))).isNull();
        assertThat(network.closeText()).isEqualTo("Banned");
        assertThat(identity.closeText()).isEqualTo("Banned until 2026-11-29T17:00:01Z");
        assertThat(bans.remove(NETWORK, "ops")).isTrue();
        assertThat(bans.remove(NETWORK, "ops")).isFalse();
        assertThat(bans.find(null, INSIDE)).isNull();
    }

    @Test
    void aBanEndsWithItsTimeAndVanishesWithTheNextPoll() throws IOException {
        BanList bans = listening();
        bans.add(ALICE, Duration.ofSeconds(2), "", "ops");
        clock.addAndGet(2400);
        assertThat(bans.find(SUBJECT, OUTSIDE)).isNotNull();
        clock.addAndGet(200);
        assertThat(bans.find(SUBJECT, OUTSIDE)).isNull();
        assertThat(bans.all()).isEmpty();
        assertThat(bans.remove(ALICE, "ops")).isFalse();
        bans.poll();
        assertThat(heard).containsExactly("+" + SUBJECT + " 2026-11-29T16:00:03Z ops");
        assertThat(open().all()).isEmpty();
    }

    @Test
    void aSecondBanOfATargetShortensNone() throws IOException {
        BanList bans = listening();
        Ban first = bans.add(ALICE, DAY, "first", "ops").ban();
        assertThat(bans.add(ALICE, Duration.ofHours(1), "again", "other")).isEqualTo(new BanList.Banned(first, true));
        assertThat(bans.find(SUBJECT, OUTSIDE)).isEqualTo(first);
        BanList.Banned other = bans.add(ALICE, DAY, "better known", "other");
        assertThat(other.wasLonger()).as("as long").isFalse();
        Ban forGood = bans.add(ALICE, null, "", "ops").ban();
        assertThat(bans.add(ALICE, Duration.ofDays(3650), "", "other")).isEqualTo(new BanList.Banned(forGood, true));
        assertThat(heard)
                .as("only what changed")
                .containsExactly(
                        "+" + SUBJECT + " 2026-11-30T16:00:01Z ops",
                        "+" + SUBJECT + " 2026-11-30T16:00:01Z other",
                        "+" + SUBJECT + " null ops");
    }

    @Test
    void thereIsRoomForAHundredThousand() throws IOException {
        BanList bans = open();
        for (int i = 0; i < BanList.MOST - 1; i++) {
            bans.add(BanTarget.identity("issuer:" + i), DAY, "", "ops");
        }
        assertThat(bans.add(NETWORK, Duration.ofHours(1), "", "ops")).isNotNull();
        assertThat(bans.add(ALICE, DAY, "", "ops")).as("full").isNull();
        assertThat(bans.add(NETWORK, Duration.ofHours(2), "", "ops"))
                .as("is in")
                .isNull();
        bans.poll();
        assertThat(bans.add(NETWORK, Duration.ofHours(2), "", "ops"))
                .as("is in")
                .isNotNull();
        clock.addAndGet(Duration.ofHours(3).toMillis());
        assertThat(bans.add(ALICE, DAY, "", "ops")).as("one is over").isNotNull();
        bans.poll();
        assertThat(open().all()).hasSize(BanList.MOST);
    }

    /** With any bans, the table says what comparing bit by bit says. */
    @Test
    void anAddressIsFoundByWhatItSharesWithANetwork() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        BanList bans = open();
        List<BanTarget.OfAddresses> targets = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String text = random.nextBoolean()
                    ? "10." + random.nextInt(4) + "." + random.nextInt(256) + ".0/" + (14 + random.nextInt(19))
                    : "2001:db8:" + Integer.toHexString(random.nextInt(8)) + "::/" + (30 + random.nextInt(99));
            BanTarget.OfAddresses target = (BanTarget.OfAddresses) BanTarget.parse(text);
            targets.add(target);
            bans.add(target, DAY, "", "ops");
        }
        for (int i = 0; i < 150; i++) {
            bans.remove(targets.removeFirst(), "ops");
        }
        Set<BanTarget> left = new HashSet<>(bans.all().stream().map(Ban::target).toList());
        for (int i = 0; i < 5_000; i++) {
            InetAddress address = InetAddress.ofLiteral(
                    random.nextBoolean()
                            ? "10." + random.nextInt(4) + "." + random.nextInt(256) + "." + random.nextInt(256)
                            : "2001:db8:" + Integer.toHexString(random.nextInt(8)) + "::" + random.nextInt(3));
            boolean banned = left.stream()
                    .anyMatch(each -> ((BanTarget.OfAddresses) each).network().contains(address));
            assertThat(bans.find(null, address) != null)
                    .as("seed %d: %s", seed, address)
                    .isEqualTo(banned);
        }
    }

    @Test
    void whatIsNoTargetIsRefusedWithWhatIsAllowed() {
        for (String text : List.of(
                "",
                "alice",
                "300.1.1.1",
                "10.0.0.0/33",
                "10.0.0.0/4",
                "0.0.0.0/0",
                "2001:db8::/8",
                "fe80::1/200",
                "a b",
                "Issuer:7",
                "issuer:",
                "issuer: 7",
                "issuer:7\n",
                SUBJECT + "A")) {
            assertThatThrownBy(() -> BanTarget.parse(text))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(BanTarget.ALLOWED);
        }
        assertThat(BanTarget.parse("2001:db8:1:2:3:4:5:6")).hasToString("2001:db8:1:2::/64");
        assertThat(BanTarget.parse("2001:db8::1/128")).hasToString("2001:db8::1/128");
        assertThat(BanTarget.parse("my-site:user 7@example")).isEqualTo(BanTarget.identity("my-site:user 7@example"));
    }

    @Test
    void lengthsHaveAUnitAndAnEnd() {
        assertThat(Ban.length("90s")).isEqualTo(Duration.ofSeconds(90));
        assertThat(Ban.length("30m")).isEqualTo(Duration.ofMinutes(30));
        assertThat(Ban.length("24h")).isEqualTo(DAY);
        assertThat(Ban.length("3650d")).isEqualTo(Duration.ofDays(3650));
        for (String text : List.of("", "24", "0s", "-1h", "3651d", "999999999h", "1w", "1h30m", "forever")) {
            assertThatThrownBy(() -> Ban.length(text)).as(text).hasMessage(Ban.ALLOWED_LENGTHS);
        }
    }
}
