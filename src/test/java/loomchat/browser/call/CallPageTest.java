package loomchat.browser.call;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.util.List;
import loomchat.browser.Browser;
import loomchat.browser.ChatTest;
import loomchat.browser.Tunnel;
import loomchat.browser.Visitor;
import loomchat.testing.JsonClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What two people do with calls at the chat page. Their cameras are a browser's that it makes up. Long, because all
 * that a page does with calls is tried here, in a few lines each.
 */
@Tag("pages")
class CallPageTest extends ChatTest {
    CallPageTest() {
        super(Browser::forCalls, "CALLS", "all");
    }

    private Visitor ann;
    private Visitor bob;

    private void meet() {
        meet(pages.visitor());
    }

    private void meet(Visitor first) {
        ann = first;
        bob = pages.visitor();
        ann.meet(bob);
        ann.page.waitFor("#call-button");
        bob.page.waitFor("#call-button");
    }

    private void invite() {
        ann.page.waitFor("#call-button");
        ann.page.tap("#call-button");
        ann.page.waitFor("#call-send");
        ann.page.tap("#call-send");
        bob.page.waitFor("#call-accept");
    }

    private void call() {
        meet();
        begin();
    }

    private void begin() {
        invite();
        bob.page.tap("#call-accept");
        bob.page.waitFor("#call-send");
        bob.page.tap("#call-send");
        for (Visitor each : List.of(ann, bob)) {
            each.page.waitForText("#call-state", "Connected");
            each.page.waitUntil(
                    "a picture", () -> number(each, "document.querySelector('#call-theirs').videoWidth") > 0);
        }
    }

    private static long number(Visitor who, String expression) {
        return ((Number) who.page.run("return " + expression)).longValue();
    }

    private static long live(Visitor who) {
        return number(who, "witness.live()");
    }

    private static void awaitOver(Visitor who) {
        who.page.waitUntil("the end of the call", () -> who.page.count("#call") == 0 && live(who) == 0);
    }

    @Test
    void nothingIsAskedForOrSentBeforeTheVisitorWantsIt() {
        meet();
        assertThat(ann.page.count("link[href*='call.css']")).isZero();
        assertThat(number(
                        ann,
                        "performance.getEntriesByType('resource').filter((e) => e.name.includes('/call/')).length"))
                .isZero();
        ann.page.tap("#call-button");
        ann.page.waitForText("#call-state", "Only you see this.");
        assertThat(ann.page.isShown("#call-mine")).isTrue();
        assertThat(ann.page.texts("#call-choose-video option"))
                .hasSizeGreaterThan(1)
                .contains("No camera");
        assertThat(ann.page.texts("#call-choose-audio option")).contains("No microphone");
        assertThat(live(ann)).isEqualTo(2);
        // Another language would load the page again, without the call.
        ann.page.tap("#settings");
        ann.page.waitForText("#settings-language-note", "It can be changed after the call");
        assertThat(ann.page.count("#settings-language:disabled")).isEqualTo(1);
        ann.page.tap("#settings-dialog .primary");
        ann.page.waitUntil("no dialog", () -> ann.page.count("dialog") == 0);
        assertThat(bob.page.count("#call")).isZero();
        assertThat(number(bob, "witness.tracks.length")).isZero();
        ann.page.tap("#call-cancel");
        awaitOver(ann);
        bob.say("Are you there?");
        ann.hears("Are you there?");
        assertThat(bob.page.count("#call")).isZero();
    }

    @Test
    void theySeeEachOtherAndGoOnWriting() {
        call();
        assertThat(number(ann, "witness.sent.length")).isPositive();
        assertThat(ann.page.isShown("#call-reveal")).isTrue();
        String filter = "return getComputedStyle(document.querySelector('#call-theirs')).filter";
        assertThat(ann.page.run(filter).toString()).contains("blur");
        ann.page.tap("#call-reveal");
        ann.page.waitUntil("a clear picture", () -> "none".equals(ann.page.run(filter)));
        assertThat(bob.page.run(filter).toString()).contains("blur");
        long frames = number(ann, "document.querySelector('#call-theirs').getVideoPlaybackQuality().totalVideoFrames");
        ann.page.waitUntil(
                "more frames",
                () -> number(ann, "document.querySelector('#call-theirs').getVideoPlaybackQuality().totalVideoFrames")
                        > frames + 3);
        assertThat(number(ann, "witness.picture(document.querySelector('#call-theirs')).spread"))
                .isGreaterThan(20);
        ann.say("Nice to see you");
        bob.hears("Nice to see you");
        bob.page.waitUntil("figures for the record", () -> bob.page.run("return witness.stats") != null);
        ann.page.tap("#call-end");
        awaitOver(ann);
        awaitOver(bob);
        ann.reads("You ended the call.");
        bob.reads("The call ended on the stranger's side.");
        bob.say("And to write to you");
        ann.hears("And to write to you");
    }

    /** The pictures go on without the server, and somebody who blocks wants none of that. */
    @Test
    void aBlockWithoutAConnectionEndsTheCallAtOnce() throws Exception {
        Tunnel network = pages.tunnel();
        meet(pages.visitorBehind(network));
        begin();
        network.cut();
        ann.reads("The connection broke.");
        ann.complain("block");
        ann.reads("There is no connection. What you chose is done once it is back");
        awaitOver(ann);
        network.mend();
        ann.reads("Blocked: you two will not meet again");
        bob.sees("ended");
        awaitOver(bob);
    }

    @ParameterizedTest
    @ValueSource(strings = {"next", "leave", "block", "close"})
    void whateverEndsTheChatEndsTheCall(String how) {
        call();
        switch (how) {
            case "block" -> ann.complain("block");
            case "close" -> pages.close(ann);
            default -> ann.pressTwice("#" + how);
        }
        bob.sees("ended");
        awaitOver(bob);
        if (!how.equals("close")) {
            awaitOver(ann);
            assertThat(ann.page.isShown("#call-button")).isFalse();
        }
    }

    @Test
    void theCameraGoesOffAndTheStrangerIsTold() {
        call();
        assertThat(switches()).isEqualTo(List.of("Mute your microphone: false", "Turn your camera off: false"));
        ann.page.tap("#call-video");
        bob.page.waitForText("#call-partner", "The stranger's camera is off");
        assertThat(live(ann)).isEqualTo(1);
        assertThat(switches()).isEqualTo(List.of("Mute your microphone: false", "Turn your camera off: true"));
        ann.page.tap("#call-audio");
        bob.page.waitForText("#call-partner", "camera and microphone are off");
        assertThat(switches()).isEqualTo(List.of("Mute your microphone: true", "Turn your camera off: true"));
        ann.page.tap("#call-video");
        bob.page.waitForText("#call-partner", "The stranger is muted");
        long frames = number(bob, "document.querySelector('#call-theirs').getVideoPlaybackQuality().totalVideoFrames");
        bob.page.waitUntil(
                "frames again",
                () -> number(bob, "document.querySelector('#call-theirs').getVideoPlaybackQuality().totalVideoFrames")
                        > frames + 3);
        ann.page.tap("#call-audio");
        bob.page.waitUntil("nothing to say", () -> !bob.page.isShown("#call-partner"));
        assertThat(switches()).isEqualTo(List.of("Mute your microphone: false", "Turn your camera off: false"));
    }

    /** What a screen reader says of Ann's two buttons: a name that stays, and whether it is pressed. */
    private Object switches() {
        return ann.page.run("""
                return ["call-audio", "call-video"].map((id) => document.getElementById(id)).map((each) =>
                  `${each.ariaLabel === each.title ? each.title : "another title"}: ${each.ariaPressed}`)""");
    }

    @Test
    void whoDeclinesIsLeftInPeaceForAWhile() {
        meet();
        bob.write("I am writing");
        invite();
        assertThat(bob.focus()).isEqualTo("text");
        bob.page.tap("#call-decline");
        ann.reads("The stranger declined. You can ask again in 30 seconds.");
        awaitOver(ann);
        awaitOver(bob);
        assertThat(number(bob, "witness.tracks.length")).isZero();
        ann.page.tap("#call-button");
        ann.page.waitFor("#call-send");
        ann.page.tap("#call-send");
        ann.reads("You have asked too often, or the stranger has just declined.");
        awaitOver(ann);
        assertThat(bob.page.count("#call")).isZero();
    }

    @Test
    void anInvitationIsTakenBack() {
        meet();
        invite();
        ann.page.tap("#call-cancel");
        bob.reads("The stranger stopped calling.");
        awaitOver(ann);
        awaitOver(bob);
    }

    @Test
    void whoInvitesWhileTheOtherLooksAtItsPreviewIsJoined() {
        meet();
        bob.page.tap("#call-button");
        bob.page.waitFor("#call-send");
        ann.page.tap("#call-button");
        ann.page.waitFor("#call-send");
        ann.page.tap("#call-send");
        bob.page.waitForText("#call-state", "The stranger is inviting you as well.");
        bob.page.tap("#call-send");
        ann.page.waitForText("#call-state", "Connected");
        bob.page.waitForText("#call-state", "Connected");
    }

    @ParameterizedTest
    @CsvSource({
        "NotAllowedError, Allow it in the settings of this site",
        "NotFoundError, was found. Connect one",
        "NotReadableError, in use by another program",
    })
    void whatIsWrongWithACameraIsSaidAndOneCanJoinWithout(String error, String text) {
        meet();
        bob.page.run(
                "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', arguments[0]))",
                error);
        invite();
        bob.page.tap("#call-accept");
        bob.page.waitForText("#call-problem", text);
        bob.page.waitFor("#call-again");
        bob.page.tap("#call-send");
        ann.page.waitForText("#call-state", "Connected");
        ann.page.waitForText("#call-partner", "camera and microphone are off");
        bob.page.waitUntil("a picture", () -> number(bob, "document.querySelector('#call-theirs').videoWidth") > 0);
    }

    @Test
    void withoutASecureContextThePageSaysSo() {
        meet();
        ann.page.run("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })");
        ann.page.tap("#call-button");
        ann.page.waitForText("#call-problem", "only to pages that came over HTTPS");
    }

    /** A client that is no page says whatever it likes. */
    @Test
    void nonsenseInSignalsDoesNoHarm() {
        ann = pages.visitor();
        ann.find();
        ann.sees("waiting");
        try (JsonClient mallory = JsonClient.v1(pages.port())) {
            mallory.next("welcome");
            mallory.send("{\"type\":\"find\"}");
            int chat = mallory.next("matched").getInt("chat");
            ann.sees("chat");
            ann.page.waitFor("#call-button");
            ann.page.tap("#call-button");
            ann.page.waitFor("#call-send");
            ann.page.tap("#call-send");
            JsonObject invite = mallory.next("call");
            assertThat(invite.getString("do")).isEqualTo("invite");
            mallory.send("{\"type\":\"call\",\"chat\":%d,\"call\":1,\"do\":\"accept\",\"kinds\":[\"video\"]}"
                    .formatted(chat));
            ann.page.waitForText("#call-state", "Connecting…");
            // There is nothing to show before there is a picture.
            assertThat(ann.page.isShown("#call-theirs")).isTrue();
            assertThat(ann.page.isShown("#call-reveal")).isFalse();
            List<String> nonsense = List.of(
                    "?",
                    "null",
                    "[]",
                    "{\\\"description\\\":7}",
                    "{\\\"description\\\":{\\\"type\\\":\\\"offer\\\",\\\"sdp\\\":\\\"v=0\\\"}}",
                    "{\\\"description\\\":{\\\"type\\\":\\\"rollback\\\",\\\"sdp\\\":\\\"\\\"}}",
                    "{\\\"description\\\":{\\\"type\\\":\\\"answer\\\",\\\"sdp\\\":\\\"nonsense\\\"}}",
                    "{\\\"candidate\\\":{\\\"candidate\\\":\\\"candidate:1 1 udp 1 <b> 1 typ host\\\",\\\"sdpMid\\\":\\\"x\\\"}}",
                    "{\\\"candidate\\\":[]}",
                    "{\\\"state\\\":{\\\"audio\\\":\\\"<img src=x>\\\"}}",
                    "x".repeat(16_000));
            for (int i = 0; i < nonsense.size(); i++) {
                mallory.send("{\"type\":\"signal\",\"chat\":%d,\"call\":1,\"id\":%d,\"data\":\"%s\"}"
                        .formatted(chat, i + 1, nonsense.get(i)));
            }
            mallory.send("{\"type\":\"chat\",\"chat\":%d,\"id\":1,\"text\":\"Did it hurt?\"}".formatted(chat));
            ann.hears("Did it hurt?");
            assertThat(ann.page.text("#call-state")).isEqualTo("Connecting…");
            ann.page.waitForText("#call-partner", "camera and microphone are off");
            assertThat(ann.page.count("#call img")).isZero();
            ann.page.tap("#call-end");
            awaitOver(ann);
        }
    }

    /** However often the stranger begins again, this page says no more than the server takes. */
    @Test
    void aStrangerCannotMakeThePageFloodTheServer() {
        ann = pages.visitor();
        Object most = ann.page.runAsync("""
                const done = arguments[arguments.length - 1];
                import("/scripts/chat/call/paced.js").then(({ createPaced }) => {
                  let sent = 0;
                  let tooMany = 0;
                  const paced = createPaced(() => sent++, () => { tooMany++; paced.close(); });
                  for (let i = 0; i < 90; i++) paced.add("x");
                  const atOnce = sent;
                  setTimeout(() => {
                    const inHalfASecond = sent;
                    for (let i = 0; i < 300; i++) paced.add("x");
                    done(`${atOnce <= 60} ${inHalfASecond > atOnce} ${inHalfASecond <= 90} ${tooMany > 0}`);
                  }, 500);
                });""");
        assertThat(most).isEqualTo("true true true true");
    }

    /** The module on its own, with a time that nobody has to wait for. */
    @Test
    void whoIsNotAnsweredStopsCalling() {
        ann = pages.visitor();
        Object said = ann.page.runAsync("""
                const done = arguments[arguments.length - 1];
                const said = [];
                import("/scripts/chat/call/call.js").then(({ createCall }) => {
                  const call = createCall({
                    send(message) {
                      said.push(`${message.do} ${message.why ?? ""}`);
                      if (message.do === "invite") setTimeout(() => call.message({ type: "call", do: "invited", call: 1 }));
                      if (message.do === "end") setTimeout(() => done(said.join(", ")));
                      return true;
                    },
                    place: (panel) => document.body.append(panel),
                    announce() {},
                    note: (text) => said.push(text),
                    ring() {},
                    focusChat() {},
                    ringMillis: 50,
                  });
                  call.open();
                  const press = () => document.querySelector("#call-send")?.checkVisibility() ? document.querySelector("#call-send").click() : setTimeout(press, 20);
                  press();
                });""");
        assertThat(said).isEqualTo("invite , end unanswered, The stranger did not answer. You can call again.");
        assertThat(live(ann)).isZero();
    }
}
