package loomchat.identity.keys;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import loomchat.log.files.Disk;
import loomchat.log.files.OwnerOnlyFiles;

/**
 * The file with the server's keys: a JWK set (RFC 7517) of {@code oct} keys for HS256. {@code nbf} is when a key begins
 * to sign; it verifies from the moment it is read. {@code exp} is when it verifies no more. No state; blocks on the
 * disk.
 */
final class KeyFile {
    private static final int MOST_BYTES = 64 * 1024;
    private static final int MOST_KEYS = 20;
    private static final int ID_BYTES = 9;
    private static final String ID = "[0-9A-Za-z_-]{1,32}";
    private static final SecureRandom RANDOM = new SecureRandom();

    /** The file cannot be used; the message is the end of one line for the operator. */
    static final class Unusable extends Exception {
        Unusable(String message) {
            super(message, null, false, false);
        }
    }

    private KeyFile() {}

    static KeyRing read(Path file) throws Unusable {
        String text;
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new Unusable("is larger than " + MOST_BYTES + " bytes");
            }
            text = Files.readString(file);
        } catch (IOException e) {
            throw new Unusable("cannot be read: " + Disk.cause(e));
        }
        try {
            return ring(JWKSet.parse(text).getKeys());
        } catch (ParseException e) {
            // The library's message may show what it could not parse.
            throw new Unusable("is not a JWK set (RFC 7517)");
        }
    }

    private static KeyRing ring(List<JWK> all) throws Unusable {
        List<SigningKey> keys = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (JWK each : all) {
            String id = each.getKeyID();
            require(id != null && id.matches(ID), "has a key whose kid is not 1 to 32 letters, digits, - and _");
            require(ids.add(id), "has two keys with the kid " + id);
            require(
                    each instanceof OctetSequenceKey && JWSAlgorithm.HS256.equals(each.getAlgorithm()),
                    "has a key that is not of kty oct for alg HS256: " + id);
            byte[] secret = ((OctetSequenceKey) each).toByteArray();
            require(secret.length >= SigningKey.SECRET_BYTES, "has a key of less than 32 bytes: " + id);
            keys.add(new SigningKey(
                    id, secret, millis(each.getNotBeforeTime(), 0), millis(each.getExpirationTime(), Long.MAX_VALUE)));
        }
        require(!keys.isEmpty(), "has no key");
        require(keys.size() <= MOST_KEYS, "has more than " + MOST_KEYS + " keys");
        return new KeyRing(keys);
    }

    private static long millis(Date date, long without) {
        return date == null ? without : date.getTime();
    }

    private static void require(boolean right, String otherwise) throws Unusable {
        if (!right) {
            throw new Unusable(otherwise);
        }
    }

    static SigningKey newKey(long signsFromMillis) {
        byte[] id = new byte[ID_BYTES];
        byte[] secret = new byte[SigningKey.SECRET_BYTES];
        RANDOM.nextBytes(id);
        RANDOM.nextBytes(secret);
        return new SigningKey(
                Base64.getUrlEncoder().withoutPadding().encodeToString(id), secret, signsFromMillis, Long.MAX_VALUE);
    }

    /** The keys behind a rotation: those of before verify for {@code overlap} behind the start of the new one. */
    static KeyRing rotated(KeyRing before, long nowMillis, Duration lead, Duration overlap) {
        long signsFrom = nowMillis + lead.toMillis();
        List<SigningKey> keys = new ArrayList<>();
        for (SigningKey each : before.keys()) {
            SigningKey ending = each.until(signsFrom + overlap.toMillis());
            if (ending.verifiesAt(nowMillis)) {
                keys.add(ending);
            }
        }
        keys.add(newKey(signsFrom));
        return new KeyRing(keys);
    }

    /** Replaces the file at once: a reader sees the old keys or the new ones. */
    static void write(Path file, KeyRing ring) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Path next = folder.resolve(file.getFileName() + ".next");
        Files.deleteIfExists(next);
        try (FileChannel out = OwnerOnlyFiles.open(next, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap((json(ring) + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Disk.syncFolder(folder);
    }

    private static String json(KeyRing ring) {
        return new JWKSet(jwkList(ring)).toString(false);
    }

    /** Each key by its id, as JSON. */
    static Map<String, String> jwks(KeyRing ring) {
        Map<String, String> all = new TreeMap<>();
        jwkList(ring).forEach(each -> all.put(each.getKeyID(), each.toJSONString()));
        return all;
    }

    static SigningKey ofJwk(String jwk) throws Unusable {
        try {
            return ring(List.of(JWK.parse(jwk))).keys().getFirst();
        } catch (ParseException e) {
            throw new Unusable("is not a JWK (RFC 7517)");
        }
    }

    private static List<JWK> jwkList(KeyRing ring) {
        List<JWK> keys = new ArrayList<>();
        for (SigningKey each : ring.keys()) {
            var key = new OctetSequenceKey.Builder(each.secret())
                    .keyID(each.id())
                    .algorithm(JWSAlgorithm.HS256)
                    .notBeforeTime(new Date(each.signsFromMillis()));
            if (each.verifiesUntilMillis() != Long.MAX_VALUE) {
                key.expirationTime(new Date(each.verifiesUntilMillis()));
            }
            keys.add(key.build());
        }
        return keys;
    }
}
