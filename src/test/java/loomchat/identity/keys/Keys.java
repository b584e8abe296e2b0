package loomchat.identity.keys;

import java.util.List;

/** Key rings for tests of other packages. */
public final class Keys {
    private Keys() {}

    public static KeyRing ring() {
        return new KeyRing(List.of(KeyFile.newKey(0)));
    }

    /** With one more key, which signs from {@code signsFromMillis} on. */
    public static KeyRing with(KeyRing before, long signsFromMillis) {
        List<SigningKey> keys = new java.util.ArrayList<>(before.keys());
        keys.add(KeyFile.newKey(signsFromMillis));
        return new KeyRing(keys);
    }
}
