package loomchat.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** What two and three people do at the chat page, in a real browser against the real server. */
class ChatPageTest extends ChatTest {
    ChatPageTest() {
        super("INTEREST_TIMEOUT", "60s");
    }

    @Test
    void twoWhoShareAnInterestMeetAndChat() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.find("Chess, old  films");
        ann.page.waitForText("#waited", "nobody else is waiting yet");
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
        assertThat(ann.page.count("#messages :is(b, a)")).isZero();
        assertThat(ann.page.text(".theirs time")).matches("\\d\\d?:\\d\\d( [AP]M)?");
    }

    @Test
    void onesTypingIsSeenUntilItEnds() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.meet(bob);
        ann.write("I am thin");
        bob.page.waitFor("#typing");
        ann.write("");
        bob.page.waitUntil("no typing", () -> !bob.page.isShown("#typing"));
        ann.write("I am thinking");
        bob.page.waitFor("#typing");
        ann.press(Keys.ENTER);
        bob.hears("I am thinking");
        bob.page.waitUntil("no typing", () -> !bob.page.isShown("#typing"));
    }

    @Test
    void nextTakesTwoPressesAndLeavesTheOtherInPeace() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        Visitor cleo = pages.visitor();
        ann.meet(bob);
        cleo.find();
        cleo.sees("waiting");
        ann.page.tap("#next");
        assertThat(ann.page.text("#next")).isEqualTo("Press again");
        bob.say("Still here?");
        ann.hears("Still here?");
        ann.press(Keys.ESCAPE);
        cleo.sees("chat");
        bob.sees("ended");
        bob.reads("The stranger has moved on.");
        ann.say("New here");
        cleo.hears("New here");
        assertThat(ann.heard()).isEmpty();
        assertThat(bob.page.isShown("#again")).isTrue();

        ann.press(Keys.ESCAPE, Keys.ESCAPE);
        cleo.reads("The stranger has moved on.");
        ann.sees("waiting");
        bob.sees("ended");
    }

    @Test
    void aMessageThatIsLateForItsChatReachesNobody() throws Exception {
        Tunnel slow = pages.tunnel();
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitorBehind(slow);
        Visitor cleo = pages.visitor();
        ann.meet(bob);
        cleo.find();
        cleo.sees("waiting");
        slow.hold();
        ann.pressTwice("#next");
        cleo.sees("chat");
        bob.say("For Ann only");
        slow.release();
        bob.sees("ended");
        assertThat(bob.draft()).isEqualTo("For Ann only");
        assertThat(bob.notes()).last().asString().contains("back in the box");
        bob.awaitState("not delivered");
        ann.say("Who are you?");
        cleo.hears("Who are you?");
        cleo.say("Cleo");
        ann.hears("Cleo");
        assertThat(ann.heard()).containsExactly("Cleo");
        assertThat(cleo.heard()).containsExactly("Who are you?");
    }

    @Test
    void leaveEndsTheChatForBothAndLooksForNobody() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.meet(bob);
        bob.write("I was about to say");
        ann.pressTwice("#leave");
        ann.sees("start");
        bob.sees("ended");
        bob.reads("The stranger has left.");
        bob.press(Keys.ENTER);
        bob.page.waitForText("#composer-note", "stays in the box");
        bob.page.reload();
        assertThat(bob.draft()).isEqualTo("I was about to say");
        bob.sees("start");
    }

    @Test
    void whoIsBlockedIsNotMetAgain() throws Exception {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.meet(bob);
        ann.complain("both");
        bob.reads("The stranger has left.");
        ann.reads("your report is in the record");
        // Two tabs of one browser are one visitor, whom no block keeps apart for good.
        ann.reads("Blocked: you two will not meet again while you both keep this page open.");
        ann.page.tap("#again");
        ann.sees("waiting");
        bob.page.tap("#again");
        bob.page.waitForText("#waited", "2 people are waiting");
        Visitor cleo = pages.visitor();
        cleo.find();
        ann.sees("chat");
        bob.sees("waiting");
        assertThat(Files.readString(logs.resolve("chat-logs.jsonl"))).contains("\"event\":\"Reported\"");
    }

    @Test
    void twoTabsOfOnePersonAreTwoVisitors() {
        pages.browser.process().seesOpenedTabs();
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.meet(bob);
        // A copy of the tab has a copy of what the tab stored.
        ann.page.run("window.open('/')");
        ann.page.waitUntil("the copy", pages::hasOpened);
        Visitor copy = pages.opened();
        copy.sees("start");
        Visitor cleo = pages.visitor();
        copy.meet(cleo);
        copy.say("From the second tab");
        cleo.hears("From the second tab");
        ann.say("From the first tab");
        bob.hears("From the first tab");
        copy.page.reload();
        copy.reads("You are back in the chat");
        cleo.say("Welcome back");
        copy.hears("Welcome back");
        assertThat(ann.heard()).isEmpty();
        assertThat(bob.heard()).containsExactly("From the first tab");
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
        assertThat(ann.page.text("#next")).isEqualTo("Next");
        ann.tabTo("leave");
        ann.press(Keys.SPACE, Keys.SPACE);
        ann.sees("start");
        assertThat(ann.focus()).isEqualTo("find");
        bob.sees("ended");
        bob.tabTo("close");
        bob.press(Keys.ENTER);
        bob.sees("start");
    }
}
