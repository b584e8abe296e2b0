package loomchat.browser.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import loomchat.browser.ChatTest;
import loomchat.browser.Visitor;
import loomchat.browser.engine.Engine;
import org.junit.jupiter.api.Test;

/** That the chat can be installed as an app, and costs no more for it. */
@Engine.Runs(Engine.WHOLE_CHROMIUM)
class InstallTest extends ChatTest {
    @Test
    void aBrowserCanInstallTheChat() {
        Visitor ann = pages.visitor();
        Map<String, Object> manifest = ann.page.devtools("Page.getAppManifest", Map.of());
        assertThat((List<?>) manifest.get("errors")).isEmpty();
        assertThat(manifest.get("url").toString()).endsWith("/manifest.webmanifest");
        Map<String, Object> found = ann.page.devtools("Page.getInstallabilityErrors", Map.of());
        assertThat((List<?>) found.get("installabilityErrors")).isEmpty();
    }

    @Test
    void everyIconIsWhatTheManifestSays() {
        Visitor ann = pages.visitor();
        Object wrong = ann.page.runAsync("""
                const done = arguments[arguments.length - 1];
                const size = (src) => new Promise((resolve, reject) => {
                  const image = new Image();
                  image.onload = () => resolve(`${image.naturalWidth}x${image.naturalHeight}`);
                  image.onerror = () => reject(new Error(src));
                  image.src = src;
                });
                fetch("/manifest.webmanifest").then(async (response) => {
                  const { icons } = await response.json();
                  const touch = document.querySelector("link[rel=apple-touch-icon]");
                  icons.push({ src: touch.href, sizes: "180x180" });
                  const found = await Promise.all(icons.map(async (each) => ({ ...each, real: await size(each.src) })));
                  done([response.headers.get("Content-Type"), ...found.filter((each) => each.sizes !== "any" && each.real !== each.sizes)]);
                }).catch((error) => done([error.message]));""");
        assertThat(wrong).isEqualTo(List.of("application/manifest+json"));
    }

    @Test
    void noIconIsLoadedWithThePage() {
        Visitor ann = pages.visitor();
        // Firefox itself takes the touch icon, for the tab.
        Object icons = ann.page.run("""
                const touch = document.querySelector("link[rel=apple-touch-icon]").href;
                const taken = navigator.userAgent.includes("Firefox") ? touch : null;
                return performance.getEntriesByType("resource").map((each) => each.name)
                  .filter((each) => each.includes("/icons/") && each !== taken);""");
        assertThat((List<?>) icons).isEmpty();
    }

    @Test
    void theBarsOfTheBrowserFollowTheTheme() {
        Visitor ann = pages.visitor();
        assertThat(bars(ann)).isEqualTo(List.of("(prefers-color-scheme: light)", "(prefers-color-scheme: dark)"));
        ann.page.run("localStorage.setItem('loomchat.theme', 'dark')");
        ann.page.reload();
        assertThat(bars(ann)).isEqualTo(List.of("not all", "all"));
    }

    private static Object bars(Visitor visitor) {
        return visitor.page.run(
                "return [...document.querySelectorAll('meta[name=theme-color]')].map((each) => each.media)");
    }
}
