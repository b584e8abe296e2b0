package loomchat.browser.app;

import loomchat.browser.engine.Engine;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** The settings, and what belongs to the app, in Firefox and in WebKit. */
@Tag("slow")
class OtherBrowsersTest {
    @Nested
    @Engine.Runs(Engine.FIREFOX)
    class SettingsInFirefox extends ChatSettingsTest {}

    @Nested
    @Engine.Runs(Engine.WEBKIT)
    class SettingsInWebKit extends ChatSettingsTest {}

    @Nested
    @Engine.Runs(Engine.FIREFOX)
    class InstallInFirefox extends InstallTest {}

    @Nested
    @Engine.Runs(Engine.WEBKIT)
    class InstallInWebKit extends InstallTest {}
}
