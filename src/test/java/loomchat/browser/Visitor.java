package loomchat.browser;

import java.util.List;
import org.openqa.selenium.Keys;
import org.openqa.selenium.interactions.Actions;

/** A person at the chat page: what one does there, and what one sees. */
public final class Visitor {
    public final Page page;

    public Visitor(Page page) {
        this.page = page;
    }

    public void find() {
        awaitScripts();
        page.tap("#find");
    }

    /** A page that has been loaded may still be on its way to its scripts, which end with the way to the settings. */
    void awaitScripts() {
        page.waitUntil(
                "the page's scripts", () -> (boolean) page.run("return !document.getElementById('settings').hidden"));
    }

    /** Goes back to the start from a search, which takes no press in its first moment, or from a ban. */
    void stop() {
        page.waitUntil("the start", () -> {
            page.tap("#stop");
            return page.isShown("#find");
        });
    }

    public void find(String interests) {
        awaitScripts();
        page.run("document.getElementById('interests').value = arguments[0]", interests);
        find();
    }

    public void sees(String phase) {
        page.waitFor("#main[data-phase=" + phase + "]");
    }

    /** Finds {@code other}, who waits or comes next. */
    public void meet(Visitor other) {
        find();
        sees("waiting");
        other.find();
        sees("chat");
        other.sees("chat");
    }

    /** Writes without sending. The driver cannot type characters outside the basic multilingual plane. */
    public void write(String text) {
        page.run(
                "const box = document.getElementById('text'); box.focus(); box.value = arguments[0];"
                        + "box.dispatchEvent(new Event('input', { bubbles: true }))",
                text);
    }

    public void say(String text) {
        write(text);
        page.run("document.activeElement.dispatchEvent("
                + "new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }))");
    }

    public void hears(String text) {
        page.waitForText(".theirs .text", text);
    }

    public void reads(String note) {
        page.waitForText(".note", note);
    }

    /** How the last thing this person said fares. */
    void awaitState(String state) {
        page.waitUntil("the state " + state, () -> {
            List<String> states = page.texts(".mine .state");
            return !states.isEmpty() && states.getLast().equals(state);
        });
    }

    List<String> heard() {
        return page.texts(".theirs .text");
    }

    List<String> said() {
        return page.texts(".mine .text");
    }

    public List<String> notes() {
        return page.texts(".note");
    }

    String draft() {
        return page.run("return document.getElementById('text').value").toString();
    }

    /** Presses keys where the focus is. */
    public void press(CharSequence... keys) {
        new Actions(page.front()).sendKeys(keys).perform();
    }

    void pressShiftEnter() {
        new Actions(page.front())
                .keyDown(Keys.SHIFT)
                .sendKeys(Keys.ENTER)
                .keyUp(Keys.SHIFT)
                .perform();
    }

    public void pressTwice(String button) {
        page.tap(button);
        page.tap(button);
    }

    /** Reports, for abuse, or blocks: {@code choice} is the value of the button. */
    public void complain(String choice) {
        page.tap("#safety");
        page.waitFor("#safety-dialog[open]");
        if (!choice.equals("block")) {
            page.tap("#safety-dialog [value=abuse]");
        }
        page.tap("#safety-dialog button[value=" + choice + "]");
    }

    /** The id of what has the focus. */
    public String focus() {
        return page.front().switchTo().activeElement().getAttribute("id");
    }

    String focusedText() {
        return page.front().switchTo().activeElement().getText();
    }

    /**
     * Goes from the top of the page, or on within an open dialog, with Tab until the focus is on the element with this
     * id. Not on from the page's end, where some browsers have bars of their own.
     */
    public void tabTo(String id) {
        page.run("if (!document.querySelector('dialog[open]')) document.querySelector('.skip').focus()");
        for (int i = 0; i < 30 && !id.equals(focus()); i++) {
            press(Keys.TAB);
        }
        if (!id.equals(focus())) {
            throw new AssertionError("Tab never comes to #" + id + " but ends at #" + focus());
        }
    }
}
