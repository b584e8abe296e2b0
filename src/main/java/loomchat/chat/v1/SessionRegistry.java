package loomchat.chat.v1;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import loomchat.chat.LeaveReason;
import loomchat.chat.visitor.ResumeKey;

/**
 * All sessions of {@code chat.v1} by their secret, and those whose client is away. Called by connection threads and
 * the reaper.
 */
final class SessionRegistry {
    private static final int SECRET_BYTES = 18;
    private static final int RUN_BYTES = 6;
    private static final int MOST_ENDED = 10_000;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final String prefix;
    private final String run = random(RUN_BYTES);
    private final Map<String, V1Session> bySecret = new ConcurrentHashMap<>();
    /** Where other servers may ask for a session, which they know by this key alone. */
    private final Map<String, V1Session> byKey = new ConcurrentHashMap<>();

    private final Map<V1Session, Absence> away = new ConcurrentHashMap<>();
    /** Chats that ended while a client was away, by its secret, for as long as it may have come back. */
    private final Map<String, Ended> ended = new ConcurrentHashMap<>();

    /** @param subject of the visitor, who alone is told; null for a guest */
    private record Ended(long chat, LeaveReason why, String subject, Absence absence) {}

    /** @param prefix what secrets start with, so that another server knows where to ask; empty if there is none */
    SessionRegistry(String prefix) {
        this.prefix = prefix;
    }

    /** A name of this run of the server, by which clients see that it was restarted. */
    String run() {
        return run;
    }

    String newSecret() {
        return prefix + random(SECRET_BYTES);
    }

    private static String random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return BASE64.encodeToString(bytes);
    }

    void add(V1Session session) {
        bySecret.put(session.link().secret(), session);
        if (!prefix.isEmpty()) {
            byKey.put(session.resumeKey(), session);
        }
    }

    /** The session whose secret has this key, or null. */
    V1Session findByKey(String key) {
        return byKey.get(key);
    }

    /** The session that {@code secret} takes over, or null. */
    V1Session find(String secret) {
        return bySecret.get(secret);
    }

    void remove(V1Session session) {
        bySecret.remove(session.link().secret(), session);
        if (!prefix.isEmpty()) {
            byKey.remove(session.resumeKey(), session);
        }
        away.remove(session);
    }

    /** The session's secret has changed; called in its send order. */
    void rename(V1Session session, String before) {
        add(session);
        bySecret.remove(before, session);
        if (!prefix.isEmpty()) {
            byKey.remove(ResumeKey.of(before), session);
        }
    }

    /** The client of {@code session} is away and may come back. */
    void keep(V1Session session, Absence absence) {
        away.put(session, absence);
    }

    /** The client of {@code session} is away, and its last chat was ended by the partner. */
    void rememberEnd(V1Session session, long chat, LeaveReason why, Absence absence) {
        if (ended.size() < MOST_ENDED) {
            ended.put(
                    session.link().secret(),
                    new Ended(chat, why, session.visitor().subject(), absence));
        }
    }

    /**
     * Why a chat is over that the visitor {@code subject} cannot resume; null if that is not known.
     *
     * @param chat the one that the client means, or 0
     */
    LeaveReason whyEnded(String secret, long chat, String subject) {
        Ended end = ended.get(secret);
        V1Session session = bySecret.get(secret);
        if (end == null && session != null && session.endedBy() != null) {
            // Its old connection still looks alive.
            end = new Ended(
                    session.known().id(), session.endedBy(), session.visitor().subject(), null);
        }
        boolean tells = end != null
                && (chat == 0 || chat == end.chat())
                && (end.subject() == null || end.subject().equals(subject));
        return tells ? end.why() : null;
    }

    /** True for one caller: it may give the session a new connection, or end it. */
    boolean claim(V1Session session) {
        return away.remove(session) != null;
    }

    /** How many clients are away. */
    int away() {
        return away.size();
    }

    /** How many sessions there are, with or without a connection. */
    int size() {
        return bySecret.size();
    }

    /**
     * Passes sessions to {@code gone} whose client's time to come back is over at {@code now}, on the monotonic
     * clock; time before {@code comebackStart} does not count. Takes no session's lock: the reaper calls this, and it
     * alone ends a send that holds such a lock for too long.
     */
    void expire(long now, long comebackStart, Consumer<V1Session> gone) {
        ended.values().removeIf(each -> each.absence().isOver(now, comebackStart));
        away.forEach((session, absence) -> {
            // Only this absence: a client that came back and went away again meanwhile has its full time.
            if (absence.isOver(now, comebackStart) && away.remove(session, absence)) {
                gone.accept(session);
            }
        });
    }

    /** As {@link #expire}, for all of them. */
    void expireAll(Consumer<V1Session> gone) {
        away.keySet().stream().filter(this::claim).forEach(gone);
    }
}
