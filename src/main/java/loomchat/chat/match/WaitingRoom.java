package loomchat.chat.match;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All seekers that wait, indexed so that a search need not look at all of them. Guarded by the matchmaker's lock.
 *
 * <p>A seeker without interests is <em>open</em> to anyone. One with interests is in a queue for each of them, and
 * becomes open as well after a bounded time. A search looks at the first few of each relevant queue, so it costs the
 * same with ten and with 15,000 waiting.
 */
final class WaitingRoom<S extends Seeker<?>> {
    /** More than one seeker can have met within a minute, so that one of them is new to it. */
    private static final int MOST_LOOKED_AT = 24;

    private final long interestMillis;
    private final RoomListener<S> listener;
    private final Set<S> all = new HashSet<>();
    private long changes;
    private final LinkedHashSet<S> open = new LinkedHashSet<>();
    private final Map<String, LinkedHashSet<S>> byInterest = new HashMap<>();
    /** In the order in which they become open. A seeker that has left the room stays in here until then. */
    private final ArrayDeque<OpensLater<S>> openLater = new ArrayDeque<>();

    /** Seekers that cannot be paired yet, and until when. */
    private final Map<S, Long> delayed = new HashMap<>();

    /** Seekers that are set aside for somebody at another server. */
    private final Set<S> held = new HashSet<>();

    private record OpensLater<S>(S seeker, long since) {}

    WaitingRoom(long interestMillis, RoomListener<S> listener) {
        this.interestMillis = interestMillis;
        this.listener = listener;
    }

    int size() {
        return all.size();
    }

    long changes() {
        return changes;
    }

    /** How many of the first {@code most} {@code seeker} must not meet. */
    int unsuitable(S seeker, int most) {
        int avoided = 0;
        int looked = 0;
        for (S each : all) {
            if (each != seeker && each.avoids(seeker)) {
                avoided++;
            }
            if (++looked == most) {
                break;
            }
        }
        return avoided;
    }

    boolean contains(S seeker) {
        return all.contains(seeker);
    }

    /** The best partner for {@code newcomer}, the longest waiting among equals, or null. It stays in the room. */
    S partnerFor(S newcomer, long now) {
        S best = null;
        for (String interest : newcomer.interests()) {
            LinkedHashSet<S> queue = byInterest.get(interest);
            S found = queue == null ? null : firstSuitable(queue, newcomer, now);
            if (found != null && (best == null || found.waitingSince() < best.waitingSince())) {
                best = found;
            }
        }
        if (best != null) {
            return best;
        }
        boolean takesAnyone = newcomer.interests().isEmpty() || open.contains(newcomer);
        return takesAnyone ? anyone(newcomer, now) : null;
    }

    private S anyone(S newcomer, long now) {
        S found = firstSuitable(open, newcomer, now);
        return found != null ? found : onlyOneLeft(newcomer);
    }

    private S firstSuitable(LinkedHashSet<S> queue, S newcomer, long now) {
        int looked = 0;
        for (S each : queue) {
            if (each != newcomer && !each.avoids(newcomer) && !each.metRecently(newcomer, now)) {
                return each;
            }
            if (++looked == MOST_LOOKED_AT) {
                return null;
            }
        }
        return null;
    }

    /** The only one that waits will do even if the two met a moment ago. */
    private S onlyOneLeft(S newcomer) {
        if (all.size() - (all.contains(newcomer) ? 1 : 0) != 1) {
            return null;
        }
        for (S each : open) {
            if (each != newcomer && !each.avoids(newcomer)) {
                return each;
            }
        }
        return null;
    }

    /** Lets the seeker wait; it cannot be paired in the first {@code delayMillis}. */
    void add(S seeker, long now, long delayMillis) {
        all.add(seeker);
        changes++;
        if (delayMillis > 0) {
            delayed.put(seeker, now + delayMillis);
        } else {
            enter(seeker, now);
        }
    }

    private void enter(S seeker, long now) {
        if (seeker.interests().isEmpty()) {
            open.add(seeker);
        } else {
            queueByInterest(seeker);
            openLater.add(new OpensLater<>(seeker, now));
        }
        listener.waits(seeker, seeker.interests().isEmpty());
    }

    private void queueByInterest(S seeker) {
        for (String interest : seeker.interests()) {
            byInterest.computeIfAbsent(interest, none -> new LinkedHashSet<>()).add(seeker);
        }
    }

    /** Sets a seeker aside: nobody finds it until {@link #release}. False if it cannot be paired now. */
    boolean hold(S seeker) {
        if (!all.contains(seeker) || delayed.containsKey(seeker) || !held.add(seeker)) {
            return false;
        }
        leaveQueues(seeker);
        return true;
    }

    boolean isHeld(S seeker) {
        return held.contains(seeker);
    }

    /** It can be found again, as the last in its queues. */
    void release(S seeker, long now) {
        if (held.remove(seeker)) {
            queueByInterest(seeker);
            boolean opens = seeker.interests().isEmpty() || seeker.waitingSince() + interestMillis <= now;
            if (opens) {
                open.add(seeker);
            }
            listener.waits(seeker, opens);
        }
    }

    boolean remove(S seeker) {
        if (!all.remove(seeker)) {
            return false;
        }
        changes++;
        leaveQueues(seeker);
        held.remove(seeker);
        delayed.remove(seeker);
        listener.left(seeker);
        return true;
    }

    private void leaveQueues(S seeker) {
        open.remove(seeker);
        for (String interest : seeker.interests()) {
            byInterest.computeIfPresent(interest, (name, queue) -> {
                queue.remove(seeker);
                return queue.isEmpty() ? null : queue;
            });
        }
    }

    /** Time has passed: returns seekers that may find a partner now, at most {@code most} of the open ones. */
    List<S> wake(long now, int most) {
        List<S> awake = new ArrayList<>();
        wakeDelayed(now, awake);
        while (!openLater.isEmpty() && openLater.peek().since + interestMillis <= now) {
            OpensLater<S> each = openLater.poll();
            boolean waits = all.contains(each.seeker) && each.seeker.waitingSince() <= each.since;
            if (waits && !held.contains(each.seeker) && open.add(each.seeker)) {
                awake.add(each.seeker);
                listener.waits(each.seeker, true);
            }
        }
        // Several are open and not paired because they have met each other. After some time they may meet again.
        Iterator<S> longest = open.iterator();
        while (longest.hasNext() && awake.size() < most && open.size() > 1) {
            awake.add(longest.next());
        }
        return awake;
    }

    private void wakeDelayed(long now, List<S> awake) {
        delayed.entrySet().removeIf(each -> {
            if (each.getValue() > now) {
                return false;
            }
            enter(each.getKey(), now);
            awake.add(each.getKey());
            return true;
        });
    }

    /** For how long the first of the open seekers has waited; 0 if there is none. */
    long longestWait(long now) {
        return open.isEmpty() ? 0 : Math.max(0, now - open.getFirst().waitingSince());
    }

    /** Some of those who wait. */
    List<S> some(int most) {
        return all.stream().limit(most).toList();
    }
}
