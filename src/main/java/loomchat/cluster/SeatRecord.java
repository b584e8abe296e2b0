package loomchat.cluster;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import loomchat.chat.Pair;
import loomchat.chat.Participant;
import loomchat.chat.visitor.ResumeKey;
import loomchat.cluster.wire.WireReader;
import loomchat.cluster.wire.WireWriter;

/**
 * A seat of a chat, as another server has to know it to go on with it.
 *
 * @param newcomer whether its visitor came last
 * @param gen how often the seat has changed its server
 * @param subject of its visitor's identity, or null
 * @param startedMillis on the clock of Redis
 * @param awayMillis how long its visitor has been without a connection
 * @param partnerAbsentSince since when nobody has known the partner, on the clock of Redis; 0 while it is known
 * @param partnerNode where the partner is, 0 if nobody knows
 */
record SeatRecord(
        long pair,
        boolean newcomer,
        int gen,
        long session,
        String subject,
        long startedMillis,
        long awayMillis,
        long partnerAbsentSince,
        SeatInfo partner,
        long partnerNode,
        int partnerGen) {

    /** The seat of {@code who}, here. */
    static SeatRecord of(Pair pair, Participant who, long self, long awayMillis, long ageMillis, long redisMillis) {
        Participant partner = pair.other(who);
        RemotePartner remote = partner instanceof RemotePartner one ? one : null;
        return new SeatRecord(
                pair.id(),
                pair.newcomer() == who,
                remote == null ? 1 : remote.ownGen(),
                who.id(),
                who.visitor().subject(),
                redisMillis - ageMillis,
                awayMillis,
                remote == null || !remote.isAbsent() ? 0 : redisMillis - remote.absentMillis(),
                remote == null ? SeatInfo.of(partner) : remote.info(),
                remote == null ? self : remote.node(),
                remote == null ? 1 : remote.gen());
    }

    SeatRecord withGen(int next) {
        return new SeatRecord(
                pair,
                newcomer,
                next,
                session,
                subject,
                startedMillis,
                awayMillis,
                partnerAbsentSince,
                partner,
                partnerNode,
                partnerGen);
    }

    /** Smaller: nobody asks for them once a chat has begun. */
    SeatRecord withoutInterests() {
        return new SeatRecord(
                pair,
                newcomer,
                gen,
                session,
                subject,
                startedMillis,
                awayMillis,
                partnerAbsentSince,
                partner.withoutInterests(),
                partnerNode,
                partnerGen);
    }

    void write(WireWriter out) {
        out.number(pair)
                .flag(newcomer)
                .number(gen)
                .number(session)
                .text(subject)
                .number(startedMillis)
                .number(awayMillis)
                .number(partnerAbsentSince);
        partner.write(out);
        out.number(partnerNode).number(partnerGen);
    }

    static SeatRecord read(WireReader in) {
        return new SeatRecord(
                in.number(),
                in.flag(),
                in.small(),
                in.number(),
                in.textOrNull(),
                in.number(),
                in.number(),
                in.number(),
                SeatInfo.read(in),
                in.number(),
                in.small());
    }

    /** The form in Redis of a seat that was given to {@code node}: as if that one had claimed it. */
    byte[] storedFor(long node) {
        return join("C" + node + ".1|", withGen(gen - 1).stored());
    }

    private static byte[] join(String head, byte[] rest) {
        byte[] all = Arrays.copyOf(head.getBytes(StandardCharsets.US_ASCII), head.length() + rest.length);
        System.arraycopy(rest, 0, all, head.length(), rest.length);
        return all;
    }

    /** The form in Redis: what the script reads comes first. */
    byte[] stored() {
        WireWriter out = new WireWriter(96);
        write(out);
        return join(pair + "." + (newcomer ? 0 : 1) + "." + gen + "." + ownerOf(subject) + ".", out.toBytes());
    }

    /** What others compare, empty for a guest. */
    static String ownerOf(String subject) {
        return subject == null ? "" : ResumeKey.of(subject);
    }

    static SeatRecord fromStored(byte[] stored) {
        int at = 0;
        for (int points = 0; points < 4; at++) {
            if (at == stored.length) {
                throw new IllegalArgumentException("Not a seat");
            }
            points += stored[at] == '.' ? 1 : 0;
        }
        return read(new WireReader(Arrays.copyOfRange(stored, at, stored.length)));
    }
}
