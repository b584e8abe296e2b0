package loomchat.browser;

import java.nio.file.Path;
import java.util.function.Supplier;
import loomchat.browser.engine.Engine;
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

    /** Null: the browser that the class {@link Engine.Runs runs} in. */
    private final Supplier<Browser> browser;

    private final String[] settings;
    protected ChatPages pages;

    /** Names and values of the server's settings in turn. */
    protected ChatTest(String... settings) {
        this((Supplier<Browser>) null, settings);
    }

    protected ChatTest(Supplier<Browser> browser, String... settings) {
        this.browser = browser;
        this.settings = settings;
    }

    @BeforeAll
    void open() throws Exception {
        Browser opened = browser == null ? Browser.open(Engine.of(getClass())) : browser.get();
        pages = new ChatPages(opened, logs, settings);
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
