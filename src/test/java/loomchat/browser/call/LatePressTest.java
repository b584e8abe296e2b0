package loomchat.browser.call;

import static org.assertj.core.api.Assertions.assertThat;

import loomchat.browser.Browser;
import loomchat.browser.ChatTest;
import loomchat.browser.Tunnel;
import loomchat.browser.Visitor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/**
 * What was pressed comes seconds later, on a slow network, while the visitor has gone on to something else. The tests
 * hold the code back, and let it come when they have done what the visitor does meanwhile.
 */
@Tag("pages")
class LatePressTest extends ChatTest {
    LatePressTest() {
        super(Browser::forCalls, "CALLS", "all");
    }

    private Tunnel network;
    private Visitor ann;
    private Visitor bob;

    private void meet() throws Exception {
        network = pages.tunnel();
        ann = pages.visitorBehind(network);
        bob = pages.visitor();
        // Also the dialog for reports is asked for when a chat begins.
        network.holdBack("/on-demand/");
        ann.meet(bob);
        ann.page.waitFor("#call-button");
    }

    private void pressVideoCall() {
        network.holdBack("/scripts/chat/call/");
        ann.page.run("""
                window.asked = 0;
                const devices = navigator.mediaDevices;
                const get = devices.getUserMedia.bind(devices);
                devices.getUserMedia = (wanted) => {
                  asked++;
                  return get(wanted);
                };""");
        ann.page.tap("#call-button");
    }

    private long asked() {
        return (long) ann.page.run("return asked");
    }

    private boolean isBusy(String button) {
        return ann.page.count(button + "[aria-busy=true]") == 1;
    }

    /** The code comes, and has done what it does at once. */
    private void release(String module, String style) {
        network.release();
        ann.page.runAsync("""
                const [module, style, done] = arguments;
                import("/scripts/chat/stylesheet.js")
                  .then(({ stylesheet }) => Promise.all([import(module), stylesheet(style)]))
                  .then(() => setTimeout(done));""", module, style);
    }

    private void releaseCall() {
        release("/scripts/chat/call/call.js", "/styles/call.css");
    }

    private void releaseDialog(String button) {
        String name = button.equals("#safety") ? "safety-dialog" : "settings";
        release("/scripts/chat/on-demand/" + name + ".js", "/styles/dialogs.css");
    }

    /** Ends this chat, and begins one with somebody else. */
    private void goOn() {
        ann.pressTwice("#next");
        ann.sees("waiting");
        Visitor cleo = pages.visitor();
        cleo.find();
        ann.sees("chat");
    }

    @Test
    void whoWritesOnIsNotInterruptedByTheCall() throws Exception {
        meet();
        pressVideoCall();
        assertThat(isBusy("#call-button")).isTrue();
        ann.page.type("#text", "go on");
        releaseCall();
        ann.page.waitFor("#call-send");
        assertThat(isBusy("#call-button")).isFalse();
        assertThat(ann.focus()).isEqualTo("text");
        ann.press(" and on", Keys.ENTER);
        bob.hears("go on and on");
        assertThat(ann.page.isShown("#call[data-state=preview]")).isTrue();
    }

    @Test
    void whoWaitsForTheCallHasItsButtonNext() throws Exception {
        meet();
        pressVideoCall();
        ann.page.tap("#call-button");
        releaseCall();
        ann.page.waitUntil("the focus", () -> "call-send".equals(ann.focus()));
        assertThat(asked()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"it ends", "another begins"})
    void noCameraIsAskedForAChatThatIsOver(String how) throws Exception {
        meet();
        pressVideoCall();
        if (how.equals("it ends")) {
            bob.pressTwice("#leave");
            ann.sees("ended");
        } else {
            goOn();
            assertThat(isBusy("#call-button")).isFalse();
        }
        releaseCall();
        assertThat(asked()).isZero();
        assertThat(ann.page.count("#call")).isZero();
        assertThat(ann.page.text("#announce")).isEmpty();
        if (how.equals("another begins")) {
            ann.page.tap("#call-button");
            ann.page.waitFor("#call-send");
        }
    }

    @Test
    void anEndWhileTheCameraIsSlowLeavesNoWordsBehind() throws Exception {
        meet();
        ann.page.run("navigator.mediaDevices.getUserMedia = () => new Promise(() => {})");
        ann.page.tap("#call-button");
        ann.page.waitForText("#call-state", "Your browser asks");
        bob.pressTwice("#leave");
        ann.page.waitUntil("the end of the call", () -> ann.page.count("#call") == 0);
        assertThat(ann.page.text("#announce")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"#safety", "#settings"})
    void noDialogOpensOverWhatSomebodyWrites(String button) throws Exception {
        meet();
        ann.page.tap(button);
        assertThat(isBusy(button)).isTrue();
        ann.page.type("#text", "go on");
        releaseDialog(button);
        assertThat(ann.page.count("dialog")).isZero();
        assertThat(isBusy(button)).isFalse();
        ann.press(" and on", Keys.ENTER);
        bob.hears("go on and on");
        ann.reads("ready now");
        ann.page.tap(button);
        ann.page.waitFor("dialog[open]");
        assertThat(ann.page.count("dialog input:focus")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"#safety", "#settings"})
    void aDialogTakesNoKeysOfWhoHasGoneToTheBox(String button) throws Exception {
        meet();
        ann.page.tap(button);
        ann.page.tap("#text");
        releaseDialog(button);
        ann.page.waitFor("dialog[open]");
        assertThat(ann.page.count("dialog:focus")).isEqualTo(1);
        ann.press(" ", Keys.ENTER);
        assertThat(ann.page.count("dialog[open]:focus")).isEqualTo(1);
        assertThat(ann.page.count("[name=reason]:checked")).isZero();
        ann.press(Keys.ESCAPE);
        ann.page.waitUntil("the dialog is gone", () -> ann.page.count("dialog") == 0);
        assertThat(ann.focus()).isEqualTo("text");
    }

    @Test
    void aReportIsNotForTheNextStranger() throws Exception {
        meet();
        ann.page.tap("#safety");
        goOn();
        assertThat(isBusy("#safety")).isFalse();
        releaseDialog("#safety");
        assertThat(ann.page.count("dialog")).isZero();
    }

    @Test
    void whoeverIsGoneCanStillBeReported() throws Exception {
        meet();
        ann.page.tap("#safety");
        bob.pressTwice("#leave");
        ann.sees("ended");
        releaseDialog("#safety");
        ann.page.waitFor("#safety-dialog[open]");
    }

    @Test
    void aLinkOpensNoDialogOverWhatSomebodyWrites() throws Exception {
        meet();
        network.holdBack("/styles/dialogs.css");
        bob.say("See https://example.org/");
        ann.page.waitFor(".link");
        ann.page.tap(".link");
        assertThat(isBusy(".link")).isTrue();
        ann.page.type("#text", "go on");
        release("/scripts/chat/on-demand/dialog.js", "/styles/dialogs.css");
        assertThat(ann.page.count("dialog")).isZero();
        assertThat(ann.focus()).isEqualTo("text");
    }

    /** Seen of a page that is left: one that is reloaded is back before anybody could look. */
    @Test
    void aPageOnASlowNetworkIsWaitedForLonger() {
        ann = pages.visitor();
        bob = pages.visitor();
        ann.meet(bob);
        bob.page.run(
                "performance.getEntriesByType = () => [{loadEventEnd: 5000, requestStart: 0, responseStart: 400}]");
        bob.page.run("location.href = '/logs'");
        ann.reads("The stranger closed or reloaded the page. They have 8 seconds to come back");
        bob.page.front().navigate().back();
        bob.reads("You are back in the chat.");
    }
}
