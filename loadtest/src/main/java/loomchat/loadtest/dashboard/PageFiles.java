package loomchat.loadtest.dashboard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** Style sheets and scripts of the page, and {@code report.html}, which has them in itself. No state. */
public final class PageFiles {
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/uPlot";
    private static final String HERE = "/loomchat/loadtest/dashboard/";

    static final String STYLE =
            resource(UPLOT + ".min.css") + resource("/static/styles/base.css") + resource(HERE + "run.css");
    static final String THEME = resource("/static/scripts/theme.js");
    static final String PLOT = resource(UPLOT + ".iife.min.js");
    static final String GRAPHS = resource(HERE + "run-graphs.js");
    static final String LIVE = resource(HERE + "run-live.js");
    static final String ICON = resource("/static/favicon.svg");

    private PageFiles() {}

    /** The run as one file that opens from disk: it loads nothing, and its policy allows its own scripts alone. */
    public static byte[] report(RunView view) {
        String policy = "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; style-src "
                + hash(STYLE) + "; script-src " + hash(THEME) + " " + hash(PLOT) + " " + hash(GRAPHS);
        String head = "<meta http-equiv=\"Content-Security-Policy\" content=\"" + policy + "\">\n<style>" + STYLE
                + "</style>\n" + script(THEME);
        String icon = "data:image/svg+xml;base64,"
                + Base64.getEncoder().encodeToString(ICON.getBytes(StandardCharsets.UTF_8));
        return RunPage.of(view, new RunPage.Frame(head, icon, script(PLOT) + script(GRAPHS), true), 0, 0);
    }

    private static String script(String code) {
        if (code.contains("</script")) {
            throw new IllegalStateException("A script that ends its own element");
        }
        return "<script>" + code + "</script>\n";
    }

    /** As a policy names what it allows (CSP level 3). */
    private static String hash(String code) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(code.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = PageFiles.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The program lacks the file " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
