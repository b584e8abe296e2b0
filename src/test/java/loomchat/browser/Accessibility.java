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
}
