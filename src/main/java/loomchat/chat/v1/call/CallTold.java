package loomchat.chat.v1.call;

import java.util.function.Consumer;
import loomchat.chat.call.CallEnd;
import loomchat.chat.call.CallSide;
import loomchat.chat.call.CallState;
import loomchat.chat.call.CallState.Phase;

/**
 * What a client knows of the calls in its chat. It is told what has changed, whatever happened in between: so the order
 * in which threads bring the news does not matter. Guarded by the client's link.
 */
public final class CallTold {
    private final long chat;
    private final boolean newcomer;

    private Phase phase = Phase.NONE;
    private long number;
    private long lastSignal;

    /** @param newcomer whether the client is the one that came last: it is the polite one */
    public CallTold(long chat, boolean newcomer) {
        this.chat = chat;
        this.newcomer = newcomer;
    }

    public long chat() {
        return chat;
    }

    /** Tells the client how things stand, unless it knows. */
    public void tell(CallState state, Consumer<byte[]> client) {
        tell(state, client, false);
    }

    /** The same for a client that came back: it may have missed what it was told. */
    public void tellAgain(CallState state, Consumer<byte[]> client) {
        tell(state, client, true);
    }

    private void tell(CallState state, Consumer<byte[]> client, boolean again) {
        Phase now = state.phase(newcomer);
        long which = state.number();
        boolean over = phase != Phase.NONE && (now == Phase.NONE || which != number);
        if (over) {
            client.accept(over(state));
        }
        if (now == Phase.NONE) {
            phase = now;
            return;
        }
        if (over || phase != now || which != number || again && now != Phase.ON) {
            client.accept(news(state, now, which));
        }
        if (which != number) {
            lastSignal = 0;
        }
        phase = now;
        number = which;
    }

    private byte[] news(CallState state, Phase now, long which) {
        CallSide partner = state.side(!newcomer);
        return switch (now) {
            case INVITED -> CallFrames.invited(chat, which);
            case INVITATION -> CallFrames.invite(chat, which, partner.kinds());
            case ON, NONE -> CallFrames.accept(chat, which, partner.kinds(), newcomer);
        };
    }

    private byte[] over(CallState state) {
        CallSide own = state.side(newcomer);
        CallSide partner = state.side(!newcomer);
        if (own.number() == number && !own.wants()) {
            return CallFrames.end(chat, number, "you");
        }
        CallEnd why = partner.number() == number && !partner.wants() ? partner.why() : CallEnd.ENDED;
        return phase == Phase.INVITED && why == CallEnd.DECLINED
                ? CallFrames.decline(chat, number)
                : CallFrames.end(chat, number, (why == CallEnd.DECLINED ? CallEnd.ENDED : why).toString());
    }

    /** A client that came back was told so with its chat. */
    public void toldThatOn(long call) {
        phase = Phase.ON;
        number = call;
    }

    public boolean isOn(long call) {
        return phase == Phase.ON && number == call;
    }

    /** Takes the number of the client's next signal; false if it is not above that of the last one. */
    public boolean takeSignal(long id) {
        boolean next = id > lastSignal;
        lastSignal = Math.max(id, lastSignal);
        return next;
    }
}
