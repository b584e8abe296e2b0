package loomchat;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import loomchat.chat.visitor.Blocks;
import loomchat.identity.AuthMode;
import loomchat.identity.Authenticator;
import loomchat.identity.Identity;
import loomchat.identity.InvalidToken;
import loomchat.identity.blocks.BlockStore;
import loomchat.identity.issuers.TrustedIssuers;
import loomchat.identity.keys.LiveKeys;
import loomchat.identity.refresh.RefreshFamilies.EndReason;
import loomchat.identity.session.SharedIdentities;
import loomchat.identity.session.VisitorSessions;
import loomchat.identity.work.GuestWork;
import loomchat.log.files.Disk;
import loomchat.log.files.OwnerOnlyFiles;

/**
 * What a server knows its visitors by, opened and closed together. The main thread opens and closes it; {@link #tick}
 * comes from {@link StateWatch} once a second.
 */
final class IdentityParts implements AutoCloseable {
    private static final Authenticator NOBODY = token -> {
        throw new InvalidToken();
    };

    private static final int TICKS_A_MINUTE = 60;
    private static final int WORK_KEY_BYTES = 32;

    /** Both null with {@code AUTH=off}. */
    private final VisitorSessions sessions;

    private final BlockStore blockStore;
    private final TrustedIssuers issuers;
    private final GuestWork guestWork;

    /** Thread of {@link StateWatch} only. */
    private int ticks;

    private IdentityParts(
            VisitorSessions sessions, BlockStore blockStore, TrustedIssuers issuers, GuestWork guestWork) {
        this.sessions = sessions;
        this.blockStore = blockStore;
        this.issuers = issuers;
        this.guestWork = guestWork;
    }

    /** The state cannot be used; the message is one line for the operator. */
    static final class Unusable extends Exception {
        Unusable(String message) {
            super(message, null, false, false);
        }
    }

    /** @param others what other servers of the crowd know */
    static IdentityParts open(
            IdentitySettings settings, BiConsumer<Identity, EndReason> onEnded, SharedIdentities others)
            throws Unusable {
        if (settings.auth() == AuthMode.OFF) {
            byte[] key = new byte[WORK_KEY_BYTES];
            new SecureRandom().nextBytes(key);
            return new IdentityParts(null, null, TrustedIssuers.NONE, guestWork(settings, () -> key));
        }
        try {
            OwnerOnlyFiles.createFolders(settings.stateDir());
            LiveKeys keys = LiveKeys.open(
                    settings.keysFileOrOwn(), settings.keysFile() == null, others.keys(), System.currentTimeMillis());
            TrustedIssuers issuers =
                    settings.issuersFile() == null ? TrustedIssuers.NONE : TrustedIssuers.load(settings.issuersFile());
            VisitorSessions sessions = new VisitorSessions(
                    new VisitorSessions.Settings(
                            settings.stateDir(),
                            settings.accessLifetime(),
                            settings.refreshLifetime(),
                            settings.mostIdentities()),
                    keys,
                    token -> issuers.verify(token, System.currentTimeMillis()),
                    onEnded,
                    others);
            BlockStore blocks = new BlockStore(
                    settings.stateDir().resolve("blocks.jsonl"), settings.refreshLifetime(), System::currentTimeMillis);
            return new IdentityParts(
                    sessions,
                    blocks,
                    issuers,
                    guestWork(
                            settings,
                            () -> keys.get().signing(System.currentTimeMillis()).code("guest work", "challenge")));
        } catch (LiveKeys.NoKeys | TrustedIssuers.CannotLoad e) {
            throw new Unusable(e.getMessage());
        } catch (IOException e) {
            throw new Unusable("STATE_DIR=" + settings.stateDir() + " cannot be used: " + Disk.cause(e));
        }
    }

    private static GuestWork guestWork(IdentitySettings settings, Supplier<byte[]> key) {
        return new GuestWork(settings.guestWork(), key, System::currentTimeMillis, System::nanoTime);
    }

    GuestWork guestWork() {
        return guestWork;
    }

    /** Null with {@code AUTH=off}. */
    VisitorSessions sessions() {
        return sessions;
    }

    Authenticator authenticator() {
        return sessions == null ? NOBODY : sessions;
    }

    Blocks blocks() {
        if (blockStore == null) {
            return Blocks.NONE;
        }
        return new Blocks() {
            @Override
            public java.util.Set<Long> blockedBy(long identity) {
                return blockStore.blockedBy(identity);
            }

            @Override
            public void add(long identity, long blocked) {
                blockStore.add(identity, blocked);
            }
        };
    }

    void tick() {
        if (sessions == null) {
            return;
        }
        sessions.followKeys();
        if (++ticks % TICKS_A_MINUTE == 0) {
            sessions.forgetOld();
            blockStore.forgetOld();
        }
    }

    @Override
    public void close() {
        if (sessions != null) {
            sessions.close();
            blockStore.close();
        }
        issuers.close();
    }
}
