package loomchat.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import loomchat.Loomchat;
import loomchat.browser.engine.Preferences;

/** One browser and one server for the tests of a class, and the tabs and networks that a test opened. */
public final class ChatPages implements AutoCloseable {
    public final Browser browser;
    private final Path logs;
    private final Map<String, String> settings;
    private Loomchat server;
    private final List<Visitor> visitors = new ArrayList<>();
    /** Tabs that earlier tests have left: opening one takes longer than what most tests do there. */
    private final Deque<Page> tabs = new ArrayDeque<>();

    /** Tabs and browsers that are set up in a way of their own, and end with the test. */
    private final Set<Page> special = new HashSet<>();

    private final List<Browser> others = new ArrayList<>();
    private final List<Tunnel> tunnels = new ArrayList<>();
    /** Parts of complaints that this test provokes. */
    private final List<String> expected = new ArrayList<>();

    public ChatPages(Path logs, String... settings) throws Exception {
        this(Browser.open(), logs, settings);
    }

    /** @param browser closed with the rest */
    public ChatPages(Browser browser, Path logs, String... settings) throws Exception {
        this.browser = browser;
        this.logs = logs;
        this.settings = new HashMap<>(Map.of("PORT", "0", "HOST", "127.0.0.1", "DRAIN_TIMEOUT", "0s"));
        for (int i = 0; i < settings.length; i += 2) {
            this.settings.put(settings[i], settings[i + 1]);
        }
        this.settings.put("LOG_DIR", logs.toString());
        server = Loomchat.start(this.settings);
    }

    public int port() {
        return server.port();
    }

    /** Somebody at the page, on the network of this machine. */
    public Visitor visitor() {
        return visitorOf(port());
    }

    /** Somebody at the page of another server on this machine. */
    public Visitor visitorOf(int port) {
        Visitor visitor = visitorAt("http://127.0.0.1:" + port + "/");
        visitor.awaitScripts();
        return visitor;
    }

    /** Somebody at the page by its name: in Chromium tabs of one site share a process, and whether that is online. */
    Visitor visitorByName() {
        Visitor visitor = visitorAt("http://localhost:" + port() + "/");
        visitor.awaitScripts();
        return visitor;
    }

    public Visitor visitorBehind(Tunnel tunnel) {
        return visitorAt(tunnel.url());
    }

    private Visitor visitorAt(String url) {
        Page tab = tabs.poll();
        if (tab == null) {
            return add(browser.page(url));
        }
        tab.front().get(url);
        return add(tab);
    }

    /** Somebody whose browser is set up like that, in a new tab, which therefore has the focus in each browser. */
    public Visitor visitor(Preferences preferences) {
        return visitorAt("http://127.0.0.1:" + port() + "/", preferences);
    }

    Visitor visitorBehind(Tunnel tunnel, Preferences preferences) {
        return visitorAt(tunnel.url(), preferences);
    }

    private Visitor visitorAt(String url, Preferences preferences) {
        Page tab = browser.page("about:blank");
        if (!tab.prefer(preferences)) {
            tab.close();
            others.add(browser.another(preferences));
            tab = others.getLast().page("about:blank");
        }
        special.add(tab);
        tab.front().get(url);
        return add(tab);
    }

    boolean hasOpened() {
        return browser.hasOpened();
    }

    /** Somebody in the tab that a page has just opened. */
    Visitor opened() {
        return add(browser.opened());
    }

    private Visitor add(Page page) {
        Visitor visitor = new Visitor(page);
        visitors.add(visitor);
        return visitor;
    }

    /** The visitor closes the page. */
    public void close(Visitor visitor) {
        visitors.remove(visitor);
        visitor.page.close();
    }

    public Tunnel tunnel() throws Exception {
        Tunnel tunnel = new Tunnel(port());
        tunnels.add(tunnel);
        return tunnel;
    }

    /** Stops the server and starts it again; tunnels lead to the new one. */
    public void restart() throws Exception {
        server.close();
        server = Loomchat.start(settings);
        tunnels.forEach(tunnel -> tunnel.leadTo(port()));
    }

    /** The browser will say this of what the test does. */
    public void expectComplaint(String part) {
        expected.add(part);
    }

    /** The end of a test: nobody is at the page any more, and no page ever complained. */
    public void leaveAll() {
        // What the browser says of a network that the test took away.
        expected.addAll(List.of(
                "WebSocket connection to",
                "/session - Failed to load resource: net::ERR_",
                "/session/refresh - Failed to load resource: net::ERR_",
                "/readyz - Failed to load resource: net::ERR_",
                // The dialog for reports is loaded when a chat begins.
                "/scripts/chat/stylesheet.js - Failed to load resource: net::ERR_",
                "/scripts/chat/on-demand/safety-dialog.js - Failed to load resource: net::ERR_",
                "/scripts/chat/on-demand/dialog.js - Failed to load resource: net::ERR_",
                "/scripts/chat/on-demand/texts.js - Failed to load resource: net::ERR_",
                "/styles/dialogs.css - Failed to load resource: net::ERR_",
                "ERR_INTERNET_DISCONNECTED"));
        List<String> complaints = browser.complaints().stream()
                .filter(each -> expected.stream().noneMatch(each::contains))
                .toList();
        expected.clear();
        for (Visitor each : visitors) {
            each.page.run("""
                    const press = (id) => document.getElementById(id)?.click();
                    // A search takes no press in its first moment.
                    const now = performance.now() + 1_000;
                    performance.now = () => now;
                    press("leave"); press("leave"); press("stop");
                    localStorage.clear(); sessionStorage.clear();""");
            if (special.contains(each.page)) {
                each.page.close();
            } else {
                tabs.add(each.page);
            }
        }
        visitors.clear();
        special.clear();
        others.forEach(Browser::close);
        others.clear();
        tunnels.forEach(Tunnel::close);
        tunnels.clear();
        assertThat(complaints).isEmpty();
    }

    Path logs() {
        return logs;
    }

    @Override
    public void close() {
        server.close();
        browser.close();
    }
}
