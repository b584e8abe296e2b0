package loomchat.loadtest.dashboard;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import loomchat.loadtest.scenario.UsageError;
import loomchat.net.Loop;
import loomchat.web.helidon.ConnectionLimits;
import loomchat.web.helidon.HttpServer;
import loomchat.web.response.ErrorResponses;
import loomchat.web.response.RawResponse;

/**
 * The live page of a run ({@code DASHBOARD}). The main thread shows views and ends it; requests come on threads of a
 * loop of its own, apart from those that play users, and wait there for the next view. A view is made only while
 * somebody looks, and rendered on the thread of the request.
 */
public final class Dashboard implements AutoCloseable {
    private static final int MOST_SOCKETS = 32;
    private static final int MOST_WATCHERS = 64;
    /** A request waits so long for news. */
    private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(5);
    /** While nobody looks, no views are made. */
    private static final long STALE = TimeUnit.MILLISECONDS.toNanos(1_500);
    /** Somebody looks who has asked so recently. */
    private static final long RECENTLY = LONGEST_WAIT + TimeUnit.SECONDS.toNanos(2);
    /** For pages that are open, to fetch the end of the run. */
    private static final long FAREWELL = TimeUnit.SECONDS.toNanos(3);

    /** For requests that are being answered when this closes. */
    private static final long LAST_ANSWERS = TimeUnit.SECONDS.toNanos(2);

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(15);
    private static final byte[] REFUSAL = RawResponse.of(
            "503 Service Unavailable", "Retry-After: 5\r\n", "Too many connections to the page of this run at once");
    private static final ConnectionLimits.PerAddress ANY = new ConnectionLimits.PerAddress() {
        @Override
        public boolean enter(InetAddress peer) {
            return true;
        }

        @Override
        public void leave(InetAddress peer) {
            // Not counted.
        }
    };

    /** A view with its number, which grows. */
    record Shown(RunView view, long revision) {}

    /** {@code report.html} and its name. */
    record Saved(byte[] report, String name) {}

    private final DashboardAddress address;
    private final Loop loop = new Loop("dashboard");
    private final HttpServer server;

    // Guarded by lock
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    /** When each open page has last asked, by the name that it gave itself. */
    private final Map<String, Long> watchers = new HashMap<>();

    /** When any page was asked for, also by somebody without a name. */
    private long asked = System.nanoTime() - RECENTLY;

    private RunView view;
    private long shownAt;
    private long revision;
    private boolean closed;
    /** Null until the end. */
    private Saved saved;

    private Dashboard(DashboardAddress address) throws IOException {
        this.address = address;
        boolean bound = false;
        try {
            server = new HttpServer(
                    address.socket(),
                    new Loop[] {loop},
                    new DashboardRoutes(this, address.host())::add,
                    null,
                    new ConnectionLimits(MOST_SOCKETS, ANSWER_TIMEOUT, ANY),
                    ErrorResponses.all(),
                    REFUSAL,
                    () -> {});
            bound = true;
        } finally {
            if (!bound) {
                loop.close();
            }
        }
    }

    /** Listens. A port that is taken is a wrong setting. */
    public static Dashboard start(DashboardAddress address) {
        try {
            Dashboard dashboard = new Dashboard(address);
            dashboard.server.start();
            return dashboard;
        } catch (IOException e) {
            throw new UsageError(
                    "%s: port %d of %s cannot be listened on (%s). Choose another port or stop the program that uses it"
                            .formatted(
                                    DashboardAddress.SETTING,
                                    address.socket().getPort(),
                                    address.host(),
                                    e.getMessage()));
        }
    }

    public String url() {
        return address.url(server.address().getPort());
    }

    /** Once a second: shows how the run goes, if anybody looks. */
    public void tick(Supplier<RunView> now) {
        server.closeStale();
        lock.lock();
        try {
            if (view != null && System.nanoTime() - asked > RECENTLY) {
                return;
            }
        } finally {
            lock.unlock();
        }
        show(now.get());
    }

    /** Shows a view to all who wait for news. */
    public void show(RunView next) {
        lock.lock();
        try {
            view = next;
            shownAt = System.nanoTime();
            revision++;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Shows the end of all, with the file to save, and waits a moment for open pages to fetch both. */
    public void end(RunView last, byte[] file, String name) {
        lock.lock();
        try {
            saved = new Saved(file, name);
            show(last);
            long left = FAREWELL;
            while (isWatched() && left > 0) {
                left = news.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private boolean isWatched() {
        long now = System.nanoTime();
        watchers.values().removeIf(asked -> now - asked > RECENTLY);
        return !watchers.isEmpty();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
        server.close();
        long deadline = System.nanoTime() + LAST_ANSWERS;
        while (loop.liveThreads() > 0 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        loop.close();
    }

    // Threads of requests

    /**
     * The newest view, as soon as it is another than {@code known}, or after a while. Null when there is none.
     *
     * @param known the revision that a page shows, or -1
     * @param watcher what an open page calls itself
     */
    Shown await(long known, String watcher) {
        lock.lock();
        try {
            watched(watcher);
            boolean stale = saved == null && System.nanoTime() - shownAt > STALE;
            long old = known < 0 && stale ? revision : known;
            long left = LONGEST_WAIT;
            while ((view == null || revision == old) && left > 0 && !closed) {
                left = news.awaitNanos(left);
            }
            watched(watcher);
            return view == null ? null : new Shown(view, revision);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void watched(String watcher) {
        asked = System.nanoTime();
        if (watcher.matches("[0-9a-f]{16}") && (watchers.containsKey(watcher) || watchers.size() < MOST_WATCHERS)) {
            watchers.put(watcher, asked);
        }
    }

    /** Null while the run goes on. */
    Saved saved() {
        lock.lock();
        try {
            return saved;
        } finally {
            lock.unlock();
        }
    }

    /** That page has been told the end, and has the file. */
    void hasEverything(String watcher) {
        lock.lock();
        try {
            watchers.remove(watcher);
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
