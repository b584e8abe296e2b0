package loomchat.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Deadlines of readers, on a loop that has nothing else to wake it. */
@Timeout(60)
class LoopTimersTest {
    private static final long MILLI = 1_000_000;

    private final Loop loop = new Loop("tested");
    private final List<SocketPair> pairs = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (SocketPair each : pairs) {
            each.close();
        }
        loop.close();
    }

    private SocketPair pair() throws IOException {
        SocketPair pair = SocketPair.on(loop);
        pairs.add(pair);
        return pair;
    }

    /** Waits on a thread of the loop; completes with the time of the end, negative when there was input. */
    private CompletableFuture<Long> await(SocketStream stream, long deadline, Runnable atEnd) {
        CompletableFuture<Long> end = new CompletableFuture<>();
        loop.start(() -> {
            try {
                boolean readable = stream.awaitReadable(deadline);
                atEnd.run();
                end.complete(readable ? -System.nanoTime() : System.nanoTime());
            } catch (IOException e) {
                end.completeExceptionally(e);
            }
        });
        return end;
    }

    private static long result(CompletableFuture<Long> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    @Test
    void aWaitEndsAtItsDeadlineAndNotBefore() throws Exception {
        for (long millis : new long[] {0, 1, 20, 60}) {
            long deadline = System.nanoTime() + millis * MILLI;
            assertThat(result(await(pair().stream(), deadline, () -> {}))).isGreaterThanOrEqualTo(deadline);
        }
        long past = System.nanoTime() - MILLI;
        assertThat(result(await(pair().stream(), past, () -> {}))).isPositive();
    }

    @Test
    void deadlinesEndInTheirOrderWhicheverWasSetFirst() throws Exception {
        List<Integer> order = new CopyOnWriteArrayList<>();
        List<SocketStream> streams = List.of(pair().stream(), pair().stream(), pair().stream());
        CompletableFuture<List<CompletableFuture<Long>>> ends = new CompletableFuture<>();
        // Within one turn of the loop, so that all three wait before the first deadline is looked at.
        loop.execute(() -> {
            long start = System.nanoTime();
            ends.complete(List.of(
                    await(streams.get(0), start + 90 * MILLI, () -> order.add(90)),
                    await(streams.get(1), start + 30 * MILLI, () -> order.add(30)),
                    await(streams.get(2), start + 60 * MILLI, () -> order.add(60))));
        });
        for (CompletableFuture<Long> each : ends.get(20, TimeUnit.SECONDS)) {
            result(each);
        }
        assertThat(order).containsExactly(30, 60, 90);
    }

    /** The loop sleeps until the far deadline, and has to be woken for the near one. */
    @Test
    void aNearDeadlineWakesALoopThatSleepsUntilAFarOne() throws Exception {
        long start = System.nanoTime();
        SocketStream far = pair().stream();
        CompletableFuture<Long> late = await(far, start + TimeUnit.MINUTES.toNanos(10), () -> {});
        SocketStream near = pair().stream();
        CompletableFuture<Long> early = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                early.complete(near.awaitReadable(start + 20 * MILLI) ? -1L : System.nanoTime());
            } catch (IOException e) {
                early.completeExceptionally(e);
            }
        });
        assertThat(result(early) - start).isBetween(20 * MILLI, TimeUnit.SECONDS.toNanos(20));
        assertThat(late).isNotDone();
    }

    @Test
    void inputEndsAWaitBeforeItsDeadlineAndTheOldTimerDoesNotEndTheNextWait() throws Exception {
        SocketPair pair = pair();
        long near = System.nanoTime() + 1000 * MILLI;
        pair.peer().write(ByteBuffer.wrap(new byte[] {'x'}));
        assertThat(result(await(pair.stream(), near, () -> {}))).isNegative();
        CompletableFuture<Long> second = new CompletableFuture<>();
        long far = near + 40 * MILLI;
        loop.start(() -> {
            try {
                pair.stream().read(ByteBuffer.allocate(10));
                second.complete(pair.stream().awaitReadable(far) ? -1L : System.nanoTime());
            } catch (IOException e) {
                second.completeExceptionally(e);
            }
        });
        assertThat(result(second)).isGreaterThanOrEqualTo(far);
    }

    @Test
    void aWaitWithoutADeadlineOutlivesTheTimerOfTheOneBefore() throws Exception {
        SocketPair pair = pair();
        long deadline = System.nanoTime() + 30 * MILLI;
        assertThat(result(await(pair.stream(), deadline, () -> {}))).isPositive();
        CompletableFuture<Long> endless = await(pair.stream(), ByteStream.NO_DEADLINE, () -> {});
        assertThat(result(await(pair().stream(), deadline + 60 * MILLI, () -> {})))
                .isPositive();
        assertThat(endless).isNotDone();
        pair.peer().write(ByteBuffer.wrap(new byte[] {'x'}));
        assertThat(result(endless)).isNegative();
    }

    /** Else those who connect and go by the thousands are kept alive by their deadlines. */
    @Test
    void aDeadlineDoesNotKeepAClosedStream() throws Exception {
        WeakReference<SocketStream> closed = waitUntilClosed();
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
            System.gc();
            return closed.get() == null;
        });
    }

    private WeakReference<SocketStream> waitUntilClosed() throws Exception {
        try (SocketPair pair = SocketPair.on(loop)) {
            CompletableFuture<Long> end =
                    await(pair.stream(), System.nanoTime() + TimeUnit.MINUTES.toNanos(10), () -> {});
            pair.peer().close();
            assertThat(result(end)).isNegative();
            return new WeakReference<>(pair.stream());
        }
    }
}
