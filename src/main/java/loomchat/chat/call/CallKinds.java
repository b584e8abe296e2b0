package loomchat.chat.call;

import java.util.ArrayList;
import java.util.List;

/** What one side of a call sends at first. */
public record CallKinds(boolean audio, boolean video) {
    public static final CallKinds NONE = new CallKinds(false, false);

    /** Their names, as in the protocol. */
    public List<String> names() {
        List<String> names = new ArrayList<>(2);
        if (audio) {
            names.add("audio");
        }
        if (video) {
            names.add("video");
        }
        return names;
    }

    public CallKinds and(CallKinds other) {
        return new CallKinds(audio || other.audio, video || other.video);
    }

    /** For other servers. */
    public int bits() {
        return (audio ? 1 : 0) | (video ? 2 : 0);
    }

    public static CallKinds ofBits(int bits) {
        return new CallKinds((bits & 1) != 0, (bits & 2) != 0);
    }

    /** For the record. */
    @Override
    public String toString() {
        return this.equals(NONE) ? "none" : String.join("+", names());
    }
}
