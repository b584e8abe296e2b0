package loomchat.identity.keys;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import loomchat.log.files.Disk;
import loomchat.log.files.OwnerOnlyFiles;

/** {@code loomchat keys}: lists the keys without their secrets, or rotates them. On the main thread. */
public final class KeysCommand {
    /** All servers have read a new key by the time it signs. */
    private static final Duration LEAD = Duration.ofMinutes(1);

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;
    private static final String HELP = """
            loomchat keys list                  the keys in AUTH_KEYS_FILE, without their secrets
            loomchat keys rotate                adds a key, which signs a minute later; the keys of before verify
                                                until the last token that they signed is over
            loomchat keys rotate --revoke-old   the keys of before verify no more: all visitors get new identities,
                                                operators sign in again; for when a key has leaked

            A running server takes the change by itself, within two seconds. Several servers share one file.
            """;

    private KeysCommand() {}

    /** @param overlap the longest that a token lives behind its signature */
    public static int run(List<String> arguments, Path file, Duration overlap, PrintStream out, PrintStream err) {
        try {
            switch (String.join(" ", arguments)) {
                case "", "--help", "-h" -> out.print(HELP);
                case "list" -> list(file, out);
                case "rotate" -> rotate(file, overlap, out);
                case "rotate --revoke-old" -> replace(file, out);
                default -> {
                    err.println("keys takes list, rotate or rotate --revoke-old (see keys --help)");
                    return WRONG_USAGE;
                }
            }
            return DONE;
        } catch (KeyFile.Unusable e) {
            err.println("AUTH_KEYS_FILE=" + file + " " + e.getMessage());
        } catch (IOException e) {
            err.println("AUTH_KEYS_FILE=" + file + " cannot be written: " + Disk.cause(e));
        }
        return FAILED;
    }

    private static void list(Path file, PrintStream out) throws KeyFile.Unusable {
        KeyRing ring = KeyFile.read(file);
        SigningKey signing = ring.signing(System.currentTimeMillis());
        for (SigningKey each : ring.keys()) {
            String until = each.verifiesUntilMillis() == Long.MAX_VALUE
                    ? "as long as it is the newest"
                    : "until " + shown(each.verifiesUntilMillis());
            String signs = each == signing ? "signs now" : "signs from " + shown(each.signsFromMillis());
            out.println(each.id() + "  " + signs + ", verifies " + until);
        }
    }

    private static void rotate(Path file, Duration overlap, PrintStream out) throws KeyFile.Unusable, IOException {
        long now = System.currentTimeMillis();
        if (Files.notExists(file)) {
            replace(file, out);
            return;
        }
        KeyRing ring = KeyFile.rotated(KeyFile.read(file), now, LEAD, overlap);
        KeyFile.write(file, ring);
        SigningKey made = ring.keys().getLast();
        out.println("The key " + made.id() + " signs from " + shown(made.signsFromMillis())
                + ". Those of before verify until " + shown(made.signsFromMillis() + overlap.toMillis()) + ".");
    }

    private static void replace(Path file, PrintStream out) throws IOException {
        OwnerOnlyFiles.createFolders(file.toAbsolutePath().getParent());
        SigningKey made = KeyFile.newKey(System.currentTimeMillis());
        KeyFile.write(file, new KeyRing(List.of(made)));
        out.println("The key " + made.id() + " is the only one, and signs from now on.");
    }

    private static Instant shown(long millis) {
        return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS);
    }
}
