package loomchat.identity.session;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import loomchat.identity.Authenticator;
import loomchat.identity.Identity;
import loomchat.identity.InvalidToken;
import loomchat.identity.VerifiedToken;
import loomchat.identity.keys.AccessTokens;
import loomchat.identity.keys.KeyRing;
import loomchat.identity.refresh.RefreshFamilies;
import loomchat.identity.refresh.RefreshFamilies.EndReason;
import loomchat.identity.refresh.RefreshRefused;
import loomchat.identity.refresh.SharedFamilies;

/**
 * Gives anonymous visitors an identity and keeps it alive: an access token that proves it for some minutes, and a
 * refresh token for the next one. Request threads begin, refresh and end; any thread verifies, without waiting; the
 * reaper looks after it.
 */
public final class VisitorSessions implements Authenticator, AutoCloseable {
    private final AccessTokens accessTokens;
    private final RefreshFamilies families;
    private final Authenticator otherIssuers;

    /**
     * @param stateDir where the families are kept
     * @param refreshLifetime of an identity that is not refreshed
     * @param mostIdentities at once
     */
    public record Settings(Path stateDir, Duration accessLifetime, Duration refreshLifetime, int mostIdentities) {}

    /** What a client gets. Its text is without the tokens. */
    public record Session(
            Identity identity, String accessToken, Duration expiresIn, String refreshToken, long generation) {
        @Override
        public String toString() {
            return identity + ", generation " + generation;
        }
    }

    /**
     * @param otherIssuers verifies what we have not issued
     * @param onEnded and {@code shared}: as in {@link RefreshFamilies}
     */
    public VisitorSessions(
            Settings settings,
            Supplier<KeyRing> keys,
            Authenticator otherIssuers,
            BiConsumer<Identity, EndReason> onEnded,
            SharedFamilies shared)
            throws IOException {
        this.otherIssuers = otherIssuers;
        accessTokens = new AccessTokens(keys, settings.accessLifetime, System::currentTimeMillis);
        families = new RefreshFamilies(
                new RefreshFamilies.Settings(
                        settings.stateDir.resolve("sessions.jsonl"),
                        settings.refreshLifetime,
                        settings.accessLifetime,
                        settings.mostIdentities),
                keys,
                System::currentTimeMillis,
                System::nanoTime,
                onEnded,
                shared);
    }

    /** Another server has ended a family. */
    public void endedElsewhere(String family) {
        families.endedElsewhere(family);
    }

    /** A new identity. */
    public Session begin() throws RefreshRefused {
        return session(families.begin());
    }

    public Session refresh(String refreshToken) throws RefreshRefused {
        return session(families.refresh(refreshToken));
    }

    private Session session(RefreshFamilies.Granted granted) {
        return new Session(
                granted.identity(),
                accessTokens.issue(granted.identity()),
                accessTokens.lifetime(),
                granted.refreshToken(),
                granted.generation());
    }

    /** Ends the identity of a refresh token everywhere. */
    public void end(String refreshToken) throws RefreshRefused {
        families.end(refreshToken);
    }

    /** Ends an identity that has proved itself by an access token; false for one of another issuer. */
    public boolean end(Identity identity) {
        return identity.session() != null && families.endFamily(identity.session());
    }

    @Override
    public VerifiedToken verify(String token) throws InvalidToken {
        if (!accessTokens.isOurs(token)) {
            return otherIssuers.verify(token);
        }
        VerifiedToken verified = accessTokens.verify(token);
        if (families.hasEnded(verified.identity().session())) {
            throw new InvalidToken();
        }
        return verified;
    }

    /** Forgets what is over. Reaper. */
    public void forgetOld() {
        families.forgetOld();
    }

    @Override
    public void close() {
        families.close();
    }
}
