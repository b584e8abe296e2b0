package loomchat.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** What everybody does at the chat page. In the fast tests it runs in each of the browsers. */
class ChatBasicsTest extends ChatTest {
    ChatBasicsTest() {
        super("INTEREST_TIMEOUT", "60s");
    }

    @Test
    void whoGoesOnWritingDoesNotWantToLeave() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.meet(bob);
        ann.write("Wait");
        armLeave(ann);
        ann.press(Keys.ENTER);
        bob.hears("Wait");
        assertThat(ann.page.count("#leave.armed")).isZero();
        armLeave(ann);
        ann.press("one more");
        assertThat(ann.page.count("#leave.armed")).isZero();
        armLeave(ann);
        ann.page.tap("#settings");
        assertThat(ann.page.count("#leave.armed")).isZero();
    }

    private static void armLeave(Visitor visitor) {
        visitor.press(Keys.ESCAPE);
        assertThat(visitor.page.count("#leave.armed")).isEqualTo(1);
    }

    @Test
    void twoWhoShareAnInterestMeetAndChat() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.find("Chess, old  films");
        ann.page.waitForText("#waited", "no one you can meet is waiting yet");
        assertThat(ann.page.text("#stage-text"))
                .isEqualTo("Looking for a stranger, best of all one who likes Chess or old films.");
        assertThat(ann.page.text("#waited")).matches("0:0\\d · .*");
        bob.find("chess, go");
        ann.sees("chat");
        bob.sees("chat");
        assertThat(ann.page.text("#shared")).isEqualTo("You both like chess");
        assertThat(ann.notes()).containsExactly("You are connected to a stranger. You begin.");
        ann.say("Hello, who is there?");
        bob.hears("Hello, who is there?");
        ann.awaitState("delivered");
        bob.say("Me. 👋🏽 <b>not bold</b> https://example.com");
        ann.hears("Me. 👋🏽 <b>not bold</b> https://example.com");
        assertThat(ann.said()).containsExactly("Hello, who is there?");
        // Neither that nor how it fares is read out.
        assertThat(ann.page.count("#messages[role=log] > .mine[aria-live=off]")).isEqualTo(1);
        assertThat(ann.page.count("#messages > .theirs[aria-live]")).isZero();
        assertThat(ann.page.count("#messages :is(b, [href])")).isZero();
        assertThat(ann.page.text(".theirs time")).matches("\\d\\d?:\\d\\d( [AP]M)?");
    }

    @Test
    void aReloadKeepsTheConversationUntilItsEnd() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        bob.find("chess, go");
        bob.sees("waiting");
        // A reload while waiting goes on waiting, with the same interests.
        bob.page.reload();
        bob.sees("waiting");
        ann.find("chess");
        ann.sees("chat");
        bob.sees("chat");
        ann.say("First");
        bob.hears("First");
        bob.say("Second");
        ann.hears("Second");
        bob.awaitState("delivered");
        bob.write("Not sent");
        assertThat(bob.page.run("return Object.keys(sessionStorage)")).isEqualTo(List.of());
        bob.page.reload();
        bob.reads("You are back in the chat.");
        assertThat(bob.heard()).containsExactly("First");
        assertThat(bob.said()).containsExactly("Second");
        assertThat(bob.page.texts(".mine .state")).containsExactly("delivered");
        assertThat(bob.draft()).isEqualTo("Not sent");
        assertThat(bob.page.text("#shared")).isEqualTo("You both like chess");
        assertThat(bob.page.text("#who-text")).isEqualTo("A stranger is here");
        ann.reads("The stranger is back.");
        bob.say("Third");
        ann.hears("Third");
        assertThat(ann.heard()).containsExactly("Second", "Third");
        assertThat(bob.page.run("return Object.keys(sessionStorage)")).isEqualTo(List.of());
        ann.pressTwice("#leave");
        bob.sees("ended");
        bob.page.reload();
        bob.sees("start");
        assertThat(bob.page.count("#messages > *")).isZero();
    }

    @Test
    void theKeyboardIsEnough() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        bob.find("chess");
        ann.press(Keys.TAB);
        assertThat(ann.focusedText()).isEqualTo("Skip to the chat");
        ann.press(Keys.ENTER);
        assertThat(ann.focus()).isEqualTo("main");
        ann.press(Keys.TAB);
        if ("stage".equals(ann.focus())) {
            // A part that can be scrolled is a stop of its own in some browsers.
            ann.press(Keys.TAB);
        }
        assertThat(ann.focus()).isEqualTo("interests");
        ann.press("chess", Keys.ENTER);
        ann.sees("chat");
        assertThat(ann.focus()).isEqualTo("text");
        ann.press("Hello");
        ann.pressShiftEnter();
        ann.press("again", Keys.ENTER);
        bob.hears("Hello\nagain");
        // The dialog is reached, left with Esc, and Esc there asks for nobody else.
        ann.tabTo("safety");
        ann.press(Keys.ENTER);
        ann.page.waitFor("#safety-dialog[open]");
        ann.press(Keys.ESCAPE);
        ann.page.waitUntil("no dialog", () -> !ann.page.isShown("#safety-dialog"));
        assertThat(ann.focus()).isEqualTo("safety");
        assertThat(ann.page.text("#leave")).isEqualTo("Leave");
        ann.tabTo("leave");
        ann.press(Keys.SPACE, Keys.SPACE);
        ann.sees("ended");
        assertThat(ann.focus()).isEqualTo("messages");
        ann.tabTo("close");
        ann.press(Keys.ENTER);
        ann.sees("start");
        assertThat(ann.focus()).isEqualTo("find");
        bob.sees("ended");
        bob.tabTo("close");
        bob.press(Keys.ENTER);
        bob.sees("start");
    }
}
