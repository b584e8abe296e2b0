package loomchat.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {
    @ParameterizedTest
    @CsvSource({
        "10.1.2.3/8, 10.0.0.0/8",
        "203.0.113.7, 203.0.113.7",
        "203.0.113.7/32, 203.0.113.7",
        "0.0.0.0/0, 0.0.0.0/0",
        "255.255.255.255/1, 128.0.0.0/1",
        "2001:DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:1:2:3:4:5:6/64, 2001:db8:1:2::/64",
        "2001:db8:1:2:3:4:5:6/65, 2001:db8:1:2::/65",
        "[::1], ::1",
        "::/0, ::/0",
        "1:0:2:0:0:3:0:4, 1:0:2::3:0:4",
        "::ffff:203.0.113.7, 203.0.113.7"
    })
    void isReadAndWritten(String text, String written) {
        Network network = Network.parse(text);
        assertThat(network).hasToString(written).isEqualTo(Network.parse(written));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/8",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/+8",
                "10.0.0/8",
                "300.0.0.1",
                "::/129",
                "1::2::3",
                "chat.example",
                "localhost",
                "10.0.0.0/8/8",
                "fe80::1%eth0",
                "0x7f.0.0.1"
            })
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> Network.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void containsTheAddressesThatShareItsPrefixAndNoOthers() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] address = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(address);
            int bits = random.nextInt(address.length * 8 + 1);
            Network network = Network.of(InetAddress.getByAddress(address), bits);
            int flipped = random.nextInt(address.length * 8);
            byte[] other = address.clone();
            other[flipped / 8] ^= (byte) (0x80 >> flipped % 8);
            assertThat(network.contains(InetAddress.getByAddress(other)))
                    .as("seed %d: %s, bit %d flipped", seed, network, flipped)
                    .isEqualTo(flipped >= bits);
            assertThat(Network.parse(network.toString())).as("seed %d", seed).isEqualTo(network);
        }
        assertThat(Network.parse("0.0.0.0/0").contains(InetAddress.ofLiteral("::1")))
                .isFalse();
        assertThat(Network.parse("::/0").contains(InetAddress.ofLiteral("127.0.0.1")))
                .isFalse();
    }
}
