package loomchat.loadtest.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeptMessagesTest {
    private final KeptMessages kept = new KeptMessages();

    private void say(int count, int textBytes) {
        for (int i = 0; i < count; i++) {
            kept.add(Integer.toString(kept.from() + kept.after(0).size()).getBytes(StandardCharsets.UTF_8), textBytes);
        }
    }

    private List<String> after(int id) {
        return kept.after(id).stream()
                .map(each -> new String(each, StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void withoutAMessageTheNextOneIsTheFirst() {
        assertThat(kept.from()).isOne();
        say(3, 10);
        kept.confirm(3, 3);
        assertThat(kept.from()).isEqualTo(4);
        assertThat(after(0)).isEmpty();
    }

    @Test
    void whatIsSentAndNotDeliveredCanBeSentAgain() {
        say(5, 10);
        kept.confirm(4, 1);
        assertThat(kept.from()).isEqualTo(2);
        assertThat(after(4)).containsExactly("5");
        assertThat(after(2)).containsExactly("3", "4", "5");
    }

    @Test
    void theNewest64AreKeptAndAllThatTheServerDoesNotHave() {
        say(100, 10);
        kept.confirm(0, 0);
        assertThat(kept.from()).isOne();
        kept.confirm(20, 0);
        assertThat(kept.from()).isEqualTo(21);
        kept.confirm(100, 0);
        assertThat(kept.from()).isEqualTo(37);
        assertThat(after(0)).hasSize(KeptMessages.MOST);
    }

    @Test
    void textIsKeptUpTo32Kilobytes() {
        say(4, 10 * 1024);
        kept.confirm(4, 0);
        assertThat(kept.from()).isEqualTo(2);
        say(1, KeptMessages.MOST_BYTES + 1);
        kept.confirm(4, 0);
        assertThat(kept.from()).isEqualTo(5);
        kept.confirm(5, 0);
        assertThat(kept.from()).isEqualTo(6);
    }
}
