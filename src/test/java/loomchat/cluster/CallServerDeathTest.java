package loomchat.cluster;

import static loomchat.cluster.CallSteps.awaitRecorded;
import static loomchat.cluster.CallSteps.begin;
import static loomchat.cluster.CallSteps.call;
import static loomchat.cluster.CallSteps.signal;
import static loomchat.cluster.CallSteps.signaled;
import static loomchat.cluster.CallSteps.told;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import loomchat.cluster.Crowd.Visitor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Servers die, stop or give a visitor away under a call. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
class CallServerDeathTest {
    @TempDir
    Path dir;

    private Crowd crowd(int servers) throws Exception {
        return new Crowd(dir, servers, "CALLS", "all");
    }

    @Test
    void theCallOutlivesTheServerOfEither() throws Exception {
        try (Crowd crowd = crowd(3);
                Visitor a = new Visitor(crowd.port(0));
                Visitor b = new Visitor(crowd.port(1))) {
            Crowd.pair(a, b);
            begin(a, b);
            crowd.server(1).kill();
            a.client.next("away", "back", "paused");
            signal(a, 2, "into the void");
            try (Visitor backB = new Visitor(crowd.port(2))) {
                assertThat(backB.resume(b, 0, 1).getInt("call")).isEqualTo(1);
                a.client.next("back", "away", "paused");
                signal(a, 3, "restart");
                assertThat(signaled(backB)).isEqualTo("restart");
                signal(backB, 2, "restarted");
                assertThat(signaled(a)).isEqualTo("restarted");
                crowd.server(0).kill();
                backB.client.next("away", "back", "paused");
                try (Visitor backA = new Visitor(crowd.port(2))) {
                    assertThat(backA.resume(a, 0, 1).getInt("call")).isEqualTo(1);
                    backB.client.next("back", "away", "paused");
                    signal(backA, 4, "again");
                    assertThat(signaled(backB)).isEqualTo("again");
                    call(backA, "end", 1, "");
                    told(backA, "end", 1);
                    told(backB, "end", 1);
                    awaitRecorded(crowd, 3, "Call Started");
                    JsonObject end = awaitRecorded(crowd, 3, "Call Ended");
                    assertThat(end.getInt("callMillis")).isPositive();
                }
            }
        }
    }

    @Test
    void whereAllThatKnewOfTheCallIsDeadTheClientsSayItAgain() throws Exception {
        try (Crowd crowd = crowd(3);
                Visitor a = new Visitor(crowd.port(0));
                Visitor b = new Visitor(crowd.port(1))) {
            Crowd.pair(a, b);
            begin(a, b);
            Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> Crowd.seats(crowd.redis) >= 2);
            crowd.server(0).kill();
            crowd.server(1).kill();
            try (Visitor backA = Crowd.back(crowd.port(2), a, 0);
                    Visitor backB = Crowd.back(crowd.port(2), b, 0)) {
                call(backA, "invite", 1, CallSteps.KINDS);
                told(backA, "invited", 1);
                told(backB, "invite", 1);
                call(backB, "invite", 1, CallSteps.KINDS);
                told(backB, "accept", 1);
                told(backA, "accept", 1);
                signal(backA, 2, "restart");
                assertThat(signaled(backB)).isEqualTo("restart");
            }
        }
    }

    @Test
    void theCallGoesOnWhenAServerStopsInOrder() throws Exception {
        try (Crowd crowd = crowd(3);
                Visitor a = new Visitor(crowd.port(0));
                Visitor b = new Visitor(crowd.port(1))) {
            Crowd.pair(a, b);
            begin(a, b);
            crowd.server(1).signal();
            b.client.next("draining");
            assertThat(b.client.closeCode()).isEqualTo(1001);
            try (Visitor backB = new Visitor(crowd.port(2))) {
                assertThat(backB.resume(b, 0, 1).getInt("call")).isEqualTo(1);
                a.client.next("back", "away", "paused");
                signal(a, 2, "restart");
                assertThat(signaled(backB)).isEqualTo("restart");
                call(a, "end", 1, "");
                told(backB, "end", 1);
                awaitRecorded(crowd, 3, "Call Started");
                awaitRecorded(crowd, 3, "Call Ended");
            }
        }
    }

    /** One who had both visitors gives one of them away, and the other's call goes on. */
    @Test
    void theCallGoesOnWhenOneOfTwoOnOneServerMoves() throws Exception {
        try (Crowd crowd = crowd(2);
                Visitor a = new Visitor(crowd.port(0));
                Visitor b = new Visitor(crowd.port(0))) {
            Crowd.pair(a, b);
            begin(a, b);
            b.client.vanish();
            a.client.next("away", "back", "paused");
            try (Visitor backB = new Visitor(crowd.port(1))) {
                assertThat(backB.resume(b, 0, 1).getInt("call")).isEqualTo(1);
                a.client.next("back", "away", "paused");
                signal(backB, 2, "restart");
                assertThat(signaled(a)).isEqualTo("restart");
                call(a, "end", 1, "");
                told(backB, "end", 1);
                awaitRecorded(crowd, 2, "Call Started");
                awaitRecorded(crowd, 2, "Call Ended");
            }
        }
    }
}
