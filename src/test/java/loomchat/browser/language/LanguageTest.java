package loomchat.browser.language;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import loomchat.browser.ChatTest;
import loomchat.browser.Visitor;
import loomchat.browser.engine.Preferences;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The chat page in the languages that visitors read. */
class LanguageTest extends ChatTest {
    @Test
    void theFirstOfTheBrowsersLanguagesThatThereIsChooses() {
        assertThat(language(reading("pt-BR,de-AT,en"))).isEqualTo("de ltr");
    }

    @Test
    void theBrowsersLanguageChoosesAndTheVisitorDoes() {
        Visitor ann = reading("de-AT");
        assertThat(language(ann)).isEqualTo("de ltr");
        assertThat(ann.page.text("#stage-title")).isEqualTo("Lern jemand Neues kennen");
        assertThat(ann.page.run("return document.getElementById('text').placeholder"))
                .isEqualTo("Schreib etwas");
        choose(ann, "ar");
        ann.page.waitForText("#stage-title", "تعرّف على شخص جديد");
        assertThat(language(ann)).isEqualTo("ar rtl");
        choose(ann, "en");
        ann.page.waitForText("#stage-title", "Meet a stranger");
        assertThat(language(ann)).isEqualTo("en ");
        ann.page.reload();
        assertThat(ann.page.text("#stage-title")).isEqualTo("Meet a stranger");
    }

    @Test
    void keysStepThroughTheClosedListUntilTheVisitorChooses() {
        Visitor ann = reading("en");
        ann.tabTo("language");
        ann.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN);
        ann.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN);
        assertThat(ann.page.run("return document.getElementById('language').value"))
                .isEqualTo("ar");
        assertThat(language(ann)).isEqualTo("en ");
        assertThat(ann.page.text("#language-note")).isEqualTo("Enter changes the language.");
        ann.press(Keys.ENTER);
        ann.page.waitForText("#stage-title", "تعرّف على شخص جديد");
        ann.page.waitUntil("the focus", () -> "language".equals(ann.focus()));
        ann.press(Keys.ARROW_UP);
        assertThat(ann.page.isShown("#language-note")).isTrue();
        ann.press(Keys.ESCAPE);
        assertThat(ann.page.isShown("#language-note")).isFalse();
        assertThat(ann.page.run("return document.getElementById('language').value"))
                .isEqualTo("ar");
        // Who goes on has chosen.
        ann.press(Keys.ARROW_UP, Keys.chord(Keys.SHIFT, Keys.TAB));
        ann.page.waitForText("#stage-title", "Rencontre quelqu’un");
        ann.page.waitUntil("the focus", () -> "language".equals(ann.focus()));
    }

    @Test
    void aChatInTwoLanguagesIsInTheWordsOfEach() {
        Visitor ann = reading("de");
        Visitor bob = reading("ar-EG");
        ann.find("chess");
        ann.sees("waiting");
        assertThat(ann.page.text("#stop")).isEqualTo("Suche abbrechen");
        bob.find("chess");
        ann.sees("chat");
        bob.sees("chat");
        ann.reads("Du bist mit jemandem verbunden. Du fängst an.");
        assertThat(ann.page.text("#next")).isEqualTo("Weiter");
        bob.reads("أنت متصل الآن بشخص غريب. قد يبدأ هو، أو تبدأ أنت.");
        // The stranger's word keeps its own direction in the line.
        // Firefox leaves the characters that isolate it out of what can be seen.
        assertThat(bob.page.run("return document.getElementById('shared').textContent"))
                .isEqualTo("تشتركان في حب: \u2068chess\u2069");
        bob.say("Hello");
        ann.hears("Hello");
        bob.page.waitForText(".mine .state", "وصلت");
        assertThat(side(bob, ".mine")).isLessThan(0.5);
        assertThat(side(ann, ".theirs")).isLessThan(0.5);
        bob.page.tap("#safety");
        bob.page.waitForText("#safety-dialog h2", "الإبلاغ أو الحظر");
        bob.page.tap("#safety-dialog [value=block]");
        ann.reads("Dein Gegenüber ist gegangen.");
    }

    /** Where the middle of the element is in the list of messages, from 0 at the left to 1. */
    private static double side(Visitor visitor, String css) {
        return ((Number) visitor.page.run("""
                const box = document.querySelector(arguments[0]).getBoundingClientRect();
                const list = document.getElementById("messages").getBoundingClientRect();
                return (box.x + box.width / 2 - list.x) / list.width;""", css)).doubleValue();
    }

    @Test
    void noOtherLanguageIsSeenBefore() {
        Visitor ann = reading("fr");
        ann.page.devtools("Page.addScriptToEvaluateOnNewDocument", Map.of("source", """
                window.titles = [];
                const look = () => {
                  const title = document.getElementById("stage-title");
                  if (title?.checkVisibility({ visibilityProperty: true })) titles.push(title.textContent);
                  requestAnimationFrame(look);
                };
                look();"""));
        ann.page.devtools(
                "Network.emulateNetworkConditions",
                Map.of("offline", false, "latency", 100, "downloadThroughput", 20_000, "uploadThroughput", 20_000));
        ann.page.reload();
        ann.page.waitUntil("several pictures", () -> titles(ann).size() > 5);
        assertThat(titles(ann)).containsOnly("Rencontre quelqu’un");
        ann.page.offline(false);
    }

    @SuppressWarnings("unchecked")
    private static List<String> titles(Visitor visitor) {
        return (List<String>) visitor.page.run("return titles");
    }

    @Test
    void onlyALanguageOtherThanEnglishTakesARequest() {
        assertThat(requested(pages.visitor())).isZero();
        Visitor ann = reading("es-MX");
        assertThat(ann.page.text("#stage-title")).isEqualTo("Conoce a alguien nuevo");
        assertThat(requested(ann)).isEqualTo(1);
    }

    private static long requested(Visitor visitor) {
        return (long) visitor.page.run("""
                return performance.getEntriesByType("resource").filter((each) => each.name.includes("/languages/")).length""");
    }

    private Visitor reading(String accepted) {
        Visitor visitor = pages.visitor(Preferences.languages(accepted));
        visitor.page.waitUntil("the texts", () -> visitor.page.isShown("#find"));
        return visitor;
    }

    private static void choose(Visitor visitor, String language) {
        visitor.page.run(
                "const box = document.getElementById('language'); box.value = arguments[0];"
                        + "box.dispatchEvent(new Event('change', { bubbles: true }))",
                language);
    }

    private static String language(Visitor visitor) {
        return visitor.page
                .run("return `${document.documentElement.lang} ${document.documentElement.dir}`")
                .toString();
    }
}
