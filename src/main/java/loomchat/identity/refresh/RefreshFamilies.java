package loomchat.identity.refresh;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import loomchat.identity.Identity;
import loomchat.identity.keys.KeyRing;
import loomchat.identity.store.Journal;

/**
 * All refresh families of a server. Request threads call it; an answer waits until the file has what it says, for a
 * second at the most, so that a killed server forgets no token that it gave.
 *
 * <p>A refresh takes the newest token and gives its successor. The one before is taken for {@link #GRACE} more, for
 * clients that lost the answer or ask twice, and gives the same successor. Any older one was stolen, by the one who
 * sends it or from him: the family ends.
 *
 * <p>A token that is authentic and newer than the family knows tells of rotations that a power cut took from the file:
 * it is taken as the newest.
 *
 * <p>Long, because the life of a family is read in one piece, here and at other servers.
 */
public final class RefreshFamilies implements AutoCloseable {
    static final Duration GRACE = Duration.ofSeconds(30);
    private static final long WRITTEN_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Above half of the bound, a family that was never refreshed is kept for this long only. */
    private static final long UNUSED_MILLIS = TimeUnit.HOURS.toMillis(1);

    private static final int ID_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Settings settings;
    private final Supplier<KeyRing> keys;
    private final LongSupplier wallClockMillis;
    private final LongSupplier monotonicNanos;
    private final BiConsumer<Identity, EndReason> onEnded;
    private final SharedFamilies shared;
    private final Map<String, Family> families = new ConcurrentHashMap<>();
    /** Ended families whose access tokens are not over yet: until when, on the wall clock. */
    private final Map<String, Long> ended = new ConcurrentHashMap<>();

    private final Journal journal;

    /**
     * @param lifetime of a family without a refresh
     * @param accessLifetime of the access tokens that come with the refresh tokens
     * @param most families at once
     */
    public record Settings(Path file, Duration lifetime, Duration accessLifetime, int most) {}

    /** Why a family ended. */
    public enum EndReason {
        /** An old token was used again. */
        REPLAY,
        /** Its owner ended it. */
        ENDED,
        /** One of the two, at another server, which has it in its record. */
        ELSEWHERE
    }

    /**
     * @param onEnded called on the request's thread, before its answer; must not block
     * @param shared what other servers know
     */
    public RefreshFamilies(
            Settings settings,
            Supplier<KeyRing> keys,
            LongSupplier wallClockMillis,
            LongSupplier monotonicNanos,
            BiConsumer<Identity, EndReason> onEnded,
            SharedFamilies shared)
            throws IOException {
        this.settings = settings;
        this.keys = keys;
        this.wallClockMillis = wallClockMillis;
        this.monotonicNanos = monotonicNanos;
        this.onEnded = onEnded;
        this.shared = shared;
        journal = Journal.open(settings.file, this::read, this::lines);
    }

    /** A token that is given. */
    public record Granted(Identity identity, String refreshToken, long generation) {}

    /** Begins a family for a new identity. */
    public Granted begin() throws RefreshRefused {
        if (families.size() >= settings.most) {
            throw new RefreshRefused.Full();
        }
        long now = wallClockMillis.getAsLong();
        KeyRing ring = keys.get();
        String key = ring.signing(now).id();
        Family family = new Family(newId(), newId(), 0, key, now, monotonicNanos.getAsLong());
        families.put(family.id, family);
        journal.awaitWritten(append(family), WRITTEN_NANOS);
        return granted(family.subject, family.newest(), ring, now);
    }

    public Granted refresh(String text) throws RefreshRefused {
        long now = wallClockMillis.getAsLong();
        long nanos = monotonicNanos.getAsLong();
        KeyRing ring = keys.get();
        RefreshToken token = RefreshToken.read(text, ring, now);
        Family family = token == null ? null : newest(token.family(), now, nanos);
        if (family == null) {
            throw new RefreshRefused.NoSession();
        }
        RefreshToken newest;
        long line = 0;
        synchronized (family) {
            if (family.ended || isOver(family, now)) {
                throw new RefreshRefused.NoSession();
            }
            boolean isNewest = token.generation() >= family.generation;
            boolean isOneBefore =
                    token.generation() == family.generation - 1 && nanos - family.rotatedNanos <= GRACE.toNanos();
            if (!isNewest && !isOneBefore) {
                endHere(family, EndReason.REPLAY, now);
                throw new RefreshRefused.NoSession();
            }
            if (!family.mayRefresh(nanos)) {
                throw new RefreshRefused.TooOften();
            }
            if (isNewest) {
                family.generation = token.generation();
                family.rotate(ring.signing(now).id(), now, nanos);
                line = append(family);
            }
            newest = family.newest();
        }
        journal.awaitWritten(line, WRITTEN_NANOS);
        return granted(family.subject, newest, ring, now);
    }

    private static Granted granted(String subject, RefreshToken token, KeyRing ring, long now) {
        return new Granted(new Identity(subject, token.family()), token.text(ring, now), token.generation());
    }

    /** Ends the family of this token, of any generation. */
    public void end(String text) throws RefreshRefused {
        RefreshToken token = RefreshToken.read(text, keys.get(), wallClockMillis.getAsLong());
        if (token == null || !endFamily(token.family())) {
            throw new RefreshRefused.NoSession();
        }
    }

    /** Ends a family; false if there is none. */
    public boolean endFamily(String id) {
        Family family = newest(id, wallClockMillis.getAsLong(), monotonicNanos.getAsLong());
        if (family == null) {
            return false;
        }
        long line;
        synchronized (family) {
            if (family.ended) {
                return false;
            }
            line = endHere(family, EndReason.ENDED, wallClockMillis.getAsLong());
        }
        journal.awaitWritten(line, WRITTEN_NANOS);
        return true;
    }

    /** With the family's monitor. */
    private long endHere(Family family, EndReason reason, long nowMillis) {
        family.ended = true;
        long until = nowMillis + settings.accessLifetime.toMillis();
        ended.put(family.id, until);
        families.remove(family.id);
        onEnded.accept(new Identity(family.subject, family.id), reason);
        String line = FamilyLine.ofEnded(family.id, until);
        if (reason != EndReason.ELSEWHERE) {
            shared.changed(family.id, line, true);
        }
        return journal.append(line);
    }

    /** With the family's monitor, or before anybody else has it. */
    private long append(Family family) {
        String line = FamilyLine.of(family);
        shared.changed(family.id, line, false);
        return journal.append(line);
    }

    // Other servers

    /** The family as it stands at whichever server changed it last; null if there is none. */
    private Family newest(String id, long now, long nanos) {
        SharedFamilies.Known known = shared.find(id);
        if (known != null) {
            take(known, now, nanos);
        }
        return families.get(id);
    }

    private void take(SharedFamilies.Known known, long now, long nanos) {
        switch (FamilyLine.parse(known.line())) {
            case FamilyLine.Ended over -> endedElsewhere(over.family());
            case FamilyLine.Alive alive -> {
                if (ended.containsKey(alive.family())) {
                    return;
                }
                Family family = families.computeIfAbsent(
                        alive.family(),
                        id -> new Family(id, alive.subject(), -1, alive.key(), now - known.ageMillis(), nanos));
                synchronized (family) {
                    if (alive.generation() > family.generation) {
                        family.generation = alive.generation();
                        family.keyId = alive.key();
                        family.rotatedMillis = now - known.ageMillis();
                        family.rotatedNanos = nanos - TimeUnit.MILLISECONDS.toNanos(known.ageMillis());
                        journal.append(FamilyLine.of(family));
                    }
                }
            }
        }
    }

    /** Another server has ended a family; must not block. */
    public void endedElsewhere(String id) {
        Family family = families.get(id);
        if (family == null) {
            ended.put(id, wallClockMillis.getAsLong() + settings.accessLifetime.toMillis());
            onEnded.accept(new Identity("", id), EndReason.ELSEWHERE);
            return;
        }
        synchronized (family) {
            if (!family.ended) {
                endHere(family, EndReason.ELSEWHERE, wallClockMillis.getAsLong());
            }
        }
    }

    /** Whether access tokens of this family are void before their time. */
    public boolean hasEnded(String family) {
        return ended.containsKey(family);
    }

    /** How many families there are. */
    public int size() {
        return families.size();
    }

    private boolean isOver(Family family, long nowMillis) {
        return nowMillis - family.rotatedMillis > settings.lifetime.toMillis();
    }

    /** Forgets what is over. Called once a minute, by one thread. */
    public void forgetOld() {
        long now = wallClockMillis.getAsLong();
        boolean crowded = families.size() > settings.most / 2;
        families.values().removeIf(each -> {
            synchronized (each) {
                boolean unused = each.generation == 0 && now - each.rotatedMillis > UNUSED_MILLIS;
                each.ended |= isOver(each, now) || crowded && unused;
                return each.ended;
            }
        });
        ended.values().removeIf(until -> until < now);
    }

    // The file

    private void read(String line) {
        switch (FamilyLine.parse(line)) {
            case FamilyLine.Alive alive -> {
                families.put(
                        alive.family(),
                        new Family(
                                alive.family(),
                                alive.subject(),
                                alive.generation(),
                                alive.key(),
                                alive.rotated(),
                                monotonicNanos.getAsLong()));
            }
            case FamilyLine.Ended over -> {
                families.remove(over.family());
                if (over.until() > wallClockMillis.getAsLong()) {
                    ended.put(over.family(), over.until());
                }
            }
        }
    }

    private Stream<String> lines() {
        forgetOld();
        Stream<String> alive = families.values().stream().map(each -> {
            synchronized (each) {
                return FamilyLine.of(each);
            }
        });
        return Stream.concat(
                alive, ended.entrySet().stream().map(each -> FamilyLine.ofEnded(each.getKey(), each.getValue())));
    }

    private static String newId() {
        byte[] bytes = new byte[ID_BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public void close() {
        journal.close();
    }
}
