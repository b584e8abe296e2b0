package loomchat.cluster;

import java.util.List;
import loomchat.chat.Away;
import loomchat.chat.LeaveReason;
import loomchat.chat.call.CallEnd;
import loomchat.chat.call.CallKinds;
import loomchat.chat.call.CallSide;
import loomchat.chat.call.CallState;
import loomchat.chat.call.CallStats;
import loomchat.cluster.wire.ItemType;
import loomchat.cluster.wire.WireReader;
import loomchat.cluster.wire.WireWriter;

/** The items about one chat. Each begins with its number, and whether the newcomer's server sends it. */
final class ChatItems {
    private static final CallEnd[] CALL_ENDS = CallEnd.values();

    private ChatItems() {}

    static WireWriter start(ItemType type, long pair, boolean newcomer) {
        return WireWriter.of(type).number(pair).flag(newcomer);
    }

    /**
     * How things stand at one end.
     *
     * @param gen how often that seat has changed its server
     * @param otherGen how often the other seat has, as far as it is known there
     * @param key what the secret of its visitor is known by, or null
     * @param have the last message of the other end that it has
     * @param got the last one that its client has confirmed
     * @param floor none of its own messages up to this one can come any more
     * @param away null while its client is there
     * @param asks how often it has asked how things stand at the other end; 0 if it does not ask
     * @param calls what is known there of the chat's calls, or null if there was none
     * @param callMillis how long the call has been on whose beginning is recorded there, or -1
     */
    record Hello(
            int gen,
            int otherGen,
            long session,
            String key,
            long have,
            long got,
            long floor,
            Away away,
            int asks,
            CallState calls,
            long callMillis) {
        byte[] bytes(long pair, boolean newcomer) {
            WireWriter out = start(ItemType.HELLO, pair, newcomer)
                    .number(gen)
                    .number(otherGen)
                    .number(session)
                    .text(key)
                    .number(have)
                    .number(got)
                    .number(floor)
                    .text(away == null ? "" : away.why())
                    .number(away == null ? 0 : away.seconds())
                    .number(asks);
            boolean moves = away != null && away.moves();
            if (calls != null || moves) {
                CallState state = calls == null ? CallState.NOTHING : calls;
                write(out, state.newcomer());
                write(out, state.partner());
                out.number(callMillis + 1);
            }
            if (moves) {
                out.flag(true);
            }
            return out.toBytes();
        }

        static Hello read(WireReader in) {
            int gen = in.small();
            int otherGen = in.small();
            long session = in.number();
            String key = in.textOrNull();
            long have = in.number();
            long got = in.number();
            long floor = in.number();
            String why = in.textOrNull();
            int seconds = in.small();
            int asks = in.small();
            CallState calls = in.hasMore() ? new CallState(readSide(in), readSide(in)) : null;
            long callMillis = calls == null ? -1 : in.number() - 1;
            boolean moves = in.hasMore() && in.flag();
            return new Hello(
                    gen,
                    otherGen,
                    session,
                    key,
                    have,
                    got,
                    floor,
                    why == null ? null : new Away(why, seconds, moves),
                    asks,
                    calls,
                    callMillis);
        }

        private static void write(WireWriter out, CallSide side) {
            CallStats stats = side.stats();
            out.number(side.number())
                    .flag(side.wants())
                    .number(side.kinds().bits())
                    .number(side.why().ordinal())
                    .number(stats.firstFrameMillis())
                    .flag(stats.relayed())
                    .number(stats.bytesSent())
                    .number(stats.bytesReceived());
        }

        private static CallSide readSide(WireReader in) {
            return new CallSide(
                    in.number(),
                    in.flag(),
                    CallKinds.ofBits(in.small()),
                    CALL_ENDS[Math.min(in.small(), CALL_ENDS.length - 1)],
                    new CallStats(in.number(), in.flag(), in.number(), in.number()));
        }
    }

    /** What the page of the visitor here says to that of the visitor there. */
    record Signal(long call, long id, byte[] data) {
        byte[] bytes(long pair, boolean newcomer) {
            return start(ItemType.SIGNAL, pair, newcomer)
                    .number(call)
                    .number(id)
                    .bytes(data)
                    .toBytes();
        }

        static Signal read(WireReader in) {
            return new Signal(in.number(), in.number(), in.bytes());
        }
    }

    /** Consecutive messages, the first with the number {@code first}. */
    record Data(long floor, long first, List<byte[]> texts, int[] textBytes) {
        static Data read(WireReader in) {
            long floor = in.number();
            long first = in.number();
            int count = in.small();
            if (count > 1 << 16) {
                throw new IllegalArgumentException("Too many messages in one item");
            }
            byte[][] texts = new byte[count][];
            int[] sizes = new int[count];
            for (int i = 0; i < count; i++) {
                sizes[i] = in.small();
                texts[i] = in.bytes();
            }
            return new Data(floor, first, List.of(texts), sizes);
        }
    }

    static byte[] data(long pair, boolean newcomer, long floor, List<Outbox.Message> messages) {
        WireWriter out = start(ItemType.DATA, pair, newcomer)
                .number(floor)
                .number(messages.isEmpty() ? floor + 1 : messages.getFirst().id)
                .number(messages.size());
        messages.forEach(each -> out.number(each.textBytes).bytes(each.text));
        return out.toBytes();
    }

    static byte[] ack(long pair, boolean newcomer, long taken, long got) {
        return start(ItemType.ACK, pair, newcomer).number(taken).number(got).toBytes();
    }

    static byte[] typing(long pair, boolean newcomer, boolean on) {
        return start(ItemType.TYPING, pair, newcomer).flag(on).toBytes();
    }

    /** @param lastId of all that was said */
    static byte[] end(long pair, boolean newcomer, long lastId, LeaveReason why) {
        return start(ItemType.END, pair, newcomer)
                .number(lastId)
                .number(why.ordinal())
                .toBytes();
    }

    static byte[] ended(long pair, boolean newcomer, long taken) {
        return start(ItemType.ENDED, pair, newcomer).number(taken).toBytes();
    }

    /** @param superseded another server has the receiver's seat; otherwise the chat is over */
    static byte[] gone(long pair, boolean newcomer, boolean superseded) {
        return start(ItemType.GONE, pair, newcomer).flag(superseded).toBytes();
    }
}
