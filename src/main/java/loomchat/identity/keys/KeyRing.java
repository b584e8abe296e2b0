package loomchat.identity.keys;

import java.util.Comparator;
import java.util.List;

/**
 * All keys of a server: one signs, the others verify what they have signed, or will sign soon. Immutable; any thread.
 *
 * @param keys each with an id of its own; at least one
 */
public record KeyRing(List<SigningKey> keys) {
    public KeyRing {
        keys = List.copyOf(keys);
    }

    /** The key that signs now: the newest whose time has come, or the oldest if none has. */
    public SigningKey signing(long nowMillis) {
        return keys.stream()
                .filter(each -> each.signsFromMillis() <= nowMillis && each.verifiesAt(nowMillis))
                .max(Comparator.comparingLong(SigningKey::signsFromMillis))
                .orElseGet(() -> keys.stream()
                        .min(Comparator.comparingLong(SigningKey::signsFromMillis))
                        .orElseThrow());
    }

    /** The key with this id if it verifies now, or null. */
    public SigningKey find(String id, long nowMillis) {
        for (SigningKey each : keys) {
            if (each.id().equals(id)) {
                return each.verifiesAt(nowMillis) ? each : null;
            }
        }
        return null;
    }

    /** The key that signs tokens which begin as this one does, if it verifies now, or null. */
    SigningKey ofToken(String token, long nowMillis) {
        for (SigningKey each : keys) {
            int dot = each.encodedHeader().length();
            if (token.startsWith(each.encodedHeader()) && dot < token.length() && token.charAt(dot) == '.') {
                return each.verifiesAt(nowMillis) ? each : null;
            }
        }
        return null;
    }
}
