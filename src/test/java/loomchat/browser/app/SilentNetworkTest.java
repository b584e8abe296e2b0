package loomchat.browser.app;

import loomchat.browser.ChatTest;
import loomchat.browser.Tunnel;
import loomchat.browser.Visitor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A network that swallows everything, as in a tunnel: nobody closes a connection, and the server notices it late. */
@Tag("pages")
class SilentNetworkTest extends ChatTest {
    @Test
    void aLongSilenceThatTheServerHasNotNoticedEndsNoChat() throws Exception {
        Tunnel network = pages.tunnel();
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitorBehind(network);
        ann.meet(bob);
        bob.page.run("""
                window.tries = 0;
                window.WebSocket = class extends WebSocket {
                  constructor(...parts) {
                    super(...parts);
                    tries++;
                  }
                };""");
        network.hold();
        bob.page.run("dispatchEvent(new Event('offline'))");
        bob.page.waitUntil("a try", () -> tries(bob) == 1);
        bob.page.run("""
                const now = performance.now();
                performance.now = () => now + 30_000;
                dispatchEvent(new Event("offline"));""");
        bob.page.waitUntil("another try", () -> tries(bob) == 2);
        network.release();
        bob.reads("You are back in the chat.");
        bob.say("Out of the hole");
        ann.hears("Out of the hole");
    }

    /** A network that swallows everything says nothing of it: only what is not answered shows that nobody hears. */
    @Test
    void whoOnlyWaitsOrReadsLearnsThatNobodyHears() throws Exception {
        Tunnel network = pages.tunnel();
        Visitor ann = pages.visitorBehind(network);
        hurry(ann);
        ann.find();
        ann.sees("waiting");
        network.hold();
        ann.page.waitForText("#banner", "No connection to the server. Trying again…");
        network.release();
        Visitor bob = pages.visitor();
        bob.find();
        ann.sees("chat");
        bob.say("Are you there?");
        ann.hears("Are you there?");
        network.hold();
        ann.reads("Trying to get back into this chat…");
        network.release();
        ann.reads("You are back in the chat.");
    }

    @Test
    void aNextWithoutAnAnswerShowsThatNobodyHears() throws Exception {
        Tunnel network = pages.tunnel();
        Visitor ann = pages.visitorBehind(network);
        Visitor bob = pages.visitor();
        ann.meet(bob);
        hurry(ann);
        network.hold();
        ann.pressTwice("#next");
        ann.page.waitForText("#banner", "No connection to the server. Trying again…");
    }

    /** From now on seconds are a twentieth as long for the page. */
    private static void hurry(Visitor visitor) {
        visitor.page.run("""
                const later = window.setTimeout.bind(window);
                window.setTimeout = (what, millis, ...more) => later(what, millis / 20, ...more);""");
    }

    private static long tries(Visitor visitor) {
        return (long) visitor.page.run("return tries");
    }
}
