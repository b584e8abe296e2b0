package loomchat.browser;

import loomchat.browser.engine.Engine;
import org.junit.jupiter.api.Nested;

/** The chat page in WebKit: what two people do. All other behaviour is in {@link WebKitSlowTest}. */
@Engine.Runs(Engine.WEBKIT)
class WebKitTest {
    @Nested
    class Chatting extends ChatPageTest {}
}
