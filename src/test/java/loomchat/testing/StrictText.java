package loomchat.testing;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** UTF-8 by the JDK's decoder, which rejects what is malformed: the oracle for ours. */
public final class StrictText {
    /** Enough to finish any character: each range of a second octet holds one of these. */
    private static final byte[] CONTINUATIONS = {(byte) 0x80, (byte) 0x90, (byte) 0xA0};

    private StrictText() {}

    public static boolean isText(byte[] bytes) {
        try {
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** Whether some continuation makes these bytes a text. */
    public static boolean canBecomeText(byte[] bytes) {
        return canBecomeText(bytes, 3);
    }

    private static boolean canBecomeText(byte[] bytes, int mayAdd) {
        if (isText(bytes)) {
            return true;
        }
        if (mayAdd > 0) {
            byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
            for (byte each : CONTINUATIONS) {
                longer[bytes.length] = each;
                if (canBecomeText(longer, mayAdd - 1)) {
                    return true;
                }
            }
        }
        return false;
    }
}
