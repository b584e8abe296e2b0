package loomchat.browser.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import loomchat.browser.Accessibility;
import loomchat.browser.ChatTest;
import loomchat.browser.Tunnel;
import loomchat.browser.Visitor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** What a visitor chooses in the settings of the chat page, and what reaches one who looks elsewhere. */
@Tag("pages")
class ChatSettingsTest extends ChatTest {
    @Test
    void aThemeHoldsAtOnceAndAfterAReload() {
        Visitor ann = opened();
        Accessibility.assertAccessible(ann.page, "settings");
        ann.page.tap("#settings-dialog [value=dark]");
        assertThat(theme(ann)).isEqualTo("dark");
        ann.press(Keys.ESCAPE);
        ann.page.waitUntil("the dialog is gone", () -> ann.page.count("dialog") == 0);
        assertThat(ann.focus()).isEqualTo("settings");
        ann.page.reload();
        assertThat(theme(ann)).isEqualTo("dark");
        open(ann);
        assertThat(ann.page.run("return document.querySelector('[name=theme]:checked').value"))
                .isEqualTo("dark");
        ann.page.tap("#settings-dialog [value=system]");
        assertThat(theme(ann)).isNull();
    }

    private static Object theme(Visitor visitor) {
        return visitor.page.run("return document.documentElement.dataset.theme ?? null");
    }

    @Test
    void aLanguageChosenInAChatKeepsTheChat() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        ann.meet(bob);
        bob.say("Hola");
        ann.hears("Hola");
        open(ann);
        chooseWithKeys(ann, Keys.ARROW_DOWN, Keys.ARROW_DOWN);
        ann.page.waitForText("#next", "Siguiente");
        ann.sees("chat");
        closeReopened(ann);
        assertThat(ann.page.text("#leave")).isEqualTo("Salir");
        ann.hears("Hola");
        ann.reads("Has vuelto al chat.");
        assertThat(ann.notes())
                .containsExactly("Ya estás en contacto con alguien. Empiezas tú.", "Has vuelto al chat.");
        ann.page.waitForText("#who-text", "Hay alguien aquí");
        ann.say("Qué tal");
        bob.hears("Qué tal");
    }

    @Test
    void aLanguageChosenWhileWaitingKeepsTheWait() {
        Visitor ann = pages.visitor();
        ann.find();
        ann.sees("waiting");
        ann.page.waitForText("#waited", "0:01");
        open(ann);
        chooseWithKeys(ann, Keys.ARROW_DOWN);
        ann.page.waitForText("#stop", "Suche abbrechen");
        ann.sees("waiting");
        ann.page.waitFor("#waited");
        assertThat(ann.page.text("#waited")).doesNotStartWith("0:00");
        closeReopened(ann);
        assertThat(ann.page.isShown("#main[data-phase=waiting]")).isTrue();
    }

    private static void chooseWithKeys(Visitor visitor, Keys... steps) {
        visitor.tabTo("settings-language");
        visitor.press(steps);
        assertThat(visitor.page.text("#settings-language-note")).isEqualTo("Enter changes the language.");
        visitor.press(Keys.ENTER);
    }

    /** The settings are open again after the reload, and Escape means them. */
    private static void closeReopened(Visitor visitor) {
        visitor.page.waitUntil("the focus", () -> "settings-language".equals(visitor.focus()));
        visitor.press(Keys.ESCAPE);
        visitor.page.waitUntil("no dialog", () -> visitor.page.count("dialog") == 0);
        assertThat(visitor.focus()).isEqualTo("settings");
    }

    @Test
    void aLanguageThatWouldCostSomethingCannotBeChosenAndTheDialogSaysWhy() throws Exception {
        Tunnel network = pages.tunnel();
        Visitor ann = pages.visitorBehind(network);
        Visitor bob = pages.visitor();
        ann.meet(bob);
        open(ann);
        assertThat(lock(ann)).isEmpty();
        // Also where that changes while the dialog is open
        network.cut();
        ann.page.waitForText("#banner", "No connection");
        ann.page.run("const box = document.getElementById('settings-language'); box.value = 'es';"
                + "box.dispatchEvent(new Event('change'))");
        assertThat(lock(ann)).startsWith("It can be changed once there is a connection");
        assertThat(ann.page.run("return document.getElementById('settings-language').value"))
                .isEqualTo("en");
        network.mend();
        ann.reads("You are back in the chat.");
        bob.pressTwice("#leave");
        ann.sees("ended");
        ann.page.tap("#settings-dialog .primary");
        ann.page.waitUntil("no dialog", () -> ann.page.count("dialog") == 0);
        open(ann);
        assertThat(lock(ann)).startsWith("It can be changed on the start page");
        assertThat(ann.page.count("#settings-language:disabled[aria-describedby=settings-language-note]"))
                .isEqualTo(1);
    }

    private static String lock(Visitor visitor) {
        return visitor.page.isShown("#settings-language-note") ? visitor.page.text("#settings-language-note") : "";
    }

    @Test
    void nothingSoundsOrNotifiesUntilItIsSwitchedOn() {
        Visitor ann = pages.visitor();
        Visitor bob = pages.visitor();
        watch(ann);
        ann.meet(bob);
        hide(ann, true);
        bob.say("One");
        ann.page.waitUntil("the title", () -> title(ann).equals("(1) New message – Loomchat"));
        assertThat(signals(ann)).isEmpty();
        assertThat(loaded(ann)).as("what makes signals").isZero();
        hide(ann, false);
        open(ann);
        ann.page.click("#settings-sound");
        ann.page.tap("#settings-notify");
        ann.page.waitUntil(
                "the first notification", () -> signals(ann).equals(List.of("tone", "asked", "Notifications are on.")));
        ann.page.tap("#settings-dialog .primary");
        hide(ann, true);
        bob.say("The secret word is Rumpelstiltskin");
        ann.page.waitUntil("both signals", () -> signals(ann).size() == 5);
        assertThat(signals(ann)).endsWith("tone", "New message");
        assertThat(title(ann)).isEqualTo("(1) New message – Loomchat");
        hide(ann, false);
        assertThat(title(ann)).isEqualTo("Loomchat");
        assertThat(ann.page.run("return takenBack"))
                .as("the first one and the other")
                .isEqualTo(2L);
    }

    @Test
    void whoSaysNoToTheBrowserHasTheSwitchOff() {
        Visitor ann = pages.visitor();
        watch(ann);
        ann.page.run("window.permission = 'denied'");
        open(ann);
        ann.page.tap("#settings-notify");
        ann.page.waitForText("#settings-notify-note", "The browser does not let this page notify you.");
        assertThat(ann.page.run("return document.getElementById('settings-notify').checked"))
                .isEqualTo(false);
        assertThat(ann.page.run("return localStorage.getItem('loomchat.notify')"))
                .isEqualTo("off");
    }

    private Visitor opened() {
        Visitor visitor = pages.visitor();
        open(visitor);
        return visitor;
    }

    private static void open(Visitor visitor) {
        // After a reload the button comes with the scripts.
        visitor.page.waitFor("#settings");
        visitor.page.tap("#settings");
        visitor.page.waitFor("#settings-dialog[open]");
    }

    /** Notes what the page asks of the browser: a browser of tests has neither a loudspeaker nor a desktop. */
    private static void watch(Visitor visitor) {
        visitor.page.run("""
                window.signals = [];
                window.takenBack = 0;
                window.permission = "granted";
                window.Notification = class {
                  static get permission() { return signals.includes("asked") ? permission : "default"; }
                  static async requestPermission() { signals.push("asked"); return permission; }
                  constructor(title, { body }) { signals.push(body); }
                  close() { takenBack++; }
                };
                const start = OscillatorNode.prototype.start;
                OscillatorNode.prototype.start = function (...when) { signals.push("tone"); start.apply(this, when); };""");
    }

    private static void hide(Visitor visitor, boolean hidden) {
        visitor.page.run(
                "Object.defineProperty(document, 'hidden', { value: arguments[0], configurable: true });"
                        + "document.dispatchEvent(new Event('visibilitychange'))",
                hidden);
    }

    private static String title(Visitor visitor) {
        return visitor.page.run("return document.title").toString();
    }

    @SuppressWarnings("unchecked")
    private static List<String> signals(Visitor visitor) {
        return (List<String>) visitor.page.run("return signals");
    }

    private static long loaded(Visitor visitor) {
        return (long) visitor.page.run("return performance.getEntriesByType('resource')"
                + ".filter((each) => each.name.includes('signals')).length");
    }
}
