package loomchat.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/**
 * What else two and three people do at the chat page, in a real browser against the real server. Long, because one
 * browser and one server serve all of it.
 */
class ChatPageTest extends ChatTest {
    ChatPageTest() {
        super("INTEREST_TIMEOUT", "60s");
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
        Object calm = ann.page.run(PLACES);
        ann.page.tap("#next");
        assertThat(ann.page.text("#next")).isEqualTo("Next?");
        ann.page.tap("#leave");
        assertThat(ann.page.text("#leave")).isEqualTo("Leave?");
        assertThat(ann.page.text("#next")).isEqualTo("Next");
        assertThat(ann.page.run(PLACES)).isEqualTo(calm);
        bob.say("Still here?");
        ann.hears("Still here?");
        ann.write("A draft for Bob");
        ann.pressTwice("#next");
        cleo.sees("chat");
        assertThat(ann.draft()).isEmpty();
        bob.sees("ended");
        bob.reads("The stranger has moved on.");
        ann.say("New here");
        cleo.hears("New here");
        assertThat(ann.heard()).isEmpty();
        assertThat(bob.page.isShown("#again")).isTrue();

        assertThat(ann.page.text("#leave")).isEqualTo("Leave");
        ann.pressTwice("#next");
        cleo.reads("The stranger has moved on.");
        ann.sees("waiting");
        bob.sees("ended");
    }

    /** Where the two buttons are, and how wide. */
    private static final String PLACES = """
            return ["next", "leave"].map((id) => document.getElementById(id).getBoundingClientRect())
              .map(({ x, y, width, height }) => `${x} ${y} ${width} ${height}`)""";

    @Test
    void escapeLeavesAndThenFindsTheNext() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        Visitor cleo = pages.visitor();
        ann.meet(bob);
        ann.press(Keys.ESCAPE);
        assertThat(ann.page.text("#leave")).isEqualTo("Leave?");
        ann.press(Keys.ESCAPE);
        ann.sees("ended");
        assertThat(ann.notes()).last().isEqualTo("You ended the chat.");
        bob.reads("The stranger has left.");
        assertThat(ann.page.isShown("#composer")).isFalse();
        assertThat(ann.focus()).isEqualTo("messages");
        // Not a frame around all that was said, until somebody uses the keys in it
        assertThat(outline(ann)).isEqualTo("none");
        ann.press(Keys.ARROW_UP);
        assertThat(outline(ann)).isEqualTo("solid");
        cleo.find();
        cleo.sees("waiting");
        // A key pressed in the moment of the end was meant for the chat.
        ann.page.waitUntil("the next one", () -> {
            ann.press(Keys.ESCAPE);
            return ann.page.isShown("#main[data-phase=chat]");
        });
        ann.say("Who are you?");
        cleo.hears("Who are you?");
        assertThat(ann.heard()).isEmpty();
        bob.page.waitUntil("a search", () -> {
            bob.press(Keys.ENTER);
            return bob.page.isShown("#main[data-phase=waiting]");
        });
    }

    @Test
    void theEnterThatFindsTheNextStopsNoSearch() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        Visitor cleo = pages.visitor();
        ann.meet(bob);
        bob.pressTwice("#leave");
        ann.sees("ended");
        cleo.find();
        cleo.sees("waiting");
        ann.page.waitUntil("another phase", () -> {
            ann.press(Keys.ENTER);
            return !ann.page.isShown("#main[data-phase=ended]");
        });
        ann.sees("chat");
        cleo.sees("chat");
        ann.say("Found with Enter");
        cleo.hears("Found with Enter");
    }

    @Test
    void whoWritesOnAfterTheEndFindsNobodyWithIt() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        Visitor cleo = pages.visitor();
        ann.meet(bob);
        stopTheClock(ann);
        ann.press("lol", Keys.ENTER);
        bob.hears("lol");
        bob.pressTwice("#leave");
        ann.sees("ended");
        pass(ann, 1_999);
        pressedInVain(ann, Keys.ENTER);
        // A button of its own is never in doubt.
        ann.tabTo("again");
        ann.press("x", Keys.ENTER);
        ann.sees("waiting");

        cleo.find();
        ann.sees("chat");
        ann.write("A draft");
        cleo.sees("chat");
        cleo.pressTwice("#leave");
        ann.sees("ended");
        assertThat(ann.focus()).isEqualTo("messages");
        pass(ann, 1_999);
        pressedInVain(ann, Keys.ENTER);
        ann.press(" of");
        pass(ann, 1_999);
        pressedInVain(ann, Keys.ENTER);
        pressedInVain(ann, Keys.ESCAPE);
        pass(ann, 1);
        ann.pressShiftEnter();
        assertThat(ann.page.isShown("#main[data-phase=ended]")).isTrue();
        ann.press(Keys.ENTER);
        ann.sees("waiting");
    }

    /** The page's time goes on only with {@link #pass}. */
    private static void stopTheClock(Visitor visitor) {
        visitor.page.run(
                "let now = performance.now(); performance.now = () => now; window.pass = (millis) => (now += millis)");
    }

    private static void pass(Visitor visitor, int millis) {
        visitor.page.run("pass(arguments[0])", millis);
    }

    private static void pressedInVain(Visitor visitor, Keys key) {
        visitor.press(key);
        assertThat(visitor.page.isShown("#main[data-phase=ended]")).isTrue();
    }

    @Test
    void aDoubleClickOnFindSomeoneStopsNoSearch() {
        Visitor ann = pages.visitor();
        stopTheClock(ann);
        ann.page.run("document.getElementById('interests').focus()");
        ann.press(Keys.ENTER, Keys.ENTER);
        ann.sees("waiting");
        pass(ann, 699);
        ann.page.click("#stop");
        ann.press(Keys.ENTER);
        assertThat(ann.page.isShown("#find")).isFalse();
        pass(ann, 1);
        ann.press(Keys.ENTER);
        ann.sees("start");
    }

    @Test
    void theSecondPressIsForNothingElseWhenTheStrangerWentInBetween() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.meet(bob);
        stopTheClock(ann);
        ann.press(Keys.ESCAPE);
        assertThat(ann.page.text("#leave")).isEqualTo("Leave?");
        bob.pressTwice("#leave");
        ann.sees("ended");
        pass(ann, 2_999);
        ann.page.tap("#safety");
        ann.page.run("document.getElementById('messages').focus()");
        pressedInVain(ann, Keys.ESCAPE);
        pressedInVain(ann, Keys.ENTER);
        pass(ann, 1);
        ann.page.tap("#safety");
        ann.page.waitFor("#safety-dialog[open]");
        ann.press(Keys.ESCAPE);
        ann.page.waitUntil("no dialog", () -> !ann.page.isShown("#safety-dialog"));
        ann.press(Keys.ESCAPE);
        ann.sees("waiting");
    }

    @Test
    void aHeldKeyAndADoubleClickPressOnce() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.meet(bob);
        ann.tabTo("next");
        for (int i = 0; i < 4; i++) {
            ann.page.devtools(
                    "Input.dispatchKeyEvent",
                    Map.of(
                            "type",
                            "keyDown",
                            "key",
                            "Enter",
                            "code",
                            "Enter",
                            "text",
                            "\r",
                            "autoRepeat",
                            i > 0,
                            "windowsVirtualKeyCode",
                            13));
        }
        ann.page.devtools("Input.dispatchKeyEvent", Map.of("type", "keyUp", "key", "Enter", "code", "Enter"));
        assertThat(ann.page.text("#next")).isEqualTo("Next?");
        WebElement leave = ann.page.front().findElement(By.id("leave"));
        new Actions(ann.page.front()).doubleClick(leave).perform();
        ann.say("Still here");
        bob.hears("Still here");
        ann.sees("chat");
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
        bob.write("That took me five minutes");
        slow.release();
        bob.sees("ended");
        assertThat(bob.draft()).isEqualTo("For Ann only\nThat took me five minutes");
        assertThat(bob.notes()).last().asString().contains("stays in the box for your next chat");
        assertThat(bob.page.texts(".mine .state")).containsExactly("not delivered", "not sent");
        ann.say("Who are you?");
        cleo.hears("Who are you?");
        cleo.say("Cleo");
        ann.hears("Cleo");
        assertThat(ann.heard()).containsExactly("Cleo");
        assertThat(cleo.heard()).containsExactly("Who are you?");
    }

    /** On a slow network the button is there for seconds before the scripts are. */
    @Test
    void aPressBeforeThePageIsReadyIsNotLost() {
        Visitor ann = pages.visitor();
        ann.page.devtools("Page.addScriptToEvaluateOnNewDocument", Map.of("source", """
                new MutationObserver((_, observer) => {
                  if (!document.getElementById("find")) return;
                  observer.disconnect();
                  document.getElementById("find").click();
                }).observe(document, { childList: true, subtree: true });"""));
        ann.page.reload();
        ann.sees("waiting");
        pages.close(ann);
    }

    @Test
    void leaveEndsTheChatForBothAndLooksForNobody() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.meet(bob);
        ann.say("Bye");
        bob.hears("Bye");
        bob.say("Hello");
        bob.awaitState("delivered");
        bob.write("I was about to say");
        ann.pressTwice("#leave");
        ann.sees("ended");
        assertThat(ann.said()).containsExactly("Bye");
        ann.page.tap("#close");
        ann.sees("start");
        assertThat(ann.page.count("#messages > *")).isZero();
        bob.sees("ended");
        bob.reads("The stranger has left.");
        // What was typed for one stranger stays in that chat, and nothing of a chat that is over for a reload.
        assertThat(bob.draft()).isEmpty();
        assertThat(bob.said()).containsExactly("Hello", "I was about to say");
        bob.awaitState("not sent");
        // Both were written within a minute, and yet each says what became of it.
        assertThat((List<?>) bob.page.run("return [...document.querySelectorAll('.mine .state')]"
                        + ".filter((each) => each.checkVisibility()).map((each) => each.textContent)"))
                .isEqualTo(List.of("delivered", "not sent"));
        bob.page.reload();
        bob.sees("start");
        assertThat(bob.draft()).isEmpty();
        assertThat(bob.page.run("return Object.keys(sessionStorage)")).isEqualTo(List.of());
    }

    private static Object outline(Visitor visitor) {
        return visitor.page.run("return getComputedStyle(document.getElementById('messages')).outlineStyle");
    }

    @Test
    void aSavedChatThatIsTooOldIsDroppedUnseen() {
        Visitor ann = pages.visitor();
        ann.page.run("""
                sessionStorage.setItem("loomchat.chat", JSON.stringify({ until: Date.now() - 1, chat: 1, secret: "x",
                  outbox: { lastId: 0, sentId: 0, messages: [] }, page: { entries: [{ side: "theirs", text: "Old", at: 1 }] } }))""");
        ann.page.reload();
        ann.sees("start");
        assertThat(ann.page.count("#messages > *")).isZero();
        assertThat(ann.page.run("return Object.keys(sessionStorage)")).isEqualTo(List.of());
    }

    @Test
    void theLastChatCanBeKept() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        // 14 hours from UTC, without summer time
        ann.page.timeZone("Pacific/Kiritimati");
        ann.page.reload();
        ann.awaitScripts();
        ann.meet(bob);
        ann.say("One line\n2:35 PM Stranger: and another");
        bob.hears("and another");
        bob.say("Yes");
        ann.hears("Yes");
        bob.pressTwice("#leave");
        ann.sees("ended");
        ann.page.run("""
                URL.createObjectURL = (blob) => (blob.text().then((text) => (window.saved = text)), "blob:none");
                HTMLAnchorElement.prototype.click = function () { window.savedAs = this.download; };
                navigator.clipboard.writeText = async (text) => { window.copied = text; };""");
        ann.page.tap("#save");
        ann.page.waitUntil("the file", () -> ann.page.run("return window.saved") != null);
        String text = ann.page.run("return window.saved").toString();
        // What follows in a message cannot be taken for a line of the other one.
        assertThat(text.lines().map(each -> each.replaceFirst("^\\d\\d?:\\d\\d(\\W[AP]M)? ", "")))
                .contains(
                        "You: One line",
                        "    2:35 PM Stranger: and another",
                        "Stranger: Yes",
                        "– The stranger has left.");
        assertThat(text).contains("\n" + ann.page.text(".theirs time") + " Stranger: Yes\n");
        assertThat(text).startsWith("Chat with a stranger, ");
        assertThat(ann.page.run("return window.savedAs").toString())
                .matches("chat-\\d{4}-\\d\\d-\\d\\d-\\d\\d-\\d\\d\\.txt")
                .isEqualTo(ann.page.run("""
                        const time = new Date(document.querySelector("#messages time").dateTime);
                        return `chat-${time.toLocaleString("sv").slice(0, 16).replace(/[ :]/g, "-")}.txt`"""));
        assertThat(ann.page.text("#kept")).isEqualTo("The chat is saved as a text file.");
        ann.page.tap("#copy");
        ann.page.waitForText("#kept", "The chat is copied.");
        assertThat(ann.page.isShown("#kept")).isTrue();
        assertThat(ann.page.run("return window.copied")).isEqualTo(text);
        ann.page.run("navigator.clipboard.writeText = () => Promise.reject(); document.execCommand = () => false");
        ann.page.tap("#copy");
        ann.page.waitForText("#kept", "The browser does not let this page copy.");
        ann.page.tap("#again");
        ann.sees("waiting");
        assertThat(ann.page.run("return document.getElementById('kept').textContent"))
                .isEqualTo("");
        ann.page.timeZone("");
    }

    @Test
    void aMessageThatMayNotHaveArrivedIsNotLeftAsSent() throws Exception {
        Tunnel slow = pages.tunnel();
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitorBehind(slow);
        ann.meet(bob);
        ann.say("Arrived");
        ann.awaitState("delivered");
        slow.hold();
        ann.say("On its way");
        ann.awaitState("sent");
        ann.pressTwice("#leave");
        ann.sees("ended");
        assertThat(ann.page.texts(".mine .state")).containsExactly("delivered", "may not have arrived");
        slow.release();
    }

    @Test
    void whoGoesOnCanKeepTheLastChatWhileWaiting() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.meet(bob);
        bob.say("Keep this");
        ann.hears("Keep this");
        ann.write("Half a sentence");
        ann.pressTwice("#next");
        ann.sees("waiting");
        assertThat(ann.page.text("#kept-last")).isEqualTo("Your last chat:");
        assertThat(ann.page.runAsync("""
                const done = arguments[arguments.length - 1];
                navigator.clipboard.writeText = async (text) => done(text);
                document.getElementById("copy-last").click();""").toString())
                .contains("Stranger: Keep this", "You: Half a sentence (not sent)");
        ann.page.waitForText("#kept-last", "The chat is copied.");
        // A key that was meant for the chat ends no search: after a moment it does.
        ann.page.waitUntil("the start", () -> {
            ann.press(Keys.ESCAPE);
            return ann.page.isShown("#find");
        });
        assertThat(ann.page.isShown("#copy-last")).isTrue();
        assertThat(ann.page.isShown("#language")).isTrue();
    }

    @Test
    void theLastChatStaysOnTheStartPageUntilTheNextOneBegins() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.meet(bob);
        bob.say("Keep this");
        ann.hears("Keep this");
        bob.pressTwice("#leave");
        ann.sees("ended");
        ann.page.tap("#close");
        ann.sees("start");
        assertThat(lastChat(ann)).contains("Stranger: Keep this", "– The stranger has left.");
        // Another language loads the page again, and empties nothing.
        ann.page.run("""
                document.getElementById("interests").value = "go";
                const box = document.getElementById("language");
                box.value = "de";
                box.dispatchEvent(new Event("change"));""");
        ann.page.waitForText("#kept-last", "Dein letzter Chat:");
        assertThat(lastChat(ann)).contains("Gegenüber: Keep this", "– Dein Gegenüber ist gegangen.");
        assertThat(ann.page.run("return document.getElementById('interests').value"))
                .isEqualTo("go");
        assertThat(ann.page.run("return Object.keys(sessionStorage)")).isEqualTo(List.of());
        ann.page.tap("#find");
        ann.sees("waiting");
        assertThat(ann.page.isShown("#copy-last")).isTrue();
        bob.page.tap("#close");
        bob.find("go");
        ann.sees("chat");
        bob.pressTwice("#leave");
        ann.sees("ended");
        ann.page.tap("#close");
        assertThat(lastChat(ann)).doesNotContain("Keep this");
        // Loaded again by the visitor, the page has forgotten it.
        ann.page.reload();
        ann.awaitScripts();
        assertThat(ann.page.isShown("#copy-last")).isFalse();
    }

    private static String lastChat(Visitor visitor) {
        return visitor.page.runAsync("""
                const done = arguments[arguments.length - 1];
                navigator.clipboard.writeText = async (text) => done(text);
                document.getElementById("copy-last").click();""").toString();
    }

    @Test
    void interestsAreSeparatedByTheCommaOfEachKeyboard() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.find("go; chess；music、films，شطرنج، أفلام قديمة");
        ann.sees("waiting");
        assertThat(ann.page.text("#stage-text"))
                .startsWith(
                        "Looking for a stranger, best of all one who likes go, chess, music, films, شطرنج, or أفلام قديمة.");
        bob.find("أفلام قديمة");
        ann.sees("chat");
        bob.page.waitForText("#shared", "You both like أفلام قديمة");
    }

    @Test
    void allThatTwoShareCanBeReadOnAPhone() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.find("chess, a very long interest of both, old films, cycling");
        ann.sees("waiting");
        bob.find("chess, a very long interest of both, old films, cycling");
        ann.sees("chat");
        ann.page.resize(390, 844, true);
        assertThat(ann.page.run("""
                const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.getElementById("shared");
                return scrollWidth <= clientWidth && scrollHeight <= clientHeight;""")).isEqualTo(true);
        ann.page.resize(1280, 800, false);
    }

    @Test
    void nothingIsChosenForWhoReports() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.meet(bob);
        ann.page.tap("#safety");
        ann.page.waitFor("#safety-dialog[open]");
        assertThat(ann.page.count("#safety-dialog :checked")).isZero();
        assertThat(ann.page.count("#safety-dialog .primary")).isEqualTo(1);
        ann.page.tap("#safety-dialog [value=report]");
        assertThat(ann.page.isShown("#safety-dialog")).isTrue();
        ann.page.tap("#safety-dialog [value=spam]");
        ann.page.tap("#safety-dialog [value=report]");
        ann.reads("your report was saved");
        ann.sees("chat");
        assertThat(ann.page.count("dialog")).isZero();
    }

    @Test
    void whoReportsAgainIsToldWhatWasSaved() throws Exception {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.meet(bob);
        for (String reason : List.of("spam", "minor", "spam")) {
            int before = ann.notes().size();
            ann.page.tap("#safety");
            ann.page.waitFor("#safety-dialog[open]");
            ann.page.tap("#safety-dialog [value=" + reason + "]");
            ann.page.tap("#safety-dialog button[value=report]");
            ann.page.waitUntil("an answer", () -> ann.notes().size() > before);
        }
        assertThat(ann.notes().subList(1, 4))
                .containsExactly(
                        "Thank you, your report was saved.",
                        "Thank you, your report was saved.",
                        "You had already reported this stranger for that reason. It was saved then.");
        String chat = Files.readAllLines(logs.resolve("chat-logs.jsonl")).stream()
                .filter(each -> each.contains("\"event\":\"Matched\""))
                .toList()
                .getLast()
                .replaceFirst(".*(\"pair\":\\d+),.*", "$1,");
        assertThat(Files.readAllLines(logs.resolve("chat-logs.jsonl")))
                .filteredOn(each -> each.contains("\"event\":\"Reported\"") && each.contains(chat))
                .extracting(each -> each.replaceFirst(".*\"reason\":\"(\\w+)\".*", "$1"))
                .containsExactly("spam", "minor");
    }

    @Test
    void whoIsBlockedIsNotMetAgain() throws Exception {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.meet(bob);
        ann.complain("both");
        bob.reads("The stranger has left.");
        ann.reads("your report was saved");
        // Two tabs of one browser are one visitor, whom no block keeps apart for good.
        ann.reads("Blocked: you two will not meet again while both of you stay connected.");
        ann.page.tap("#again");
        ann.sees("waiting");
        bob.page.tap("#again");
        bob.page.waitForText("#waited", "no one you can meet is waiting yet");
        Visitor cleo = pages.visitor();
        cleo.find();
        ann.sees("chat");
        bob.sees("waiting");
        assertThat(Files.readString(logs.resolve("chat-logs.jsonl"))).contains("\"event\":\"Reported\"");
    }

    @Test
    void twoTabsOfOnePersonAreTwoVisitors() {
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
}
