package loomchat.identity.issuers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import loomchat.identity.InvalidToken;
import loomchat.identity.VerifiedToken;

/**
 * The issuers besides this server whose tokens are taken, as {@code AUTH_ISSUERS_FILE} lists them. Any thread verifies:
 * nothing there waits for a disk, a network, or a lock. The threads that keep the keys begin with {@link #load} and end
 * with {@link #close}.
 */
public final class TrustedIssuers implements AutoCloseable {
    public static final TrustedIssuers NONE = new TrustedIssuers(List.of());

    /** A server that starts again refuses nobody for want of keys, and an issuer that is down does not hold it up. */
    private static final Duration FIRST_KEYS = Duration.ofSeconds(3);

    private final Map<String, Issuer> issuers;

    /** The file cannot be used; the message is one line for the operator. */
    public static final class CannotLoad extends Exception {
        CannotLoad(String message) {
            super(message);
        }
    }

    private TrustedIssuers(List<Issuer> issuers) {
        this.issuers = issuers.stream().collect(Collectors.toUnmodifiableMap(Issuer::iss, Function.identity()));
    }

    /**
     * Reads the file and its key files. Waits up to three seconds for keys from URLs; whose keys are not there by then
     * has no valid tokens until they are.
     */
    public static TrustedIssuers load(Path file) throws CannotLoad {
        List<Issuer> issuers = IssuersFile.read(file);
        for (Issuer each : issuers) {
            String mistake = each.keys().readFile();
            if (mistake != null) {
                throw new CannotLoad(IssuersFile.at(file) + "issuer " + each.name() + ": " + mistake);
            }
        }
        issuers.forEach(each -> each.keys().start());
        long deadline = System.nanoTime() + FIRST_KEYS.toNanos();
        issuers.forEach(each -> each.keys().awaitFirst(deadline - System.nanoTime()));
        return new TrustedIssuers(issuers);
    }

    /** @param nowMillis on the wall clock */
    public VerifiedToken verify(String token, long nowMillis) throws InvalidToken {
        if (issuers.isEmpty()) {
            throw new InvalidToken();
        }
        UnverifiedToken unverified = UnverifiedToken.parse(token);
        Issuer issuer = issuers.get(unverified.issuer());
        if (issuer == null) {
            throw new InvalidToken();
        }
        return issuer.verify(unverified, nowMillis);
    }

    /** Ends the threads. Tokens are still verified with the keys that are there. */
    @Override
    public void close() {
        issuers.values().forEach(each -> each.keys().close());
    }
}
