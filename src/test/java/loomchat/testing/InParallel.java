package loomchat.testing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.Executable;

/** Runs the cases of a table some at a time, each reported as a test of its own: most of them wait most of the time. */
public final class InParallel {
    private static final int CASE_SECONDS = 60;

    /** One line of a table. */
    public record Case(String name, Executable check) {}

    private InParallel() {}

    public static List<DynamicTest> run(int atATime, Collection<Case> cases) {
        Semaphore turns = new Semaphore(atATime);
        List<DynamicTest> tests = new ArrayList<>();
        for (Case each : cases) {
            CompletableFuture<Void> ended = new CompletableFuture<>();
            Thread.ofPlatform().daemon().name(each.name()).start(() -> run(each.check(), turns, ended));
            tests.add(DynamicTest.dynamicTest(each.name(), () -> await(ended)));
        }
        return tests;
    }

    private static void run(Executable check, Semaphore turns, CompletableFuture<Void> ended) {
        turns.acquireUninterruptibly();
        try {
            check.execute();
            ended.complete(null);
        } catch (Throwable e) {
            ended.completeExceptionally(e);
        } finally {
            turns.release();
        }
    }

    private static void await(CompletableFuture<Void> ended) throws Throwable {
        try {
            ended.get(CASE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause();
        }
    }
}
