package loomchat.browser.engine;

/**
 * How the browser of a visitor is set up.
 *
 * @param languages what the visitor reads, as a browser says it: {@code de-AT,de,en}
 * @param timeZone where the visitor is; an empty text for where this machine is
 * @param scripts whether pages may run any
 */
public record Preferences(String languages, String timeZone, boolean scripts) {
    public static final Preferences USUAL = new Preferences("en-US", "", true);

    public static Preferences languages(String languages) {
        return new Preferences(languages, USUAL.timeZone, true);
    }

    public static Preferences timeZone(String timeZone) {
        return new Preferences(USUAL.languages, timeZone, true);
    }

    public static Preferences withoutScripts() {
        return new Preferences(USUAL.languages, USUAL.timeZone, false);
    }
}
