package loomchat.browser.language;

import loomchat.browser.engine.Engine;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** The languages in Firefox and in WebKit. */
@Tag("slow")
class OtherBrowsersTest {
    @Nested
    @Engine.Runs(Engine.FIREFOX)
    class InFirefox extends LanguageTest {}

    @Nested
    @Engine.Runs(Engine.WEBKIT)
    class InWebKit extends LanguageTest {}
}
