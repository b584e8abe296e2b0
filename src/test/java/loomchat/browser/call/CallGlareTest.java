package loomchat.browser.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import loomchat.browser.Browser;
import loomchat.browser.ChatPages;
import loomchat.browser.Page;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Both ends of a call begin to negotiate at the same moment, over and over: none gets stuck. */
@Tag("pages")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class CallGlareTest {
    /** So many in one command, which has to end within the driver's deadline. */
    private static final int AT_ONCE = 10;

    @TempDir
    static Path dir;

    private ChatPages pages;
    private Page page;

    @BeforeAll
    void open() throws Exception {
        pages = new ChatPages(Browser.forCalls(), dir, "CALLS", "all");
        page = pages.visitor().page;
        try (InputStream script = Browser.class.getResourceAsStream("call-glare.js")) {
            page.run(new String(script.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @AfterAll
    void close() {
        if (pages != null) {
            pages.close();
        }
    }

    @Test
    void noneGetsStuck() {
        negotiate(2 * AT_ONCE);
    }

    @Test
    @Tag("slow")
    void noneOfManyGetsStuck() {
        negotiate(20 * AT_ONCE);
    }

    private void negotiate(int rounds) {
        int seed = ThreadLocalRandom.current().nextInt();
        System.out.println("Seed of the delays: " + seed);
        assertThat(ask("glare.start(arguments[0], [false, true])", seed)).isEqualTo("");
        for (int i = 0; i < rounds / AT_ONCE; i++) {
            assertThat(ask("glare.rounds(arguments[0])", AT_ONCE))
                    .as("seed %d", seed)
                    .isEqualTo("");
        }
        long offers = ((Number) page.run("return glare.offers()")).longValue();
        System.out.println(offers + " offers in " + rounds + " rounds");
        assertThat(offers).as("both have begun in each round").isGreaterThan(rounds);
    }

    /** The test can fail: two that both insist get stuck. */
    @Test
    @Tag("slow")
    void twoThatBothInsistGetStuck() {
        List<Object> outcomes = List.of(
                ask("glare.start(arguments[0], [false, false])", 1), ask("glare.rounds(arguments[0])", AT_ONCE));
        assertThat(outcomes).anyMatch(each -> !each.equals(""));
    }

    private Object ask(String call, int argument) {
        return page.runAsync(call + ".then(arguments[1], (error) => arguments[1](String(error)))", argument);
    }
}
