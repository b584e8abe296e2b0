package loomchat.browser.engine;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;

/** The browsers of the tests. */
public enum Engine {
    CHROMIUM,
    /** With what is around a page, such as the installing of apps; takes twice the processor time. */
    WHOLE_CHROMIUM,
    FIREFOX,
    WEBKIT;

    /** In which browser a test class, or one that lies within it, runs. Without it: Chromium. */
    @Inherited
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.RUNTIME)
    public @interface Runs {
        Engine value();
    }

    public static Engine of(Class<?> test) {
        for (Class<?> each = test; each != null; each = each.getEnclosingClass()) {
            Runs runs = each.getAnnotation(Runs.class);
            if (runs != null) {
                return runs.value();
            }
        }
        return CHROMIUM;
    }

    /**
     * Starts it with an empty profile. Where it is missing the test is skipped with one line, or fails when {@code CI}
     * is set.
     *
     * @param flags of Chromium alone
     */
    public BrowserProcess start(List<String> flags) {
        return start(flags, Preferences.USUAL);
    }

    /** The same for a browser that is set up in another way. Chromium and Firefox are so by tab. */
    public BrowserProcess start(List<String> flags, Preferences preferences) {
        return switch (this) {
            case CHROMIUM -> new Chromium(false, flags);
            case WHOLE_CHROMIUM -> new Chromium(true, flags);
            case FIREFOX -> new Firefox(preferences);
            case WEBKIT -> new WebKit(preferences);
        };
    }
}
