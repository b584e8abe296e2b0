package loomchat.identity.keys;

import java.util.List;

/** Key rings for tests of other packages. */
public final class Keys {
    private Keys() {}

    public static KeyRing ring() {
        return new KeyRing(List.of(KeyFile.newKey(0)));
    }

    /** Keys of somebody else who gives them the same ids. */
    public static KeyRing forged(KeyRing of) {
        return new KeyRing(of.keys().stream()
                .map(each -> new SigningKey(each.id(), new byte[SigningKey.SECRET_BYTES], 0, Long.MAX_VALUE))
                .toList());
    }

    /** With one more key, which signs from {@code signsFromMillis} on. */
    public static KeyRing with(KeyRing before, long signsFromMillis) {
        List<SigningKey> keys = new java.util.ArrayList<>(before.keys());
        keys.add(KeyFile.newKey(signsFromMillis));
        return new KeyRing(keys);
    }
}
