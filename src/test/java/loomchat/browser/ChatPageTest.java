package loomchat.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import loomchat.Loomchat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The chat page in a real browser against the real server. */
class ChatPageTest {
    @TempDir
    private static Path logs;

    private static Browser browser;
    private static Loomchat server;

    @BeforeAll
    static void start() throws Exception {
        browser = Browser.open();
        server = Loomchat.start(Map.of("PORT", "0", "HOST", "127.0.0.1", "LOG_DIR", logs.toString()));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void twoTabsChatWithEachOther() {
        Page one = page();
        Page two = page();
        match(one, two);
        say(one, "Hello, who is there?");
        two.waitForText(".theirs .text", "Hello, who is there?");
        say(two, "Me. 👋🏽 <b>not bold</b>");
        one.waitForText(".theirs .text", "Me. 👋🏽 <b>not bold</b>");
        assertThat(one.texts(".mine .text")).containsExactly("Hello, who is there?");
        assertThat(one.count("#messages b")).isZero();

        two.close();
        one.waitFor("#main[data-phase=ended]");
        assertThat(one.texts(".note")).last().asString().contains("did not come back");
        assertThat(browser.complaints()).isEmpty();
        one.close();
    }

    @Test
    void whatIsTypedStaysWhenThePartnerLeaves() {
        Page one = page();
        Page two = page();
        match(one, two);
        one.type("#text", "I was about to say");
        two.close();
        one.waitFor("#main[data-phase=ended]");
        one.type("#text", Keys.ENTER);
        assertThat(one.run("return document.getElementById('text').value")).isEqualTo("I was about to say");
        one.waitForText("#composer-note", "stays in the box");
        one.reload();
        assertThat(one.run("return document.getElementById('text').value")).isEqualTo("I was about to say");
        one.close();
    }

    private static Page page() {
        return browser.page("http://127.0.0.1:" + server.port() + "/");
    }

    private static void match(Page one, Page two) {
        one.click("#find");
        one.waitFor("#main[data-phase=waiting]");
        two.click("#find");
        one.waitFor("#main[data-phase=chat]");
        two.waitFor("#main[data-phase=chat]");
    }

    private static void say(Page page, String text) {
        // The driver cannot type characters outside the basic multilingual plane.
        page.run(
                "document.getElementById('text').focus(); document.execCommand('insertText', false, arguments[0])",
                text);
        page.type("#text", Keys.ENTER);
    }
}
