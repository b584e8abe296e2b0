package loomchat.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TicketsTest {
    private static final String SECRET = "kXk2";
    private static final byte[] RECORD = "7543.0.1..seat".getBytes(UTF_8);

    private final Tickets tickets = new Tickets(null);

    @Test
    void aTicketOpensWithItsSecretAlone() {
        String ticket = tickets.seal(SECRET, RECORD);
        assertThat(tickets.open(SECRET, ticket)).isEqualTo(RECORD);
        assertThat(tickets.open("Zt9c", ticket)).isNull();
        assertThat(new Tickets(null).open(SECRET, ticket)).isNull();
    }

    @Test
    void twoOfOneSeatAreDifferent() {
        assertThat(tickets.seal(SECRET, RECORD)).isNotEqualTo(tickets.seal(SECRET, RECORD));
    }

    @Test
    void noTicketIsTakenThatIsNotWhole() {
        String ticket = tickets.seal(SECRET, RECORD);
        for (int i = 0; i < ticket.length(); i++) {
            char other = ticket.charAt(i) == 'A' ? 'Q' : 'A';
            String changed = ticket.substring(0, i) + other + ticket.substring(i + 1);
            // The last character has bits that stand for nothing.
            if (i < ticket.length() - 1) {
                assertThat(tickets.open(SECRET, changed)).as("%d", i).isNull();
            }
            assertThat(tickets.open(SECRET, ticket.substring(0, i))).as("%d", i).isNull();
        }
        for (String none : new String[] {"", "A", "?", "=", "ä", "A".repeat(1024), ticket + ticket}) {
            assertThat(tickets.open(SECRET, none)).as(none).isNull();
        }
    }

    @Test
    void whatWasSealedBeforeTheServersAgreedOpensStill() {
        String before = tickets.seal(SECRET, RECORD);
        byte[] shared = new byte[32];
        tickets.use(shared);
        Tickets other = new Tickets(null);
        other.use(shared);
        assertThat(tickets.open(SECRET, before)).isEqualTo(RECORD);
        assertThat(other.open(SECRET, tickets.seal(SECRET, RECORD))).isEqualTo(RECORD);
    }

    /** Subjects of other issuers have up to 200 characters; a longer ticket is refused. */
    @Test
    void theLargestTicketIsTakenBack() throws Exception {
        String subject = "i".repeat(64) + ":" + "\u20ac".repeat(200);
        String key = "k".repeat(22);
        SeatInfo partner = new SeatInfo(1L << 48, true, key, 1L << 48, subject, Long.MIN_VALUE, key, List.of());
        SeatRecord seat = new SeatRecord(
                1L << 48,
                true,
                Integer.MAX_VALUE,
                1L << 48,
                subject,
                1L << 48,
                1L << 48,
                1L << 48,
                partner,
                1L << 31,
                Integer.MAX_VALUE);
        String ticket = tickets.seal(key, seat.stored());
        assertThat(ticket).hasSizeLessThanOrEqualTo(3072);
        assertThat(SeatRecord.fromStored(tickets.open(key, ticket))).isEqualTo(seat);
    }
}
