package loomchat.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class JdkVirtualThreadsTest {
    @Test
    void aThreadStartedOnALoopDoesNotRunThere() throws Exception {
        try (Loop loop = new Loop("parent")) {
            CompletableFuture<Boolean> parentIsHere = new CompletableFuture<>();
            CompletableFuture<Boolean> childIsHere = new CompletableFuture<>();
            loop.start(() -> {
                parentIsHere.complete(loop.isHere());
                JdkVirtualThreads.start(() -> childIsHere.complete(loop.isHere()));
            });
            assertThat(parentIsHere.get(10, TimeUnit.SECONDS)).isEqualTo(Loop.carriesThreads());
            assertThat(childIsHere.get(10, TimeUnit.SECONDS)).isFalse();
        }
    }
}
