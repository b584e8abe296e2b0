package loomchat.browser;

import loomchat.browser.engine.Engine;
import org.junit.jupiter.api.Nested;

/** The chat page in Firefox: what two people do. All other behaviour is in {@link FirefoxSlowTest}. */
@Engine.Runs(Engine.FIREFOX)
class FirefoxTest {
    @Nested
    class Chatting extends ChatPageTest {}
}
