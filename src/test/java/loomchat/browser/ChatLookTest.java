package loomchat.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import loomchat.browser.engine.Preferences;
import loomchat.testing.JsonClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * That the chat page can be used by everybody, and shows whatever a stranger says without harm. Long, because one
 * browser and one server serve all of it.
 */
@Tag("pages")
class ChatLookTest extends ChatTest {
    private static final int MEGABYTE = 1 << 20;

    ChatLookTest() {
        super("MAX_TEXT_BYTES", "2M", "MAX_MESSAGE_BYTES", "4M");
    }

    @Test
    void axeFindsNothingInAnyState() throws Exception {
        Tunnel network = pages.tunnel();
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitorBehind(network);
        assertAccessible(ann, "start");
        ann.find();
        ann.sees("waiting");
        assertAccessible(ann, "waiting");
        bob.find();
        ann.sees("chat");
        ann.say("Hello");
        bob.say("שלום");
        ann.hears("שלום");
        ann.awaitState("delivered");
        bob.write("…");
        ann.page.waitFor("#typing");
        ann.page.tap("#next");
        assertAccessible(ann, "chat, typing, next armed");
        ann.page.tap("#safety");
        ann.page.waitFor("#safety-dialog[open]");
        assertAccessible(ann, "dialog");
        ann.page.tap("#safety-dialog [value=cancel]");
        network.cut();
        ann.reads("The connection to the stranger broke.");
        bob.page.waitForText("#banner", "No connection to the server.");
        assertAccessible(ann, "partner away");
        bob.say("Into the void");
        assertAccessible(bob, "reconnecting");
        ann.pressTwice("#leave");
        network.mend();
        bob.sees("ended");
        bob.awaitState("not delivered");
        assertAccessible(bob, "ended");
    }

    @Test
    void axeFindsNothingWhereTheServerRecognisesAVisitor() throws Exception {
        SessionStub stub = new SessionStub(pages.tunnel());
        pages.expectComplaint("/session - Failed to load resource: the server responded with a status of");
        stub.on(SessionStub.MAKE, request -> SessionStub.work(26));
        Visitor ann = pages.visitorBehind(stub.network());
        ann.find();
        ann.sees("working");
        assertAccessible(ann, "working");
        ann.stop();
        stub.on(SessionStub.MAKE, request -> null);
        ann.find();
        ann.sees("waiting");
        ann.stop();
        assertAccessible(ann, "start, known");
        ann.page.tap("#forget-me button");
        assertAccessible(ann, "forget me armed");
        ann.page.tap("#forget-me button");
        ann.page.waitForText("#forget-me", "Forgotten.");
        assertAccessible(ann, "forgotten");
        stub.on(SessionStub.MAKE, request -> SessionStub.banned("2031-05-04T18:00:00Z", "spam"));
        ann.find();
        ann.sees("banned");
        assertAccessible(ann, "banned");
    }

    private static void assertAccessible(Visitor visitor, String state) {
        Accessibility.assertAccessible(visitor.page, state);
    }

    @Test
    void bubblesHaveABorderWhereTheSystemTakesTheirColours() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.meet(bob);
        ann.say("Hello");
        Object borders = ann.page.run("""
                const bubble = document.querySelector(".bubble .text");
                return [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])
                  .filter((each) => each.conditionText?.includes("forced-colors"))
                  .flatMap((each) => [...each.cssRules])
                  .filter((each) => bubble.matches(each.selectorText))
                  .map((each) => each.style.borderTopStyle)""");
        assertThat(borders).isEqualTo(List.of("solid"));
    }

    @Test
    void aLowPageScrolls() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.find("chess");
        ann.sees("waiting");
        bob.find("chess");
        bob.sees("chat");
        bob.say("A line here ".repeat(20));
        ann.hears("A line here");
        Accessibility.assertUsableOnALowPage(ann.page, "chat");
        assertThat(isInView(ann, "#text")).isTrue();
        ann.write("A line here ".repeat(20));
        Accessibility.assertUsableOnALowPage(ann.page, "long text");
        bob.pressTwice("#leave");
        ann.sees("ended");
        Accessibility.assertUsableOnALowPage(ann.page, "ended");
        ann.page.resize(1280, 800, false);
    }

    @Test
    void onAPhoneEverythingIsInReach() {
        Visitor ann = pages.visitor();
        ann.page.resize(390, 844, true);
        Visitor bob = pages.visitor();
        assertFits(ann, "start");
        ann.meet(bob);
        bob.say("w".repeat(500));
        ann.hears("www");
        assertFits(ann, "chat");
        // The keyboard takes half of the screen: the box stays above it, the last message in sight.
        ann.page.resize(390, 420, true);
        ann.page.waitUntil("the box above the keyboard", () -> isInView(ann, "#text"));
        assertFits(ann, "keyboard");
        assertThat(isInView(ann, ".theirs:last-child .meta")).isTrue();
        ann.page.tap("#safety");
        ann.page.waitFor("#safety-dialog[open]");
        assertFits(ann, "dialog");
        ann.page.tap("#safety-dialog [value=block]");
        ann.sees("ended");
        assertFits(ann, "ended");
        bob.sees("ended");
        ann.page.tap("#close");
        ann.page.waitFor("#forget-me");
        assertFits(ann, "start, known");
        pages.close(ann);
    }

    private static void assertFits(Visitor visitor, String state) {
        Object tooWide = visitor.page.run("return document.documentElement.scrollWidth - innerWidth");
        assertThat(tooWide).as(state + ": sideways scrolling").isEqualTo(0L);
        Object small = visitor.page.run("""
                return [...document.querySelectorAll("button, a, textarea, input:not([type=radio])")]
                  .filter((each) => each.offsetParent && !each.matches(".skip"))
                  .filter((each) => each.offsetHeight < 44 || each.offsetWidth < 44)
                  .map((each) => `${each.id || each.textContent} ${each.offsetWidth}x${each.offsetHeight}`)""");
        assertThat((List<?>) small).as(state + ": too small for a finger").isEmpty();
    }

    private static boolean isInView(Visitor visitor, String css) {
        return (boolean) visitor.page.run("""
                const box = document.querySelector(arguments[0]).getBoundingClientRect();
                return box.height > 0 && box.top >= 0 && box.bottom <= visualViewport.height + 1""", css);
    }

    @Test
    void whereTheReaderIsTheListStays() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.meet(bob);
        for (int i = 0; i < 3; i++) {
            bob.say("line\n".repeat(12) + i);
        }
        ann.hears("2");
        ann.page.run("document.getElementById('messages').scrollTop = 0");
        ann.page.waitUntil("the beginning", () -> top(ann) == 0);
        bob.say("Down here");
        ann.page.waitForText("#new-messages", "1 new message");
        assertThat(top(ann)).isZero();
        ann.page.tap("#new-messages");
        ann.page.waitUntil("the end", () -> top(ann) > 100);
        assertThat(ann.page.isShown("#new-messages")).isFalse();
        // The way back is there without anything new too.
        ann.page.run("document.getElementById('messages').scrollTop = 0");
        ann.page.waitForText("#new-messages", "To the end");
        ann.page.tap("#new-messages");
        ann.page.waitUntil("the end", () -> top(ann) > 100);
        assertThat(ann.page.isShown("#new-messages")).isFalse();
    }

    private static long top(Visitor visitor) {
        return ((Number) visitor.page.run("return document.getElementById('messages').scrollTop")).longValue();
    }

    @Test
    void everyControlOfTheDialogIsInReachOnAPhoneOnItsSide() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.page.resize(844, 390, true);
        assertFits(ann, "start, landscape");
        ann.page.waitUntil("start without scrolling", () -> isInView(ann, "#interests") && isInView(ann, "#find"));
        ann.find();
        ann.sees("waiting");
        ann.page.waitUntil("stop without scrolling", () -> isInView(ann, "#stop"));
        bob.find();
        ann.sees("chat");
        assertFits(ann, "chat, landscape");
        ann.page.tap("#safety");
        ann.page.waitFor("#safety-dialog[open]");
        assertThat(ann.page.run("""
                return [...document.querySelectorAll("#safety-dialog :is(input, button)")].filter((each) => {
                  const { top, bottom, left, right } = each.getBoundingClientRect();
                  const met = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
                  return top < 0 || bottom > innerHeight || left < 0 || right > innerWidth || met !== each;
                }).map((each) => each.value)""")).isEqualTo(List.of());
        ann.page.tap("#safety-dialog [value=cancel]");
        pages.close(ann);
    }

    /** As at 200 % of zoom, and on small phones: whoever goes through the reasons by keyboard sees each. */
    @Test
    void noReasonForAReportLiesBelowTheButtons() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.meet(bob);
        for (int[] size : new int[][] {{640, 360}, {844, 200}, {320, 568}, {320, 480}, {320, 256}, {390, 420}}) {
            ann.page.resize(size[0], size[1], true);
            ann.page.tap("#safety");
            ann.page.waitFor("#safety-dialog[open]");
            assertThat(ann.page.run("""
                    return [...document.querySelectorAll("#safety-dialog :is(input, button)")].filter((each) => {
                      each.focus();
                      const { top, bottom, left, right } = each.getBoundingClientRect();
                      return document.elementFromPoint((left + right) / 2, (top + bottom) / 2) !== each;
                    }).map((each) => each.value)""")).as(size[0] + "x" + size[1]).isEqualTo(List.of());
            ann.press(org.openqa.selenium.Keys.ESCAPE);
            ann.page.waitUntil("no dialog", () -> ann.page.count("dialog") == 0);
        }
        pages.close(ann);
    }

    @Test
    void nothingScrollsSidewaysOnTheSmallestPhone() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.page.resize(320, 568, true);
        noSidewaysScroll(ann, "start, 320");
        assertFits(ann, "start, 320");
        ann.find("chess, old films");
        bob.find("old films");
        ann.sees("chat");
        bob.say("https://example.com/" + "a".repeat(300));
        ann.page.waitFor(".theirs .link");
        noSidewaysScroll(ann, "chat, 320");
        assertFits(ann, "chat, 320");
        ann.page.tap("#next");
        noSidewaysScroll(ann, "armed, 320");
        ann.page.tap("#safety");
        ann.page.waitFor("#safety-dialog[open]");
        noSidewaysScroll(ann, "dialog, 320");
        ann.page.tap("#safety-dialog [value=cancel]");
        bob.pressTwice("#leave");
        ann.sees("ended");
        noSidewaysScroll(ann, "ended, 320");
        assertFits(ann, "ended, 320");
        assertThat(height(ann, "#messages"))
                .as("half of the screen for what was said")
                .isGreaterThan(568 / 2);
        // The last line stays in sight, whichever way the phone is turned.
        ann.page.resize(568, 320, true);
        ann.page.waitUntil("the end", () -> isInView(ann, ".note:last-child"));
        ann.page.resize(320, 568, true);
        ann.page.waitUntil("the end", () -> isInView(ann, ".note:last-child"));
        pages.close(ann);
    }

    private static long height(Visitor visitor, String css) {
        return ((Number) visitor.page.run("return document.querySelector(arguments[0]).offsetHeight", css)).longValue();
    }

    @Test
    void textOfTwiceTheSizeIsNotCut() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.page.resize(390, 844, true);
        ann.page.run("document.documentElement.style.fontSize = '200%'");
        nothingIsCut(ann, "start");
        ann.find();
        ann.sees("waiting");
        nothingIsCut(ann, "waiting");
        bob.find();
        ann.sees("chat");
        bob.say("Hello");
        ann.hears("Hello");
        ann.page.tap("#next");
        nothingIsCut(ann, "chat");
        for (String dialog : List.of("safety", "settings")) {
            ann.page.tap("#" + dialog);
            ann.page.waitFor("dialog[open]");
            nothingIsCut(ann, dialog);
            ann.press(org.openqa.selenium.Keys.ESCAPE);
            ann.page.waitUntil("no dialog", () -> ann.page.count("dialog") == 0);
        }
        bob.pressTwice("#leave");
        ann.sees("ended");
        nothingIsCut(ann, "ended");
        ann.page.waitUntil("why it is over", () -> isInView(ann, ".note:last-child"));
        assertThat(isInView(ann, ".bubble")).as("what was said").isTrue();
        pages.close(ann);
    }

    private static void nothingIsCut(Visitor visitor, String state) {
        assertThat((List<?>) visitor.page.run("""
                const over = document.querySelector("dialog[open]");
                const { left, right } = (over ?? document.documentElement).getBoundingClientRect();
                return [...(over ?? document.body).querySelectorAll("*")]
                  .filter((each) => each.checkVisibility() && !each.closest("svg, .skip, .visually-hidden"))
                  .filter((each) => {
                    const box = each.getBoundingClientRect();
                    return box.width > 1 && (box.left < left - 0.5 || box.right > right + 0.5);
                  })
                  .map((each) => each.id || each.className || each.tagName)""")).as(state).isEmpty();
    }

    private static void noSidewaysScroll(Visitor visitor, String state) {
        assertThat(visitor.page.run("""
                const wide = [document.documentElement, document.getElementById("messages"), document.querySelector("dialog")];
                return wide.filter(Boolean).map((each) => each.scrollWidth - each.clientWidth).filter((each) => each > 0)""")).as(state).isEqualTo(List.of());
    }

    @Test
    void aLinkOpensAfterALookAtItsRealHost() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.meet(bob);
        bob.say("Look: (https://\u0430pple.com/a?b=1#c). And http://example.org:8080!");
        ann.page.waitUntil("links", () -> ann.page.count(".theirs .link") == 2);
        assertThat(ann.heard().getFirst())
                .isEqualTo("Look: (https://\u0430pple.com/a?b=1#c). And http://example.org:8080!");
        assertThat(ann.page.texts(".theirs .link"))
                .containsExactly("https://\u0430pple.com/a?b=1#c", "http://example.org:8080");
        assertThat(ann.page.count("#messages [href]")).isZero();
        ann.page.run("document.querySelector('.theirs .link').click()");
        ann.page.waitFor("#link-dialog[open]");
        assertThat(ann.page.text("#link-dialog .host")).isEqualTo("xn--pple-43d.com");
        assertThat(ann.page.text("#link-dialog .address")).isEqualTo("https://xn--pple-43d.com/a?b=1#c");
        assertThat(ann.page.text("#link-dialog")).contains("letters that can look like others");
        assertThat(ann.page.run("""
                const { href, target, rel } = document.querySelector("#link-dialog a");
                return [href, target, rel, document.activeElement.value];"""))
                .isEqualTo(List.of(
                        "https://xn--pple-43d.com/a?b=1#c", "_blank", "noopener noreferrer nofollow", "cancel"));
        assertAccessible(ann, "link dialog");
        ann.press(org.openqa.selenium.Keys.ESCAPE);
        ann.page.waitUntil("no dialog", () -> ann.page.count("dialog") == 0);
        assertThat(ann.page.text("#leave")).isEqualTo("Leave");
        ann.page.run("document.querySelectorAll('.theirs .link')[1].focus()");
        ann.press(org.openqa.selenium.Keys.ENTER);
        ann.page.waitFor("#link-dialog[open]");
        assertThat(ann.page.text("#link-dialog .host")).isEqualTo("example.org:8080");
        assertThat(ann.page.text("#link-dialog")).contains("not encrypted");
        ann.page.tap("#link-dialog [value=cancel]");
        ann.page.waitUntil("no dialog", () -> ann.page.count("dialog") == 0);
        bob.say("Or www.example.com");
        ann.page.waitForText(".theirs .link", "www.example.com");
        ann.page.run("[...document.querySelectorAll('.theirs .link')].at(-1).click()");
        ann.page.waitFor("#link-dialog[open]");
        assertThat(ann.page.text("#link-dialog .address")).isEqualTo("https://www.example.com/");
        ann.page.tap("#link-dialog [value=cancel]");
    }

    @Test
    void whatCanMisleadStaysText() {
        Visitor ann = pages.visitor();
        Object links = ann.page.runAsync(
                """
                const done = arguments[arguments.length - 1];
                import("/scripts/chat/on-demand/links.js").then(({ findLinks }) =>
                  done(arguments[0].map((text) => findLinks(text).map(({ shown, url }) => `${shown} ${url.href}`).join())));""",
                List.of(
                        "javascript:alert(1) data:text/html,x vbscript:x file:///etc/passwd",
                        "https://user:pass@evil.example/ https://good.example@evil.example/",
                        "https://good.example\\@evil.example/ https:\\\\evil.example",
                        "\u202ehttps://example.com/ moc.elpmaxe",
                        "https://example.com/\u202egnp.exe",
                        "https://exam\u200bple.com/ https://exam\u00adple.com/",
                        "http://127.0.0.1/ http://2130706433/ http://[::1]/ http://localhost/ http://router.local/",
                        "https://\uff45xample.com/ https://example.com\u3002evil.example/ https://%65xample.com/",
                        "https://" + "a".repeat(2100) + ".com/",
                        "xhttps://example.com/ https://",
                        "HTTPS://Example.COM/A, \u00abhttps://m\u00fcnchen.example/\u00bb",
                        "https://en.example/wiki/A_(b) (https://en.example/a)...",
                        "www.de www. www.a@evil.example/ x@www.example.com awww.example.com www.ex\u200bample.com www.home.lan",
                        "WWW.Example.org:81/a, (www.en.example/?b)."));
        assertThat((List<?>) links)
                .isEqualTo(List.of(
                        "",
                        "",
                        "",
                        "",
                        "",
                        "",
                        "",
                        "",
                        "",
                        "",
                        "HTTPS://Example.COM/A https://example.com/A,"
                                + "https://m\u00fcnchen.example/ https://xn--mnchen-3ya.example/",
                        "https://en.example/wiki/A_(b) https://en.example/wiki/A_(b),https://en.example/a https://en.example/a",
                        "",
                        "WWW.Example.org:81/a https://www.example.org:81/a,"
                                + "www.en.example/?b https://www.en.example/?b"));
        // Of a text that goes on, a link that may go on is none.
        assertThat(ann.page.runAsync("""
                const done = arguments[arguments.length - 1];
                import("/scripts/chat/on-demand/links.js").then(({ findLinks }) =>
                  done(findLinks("https://example.com/abc", true).length + findLinks("http://a.example ".repeat(100)).length));""")).isEqualTo(20L);
    }

    @Test
    void aBubbleKeepsItsShapeWhateverTheDirectionOfItsWords() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.meet(bob);
        bob.say("Hello");
        bob.say("\u05e9\u05dc\u05d5\u05dd");
        ann.hears("\u05e9\u05dc\u05d5\u05dd");
        @SuppressWarnings("unchecked")
        List<String> corners = (List<String>) ann.page.run("""
                return [...document.querySelectorAll(".theirs .text")].map((each) => {
                  const style = getComputedStyle(each);
                  return `${style.borderBottomLeftRadius} ${style.borderBottomRightRadius}`;
                })""");
        assertThat(corners).hasSize(2);
        assertThat(corners.get(1)).isEqualTo(corners.get(0));
        assertThat(ann.page.run("return getComputedStyle(document.querySelectorAll('.theirs .words')[1]).direction"))
                .isEqualTo("rtl");
    }

    @Test
    void timesAreInTheReadersOwnFormat() {
        Visitor ann = pages.visitor(Preferences.languages("de-DE"));
        Visitor bob = pages.visitor();
        ann.page.waitUntil("the texts", () -> ann.page.isShown("#find"));
        bob.find();
        ann.find();
        ann.sees("chat");
        bob.say("Hallo");
        ann.hears("Hallo");
        assertThat(ann.page.text(".theirs time")).matches("\\d\\d:\\d\\d");
        assertThat(ann.page
                        .run("return document.querySelector('.theirs time').title")
                        .toString())
                .matches("\\p{L}+tag, \\d+\\. .*|Mittwoch, .*");
    }

    @Test
    void theFocusRingIsThinAndSeen() {
        Visitor ann = pages.visitor(Preferences.USUAL);
        for (String theme : List.of("light", "dark")) {
            ann.page.reload();
            ann.page.run("document.documentElement.dataset.theme = arguments[0]", theme);
            for (String id : List.of("settings", "interests", "find")) {
                ann.tabTo(id);
                assertThat(ann.page.run(RING)).as(theme + ", " + id).isEqualTo("solid 2px, seen");
            }
        }
    }

    /** The ring of what has the focus, and whether its contrast to the page is at least 3. */
    private static final String RING = """
            const luminance = (colour) => {
              const [r, g, b] = colour.match(/[\\d.]+/g).map((each) => each / 255)
                .map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4));
              return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
            };
            document.getAnimations().forEach((each) => each.finish());
            const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(document.activeElement);
            const contrast = luminance(outlineColor) / luminance(getComputedStyle(document.documentElement).backgroundColor);
            const seen = contrast >= 3 || contrast <= 1 / 3;
            return `${outlineStyle} ${outlineWidth}, ${seen ? "seen" : outlineColor}`""";

    /** As all browsers under test ask for it. */
    @Test
    void withReducedMotionAThemeIsThereAtOnce() {
        Visitor ann = pages.visitor();
        assertThat(ann.page.run("""
                document.documentElement.dataset.theme = "light";
                getComputedStyle(document.body).color;
                document.documentElement.dataset.theme = "dark";
                getComputedStyle(document.body).color;
                return [matchMedia("(prefers-reduced-motion: reduce)").matches, document.getAnimations().length];""")).isEqualTo(List.of(true, 0L));
    }

    @Test
    void withoutJavaScriptThePageSaysSo() {
        Visitor ann = pages.visitor(Preferences.withoutScripts());
        assertThat(ann.page.text("noscript .notice")).contains("The chat needs JavaScript");
        assertThat(ann.page.isShown("noscript .notice")).isTrue();
        assertThat(ann.page.isShown("#find")).isFalse();
    }

    @Test
    void hostileTextIsOnlyText() throws Exception {
        List<String> hostile = List.of(
                "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>",
                "</p></div><style>*{display:none}</style><iframe srcdoc='<script>parent.hacked = 1</script>'>",
                "javascript:window.hacked=1 javascript:https://evil.example/?q=1",
                "\u202e\u2066\u2067reversed \u202d and open at the end \u202e",
                "Z" + "\u0335\u0321\u0322\u0489".repeat(400) + "algo",
                "\u0000\u0007\u001b[31m\ufffe\ufeff\u2028\u2029",
                "\n".repeat(5000) + "deep",
                "x".repeat(MEGABYTE),
                "👨‍👩‍👧‍👦".repeat(20_000));
        Visitor ann = pages.visitor();
        ann.find();
        ann.sees("waiting");
        try (JsonClient stranger = JsonClient.v1(pages.port())) {
            stranger.next("welcome");
            stranger.send("{\"type\":\"find\"}");
            int chat = stranger.next("matched").getInt("chat");
            for (int i = 0; i < hostile.size(); i++) {
                stranger.send(jakarta.json.Json.createObjectBuilder()
                        .add("type", "chat")
                        .add("chat", chat)
                        .add("id", i + 1)
                        .add("text", hostile.get(i))
                        .build()
                        .toString());
            }
            ann.page.waitUntil("all of it", () -> ann.page.count(".theirs") == hostile.size());
        }
        assertThat(ann.page.run("return window.hacked")).isNull();
        assertThat(ann.page.run(
                        "return document.querySelectorAll('#messages :not(div, p, span, time, button)').length"))
                .isEqualTo(0L);
        assertThat(
                        ann.page.run(
                                "return document.querySelectorAll('iframe, img:not([src=\"/favicon.svg\"]), main style').length"))
                .isEqualTo(0L);
        for (int i = 0; i < hostile.size() - 3; i++) {
            String shown = ann.page
                    .run("return document.querySelectorAll('.theirs .text')[arguments[0]].textContent", i)
                    .toString();
            assertThat(hostile.get(i)).startsWith(shown.substring(0, shown.length() - (shown.endsWith("…") ? 1 : 0)));
        }
        assertContained(ann);
        // A bidi override ends with its message: the time beside it and the page's own words are not turned round.
        assertThat(ann.page.run("""
                const meta = document.querySelectorAll('.theirs')[3].querySelector('.meta');
                return getComputedStyle(meta).direction""")).isEqualTo("ltr");
        ann.page.run("document.querySelectorAll('.more').forEach((each) => each.click())");
        ann.page.waitForText(".more", "Show more, 983,040 characters are left");
        assertContained(ann);
        ann.sees("chat");
    }

    /** Nothing sticks out of its bubble or the list, and the box to write in is where it was. */
    private static void assertContained(Visitor visitor) {
        Object out = visitor.page.run("""
                const list = document.getElementById("messages").getBoundingClientRect();
                return [...document.querySelectorAll(".theirs .text")].flatMap((each, i) => {
                  const box = each.getBoundingClientRect();
                  const clipped = getComputedStyle(each).overflowX !== "visible";
                  return box.left >= list.left && box.right <= list.right && clipped ? [] : [`${i}: ${JSON.stringify(box)}`];
                })""");
        assertThat((List<?>) out).isEmpty();
        assertThat(visitor.page.run("return document.documentElement.scrollWidth - innerWidth"))
                .isEqualTo(0L);
        assertThat(isInView(visitor, "#text")).isTrue();
    }
}
