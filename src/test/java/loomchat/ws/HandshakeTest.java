package loomchat.ws;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys of the opening handshake (RFC 6455, 1.3 and 4.2). */
class HandshakeTest {
    @Test
    void theExampleOfTheRfcIsAnswered() {
        assertThat(Handshake.accept("dGhlIHNhbXBsZSBub25jZQ==")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dGhlIHNhbXBsZSBub25jZQ==", "AAAAAAAAAAAAAAAAAAAAAA==", "//////////+++++++++//w=="})
    void sixteenBytesInBase64AreAKey(String key) {
        assertThat(Handshake.isValidKey(key)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "dGhlIHNhbXBsZSBub25jZQ",
                "dGhlIHNhbXBsZSBub25jZQ=",
                "dGhlIHNhbXBsZSBub25jZQAA",
                "dGhlIHNhbXBsZSBub25j",
                "dGhlIHNhbXBsZSBub25jZQ== ",
                "dGhlIHNhbXBsZSBub25*ZQ==",
                "____________-_________w==",
            })
    void anythingElseIsNone(String key) {
        assertThat(Handshake.isValidKey(key)).isFalse();
    }
}
