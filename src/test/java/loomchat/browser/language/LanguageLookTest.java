package loomchat.browser.language;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import loomchat.browser.Accessibility;
import loomchat.browser.Browser;
import loomchat.browser.ChatTest;
import loomchat.browser.Visitor;
import loomchat.browser.engine.Preferences;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That the words of each language fit on a phone, and can be used by everybody. */
@Tag("pages")
class LanguageLookTest extends ChatTest {
    /** By width */
    private static final Map<Integer, Integer> HEIGHTS = new TreeMap<>(Map.of(320, 568, 390, 844));

    private Visitor ann;

    LanguageLookTest() {
        super(Browser::forCalls, "CALLS", "all");
    }

    /** The longest words, and the other direction. */
    @ParameterizedTest
    @ValueSource(strings = {"de", "ar"})
    void allTextsFit(String language) {
        look(language);
    }

    @ParameterizedTest
    @Tag("slow")
    @ValueSource(strings = {"en", "es", "fr"})
    void allTextsFitInOtherLanguages(String language) {
        look(language);
    }

    private void look(String language) {
        ann = pages.visitor(Preferences.languages(language));
        ann.page.waitFor("#find");
        fits("start");
        ann.page.tap("#settings");
        ann.page.waitFor("#settings-dialog[open]");
        fits("settings");
        Accessibility.assertAccessible(ann.page, language + ", settings");
        ann.page.tap("#settings-dialog .primary");
        ann.find("chess");
        ann.sees("waiting");
        fits("waiting");
        Visitor bob = pages.visitor();
        bob.find("chess");
        ann.sees("chat");
        bob.say("Hello");
        ann.hears("Hello");
        ann.say("Hello");
        bob.hears("Hello");
        bob.write("…");
        ann.page.waitFor("#typing");
        ann.page.waitFor("#call-button");
        ann.page.tap("#next");
        fits("chat, next armed");
        Accessibility.assertAccessible(ann.page, language + ", chat");
        ann.page.tap("#leave");
        fits("chat, leave armed");
        ann.page.tap("#safety");
        ann.page.waitFor("#safety-dialog[open]");
        fits("report");
        ann.page.tap("#safety-dialog [value=cancel]");
        ann.page.tap("#call-button");
        ann.page.waitFor("#call-send");
        fits("call");
        ann.page.tap("#call-cancel");
        bob.pressTwice("#leave");
        ann.sees("ended");
        fits("ended");
        ann.page.tap("#close");
        ann.page.waitFor("#forget-me");
        ann.page.tap("#forget-me button");
        fits("start, forget me armed");
    }

    private void fits(String state) {
        HEIGHTS.forEach((width, height) -> {
            ann.page.resize(width, height, true);
            ann.page.waitUntil(
                    "the width",
                    () -> ann.page
                            .run("return document.documentElement.clientWidth")
                            .equals((long) width));
            Object wrong = ann.page.run("""
                    const name = (each) => `${each.id || each.className || each.tagName} "${each.textContent.trim().slice(0, 40)}"`;
                    const outside = (each) => {
                      const box = each.getBoundingClientRect();
                      return box.width > 1 && (box.left < -0.5 || box.right > innerWidth + 0.5);
                    };
                    const over = document.querySelector("dialog[open]") ?? document.body;
                    const seen = [...over.querySelectorAll("*")]
                      .filter((each) => each.checkVisibility() && !each.closest("svg, .skip, .visually-hidden"));
                    const cut = seen.filter((each) => each.matches("button, a, label, legend, p, h1, h2"))
                      .filter((each) => !each.closest(".messages"))
                      .filter((each) => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== "inline");
                    const pressed = seen.filter((each) => each.matches("button, .who, dialog .field-note"));
                    const below = seen.filter((each) => each.matches("#find, #stop") && each.getBoundingClientRect().bottom > innerHeight);
                    const covered = (one, other) => {
                      const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
                      return one !== other && a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
                    };
                    return [
                      ...(document.documentElement.scrollWidth > innerWidth ? ["scrolls sideways"] : []),
                      ...seen.filter(outside).map((each) => `outside: ${name(each)}`),
                      ...cut.map((each) => `cut: ${name(each)}`),
                      ...below.map((each) => `below the screen: ${name(each)}`),
                      ...pressed.filter((each) => pressed.some((other) => covered(each, other))).map((each) => `overlaps: ${name(each)}`),
                    ];""");
            assertThat((List<?>) wrong).as("%s, %d px", state, width).isEmpty();
        });
    }
}
