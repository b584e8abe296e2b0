package loomchat.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a loop does when what it runs fails, when it fails itself, and when it has ended. */
@Timeout(60)
class LoopFailureTest {
    private static final int MOST_QUEUED = 10_000;

    private final List<String> fatal = new CopyOnWriteArrayList<>();

    private Loop loop() {
        return new Loop("tested", (who, cause) -> fatal.add(who + " " + cause.getMessage()));
    }

    private static void awaitTurn(Loop loop) throws Exception {
        CompletableFuture<Void> turn = new CompletableFuture<>();
        loop.execute(() -> turn.complete(null));
        turn.get(10, TimeUnit.SECONDS);
    }

    private static void fail(String what) {
        throw new AssertionError(what);
    }

    @Test
    void anErrorInATaskIsToldOnceAndTheLoopCarriesOn() throws Exception {
        try (Loop loop = loop()) {
            assertThat(loop.isAlive()).isTrue();
            assertThat(loop.failure()).isNull();
            loop.execute(() -> fail("first"));
            loop.execute(() -> fail("second"));
            awaitTurn(loop);
            assertThat(fatal).containsExactly("tested first");
            assertThat(loop.isAlive()).isFalse();
            assertThat(loop.failure()).hasMessage("first");
            CompletableFuture<String> said = new CompletableFuture<>();
            loop.start(() -> said.complete("goodbye"));
            assertThat(said.get(10, TimeUnit.SECONDS)).isEqualTo("goodbye");
        }
    }

    @Test
    void anErrorThatAVirtualThreadDoesNotCatchIsTheLoops() throws Exception {
        try (Loop loop = loop()) {
            loop.start(() -> fail("uncaught")).join();
            assertThat(fatal).containsExactly("tested uncaught");
            assertThat(loop.isAlive()).isFalse();
            assertThat(loop.liveThreads()).isZero();
        }
    }

    @Test
    void itHasFailedBeforeAnybodyIsToldAndSurvivesWhoIs() throws Exception {
        CompletableFuture<Throwable> seen = new CompletableFuture<>();
        CompletableFuture<Loop> made = new CompletableFuture<>();
        try (Loop loop = new Loop("tested", (who, cause) -> {
            seen.complete(made.join().failure());
            fail("in the callback");
        })) {
            made.complete(loop);
            loop.execute(() -> fail("task"));
            assertThat(seen.get(10, TimeUnit.SECONDS)).hasMessage("task");
            awaitTurn(loop);
        }
    }

    @Test
    void anExceptionInATaskIsLoggedAndTheLoopGoesOn() throws Exception {
        List<LogRecord> lines = logged(() -> {
            try (Loop loop = loop()) {
                loop.execute(() -> {
                    throw new IllegalStateException("a fault of ours");
                });
                awaitTurn(loop);
                assertThat(loop.isAlive()).isTrue();
            }
        });
        assertThat(fatal).isEmpty();
        assertThat(lines).hasSize(1);
        assertThat(lines.getFirst().getThrown()).hasMessage("a fault of ours");
    }

    @Test
    void aSelectorThatGoesOnFailingIsFatalAndNotAnEndlessLog() throws Exception {
        List<LogRecord> lines = logged(() -> {
            try (Loop loop = loop()) {
                loop.selector().close();
                await().atMost(Duration.ofSeconds(20)).until(() -> !fatal.isEmpty());
                assertThat(loop.isAlive()).isFalse();
            }
        });
        assertThat(fatal).hasSize(1);
        assertThat(lines).hasSize(1);
    }

    @Test
    void aLoopThatHasEndedTakesNothingAndLosesNothing() throws Exception {
        Loop loop = loop();
        loop.close();
        assertThat(loop.isAlive()).isFalse();
        assertThatThrownBy(() -> loop.start(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> loop.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        CompletableFuture<Thread> cleaned = new CompletableFuture<>();
        loop.startCleanup(() -> cleaned.complete(Thread.currentThread()));
        assertThat(cleaned).isCompletedWithValue(Thread.currentThread());
        assertThat(fatal).isEmpty();
    }

    /** Hundreds of tasks race with the end of their loop: each runs or is refused, none is both or neither. */
    @Test
    void aTaskThatMeetsTheEndRunsOrIsRefused() throws Exception {
        for (int round = 0; round < 20; round++) {
            Loop loop = loop();
            CompletableFuture<Void> begun = new CompletableFuture<>();
            AtomicInteger ran = new AtomicInteger();
            CompletableFuture<Integer> taken = new CompletableFuture<>();
            Thread submitter = Thread.ofPlatform().start(() -> {
                int accepted = 0;
                try {
                    while (true) {
                        loop.execute(ran::incrementAndGet);
                        accepted++;
                        begun.complete(null);
                        // A loop that gets no turn on a busy machine must not get the whole heap as its queue.
                        while (accepted - ran.get() > MOST_QUEUED && loop.isAlive()) {
                            Thread.yield();
                        }
                    }
                } catch (RejectedExecutionException e) {
                    taken.complete(accepted);
                }
            });
            begun.get(30, TimeUnit.SECONDS);
            loop.close();
            submitter.join();
            assertThat(ran.get()).as("round %d", round).isEqualTo(taken.get(30, TimeUnit.SECONDS));
        }
    }

    /** Also where the thread that closes it runs on the JDK's scheduler, and the loop has nothing else to do. */
    @Test
    void anAbortedConnectionIsResetAtOnce() throws Exception {
        try (Loop loop = loop();
                ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0));
                Socket peer = new Socket("127.0.0.1", listener.socket().getLocalPort())) {
            SocketChannel accepted = listener.accept();
            SocketStream stream = new SocketStream(accepted, loop);
            Thread reader = loop.start(() -> {
                try {
                    stream.awaitReadable(ByteStream.NO_DEADLINE);
                } catch (IOException e) {
                    // Aborted.
                }
            });
            await().atMost(Duration.ofSeconds(10)).until(() -> accepted.keyFor(loop.selector()) != null);
            stream.abort();
            reader.join();
            peer.setSoTimeout(5_000);
            assertThatThrownBy(() -> peer.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void aFailedLoopGetsNoConnectionAndWithoutAnyNewcomersAreRefused() throws Exception {
        byte[] refusal = "full".getBytes(StandardCharsets.US_ASCII);
        BlockingQueue<SocketStream> admitted = new LinkedBlockingQueue<>();
        try (Loop accepting = loop();
                Loop other = loop();
                Acceptor acceptor = new Acceptor(
                        new InetSocketAddress("127.0.0.1", 0),
                        16,
                        new Loop[] {accepting, other},
                        (stream, peer) -> admitted.add(stream),
                        refusal,
                        () -> {})) {
            acceptor.start();
            other.execute(() -> fail("of the other"));
            awaitTurn(other);
            for (int i = 0; i < 4; i++) {
                try (Socket client = new Socket("127.0.0.1", acceptor.port())) {
                    SocketStream stream = admitted.poll(10, TimeUnit.SECONDS);
                    assertThat(stream.loop()).isSameAs(accepting);
                    stream.close();
                }
            }
            accepting.execute(() -> fail("of the accepting one"));
            awaitTurn(accepting);
            try (Socket client = new Socket("127.0.0.1", acceptor.port())) {
                client.setSoTimeout(10_000);
                client.getOutputStream().write('?');
                assertThat(client.getInputStream().readAllBytes()).isEqualTo(refusal);
            }
            assertThat(admitted).isEmpty();
        }
    }

    private static List<LogRecord> logged(ThrowingCallable action) {
        List<LogRecord> lines = new CopyOnWriteArrayList<>();
        Handler collecting = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("loomchat");
        logger.addHandler(collecting);
        logger.setUseParentHandlers(false);
        try {
            assertThatCode(action).doesNotThrowAnyException();
        } finally {
            logger.removeHandler(collecting);
            logger.setUseParentHandlers(true);
        }
        return lines;
    }
}
