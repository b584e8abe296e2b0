package loomchat;

import java.io.IOException;
import java.util.function.BiConsumer;
import loomchat.chat.visitor.Blocks;
import loomchat.identity.AuthMode;
import loomchat.identity.Authenticator;
import loomchat.identity.Identity;
import loomchat.identity.InvalidToken;
import loomchat.identity.blocks.BlockStore;
import loomchat.identity.keys.LiveKeys;
import loomchat.identity.refresh.RefreshFamilies.EndReason;
import loomchat.identity.session.VisitorSessions;
import loomchat.log.files.Disk;
import loomchat.log.files.OwnerOnlyFiles;

/**
 * What a server knows its visitors by, opened and closed together. The main thread opens and closes it; {@link #tick}
 * comes from the reaper.
 */
final class IdentityParts implements AutoCloseable {
    private static final Authenticator NOBODY = token -> {
        throw new InvalidToken();
    };

    private static final int TICKS_A_MINUTE = 60;

    /** Both null with {@code AUTH=off}. */
    private final VisitorSessions sessions;

    private final BlockStore blockStore;

    /** Reaper only. */
    private int ticks;

    private IdentityParts(VisitorSessions sessions, BlockStore blockStore) {
        this.sessions = sessions;
        this.blockStore = blockStore;
    }

    /** The state cannot be used; the message is one line for the operator. */
    static final class Unusable extends Exception {
        Unusable(String message) {
            super(message, null, false, false);
        }
    }

    static IdentityParts open(IdentitySettings settings, BiConsumer<Identity, EndReason> onEnded) throws Unusable {
        if (settings.auth() == AuthMode.OFF) {
            return new IdentityParts(null, null);
        }
        try {
            OwnerOnlyFiles.createFolders(settings.stateDir());
            LiveKeys keys =
                    LiveKeys.open(settings.keysFileOrOwn(), settings.keysFile() == null, System.currentTimeMillis());
            VisitorSessions sessions = new VisitorSessions(
                    new VisitorSessions.Settings(
                            settings.stateDir(),
                            settings.accessLifetime(),
                            settings.refreshLifetime(),
                            settings.mostIdentities()),
                    keys,
                    NOBODY,
                    onEnded);
            BlockStore blocks = new BlockStore(
                    settings.stateDir().resolve("blocks.jsonl"), settings.refreshLifetime(), System::currentTimeMillis);
            return new IdentityParts(sessions, blocks);
        } catch (LiveKeys.NoKeys e) {
            throw new Unusable(e.getMessage());
        } catch (IOException e) {
            throw new Unusable("STATE_DIR=" + settings.stateDir() + " cannot be used: " + Disk.cause(e));
        }
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
    }
}
