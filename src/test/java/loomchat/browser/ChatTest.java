package loomchat.browser;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A test class with the chat page, its browser and its server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ChatTest {
    @TempDir
    static Path logs;

    private final Supplier<Browser> browser;
    private final String[] settings;
    protected ChatPages pages;

    /** Names and values of the server's settings in turn. */
    protected ChatTest(String... settings) {
        this(Browser::open, settings);
    }

    protected ChatTest(Supplier<Browser> browser, String... settings) {
        this.browser = browser;
        this.settings = settings;
    }

    @BeforeAll
    void open() throws Exception {
        pages = new ChatPages(browser.get(), logs, settings);
    }

    @AfterEach
    void leaveAll() {
        pages.leaveAll();
    }

    @AfterAll
    void close() {
        if (pages != null) {
            pages.close();
        }
    }
}
