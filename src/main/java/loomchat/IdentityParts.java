package loomchat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import loomchat.chat.visitor.Blocks;
import loomchat.identity.AuthMode;
import loomchat.identity.Authenticator;
import loomchat.identity.Identity;
import loomchat.identity.InvalidToken;
import loomchat.identity.blocks.BlockStore;
import loomchat.identity.issuers.TrustedIssuers;
import loomchat.identity.keys.LiveKeys;
import loomchat.identity.operators.SignedOut;
import loomchat.identity.refresh.RefreshFamilies.EndReason;
import loomchat.identity.session.SharedIdentities;
import loomchat.identity.session.VisitorSessions;
import loomchat.identity.work.GuestWork;
import loomchat.log.files.Disk;
import loomchat.log.files.OwnerOnlyFiles;

/**
 * What a server knows its visitors and its operators by, opened and closed together. The main thread opens and closes
 * it; {@link #tick} comes from {@link StateWatch} once a second.
 */
final class IdentityParts implements AutoCloseable {
    private static final Authenticator NOBODY = token -> {
        throw new InvalidToken();
    };

    private static final int TICKS_A_MINUTE = 60;

    private final LiveKeys keys;
    private final SignedOut signedOut;
    /** Both null with {@code AUTH=off}. */
    private final VisitorSessions sessions;

    private final BlockStore blockStore;
    private final TrustedIssuers issuers;
    private final GuestWork guestWork;

    /** Thread of {@link StateWatch} only. */
    private int ticks;

    private IdentityParts(
            LiveKeys keys,
            SignedOut signedOut,
            VisitorSessions sessions,
            BlockStore blockStore,
            TrustedIssuers issuers,
            GuestWork guestWork) {
        this.keys = keys;
        this.signedOut = signedOut;
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
        try {
            LiveKeys keys = keys(settings, others);
            GuestWork guestWork = guestWork(settings, keys);
            if (settings.auth() == AuthMode.OFF) {
                return new IdentityParts(keys, signedOut(settings, others), null, null, TrustedIssuers.NONE, guestWork);
            }
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
            return new IdentityParts(keys, signedOut(settings, others), sessions, blocks, issuers, guestWork);
        } catch (LiveKeys.NoKeys | TrustedIssuers.CannotLoad e) {
            throw new Unusable(e.getMessage());
        } catch (IOException e) {
            throw new Unusable("STATE_DIR=" + settings.stateDir() + " cannot be used: " + Disk.cause(e));
        }
    }

    /** Where nobody is known nothing is kept, unless a file with keys is: then a restart changes none. */
    private static boolean keepsKeys(IdentitySettings settings) {
        return settings.auth() != AuthMode.OFF || settings.keysFile() != null;
    }

    private static LiveKeys keys(IdentitySettings settings, SharedIdentities others)
            throws LiveKeys.NoKeys, IOException {
        long now = System.currentTimeMillis();
        if (!keepsKeys(settings)) {
            return LiveKeys.inMemory(others.keys(), now);
        }
        OwnerOnlyFiles.createFolders(settings.stateDir());
        return LiveKeys.open(settings.keysFileOrOwn(), settings.keysFile() == null, others.keys(), now);
    }

    private static SignedOut signedOut(IdentitySettings settings, SharedIdentities others) throws IOException {
        Path file = keepsKeys(settings) ? settings.stateDir().resolve("signed-out.jsonl") : null;
        SignedOut signedOut = new SignedOut(file, System::currentTimeMillis, others::signedOut);
        others.signOuts().forEach(signedOut::heard);
        return signedOut;
    }

    private static GuestWork guestWork(IdentitySettings settings, LiveKeys keys) {
        return new GuestWork(
                settings.guestWork(),
                () -> keys.get().signing(System.currentTimeMillis()).code("guest work", "challenge"),
                System::currentTimeMillis,
                System::nanoTime);
    }

    LiveKeys keys() {
        return keys;
    }

    SignedOut signedOut() {
        return signedOut;
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
        keys.reload();
        if (++ticks % TICKS_A_MINUTE == 0) {
            signedOut.forgetOld();
            if (sessions != null) {
                sessions.forgetOld();
                blockStore.forgetOld();
            }
        }
    }

    @Override
    public void close() {
        signedOut.close();
        if (sessions != null) {
            sessions.close();
            blockStore.close();
        }
        issuers.close();
    }
}
