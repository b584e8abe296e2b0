package loomchat.ws.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import loomchat.testing.StrictText;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

/** Our check of UTF-8 against the JDK's decoder, in pieces, and where exactly it gives up. */
class Utf8ValidatorTest {
    @Property(tries = 2000)
    void agreesWithTheJdkWhereverTheTextIsCut(@ForAll("almostText") byte[] bytes) {
        boolean text = StrictText.isText(bytes);
        for (int cut = 0; cut <= bytes.length; cut++) {
            Utf8Validator utf8 = new Utf8Validator();
            boolean ok = utf8.check(bytes, 0, cut) && utf8.check(bytes, cut, bytes.length - cut) && utf8.complete();
            assertThat(ok).as("cut at %d of %s", cut, Arrays.toString(bytes)).isEqualTo(text);
        }
    }

    @Property(tries = 1000)
    void failsAtTheFirstOctetThatCannotGoOn(@ForAll("almostText") byte[] bytes) {
        Utf8Validator utf8 = new Utf8Validator();
        for (int i = 0; i < bytes.length; i++) {
            boolean possible = StrictText.canBecomeText(Arrays.copyOf(bytes, i + 1));
            assertThat(utf8.check(bytes, i, 1))
                    .as("octet %d of %s", i, Arrays.toString(bytes))
                    .isEqualTo(possible);
            if (!possible) {
                return;
            }
        }
    }

    @Test
    void everyCodePointAndEverySurrogateIsJudgedAsTheJdkDoes() {
        Utf8Validator utf8 = new Utf8Validator();
        for (int point = 0; point <= 0x10FFFF; point++) {
            if (point >= 0xD800 && point <= 0xDFFF) {
                continue;
            }
            byte[] bytes = Character.toString(point).getBytes(StandardCharsets.UTF_8);
            utf8.reset();
            assertThat(utf8.check(bytes, 0, bytes.length) && utf8.complete()).isTrue();
        }
        for (int point = 0xD800; point <= 0xDFFF; point++) {
            byte[] bytes = {(byte) 0xED, (byte) (0x80 | point >> 6 & 0x3F), (byte) (0x80 | point & 0x3F)};
            utf8.reset();
            assertThat(utf8.check(bytes, 0, 3)).isFalse();
        }
    }

    @Test
    void everySequenceOfThreeOctetsIsJudgedAsTheJdkDoes() {
        int[] interesting = {
            0, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF,
            0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF8, 0xFC, 0xFE, 0xFF
        };
        Utf8Validator utf8 = new Utf8Validator();
        for (int one : interesting) {
            for (int two : interesting) {
                for (int three : interesting) {
                    byte[] bytes = {(byte) one, (byte) two, (byte) three, (byte) 0x80, 'a'};
                    for (int length = 1; length <= bytes.length; length++) {
                        utf8.reset();
                        assertThat(utf8.check(bytes, 0, length) && utf8.complete())
                                .isEqualTo(StrictText.isText(Arrays.copyOf(bytes, length)));
                    }
                }
            }
        }
    }

    /** Text of all planes, some of it with octets changed, inserted or cut off. */
    @Provide
    Arbitrary<byte[]> almostText() {
        Arbitrary<byte[]> text =
                Arbitraries.strings().ofMaxLength(24).map(each -> each.getBytes(StandardCharsets.UTF_8));
        Arbitrary<byte[]> changed = text.filter(each -> each.length > 0)
                .flatMap(bytes -> Arbitraries.integers()
                        .between(0, bytes.length - 1)
                        .flatMap(at -> Arbitraries.bytes().map(octet -> {
                            byte[] copy = bytes.clone();
                            copy[at] = octet;
                            return copy;
                        })));
        Arbitrary<byte[]> cut = text.flatMap(
                bytes -> Arbitraries.integers().between(0, bytes.length).map(at -> Arrays.copyOf(bytes, at)));
        Arbitrary<byte[]> high = Arbitraries.bytes()
                .between((byte) -128, (byte) -1)
                .array(byte[].class)
                .ofMaxSize(6);
        return Arbitraries.frequencyOf(Tuple.of(3, text), Tuple.of(4, changed), Tuple.of(2, cut), Tuple.of(1, high));
    }
}
