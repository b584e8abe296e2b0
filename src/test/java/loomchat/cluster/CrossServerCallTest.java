package loomchat.cluster;

import static loomchat.cluster.CallSteps.awaitRecorded;
import static loomchat.cluster.CallSteps.begin;
import static loomchat.cluster.CallSteps.call;
import static loomchat.cluster.CallSteps.told;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import loomchat.cluster.Crowd.Visitor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls between visitors of two servers. */
@Timeout(90)
class CrossServerCallTest {
    @TempDir
    Path dir;

    private Crowd crowd;

    @BeforeEach
    void start() throws Exception {
        crowd = new Crowd(dir, 2, "CALLS", "all");
    }

    @AfterEach
    void stop() throws Exception {
        crowd.close();
    }

    @Test
    void theyCallEachOtherAndTheEndIsRecordedOnce() throws Exception {
        try (Visitor a = new Visitor(crowd.port(0));
                Visitor b = new Visitor(crowd.port(1))) {
            Crowd.pair(a, b);
            begin(a, b);
            for (Visitor each : List.of(a, b)) {
                each.client.send(("{\"type\":\"call-stats\",\"chat\":%d,\"call\":1,\"firstFrameMillis\":200,"
                                + "\"relayed\":false,\"bytesSent\":10,\"bytesReceived\":20}")
                        .formatted(each.chat));
                each.client.nothingMore();
            }
            call(b, "end", 1, "");
            assertThat(told(b, "end", 1).getString("why")).isEqualTo("you");
            assertThat(told(a, "end", 1).getString("why")).isEqualTo("ended");
            awaitRecorded(crowd, 2, "Call Started");
            JsonObject end = awaitRecorded(crowd, 2, "Call Ended");
            assertThat(end.getString("reason")).isEqualTo("ended");
            assertThat(end.getBoolean("connected")).isTrue();
            assertThat(end.getInt("mediaBytesOut")).isEqualTo(10);
        }
    }

    @Test
    void invitingFromBothServersAtOnceIsAccepting() throws Exception {
        try (Visitor a = new Visitor(crowd.port(0));
                Visitor b = new Visitor(crowd.port(1))) {
            Crowd.pair(a, b);
            for (int number = 1; number <= 20; number++) {
                call(a, "invite", number, CallSteps.KINDS);
                call(b, "invite", number, CallSteps.KINDS);
                for (Visitor each : List.of(a, b)) {
                    JsonObject message = each.client.next("call");
                    while (!message.getString("do").equals("accept")) {
                        assertThat(message.getString("do")).isIn("invite", "invited");
                        message = each.client.next("call");
                    }
                    assertThat(message.getInt("call")).isEqualTo(number);
                }
                call(number % 2 == 0 ? a : b, "end", number, "");
                told(a, "end", number);
                told(b, "end", number);
            }
        }
    }

    @Test
    void nextEndsTheCallOnBothServers() throws Exception {
        try (Visitor a = new Visitor(crowd.port(0));
                Visitor b = new Visitor(crowd.port(1))) {
            Crowd.pair(a, b);
            begin(b, a);
            a.client.send("{\"type\":\"next\",\"chat\":%d}".formatted(a.chat));
            assertThat(b.client.next("left").getString("why")).isEqualTo("next");
            assertThat(awaitRecorded(crowd, 2, "Call Ended").getString("reason"))
                    .isEqualTo("next");
        }
    }

    @Test
    void anInvitationIsDeclinedAcrossServers() throws Exception {
        try (Visitor a = new Visitor(crowd.port(0));
                Visitor b = new Visitor(crowd.port(1))) {
            Crowd.pair(a, b);
            call(a, "invite", 0, CallSteps.KINDS);
            told(a, "invited", 1);
            told(b, "invite", 1);
            call(b, "decline", 1, "");
            told(b, "end", 1);
            told(a, "decline", 1);
            call(a, "invite", 0, CallSteps.KINDS);
            assertThat(a.client.next("error").getString("code")).isEqualTo("call-later");
        }
    }
}
