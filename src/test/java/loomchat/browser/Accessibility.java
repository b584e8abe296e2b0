package loomchat.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What axe says of a page, in both themes: what it calls serious or critical, and everything else too. */
public final class Accessibility {
    private static final String AXE = axe();

    private Accessibility() {}

    private static String axe() {
        try (InputStream in = Accessibility.class.getResourceAsStream("/axe.min.js")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    public static void assertAccessible(Page page, String state) {
        for (String theme : List.of("light", "dark")) {
            page.run("document.documentElement.dataset.theme = arguments[0]", theme);
            if (!(boolean) page.run("return Boolean(window.axe)")) {
                page.run(AXE);
            }
            Object found = page.runAsync("""
                    const done = arguments[arguments.length - 1];
                    document.getAnimations().forEach((each) => each.effect.getTiming().iterations !== Infinity && each.finish());
                    axe.run().then((result) => done(result.violations.map((each) =>
                      `${each.impact}: ${each.id}: ${each.nodes.map((node) => node.html + " " + node.failureSummary).join(" | ")}`)))""");
            assertThat((List<?>) found).as(state + ", " + theme).isEmpty();
        }
    }

    /** Half of the height is messages, and all is in reach: at 400 % zoom, and above a phone's keyboard. */
    public static void assertUsableOnALowPage(Page page, String state) {
        for (int[] size : new int[][] {{320, 256}, {844, 200}}) {
            page.resize(size[0], size[1], false);
            page.waitUntil(
                    "the size",
                    () -> page.run("return getComputedStyle(document.documentElement).getPropertyValue('--app-height')")
                            .equals(size[1] + "px"));
            Object wrong = page.run("""
                    const focused = document.activeElement;
                    const wrong = [...document.querySelectorAll("button, select, textarea, a:not(.skip)")]
                      .filter((each) => each.checkVisibility())
                      .filter((each) => {
                        each.focus();
                        const box = each.getBoundingClientRect();
                        return !each.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
                      })
                      .map((each) => `${each.id || each.className} is covered`);
                    focused.focus();
                    const { height } = document.getElementById("messages").getBoundingClientRect();
                    if (height < innerHeight * 0.49) wrong.push(`only ${height} px of messages`);
                    if (document.documentElement.scrollWidth > innerWidth) wrong.push("sideways scrolling");
                    return wrong;""");
            assertThat((List<?>) wrong)
                    .as("%s at %dx%d", state, size[0], size[1])
                    .isEmpty();
        }
    }
}
