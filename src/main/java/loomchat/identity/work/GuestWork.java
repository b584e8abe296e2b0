package loomchat.identity.work;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.crypto.spec.SecretKeySpec;
import loomchat.net.ClientAddress;

/**
 * A small proof of work for guests while many arrive. Any thread; nothing blocks but two short locks around memory.
 *
 * <p>A challenge is a time, a random number and an HMAC over both and the address it is for, so that the server keeps
 * nothing until a solution comes. All nodes with the same key take each other's challenges. A solution is a challenge,
 * a point and a decimal number such that SHA-256 of it all begins with {@link #bits} zero bits. It is accepted from the
 * address of its challenge (an IPv6 address counts with its /64), within {@link #LIFETIME_SECONDS}, once on each node.
 *
 * <p>To check a solution takes one HMAC, and one SHA-256 if that is right.
 */
public final class GuestWork {
    /**
     * The settings.
     *
     * @param auto guests are asked for a solution while many arrive; otherwise nobody is
     * @param bits of work: a solution takes 2^bits hashes on average
     * @param above so many guests arriving a second, over the last ten seconds
     */
    public record Rules(boolean auto, int bits, int above) {
        public static final int LEAST_BITS = 8;
        public static final int MOST_BITS = 26;
    }

    public static final int LIFETIME_SECONDS = 120;

    /** How far the clocks of two nodes may be apart. */
    private static final int CLOCK_SKEW_SECONDS = 30;

    private static final String HMAC = "HmacSHA256";
    /** Nothing else that is signed with the same key can be taken for a challenge. */
    private static final byte[] PURPOSE = "loomchat guest work 1\n".getBytes(StandardCharsets.US_ASCII);

    private static final int SIGNED_BYTES = 2 * Long.BYTES;
    private static final int HMAC_BYTES = 16;
    private static final int CHALLENGE_CHARACTERS = 43;
    private static final Pattern SOLUTION = Pattern.compile("[A-Za-z0-9_-]{" + CHALLENGE_CHARACTERS + "}\\.\\d{1,19}");

    private final Rules rules;
    private final Supplier<byte[]> key;
    private final LongSupplier wallMillis;
    private final ArrivalRate arrivals;
    private final UsedChallenges used;

    /**
     * @param key signs challenges; the same on each node. It is asked for each time: when it has changed, challenges
     *     given before do not count any more
     * @param wallMillis the age of challenges, which other nodes may have given, is taken from the wall clock
     * @param nanoTime everything else runs on the monotonic clock
     */
    public GuestWork(Rules rules, Supplier<byte[]> key, LongSupplier wallMillis, LongSupplier nanoTime) {
        this.rules = rules;
        this.key = key;
        this.wallMillis = wallMillis;
        arrivals = new ArrivalRate(nanoTime);
        used = new UsedChallenges(TimeUnit.SECONDS.toNanos(LIFETIME_SECONDS + CLOCK_SKEW_SECONDS), nanoTime);
    }

    /** Whether guests may ever be asked for a solution. */
    public boolean isOn() {
        return rules.auto;
    }

    /** Counts a guest who wants to come in, whether it is let in or not. */
    public void arrived() {
        if (rules.auto) {
            arrivals.add();
        }
    }

    /** Whether a guest has to bring a solution now. */
    public boolean required() {
        return rules.auto && arrivals.perSecond() > rules.above;
    }

    public int bits() {
        return rules.bits;
    }

    /** A new challenge for this address: 43 letters, digits, {@code _} and {@code -}. */
    public String challenge(InetAddress to) {
        // Unique is enough: what is not to be guessed is the HMAC.
        byte[] signed = ByteBuffer.allocate(SIGNED_BYTES)
                .putLong(wallMillis.getAsLong())
                .putLong(ThreadLocalRandom.current().nextLong())
                .array();
        byte[] all = Arrays.copyOf(signed, SIGNED_BYTES + HMAC_BYTES);
        System.arraycopy(hmac(signed, to), 0, all, SIGNED_BYTES, HMAC_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
    }

    /** Whether this is a solution that counts; from now on it does not count any more. */
    public boolean accept(String solution, InetAddress from) {
        if (solution.length() > CHALLENGE_CHARACTERS + 20
                || !SOLUTION.matcher(solution).matches()) {
            return false;
        }
        byte[] challenge = Base64.getUrlDecoder().decode(solution.substring(0, CHALLENGE_CHARACTERS));
        byte[] signed = Arrays.copyOf(challenge, SIGNED_BYTES);
        byte[] hmac = Arrays.copyOfRange(challenge, SIGNED_BYTES, SIGNED_BYTES + HMAC_BYTES);
        ByteBuffer fields = ByteBuffer.wrap(signed);
        long millis = fields.getLong();
        long number = fields.getLong();
        return MessageDigest.isEqual(hmac, Arrays.copyOf(hmac(signed, from), HMAC_BYTES))
                && isFresh(millis)
                && Work.isDone(solution, rules.bits)
                && used.add(number);
    }

    private boolean isFresh(long millis) {
        long age = wallMillis.getAsLong() - millis;
        return age <= TimeUnit.SECONDS.toMillis(LIFETIME_SECONDS)
                && age >= -TimeUnit.SECONDS.toMillis(CLOCK_SKEW_SECONDS);
    }

    private byte[] hmac(byte[] signed, InetAddress address) {
        ClientAddress client = ClientAddress.of(address);
        return Work.hmac(
                new SecretKeySpec(key.get(), HMAC),
                PURPOSE,
                signed,
                ByteBuffer.allocate(1 + Long.BYTES)
                        .put((byte) (client.v6() ? 6 : 4))
                        .putLong(client.network())
                        .array());
    }
}
