package loomchat.browser.app;

import static org.assertj.core.api.Assertions.assertThat;

import loomchat.browser.ChatTest;
import loomchat.browser.Visitor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Somebody who writes faster than the server takes it. */
@Tag("pages")
class FastWriterTest extends ChatTest {
    FastWriterTest() {
        super("CHAT_MESSAGES_PER_SECOND", "2");
    }

    @Test
    void whatWasTooFastIsSaidToBeSentAgainUntilItIs() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.meet(bob);
        String hint = ann.page.text("#composer-note");
        ann.page.run("""
                window.told = new Set();
                const note = document.getElementById("composer-note");
                new MutationObserver(() => told.add(note.textContent)).observe(note, { childList: true });
                const box = document.getElementById("text");
                for (let i = 0; i < 8; i++) {
                  box.value = `Message ${i}`;
                  box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
                }""");
        bob.hears("Message 7");
        ann.page.waitUntil(
                "all delivered", () -> ann.page.texts(".mine .state").stream().allMatch("delivered"::equals));
        assertThat(ann.page.run("return [...told]").toString())
                .contains("What was not taken is sent again in a moment.");
        ann.page.waitUntil(
                "the note gone", () -> ann.page.text("#composer-note").equals(hint));
    }
}
