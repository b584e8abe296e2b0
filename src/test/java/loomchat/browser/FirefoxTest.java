package loomchat.browser;

import loomchat.browser.engine.Engine;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/**
 * The behaviour of the chat page in Firefox: what two people do there in the fast tests, all the rest in the slow
 * ones.
 */
@Engine.Runs(Engine.FIREFOX)
class FirefoxTest {
    @Nested
    class Basics extends ChatBasicsTest {}

    @Nested
    @Tag("slow")
    class Chatting extends ChatPageTest {}

    @Nested
    @Tag("slow")
    class Network extends ChatNetworkTest {}

    @Nested
    @Tag("slow")
    class Identity extends ChatIdentityTest {}

    @Nested
    @Tag("slow")
    class Token extends ChatTokenTest {}

    @Nested
    @Tag("slow")
    class Work extends ChatWorkTest {}

    @Nested
    @Tag("slow")
    class Look extends ChatLookTest {}
}
