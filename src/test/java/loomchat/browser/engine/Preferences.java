package loomchat.browser.engine;

/**
 * How the browser of a visitor is set up.
 *
 * @param language as a tag such as {@code de-AT}
 * @param timeZone where the visitor is; an empty text for where this machine is
 * @param scripts whether pages may run any
 */
public record Preferences(String language, String timeZone, boolean scripts) {
    public static final Preferences USUAL = new Preferences("en-US", "", true);

    public static Preferences language(String language) {
        return new Preferences(language, USUAL.timeZone, true);
    }

    public static Preferences timeZone(String timeZone) {
        return new Preferences(USUAL.language, timeZone, true);
    }

    public static Preferences withoutScripts() {
        return new Preferences(USUAL.language, USUAL.timeZone, false);
    }
}
