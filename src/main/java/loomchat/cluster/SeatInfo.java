package loomchat.cluster;

import java.util.List;
import loomchat.chat.Participant;
import loomchat.chat.visitor.ResumeKey;
import loomchat.cluster.wire.WireReader;
import loomchat.cluster.wire.WireWriter;

/**
 * What the partner's server has to know of a visitor.
 *
 * @param session the number of its connection
 * @param returns whether it can come back after its connection broke
 * @param guest its number for those who meet it, 0 for none
 * @param subject of its identity, or null
 * @param identity the number of its identity, or 0
 * @param address what its server counts it for, unreadable, or null
 */
record SeatInfo(
        long session,
        boolean returns,
        long guest,
        String subject,
        long identity,
        String address,
        List<String> interests) {

    static SeatInfo of(Participant who) {
        Object address = who.visitor().addressKey();
        return new SeatInfo(
                who.id(),
                who.canReturn(),
                who.encounterNumber(),
                who.visitor().subject(),
                who.visitor().number(),
                address == null ? null : ResumeKey.of(address.toString()),
                who.interests());
    }

    SeatInfo withSession(long newer) {
        return new SeatInfo(newer, returns, guest, subject, identity, address, interests);
    }

    void write(WireWriter out) {
        out.number(session)
                .flag(returns)
                .number(guest)
                .text(subject)
                .number(identity)
                .text(address)
                .texts(interests);
    }

    static SeatInfo read(WireReader in) {
        return new SeatInfo(
                in.number(), in.flag(), in.number(), in.textOrNull(), in.number(), in.textOrNull(), in.texts());
    }
}
