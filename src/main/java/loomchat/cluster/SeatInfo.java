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
 * @param key what its secret is known by, or null
 * @param guest its number for those who meet it, 0 for none
 * @param subject of its identity, or null
 * @param identity the number of its identity, or 0
 * @param address what its server counts it for, unreadable, or null
 */
record SeatInfo(
        long session,
        boolean returns,
        String key,
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
                who.resumeKey(),
                who.encounterNumber(),
                who.visitor().subject(),
                who.visitor().number(),
                address == null ? null : ResumeKey.of(address.toString()),
                who.interests());
    }

    SeatInfo withSession(long newer, String newKey) {
        return new SeatInfo(newer, returns, newKey, guest, subject, identity, address, interests);
    }

    SeatInfo withoutInterests() {
        return new SeatInfo(session, returns, key, guest, subject, identity, address, List.of());
    }

    void write(WireWriter out) {
        out.number(session)
                .flag(returns)
                .text(key)
                .number(guest)
                .text(subject)
                .number(identity)
                .text(address)
                .texts(interests);
    }

    static SeatInfo read(WireReader in) {
        return new SeatInfo(
                in.number(),
                in.flag(),
                in.textOrNull(),
                in.number(),
                in.textOrNull(),
                in.number(),
                in.textOrNull(),
                in.texts());
    }
}
