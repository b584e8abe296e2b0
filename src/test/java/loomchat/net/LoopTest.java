package loomchat.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What runs on a loop, who wakes it, and how it ends. */
@Timeout(60)
class LoopTest {
    private static final int OF_EACH_KIND = 4;
    private static final int LOOKS = 4000;
    private static final long PATIENCE_SECONDS = 10;

    @Test
    void tasksOfOneThreadRunOnceAndInOrderOnTheLoopsThread() throws Exception {
        List<Integer> ran = new ArrayList<>();
        CompletableFuture<String> thread = new CompletableFuture<>();
        try (Loop loop = new Loop("tested")) {
            for (int i = 0; i < 1000; i++) {
                int number = i;
                loop.execute(() -> ran.add(number));
            }
            loop.execute(() -> thread.complete(Thread.currentThread().getName()));
            assertThat(thread.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("tested");
        }
        assertThat(ran).isEqualTo(IntStream.range(0, 1000).boxed().toList());
    }

    /** A loop without sockets and timers sleeps for ever: each of these tasks has to wake it. */
    @Test
    void aSleepingLoopIsWokenForEveryTask() throws Exception {
        try (Loop loop = new Loop("tested")) {
            Thread carrier = onLoop(loop, Thread::currentThread);
            for (int i = 0; i < 20; i++) {
                await().pollInterval(Duration.ofMillis(1))
                        .until(() -> carrier.getState() == Thread.State.RUNNABLE && isInSelector(carrier));
                assertThat(onLoop(loop, () -> "woken")).isEqualTo("woken");
            }
        }
    }

    private static boolean isInSelector(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(each -> each.getMethodName().equals("select"));
    }

    private static <T> T onLoop(Loop loop, Callable<T> task) throws Exception {
        FutureTask<T> run = new FutureTask<>(task);
        loop.execute(run);
        return run.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void threadsOfALoopTakeTurnsThereAndAreCountedWhileTheyLive() throws Exception {
        assumeTrue(Loop.carriesThreads());
        try (Loop loop = new Loop("tested")) {
            List<String> turns = new CopyOnWriteArrayList<>();
            CountDownLatch begun = new CountDownLatch(2);
            List<Thread> threads = new ArrayList<>();
            for (String name : List.of("a", "b")) {
                threads.add(loop.start(() -> {
                    begun.countDown();
                    while (begun.getCount() > 0) {
                        Thread.yield();
                    }
                    for (int i = 0; i < 3; i++) {
                        turns.add(name + loop.isHere());
                        Thread.yield();
                    }
                }));
            }
            assertThat(loop.liveThreads()).isBetween(0L, 2L);
            for (Thread each : threads) {
                assertThat(each.isVirtual()).isTrue();
                assertThat(each.join(Duration.ofSeconds(PATIENCE_SECONDS))).isTrue();
            }
            assertThat(loop.liveThreads()).isZero();
            assertThat(turns).hasSize(6);
            for (int i = 1; i < turns.size(); i++) {
                assertThat(turns.get(i)).isNotEqualTo(turns.get(i - 1)).endsWith("true");
            }
            assertThat(loop.isHere()).isFalse();
        }
    }

    /**
     * Threads that are about to end when the loop is closed do end; those that wait for a closed stream are among
     * them.
     */
    @Test
    void closingALoopEndsItsThreadAndThoseItsThreadsThatAreWokenBefore() throws Exception {
        Loop loop = new Loop("tested");
        Thread carrier = onLoop(loop, Thread::currentThread);
        CompletableFuture<String> ended = new CompletableFuture<>();
        try (SocketPair pair = SocketPair.on(loop)) {
            CountDownLatch waits = new CountDownLatch(1);
            loop.start(() -> {
                try {
                    waits.countDown();
                    pair.stream().awaitReadable(ByteStream.NO_DEADLINE);
                } catch (IOException e) {
                    for (int i = 0; i < 10; i++) {
                        Thread.yield();
                    }
                    ended.complete("said goodbye");
                }
            });
            waits.await();
            pair.stream().close();
            loop.close();
        }
        assertThat(ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("said goodbye");
        assertThat(carrier.isAlive()).isFalse();
        assertThat(loop.isAlive()).isFalse();
        loop.close();
    }

    @Test
    void aWaitBegunAfterTheEndOfTheLoopEndsLikeThatForAClosedStream() throws Exception {
        Loop loop = new Loop("tested");
        try (SocketPair pair = SocketPair.on(loop)) {
            loop.close();
            assertThatThrownBy(() -> pair.stream().awaitReadable(ByteStream.NO_DEADLINE))
                    .isInstanceOf(ClosedChannelException.class);
        }
    }

    /**
     * Threads of the loop, of another loop and of none wait for input at the same time, again and again: a byte that
     * nobody reads makes the loop drop its interest after each wait, so that each wait has to restore it. A loop that
     * shares a lock with any of them stands still sooner or later.
     */
    @Test
    @Timeout(90)
    void aLoopNeverWaitsForAThreadThatOnlyItCanRun() throws Exception {
        AtomicLong looks = new AtomicLong();
        CountDownLatch done = new CountDownLatch(3 * OF_EACH_KIND);
        List<SocketChannel> senders = new ArrayList<>();
        try (Loop loop = new Loop("tested");
                Loop other = new Loop("other");
                ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0))) {
            for (int i = 0; i < OF_EACH_KIND; i++) {
                loop.start(looker(listener, senders, loop, looks, done));
                other.start(looker(listener, senders, loop, looks, done));
                Thread.ofPlatform().daemon().start(looker(listener, senders, loop, looks, done));
            }
            assertThat(done.await(60, TimeUnit.SECONDS))
                    .as("the loop goes on after %d looks", looks.get())
                    .isTrue();
        }
        assertThat(looks.get()).isEqualTo(3L * OF_EACH_KIND * LOOKS);
        for (SocketChannel each : senders) {
            each.close();
        }
    }

    private static Runnable looker(
            ServerSocketChannel listener, List<SocketChannel> senders, Loop loop, AtomicLong looks, CountDownLatch done)
            throws IOException {
        SocketChannel sender = SocketChannel.open(listener.getLocalAddress());
        sender.write(ByteBuffer.wrap(new byte[] {'x'}));
        senders.add(sender);
        SocketStream stream = new SocketStream(listener.accept(), loop);
        return () -> {
            try (stream) {
                for (int i = 0; i < LOOKS; i++) {
                    stream.awaitReadable(ByteStream.NO_DEADLINE);
                    looks.incrementAndGet();
                    Thread.yield();
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            } finally {
                done.countDown();
            }
        };
    }
}
