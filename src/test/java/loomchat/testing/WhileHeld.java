package loomchat.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import loomchat.ws.WebSocket;

/** Shows that an action does not wait for a lock. */
public final class WhileHeld {
    private WhileHeld() {}

    /** Runs {@code action} while another thread holds what {@code hold} takes. */
    public static void run(Hold hold, Runnable action) throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        Thread holder = Thread.ofVirtual().start(() -> {
            try {
                hold.inOrder(() -> {
                    held.countDown();
                    try {
                        done.await(30, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                });
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();
        action.run();
        assertThat(done.getCount()).as("nobody waited until the lock was free").isEqualTo(1);
        done.countDown();
        holder.join();
    }

    /** Runs an action while it holds something. */
    public interface Hold {
        void inOrder(WebSocket.SendAction action) throws IOException;
    }
}
