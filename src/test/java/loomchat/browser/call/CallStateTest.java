package loomchat.browser.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import loomchat.browser.Browser;
import loomchat.browser.ChatTest;
import loomchat.browser.Tunnel;
import loomchat.browser.Visitor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** That page, server and devices stay of one mind about a call, and the visitor can go on writing meanwhile. */
@Tag("pages")
class CallStateTest extends ChatTest {
    CallStateTest() {
        super(Browser::forCalls, "CALLS", "all");
    }

    private Caller ann;
    private Caller bob;

    private void meet(Tunnel annsNetwork, Tunnel bobsNetwork) {
        ann = new Caller(annsNetwork == null ? pages.visitor() : pages.visitorBehind(annsNetwork));
        bob = new Caller(bobsNetwork == null ? pages.visitor() : pages.visitorBehind(bobsNetwork));
        ann.visitor.meet(bob.visitor);
    }

    /** What was on its way is lost. */
    private static void lose(Tunnel network, Visitor visitor) {
        network.cut();
        network.release();
        network.mend();
        visitor.reads("You are back in the chat.");
    }

    @Test
    void whoReloadsThePageInACallIsToldThatItEnded() {
        meet(null, null);
        ann.invite();
        bob.answer();
        ann.page.waitFor("#call[data-state=on]");
        ann.page.reload();
        ann.visitor.reads("The call ended because you left or reloaded this page.");
        bob.visitor.reads("The call ended on the stranger's side.");
    }

    @Test
    void anAnswerThatWasLostIsGivenAgain() throws Exception {
        Tunnel network = pages.tunnel();
        meet(null, network);
        ann.invite();
        bob.page.waitFor("#call-accept");
        bob.page.tap("#call-accept");
        bob.page.waitFor("#call-send");
        network.hold();
        bob.page.tap("#call-send");
        lose(network, bob.visitor);
        ann.seesAndHears();
        bob.seesAndHears();
    }

    @Test
    void anAnswerThatTheOtherDidNotGetStartsTheCallWhenItIsBack() throws Exception {
        Tunnel network = pages.tunnel();
        meet(network, null);
        ann.invite();
        bob.page.waitFor("#call-accept");
        bob.page.tap("#call-accept");
        bob.page.waitFor("#call-send");
        network.hold();
        bob.page.tap("#call-send");
        bob.page.waitForText("#call-state", "Connecting");
        lose(network, ann.visitor);
        ann.seesAndHears();
        bob.seesAndHears();
    }

    @Test
    void aCallThatEndedWithoutTheServerIsOverForBothWhenItIsBack() throws Exception {
        Tunnel network = pages.tunnel();
        meet(network, null);
        ann.call(bob);
        network.cut();
        ann.page.waitForText("#banner", "No connection to the server.");
        ann.hangUp();
        ann.hasNoCall();
        network.mend();
        bob.visitor.reads("The call ended on the stranger's side.");
        bob.hasNoCall();
        bob.call(ann);
    }

    @Test
    void whoIsWritingGoesOnWriting() {
        meet(null, null);
        ann.invite();
        bob.page.waitFor("#call-accept");
        bob.page.tap("#call-accept");
        ann.page.run("document.getElementById('text').focus()");
        bob.page.waitFor("#call-send");
        bob.page.tap("#call-send");
        ann.seesAndHears();
        assertThat(ann.visitor.focus()).isEqualTo("text");
        bob.hangUp();
        ann.hasNoCall();
        assertThat(ann.visitor.focus()).isEqualTo("text");
    }

    @Test
    void escapeClosesThePreviewAndAsksForNobodyElse() {
        meet(null, null);
        ann.page.tap("#call-button");
        ann.page.waitFor("#call-send");
        ann.page.waitUntil("the focus", () -> "call-send".equals(ann.visitor.focus()));
        ann.visitor.press(Keys.ESCAPE);
        ann.hasNoCall();
        assertThat(ann.page.text("#next")).isEqualTo("Next");
        assertThat(ann.visitor.focus()).isEqualTo("text");
    }

    @Test
    void whoPutsAnAnswerOffIsBackAtTheInvitation() {
        meet(null, null);
        ann.invite();
        for (String how : List.of("Escape", "Cancel")) {
            bob.prepareAnswer();
            bob.page.waitUntil("the focus", () -> "call-send".equals(bob.visitor.focus()));
            if (how.equals("Escape")) {
                bob.visitor.press(Keys.ESCAPE);
            } else {
                bob.page.tap("#call-cancel");
            }
            bob.page.waitFor("#call-accept");
            assertThat(bob.visitor.focus()).as(how).isEqualTo("call-accept");
        }
    }

    @Test
    void aCameraThatIsTurnedOnTwiceDoesNotStayOn() {
        meet(null, null);
        ann.call(bob);
        ann.page.tap("#call-video");
        bob.page.waitForText("#call-partner", "The stranger's camera is off");
        ann.page.run("const camera = document.getElementById('call-video'); camera.click(); camera.click()");
        bob.page.waitUntil(
                "a camera that is on", () -> bob.page.text("#call-partner").isEmpty());
        ann.page.waitUntil("two tries", () -> count(ann, "witness.tracks.length") == 4);
        assertThat(count(ann, "witness.live()")).isEqualTo(2);
        ann.hangUp();
        ann.hasNoCall();
    }

    @Test
    void aDeviceThatIsUnpluggedIsToldToBoth() {
        meet(null, null);
        ann.call(bob);
        for (String kind : List.of("video", "audio")) {
            ann.page.run(
                    "witness.tracks.find((each) => each.kind === arguments[0]).dispatchEvent(new Event('ended'))",
                    kind);
        }
        ann.page.waitForText("#call-problem", "Your microphone is gone");
        bob.page.waitForText("#call-partner", "camera and microphone are off");
        assertThat(count(ann, "witness.live()")).isZero();
        assertThat(ann.isInCall()).isTrue();
    }

    /** A browser that names the visitor's own address beside that of the relay, as Firefox does. */
    @Test
    void noAddressLeavesThePageInARelayedCall() {
        ann = new Caller(pages.visitor());
        Object left = ann.page.runAsync("""
                const done = arguments[arguments.length - 1];
                const own = "192.0.2.7";
                const sdp = [
                  "v=0", "m=video 50123 UDP/TLS/RTP/SAVPF 96", `c=IN IP4 ${own}`, `a=rtcp:50124 IN IP4 ${own}`,
                  `a=candidate:1 1 udp 1 ${own} 50123 typ host`, "a=end-of-candidates", "a=mid:0", "m=audio 0 UDP/TLS/RTP/SAVPF 0", "",
                ].join("\\r\\n");
                const candidate = (text) => ({ candidate: text, sdpMid: "0", sdpMLineIndex: 0, usernameFragment: "u" });
                import("/scripts/chat/call/sdp.js").then(({ withoutAddresses, shownCandidate }) => done([
                  withoutAddresses(sdp).replaceAll("\\r\\n", "|"),
                  shownCandidate(candidate(`candidate:1 1 udp 1 ${own} 50123 typ host`), true),
                  shownCandidate(candidate(`candidate:1 1 udp 1 ${own} 50123 typ srflx raddr 10.0.0.1 rport 9`), true),
                  shownCandidate(candidate(`candidate:2 1 udp 1 198.51.100.1 4000 typ relay raddr ${own} rport 50123`), true).candidate,
                  shownCandidate(candidate(`candidate:1 1 udp 1 ${own} 50123 typ host`), false).candidate,
                ]));""");
        assertThat((List<?>) left)
                .isEqualTo(java.util.Arrays.asList(
                        "v=0|m=video 9 UDP/TLS/RTP/SAVPF 96|c=IN IP4 0.0.0.0|a=rtcp:9 IN IP4 0.0.0.0|a=mid:0"
                                + "|m=audio 0 UDP/TLS/RTP/SAVPF 0|",
                        null,
                        null,
                        "candidate:2 1 udp 1 198.51.100.1 4000 typ relay raddr 0.0.0.0 rport 0",
                        "candidate:1 1 udp 1 192.0.2.7 50123 typ host"));
    }

    private static long count(Caller who, String expression) {
        return ((Number) who.page.run("return " + expression)).longValue();
    }
}
