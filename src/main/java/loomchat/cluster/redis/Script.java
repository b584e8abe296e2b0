package loomchat.cluster.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** What runs inside Redis, as one step that nothing comes between. */
public enum Script {
    /** Renews a server's lease, and tells who is there. */
    BEAT,
    /** Gives out a block of numbers. */
    BLOCK,
    /** Finds a waiting partner and takes it out, or lets the seeker wait. */
    SEEK,
    /** Takes those out who wait no more. */
    UNWAIT,
    /** Claims a seat of a chat for another server. */
    CLAIM,
    /** Keeps or tells what is known of a refresh family. */
    FAMILY,
    /** Keeps that an operator has signed out. */
    SIGN_OUT,
    /** Keeps a ban, unless a longer one of the same target holds. */
    BAN;

    private final byte[] source;
    private final byte[] sha1;

    Script() {
        String file = name().toLowerCase(Locale.ROOT) + ".lua";
        try (InputStream in = Script.class.getResourceAsStream(file)) {
            source = in.readAllBytes();
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(source);
            sha1 = HexFormat.of().formatHex(digest).getBytes(StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    byte[] source() {
        return source;
    }

    byte[] sha1() {
        return sha1;
    }
}
