package loomchat.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditDistanceTest {
    @ParameterizedTest
    @CsvSource({
        "'', '', 0",
        "'', abc, 3",
        "serve, serve, 0",
        "sevre, serve, 1",
        "srve, serve, 1",
        "sserve, serve, 1",
        "serwe, serve, 1",
        "stres, stress, 1",
        "kitten, sitting, 3",
        "ca, abc, 3"
    })
    void lettersAreCountedThatDiffer(String a, String b, int distance) {
        assertThat(EditDistance.of(a, b)).isEqualTo(distance);
        assertThat(EditDistance.of(b, a)).isEqualTo(distance);
    }

    @Test
    void theNearestNameWinsAndNoneIsFarAway() {
        List<String> names = List.of("ban", "bans", "serve");
        assertThat(EditDistance.nearest("bams", names, 2)).isEqualTo("bans");
        assertThat(EditDistance.nearest("restart", names, 2)).isNull();
        assertThat(EditDistance.nearest("s".repeat(100_000), names, 2)).isNull();
    }
}
