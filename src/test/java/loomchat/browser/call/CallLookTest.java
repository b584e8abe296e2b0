package loomchat.browser.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import loomchat.browser.Accessibility;
import loomchat.browser.Browser;
import loomchat.browser.ChatTest;
import loomchat.browser.Visitor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** That calls can be used by everybody, and fit every screen. */
@Tag("pages")
class CallLookTest extends ChatTest {
    CallLookTest() {
        super(Browser::forCalls, "CALLS", "all");
    }

    @Test
    void axeFindsNothingInAnyStateAndNothingSticksOut() throws Exception {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.meet(bob);
        ann.page.waitFor("#call-button");
        bob.page.waitFor("#call-button");
        looksGood(ann, "chat with a button");
        ann.page.run(
                "navigator.mediaDevices.wasGetUserMedia = navigator.mediaDevices.getUserMedia;"
                        + "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotReadableError'))");
        ann.page.tap("#call-button");
        ann.page.waitForText("#call-problem", "in use by another program");
        looksGood(ann, "busy camera");
        ann.page.run("navigator.mediaDevices.getUserMedia = navigator.mediaDevices.wasGetUserMedia");
        ann.page.tap("#call-again");
        ann.page.waitFor("#call-mine");
        looksGood(ann, "preview");
        pictureIsInSightWithTextOfTwiceTheSize(ann);
        allIsInSightOnASmallPhoneOnItsSide(ann);
        ann.page.tap("#call-send");
        bob.page.waitFor("#call-accept");
        looksGood(ann, "inviting");
        looksGood(bob, "invited");
        bob.page.tap("#call-accept");
        bob.page.waitFor("#call-send");
        looksGood(bob, "preview of the answer");
        bob.page.tap("#call-send");
        ann.page.waitForText("#call-state", "Connected");
        ann.page.waitFor("#call-reveal");
        looksGood(ann, "blurred");
        ann.page.tap("#call-reveal");
        looksGood(ann, "on");
        bob.page.tap("#call-video");
        ann.page.waitForText("#call-partner", "camera is off");
        looksGood(ann, "partner's camera off");
        looksGood(bob, "own camera off");
        bob.page.tap("#call-end");
        ann.reads("The call ended on the stranger's side.");
        looksGood(ann, "over");
    }

    private static void looksGood(Visitor visitor, String state) throws Exception {
        Accessibility.assertAccessible(visitor.page, state);
        for (int[] size : new int[][] {{320, 568}, {390, 844}, {844, 390}, {1280, 800}}) {
            visitor.page.resize(size[0], size[1], size[0] < 900);
            visitor.page.waitUntil(
                    "the size",
                    () -> visitor.page
                            .run("return new Promise((done) => requestAnimationFrame(() => done(innerWidth)))")
                            .equals((long) size[0]));
            String where = state + " at " + size[0] + "x" + size[1];
            Object tooWide = visitor.page.run("return document.documentElement.scrollWidth - innerWidth");
            assertThat(tooWide).as(where + ": sideways scrolling").isEqualTo(0L);
            Object small = visitor.page.run("""
                    return [...document.querySelectorAll("button, a, textarea, select")]
                      .filter((each) => each.offsetParent && !each.matches(".skip"))
                      .filter((each) => each.offsetHeight < 44 || each.offsetWidth < 44)
                      .map((each) => `${each.id || each.textContent} ${each.offsetWidth}x${each.offsetHeight}`)""");
            assertThat((List<?>) small).as(where + ": too small for a finger").isEmpty();
            Object away = visitor.page.run("""
                    const reach = ["#safety", "#next", "#leave", "#text", "#call-end", "#call-accept", "#call-decline",
                      "#call-send", "#call-cancel", "#call-reveal"];
                    return reach.flatMap((css) => {
                      const each = document.querySelector(css);
                      if (!each?.checkVisibility()) return [];
                      const box = each.getBoundingClientRect();
                      const met = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
                      return each.contains(met) ? [] : [`${css} below ${met?.id || met?.className}`];
                    })""");
            assertThat((List<?>) away).as(where + ": out of reach").isEmpty();
            Object wrong = visitor.page.run("""
                    const box = (css) => document.querySelector(css)?.getBoundingClientRect();
                    const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
                    const [list, call, composer, main] = ["#messages", "#call", "#composer", "main"].map(box);
                    const shown = (css) => document.querySelector(css)?.checkVisibility();
                    return [
                      list.bottom > composer.top + 1 && "messages over the box to write in",
                      list.height < 60 && `only ${list.height} px of messages`,
                      call && over(list, call) && "messages over the call",
                      Math.abs(main.bottom - innerHeight) > 1 && `the page ends at ${main.bottom}`,
                      shown(".bare #call-mine") && over(box("#call-partner"), box("#call-mine")) && "a picture over words",
                      call && shown("#call-button") && "two buttons with a camera",
                    ].filter(Boolean)""");
            assertThat((List<?>) wrong).as(where).isEmpty();
        }
    }

    private static void pictureIsInSightWithTextOfTwiceTheSize(Visitor visitor) {
        visitor.page.resize(390, 844, true);
        visitor.page.run("document.documentElement.style.fontSize = '200%'");
        Object seen = visitor.page.run("""
                const [picture, actions] = [".call-stage", ".call-actions"].map((css) => document.querySelector(css).getBoundingClientRect());
                return Math.min(picture.bottom, actions.top) - Math.max(picture.top, document.querySelector("#call").getBoundingClientRect().top);""");
        assertThat(((Number) seen).intValue())
                .as("pixels of the own picture in sight")
                .isGreaterThan(100);
        assertThat(visitor.page.run("return document.documentElement.scrollWidth - innerWidth"))
                .isEqualTo(0L);
        visitor.page.run("document.documentElement.style.fontSize = ''");
    }

    private static void allIsInSightOnASmallPhoneOnItsSide(Visitor visitor) {
        visitor.page.resize(568, 320, true);
        Object hidden = visitor.page.run("""
                const seen = ["#call-mine", "#call-choose-video", "#call-choose-audio", "#call-send", "#call-cancel", "#text"];
                return seen.filter((css) => {
                  const each = document.querySelector(css);
                  const box = each.getBoundingClientRect();
                  const middle = box.x + box.width / 2;
                  return [box.top + 2, box.bottom - 2].some((y) => document.elementFromPoint(middle, y) !== each);
                })""");
        assertThat((List<?>) hidden).isEmpty();
    }

    @Test
    void aLowPageScrolls() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.meet(bob);
        ann.page.waitFor("#call-button");
        ann.page.tap("#call-button");
        ann.page.waitFor("#call-mine");
        Accessibility.assertUsableOnALowPage(ann.page, "preview");
        ann.page.tap("#call-send");
        new Caller(bob).answer();
        ann.page.waitFor("#call-reveal");
        Accessibility.assertUsableOnALowPage(ann.page, "blurred");
        ann.page.resize(1280, 800, false);
    }

    /** Without a mouse: to the button, through the preview, and out of the call. */
    @Test
    void theKeyboardIsEnough() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.meet(bob);
        ann.page.waitFor("#call-button");
        bob.page.waitFor("#call-button");
        ann.page.run("document.getElementById('main').focus()");
        ann.tabTo("call-button");
        ann.press(Keys.ENTER);
        ann.page.waitFor("#call-send");
        ann.page.waitUntil("the focus on Call", () -> "call-send".equals(ann.focus()));
        ann.press(Keys.ENTER);
        bob.page.waitFor("#call-accept");
        bob.page.run("document.getElementById('safety').focus()");
        bob.tabTo("call-accept");
        bob.press(Keys.ENTER);
        bob.page.waitFor("#call-send");
        bob.page.waitUntil("the focus on Join", () -> "call-send".equals(bob.focus()));
        bob.press(Keys.ENTER);
        ann.page.waitForText("#call-state", "Connected");
        ann.page.waitFor("#call-reveal");
        ann.page.run("document.getElementById('call-state').focus()");
        ann.page.run("document.getElementById('safety').focus()");
        ann.tabTo("call-reveal");
        ann.press(Keys.ENTER);
        assertThat(ann.focus()).isEqualTo("call-state");
        ann.page.run("document.getElementById('safety').focus()");
        ann.tabTo("call-mine");
        Object before = place(ann);
        ann.press(Keys.ARROW_LEFT, Keys.ARROW_LEFT, Keys.ARROW_UP);
        ann.page.waitUntil("another place", () -> !place(ann).equals(before));
        ann.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_DOWN, Keys.ARROW_DOWN);
        ann.page.waitUntil("the edge again", () -> place(ann).equals(before));
        ann.tabTo("call-end");
        ann.press(Keys.ENTER);
        ann.reads("You ended the call.");
        assertThat(ann.focus()).isEqualTo("text");
        assertThat(ann.page.text("#announce")).isNotNull();
    }

    private static Object place(Visitor visitor) {
        return visitor.page.run(
                "const b = document.getElementById('call-mine').getBoundingClientRect(); return `${b.x} ${b.y}`");
    }
}
