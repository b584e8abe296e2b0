package loomchat.browser;

import static loomchat.browser.SessionStub.MAKE;
import static loomchat.browser.SessionStub.WORK;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The chat page at a server that asks everybody for a proof of work. */
class ChatWorkTest extends ChatTest {
    ChatWorkTest() {
        super("GUEST_WORK", "auto", "GUEST_WORK_ABOVE", "0", "GUEST_WORK_BITS", "16");
    }

    @Test
    void aNewcomerSolvesIsKnownAndSolvesNothingAgain() throws Exception {
        pages.expectComplaint("/session - Failed to load resource: the server responded with a status of 428");
        SessionStub network = new SessionStub(pages.tunnel());
        Visitor ann = pages.visitorBehind(network.network());
        ann.find();
        ann.sees("waiting");
        ann.stop();
        ann.page.reload();
        ann.find();
        ann.sees("waiting");
        assertThat(network.asked(MAKE)).hasSize(2);
        assertThat(network.offers()).hasSize(2).allMatch(each -> each.contains("token."));
    }

    @Test
    void aGuestSolves() throws Exception {
        pages.expectComplaint("/session - Failed to load resource: the server responded with a status of 503");
        SessionStub network = new SessionStub(pages.tunnel());
        network.on(MAKE, request -> SessionStub.error("503 Service Unavailable", "full", ""));
        Visitor ann = pages.visitorBehind(network.network());
        ann.find();
        ann.sees("waiting");
        assertThat(network.asked(WORK)).hasSize(1);
        assertThat(network.offers()).hasSize(2).last().asString().startsWith("chat.v1, work.");
    }
}
