package loomchat.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Blocking reads and writes over a socket that a loop polls, and their end. */
@Timeout(60)
class SocketStreamTest {
    /** More than the buffers of both ends hold. */
    private static final int LARGE = 32 << 20;

    private final Loop loop = new Loop("tested");
    private SocketPair pair;

    @BeforeEach
    void open() throws IOException {
        pair = SocketPair.on(loop);
    }

    @AfterEach
    void close() throws IOException {
        pair.close();
        loop.close();
    }

    private <T> FutureTask<T> start(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        loop.start(task);
        return task;
    }

    private static <T> T result(FutureTask<T> task) throws Exception {
        try {
            return task.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw (Exception) e.getCause();
        }
    }

    private FutureTask<Integer> startRead() {
        return start(() -> pair.stream().read(ByteBuffer.allocate(100)));
    }

    private FutureTask<Void> startLargeWrite() {
        return start(() -> {
            pair.stream().write(new byte[LARGE], 0, LARGE);
            return null;
        });
    }

    private void awaitBlockedWrite() {
        await().until(() -> pair.stream().writeBlockedSince() != 0);
    }

    @Test
    void aReadWaitsForInputAndEndsWithTheStream() throws Exception {
        FutureTask<Integer> read = startRead();
        assertThat(read.isDone()).isFalse();
        pair.peer().write(ByteBuffer.wrap(new byte[3]));
        assertThat(result(read)).isEqualTo(3);
        pair.peer().shutdownOutput();
        assertThat(result(startRead())).isEqualTo(-1);
        assertThat(result(start(() -> pair.stream().awaitReadable(ByteStream.NO_DEADLINE))))
                .isTrue();
    }

    @Test
    void aThreadOfNoLoopReadsAndWritesAsWell() throws Exception {
        pair.peer().write(ByteBuffer.wrap(new byte[3]));
        ByteBuffer into = ByteBuffer.allocate(10);
        assertThat(pair.stream().read(into)).isEqualTo(3);
        pair.stream().write(new byte[] {1, 2}, 1, 1);
        ByteBuffer got = ByteBuffer.allocate(10);
        assertThat(pair.peer().read(got)).isEqualTo(1);
        assertThat(got.get(0)).isEqualTo((byte) 2);
    }

    @Test
    void aLargeWriteWaitsForItsReaderAndLosesNothing() throws Exception {
        byte[] sent = new byte[LARGE + 7];
        new Random(1).nextBytes(sent);
        FutureTask<Void> write = start(() -> {
            pair.stream().write(sent, 7, LARGE);
            return null;
        });
        awaitBlockedWrite();
        assertThat(write.isDone()).isFalse();
        ByteBuffer got = ByteBuffer.allocate(LARGE);
        while (got.hasRemaining()) {
            assertThat(pair.peer().read(got)).isPositive();
        }
        result(write);
        assertThat(pair.stream().writeBlockedSince()).isZero();
        assertThat(Arrays.equals(sent, 7, sent.length, got.array(), 0, LARGE)).isTrue();
    }

    @Test
    void writeNowTakesWhatFitsAndNeverWaits() throws Exception {
        byte[] bytes = new byte[1 << 20];
        long written = 0;
        int now;
        do {
            now = pair.stream().writeNow(bytes, 0, bytes.length);
            written += now;
        } while (now > 0);
        // The last one took nothing. The next one may: the kernel moves bytes to the reader's buffer when it has time.
        assertThat(pair.stream().writeBlockedSince()).isZero();
        ByteBuffer got = ByteBuffer.allocate(1 << 20);
        for (long left = written; left > 0; ) {
            left -= pair.peer().read(got.clear());
        }
        await().until(() -> pair.stream().writeNow(bytes, 0, 1) == 1);
    }

    @Test
    void closingEndsAReadAndAWriteThatWait() throws Exception {
        FutureTask<Integer> read = startRead();
        FutureTask<Void> write = startLargeWrite();
        awaitBlockedWrite();
        pair.stream().close();
        assertThatThrownBy(() -> result(read)).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> result(write)).isInstanceOf(ClosedChannelException.class);
        assertThat(pair.stream().writeBlockedSince()).isZero();
        assertThatThrownBy(() -> result(startRead())).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void anInterruptEndsAWait() throws Exception {
        FutureTask<Integer> read = new FutureTask<>(() -> pair.stream().read(ByteBuffer.allocate(10)));
        Thread reader = loop.start(read);
        reader.interrupt();
        assertThatThrownBy(() -> result(read)).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void aPeerSeesTheEndOfAClosedStreamAndTheResetOfAnAbortedOne() throws Exception {
        pair.stream().close();
        assertThat(pair.peer().read(ByteBuffer.allocate(10))).isEqualTo(-1);
        try (SocketPair other = SocketPair.on(loop)) {
            other.stream().abort();
            assertThatThrownBy(() -> other.peer().read(ByteBuffer.allocate(10)))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void theActionAtTheCloseRunsOnce() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        pair.stream().onClose(runs::incrementAndGet);
        pair.stream().close();
        pair.stream().abort();
        await().until(() -> runs.get() == 1);
        AtomicInteger late = new AtomicInteger();
        pair.stream().onClose(late::incrementAndGet);
        assertThat(late).hasValue(1);
        pair.stream().close();
        assertThat(runs).hasValue(1);
        assertThat(late).hasValue(1);
    }

    /** Unread input would make the close a reset, which takes the answer away. */
    @Test
    void lingeringReadsOnSoThatThePeerGetsTheLastBytes() throws Exception {
        pair.peer().write(ByteBuffer.wrap(new byte[100_000]));
        FutureTask<Void> last = start(() -> {
            pair.stream().write(new byte[] {'!'}, 0, 1);
            pair.stream().linger(System.nanoTime() + TimeUnit.SECONDS.toNanos(20));
            pair.stream().close();
            return null;
        });
        ByteBuffer got = ByteBuffer.allocate(10);
        assertThat(pair.peer().read(got)).isEqualTo(1);
        assertThat(pair.peer().read(got)).isEqualTo(-1);
        pair.peer().shutdownOutput();
        result(last);
    }

    @Test
    void lingeringEndsAtItsDeadlineAndForAPeerThatNeverStops() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(30);
        result(start(() -> {
            pair.stream().linger(deadline);
            return null;
        }));
        assertThat(System.nanoTime()).isGreaterThanOrEqualTo(deadline);
        try (SocketPair other = SocketPair.on(loop)) {
            FutureTask<Void> linger = start(() -> {
                other.stream().linger(System.nanoTime() + TimeUnit.MINUTES.toNanos(10));
                other.stream().close();
                return null;
            });
            assertThatThrownBy(() -> {
                        while (true) {
                            other.peer().write(ByteBuffer.allocate(1 << 16));
                        }
                    })
                    .isInstanceOf(IOException.class);
            result(linger);
        }
    }
}
