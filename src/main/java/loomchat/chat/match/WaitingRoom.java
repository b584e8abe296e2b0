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
 * Those who wait, sorted so that a partner is found without looking at all of them. Guarded by the matchmaker's lock.
 *
 * <p>Somebody without interests is <em>open</em> to anyone. Somebody with interests is in one queue for each of them, and
 * becomes open as well after a bounded time. Looking for a partner looks at the first few of each queue that matters, so it
 * costs the same with ten and with 15,000 waiting.
 */
final class WaitingRoom<S extends Seeker<?>> {
    /** More than somebody can have met within a minute, so that one of them is new. */
    private static final int MOST_LOOKED_AT = 24;

    private final long interestMillis;
    private final Set<S> all = new HashSet<>();
    private final LinkedHashSet<S> open = new LinkedHashSet<>();
    private final Map<String, LinkedHashSet<S>> byInterest = new HashMap<>();
    /** In the order in which they become open. Who has left the room is still in here until then. */
    private final ArrayDeque<Choosy<S>> choosy = new ArrayDeque<>();

    /** Until when nobody is found for them. */
    private final Map<S, Long> delayed = new HashMap<>();

    private record Choosy<S>(S seeker, long since) {}

    WaitingRoom(long interestMillis) {
        this.interestMillis = interestMillis;
    }

    int size() {
        return all.size();
    }

    boolean contains(S seeker) {
        return all.contains(seeker);
    }

    /** The one to pair {@code newcomer} with, who has waited longest among the best, or null. Stays in the room. */
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

    /** Somebody met a moment ago will do, if nobody else waits at all. */
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

    /** Lets the seeker wait; nobody is found for it in the first {@code delayMillis}. */
    void add(S seeker, long now, long delayMillis) {
        all.add(seeker);
        if (delayMillis > 0) {
            delayed.put(seeker, now + delayMillis);
        } else {
            enter(seeker, now);
        }
    }

    private void enter(S seeker, long now) {
        if (seeker.interests().isEmpty()) {
            open.add(seeker);
            return;
        }
        for (String interest : seeker.interests()) {
            byInterest.computeIfAbsent(interest, none -> new LinkedHashSet<>()).add(seeker);
        }
        choosy.add(new Choosy<>(seeker, now));
    }

    boolean remove(S seeker) {
        if (!all.remove(seeker)) {
            return false;
        }
        open.remove(seeker);
        for (String interest : seeker.interests()) {
            byInterest.computeIfPresent(interest, (name, queue) -> {
                queue.remove(seeker);
                return queue.isEmpty() ? null : queue;
            });
        }
        delayed.remove(seeker);
        return true;
    }

    /** Time has passed: returns those for whom it is worth looking again, at most {@code most} of them. */
    List<S> wake(long now, int most) {
        List<S> awake = new ArrayList<>();
        wakeDelayed(now, awake);
        while (!choosy.isEmpty() && choosy.peek().since + interestMillis <= now) {
            Choosy<S> each = choosy.poll();
            if (all.contains(each.seeker) && each.seeker.waitingSince() <= each.since && open.add(each.seeker)) {
                awake.add(each.seeker);
            }
        }
        // Those who wait although others do have met them all: in time they may meet again.
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

    /** Some of those who wait, the longest waiting first among the open. */
    List<S> some(int most) {
        return all.stream().limit(most).toList();
    }
}
