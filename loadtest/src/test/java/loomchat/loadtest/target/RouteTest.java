package loomchat.loadtest.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RouteTest {
    private final List<Dialer> three = Stream.of(1, 2, 3)
            .map(port -> new Dialer(
                    new Target(URI.create("ws://127.0.0.1:" + port), new InetSocketAddress("127.0.0.1", port), null),
                    Duration.ofSeconds(1),
                    10,
                    null))
            .toList();

    @Test
    void usersBeginEvenlySpread() {
        for (int user = 0; user < 6; user++) {
            Route route = new Dialers(three, 1, true).route(user, new SplittableRandom(1));
            assertThat(route.here()).isSameAs(three.get(user % 3));
        }
    }

    @Test
    void inAClusterAUserGoesToAnyOtherServer() {
        Route route = new Dialers(three, 1, true).route(0, new SplittableRandom(1));
        Set<Dialer> seen = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            Dialer before = route.here();
            route.goElsewhere();
            assertThat(route.here()).isNotSameAs(before);
            assertThat(route.numbering()).isZero();
            seen.add(route.here());
        }
        assertThat(seen).hasSize(3);
    }

    @Test
    void serversThatKnowNothingOfEachOtherKeepTheirUsersAndTheirNumbers() {
        Route route = new Dialers(three, 1, false).route(4, new SplittableRandom(1));
        route.goElsewhere();
        assertThat(route.here()).isSameAs(three.get(1));
        assertThat(route.numbering()).isOne();
    }

    @Test
    void oneServerAloneIsAlsoACluster() {
        Route route = new Dialers(three.subList(0, 1), 1, true).route(4, new SplittableRandom(1));
        route.goElsewhere();
        assertThat(route.here()).isSameAs(three.getFirst());
    }
}
