package loomchat.loadtest.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerUseTest {
    private static ServerUse use(String start, String cpu) {
        return ServerUse.of(start + "process_cpu_seconds_total " + cpu + "\nprocess_resident_memory_bytes 1.5E8\n");
    }

    private static ServerUse since(double start, String cpu) {
        return use("process_start_time_seconds " + start + "\n", cpu);
    }

    @Test
    void aProcessThatBeganLaterIsAnotherOneWhateverItHasUsed() {
        ServerUse before = since(1.764536982123E9, "4.5");
        assertThat(since(1.764536982123E9, "6").isRestartedSince(before)).isFalse();
        assertThat(since(1.764536999E9, "6").isRestartedSince(before)).isTrue();
        assertThat(since(1.764536999E9, "0.5").isRestartedSince(before)).isTrue();
    }

    @Test
    void oneOfSeveralIsEnough() {
        ServerUse before = ServerUse.NONE.and(since(1000, "4")).and(since(1001, "4"));
        ServerUse same = ServerUse.NONE.and(since(1000, "5")).and(since(1001, "6"));
        assertThat(same.isRestartedSince(before)).isFalse();
        assertThat(same.cpuSeconds() - before.cpuSeconds()).isEqualTo(3);
        ServerUse other = ServerUse.NONE.and(since(1000, "5")).and(since(2000, "6"));
        assertThat(other.isRestartedSince(before)).isTrue();
    }

    @Test
    void aServerThatDoesNotTellWhenItBeganIsKnownByUsingLess() {
        ServerUse before = use("", "4");
        assertThat(use("", "5").isRestartedSince(before)).isFalse();
        assertThat(use("", "3").isRestartedSince(before)).isTrue();
        assertThat(ServerUse.UNKNOWN.isRestartedSince(before)).isFalse();
        assertThat(ServerUse.UNKNOWN.isRestartedSince(since(1000, "4"))).isFalse();
    }
}
