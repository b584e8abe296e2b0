package loomchat.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import loomchat.testing.JsonClient;
import org.junit.jupiter.api.Test;

/** That the chat page can be used by everybody, and shows whatever a stranger says without harm. */
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
        ann.page.tap("#stop");
        stub.on(SessionStub.MAKE, request -> null);
        ann.find();
        ann.sees("waiting");
        ann.page.tap("#stop");
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
    }

    private static long top(Visitor visitor) {
        return ((Number) visitor.page.run("return document.getElementById('messages').scrollTop")).longValue();
    }

    @Test
    void hostileTextIsOnlyText() throws Exception {
        List<String> hostile = List.of(
                "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>",
                "</p></div><style>*{display:none}</style><iframe srcdoc='<script>parent.hacked = 1</script>'>",
                "javascript:window.hacked=1 https://evil.example/?q=1",
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
