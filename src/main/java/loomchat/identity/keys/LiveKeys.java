package loomchat.identity.keys;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import loomchat.log.files.Disk;

/**
 * The keys of a running server, which follow their file if they have one. {@link #get} from any thread; {@link #reload}
 * once a second from the reaper, which may wait for the disk.
 */
public final class LiveKeys implements Supplier<KeyRing> {
    private static final System.Logger LOGGER = System.getLogger("loomchat");
    private static final Set<PosixFilePermission> OTHERS = PosixFilePermissions.fromString("---rwxrwx");

    /** Null for keys in memory alone. */
    private final Path file;

    private volatile KeyRing ring;

    /** What the file looked like when it was read last: reaper only. */
    private String seen;

    /** There are no keys; the message is one line for the operator. */
    public static final class NoKeys extends Exception {
        NoKeys(String message) {
            super(message, null, false, false);
        }
    }

    private LiveKeys(Path file, KeyRing ring) {
        this.file = file;
        this.ring = ring;
        seen = look();
    }

    /**
     * Keys that end with the server, unless others have them too.
     *
     * @param others keys of other servers, which are taken over
     */
    public static LiveKeys inMemory(Map<String, String> others, long nowMillis) throws NoKeys {
        try {
            return new LiveKeys(null, firstOf(others, nowMillis));
        } catch (KeyFile.Unusable e) {
            throw new NoKeys("The list of other servers' keys " + e.getMessage());
        }
    }

    /**
     * Reads the keys of a start.
     *
     * @param own whether the file is the server's own: then it is made when it is not there
     * @param others keys of other servers, which an own file takes over
     */
    public static LiveKeys open(Path file, boolean own, Map<String, String> others, long nowMillis) throws NoKeys {
        try {
            if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
                if (!own) {
                    throw new NoKeys("AUTH_KEYS_FILE=" + file + " does not exist: loomchat keys rotate makes it");
                }
                KeyFile.write(file, firstOf(others, nowMillis));
            }
            LiveKeys keys = new LiveKeys(file, KeyFile.read(file));
            keys.warnOfReaders();
            if (own) {
                keys.merge(others);
            }
            return keys;
        } catch (KeyFile.Unusable e) {
            throw new NoKeys("AUTH_KEYS_FILE=" + file + " " + e.getMessage());
        } catch (IOException e) {
            throw new NoKeys("AUTH_KEYS_FILE=" + file + " cannot be written: " + Disk.cause(e));
        }
    }

    /** The keys of the others, so that a new server does not add one; its own where there are none. */
    private static KeyRing firstOf(Map<String, String> others, long nowMillis) throws KeyFile.Unusable {
        List<SigningKey> all = new ArrayList<>();
        for (String each : others.values()) {
            if (!each.isEmpty()) {
                all.add(KeyFile.ofJwk(each));
            }
        }
        all.removeIf(each -> !each.verifiesAt(nowMillis));
        return new KeyRing(all.isEmpty() ? List.of(KeyFile.newKey(nowMillis)) : all);
    }

    private void warnOfReaders() {
        try {
            if (!java.util.Collections.disjoint(Files.getPosixFilePermissions(file), OTHERS)) {
                LOGGER.log(
                        System.Logger.Level.WARNING,
                        "AUTH_KEYS_FILE=" + file + " can be read by others: chmod 600 keeps its keys secret");
            }
        } catch (IOException | UnsupportedOperationException e) {
            // This system does not say who may read it.
        }
    }

    @Override
    public KeyRing get() {
        return ring;
    }

    /** Takes the keys of a file that has changed; a file that cannot be used leaves them as they are. */
    public synchronized void reload() {
        String now = look();
        if (now.equals(seen)) {
            return;
        }
        seen = now;
        try {
            ring = KeyFile.read(file);
        } catch (KeyFile.Unusable e) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "AUTH_KEYS_FILE=" + file + " " + e.getMessage() + ": the keys of before stay in use");
        }
    }

    /** Each key by its id, as a JWK (RFC 7517): a secret. */
    public Map<String, String> exported() {
        return KeyFile.jwks(ring);
    }

    /**
     * Takes over what other servers have.
     *
     * @param others by id; an empty one was revoked, and verifies here no more either
     */
    public synchronized void merge(Map<String, String> others) {
        try {
            KeyRing before = ring;
            List<SigningKey> all = new ArrayList<>(before.keys());
            for (Map.Entry<String, String> each : others.entrySet()) {
                if (each.getValue().isEmpty()) {
                    all.removeIf(there -> there.id().equals(each.getKey()));
                } else {
                    add(KeyFile.ofJwk(each.getValue()), all);
                }
            }
            long now = System.currentTimeMillis();
            all.removeIf(each -> !each.verifiesAt(now));
            if (all.isEmpty()) {
                all.add(KeyFile.newKey(now));
            }
            KeyRing merged = new KeyRing(all);
            if (!KeyFile.jwks(merged).equals(KeyFile.jwks(before))) {
                if (file != null) {
                    KeyFile.write(file, merged);
                }
                ring = merged;
                seen = look();
            }
        } catch (KeyFile.Unusable | IOException e) {
            LOGGER.log(System.Logger.Level.WARNING, "Keys of other servers cannot be taken: " + e.getMessage());
        }
    }

    /** Of two with one id the one that ends sooner holds: it has been rotated. */
    private static void add(SigningKey key, List<SigningKey> to) {
        boolean isNew = to.stream().noneMatch(there -> there.id().equals(key.id()));
        boolean endsSooner = to.removeIf(
                there -> there.id().equals(key.id()) && key.verifiesUntilMillis() < there.verifiesUntilMillis());
        if (isNew || endsSooner) {
            to.add(key);
        }
    }

    private String look() {
        if (file == null) {
            return "";
        }
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return now.fileKey() + " " + now.size() + " " + now.lastModifiedTime();
        } catch (IOException e) {
            return "";
        }
    }
}
