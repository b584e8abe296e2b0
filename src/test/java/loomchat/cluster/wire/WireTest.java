package loomchat.cluster.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What one server writes another one reads; what is damaged is refused and never read past its end. */
class WireTest {
    @Test
    void numbersTextsAndBytesComeBack() {
        byte[] bytes = new WireWriter(1)
                .number(0)
                .number(Long.MAX_VALUE)
                .number(Long.MIN_VALUE)
                .number(-1)
                .flag(true)
                .text("é")
                .text(null)
                .bytes(new byte[] {1, 2})
                .texts(List.of("a", ""))
                .toBytes();
        WireReader in = new WireReader(bytes);
        assertThat(in.number()).isZero();
        assertThat(in.number()).isEqualTo(Long.MAX_VALUE);
        assertThat(in.number()).isEqualTo(Long.MIN_VALUE);
        assertThat(in.number()).isEqualTo(-1);
        assertThat(in.flag()).isTrue();
        assertThat(in.text()).isEqualTo("é");
        assertThat(in.textOrNull()).isNull();
        assertThat(in.bytes()).containsExactly(1, 2);
        assertThat(in.texts()).containsExactly("a", "");
        assertThat(in.hasMore()).isFalse();
    }

    @Test
    void aBatchPassesItsItemsOnUpToADamagedPlace() {
        Batch batch = new Batch(77);
        batch.add(WireWriter.of(ItemType.BEAT).toBytes());
        batch.add(WireWriter.of(ItemType.FREE).number(5).toBytes());
        byte[] bytes = batch.bytes();
        List<String> items = new ArrayList<>();
        List<RuntimeException> damages = new ArrayList<>();
        Batch.read(bytes, (from, item) -> items.add(from + " " + item.type()), damages::add);
        assertThat(items).containsExactly("77 BEAT", "77 FREE");
        assertThat(damages).isEmpty();
        byte[] cut = java.util.Arrays.copyOf(bytes, bytes.length - 1);
        items.clear();
        Batch.read(cut, (from, item) -> items.add(from + " " + item.type()), damages::add);
        assertThat(items).containsExactly("77 BEAT");
        assertThat(damages).hasSize(1);
    }

    @Test
    void whateverBytesComeNothingElseThanDamageIsFound() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            if (bytes.length > 0) {
                bytes[0] = 1;
            }
            List<RuntimeException> damages = new ArrayList<>();
            Batch.read(
                    bytes,
                    (from, item) -> {
                        item.type();
                        item.texts();
                    },
                    damages::add);
            assertThat(damages).as("seed %d", seed).hasSizeLessThanOrEqualTo(1);
        }
        assertThatExceptionOfType(WireReader.Damaged.class)
                .isThrownBy(() -> new WireReader(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1}).number());
    }
}
