package loomchat.browser;

import loomchat.browser.engine.Engine;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** All other behaviour of the pages in WebKit. */
@Tag("slow")
@Engine.Runs(Engine.WEBKIT)
class WebKitSlowTest {
    @Nested
    class Network extends ChatNetworkTest {}

    @Nested
    class Identity extends ChatIdentityTest {}

    @Nested
    class Token extends ChatTokenTest {}

    @Nested
    class Work extends ChatWorkTest {}

    @Nested
    class Look extends ChatLookTest {}
}
