package loomchat.browser.language;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import loomchat.browser.ChatTest;
import loomchat.browser.Page;
import org.junit.jupiter.api.Test;

/** That each language has all texts of the page, and that the page has no other texts. */
class LanguageFilesTest extends ChatTest {
    private static final Path STATIC = Path.of("static");
    private static final Path SCRIPTS = STATIC.resolve("scripts/chat");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{(\\w+)}");

    /** Where a script gives text to the page, or to a function that does. */
    private static final Pattern SHOWN =
            Pattern.compile("(?:\\b(?:textContent|innerText|title|placeholder|ariaLabel)\\b\\s*(?:=|\\+=)"
                    + "|\"?(?:aria-label|aria-description|text|title|placeholder)\"?\\s*[:,]"
                    + "|\\b(?:note|announce|banner|who|problem|raise|say|hint|button|tool|select|label|sendLabel|confirm|alert)\\()"
                    + "[^;\\n]*");

    private static final Pattern LITERAL =
            Pattern.compile("\"([^\"\\\\\\n]*+(?:\\\\.[^\"\\\\\\n]*+)*+)\"|`([^`\\\\\\n]*+(?:\\\\.[^`\\\\\\n]*+)*+)`");
    /** Of a call for a text, which has its key as a literal. */
    private static final Pattern TEXT_CALL = Pattern.compile("\\b(?:t|pageText)\\(");
    /** Sentences that are not for the page: a reason in the protocol, and an error's message. */
    private static final Set<String> NOT_SHOWN = Set.of("The token has expired");

    private static final Pattern SENTENCE = Pattern.compile("\\p{Lu}\\p{Ll}+ \\p{L}.*|\\p{Lu}\\p{Ll}+[….!?]");

    @Test
    void everyLanguageHasTheKeysAndPlaceholdersOfEnglish() throws IOException {
        JsonObject english = english();
        assertThat(english).hasSizeGreaterThan(100);
        for (String language : languages()) {
            JsonObject own = read(language);
            assertThat(own.keySet()).as(language).containsExactlyInAnyOrderElementsOf(english.keySet());
            own.forEach((key, text) -> {
                String name = language + ": " + key;
                Set<String> wanted = placeholders(forms(english.get(key)).get("other"));
                Map<String, String> forms = forms(text);
                assertThat(placeholders(forms.get("other"))).as(name).isEqualTo(wanted);
                forms.forEach((category, form) -> {
                    assertThat(form).as(name + ", " + category).isNotBlank().isEqualTo(form.strip());
                    Set<String> found = placeholders(form);
                    assertThat(wanted).as(name + ", " + category).containsAll(found);
                    wanted.stream()
                            .filter(each -> !each.equals("count")) // "one message" needs no figure
                            .forEach(each ->
                                    assertThat(found).as(name + ", " + category).contains(each));
                });
            });
        }
    }

    @Test
    void everyPluralHasTheFormsOfItsLanguage() throws IOException {
        Page page = pages.visitor().page;
        for (String language : languages()) {
            Set<String> wanted = Set.copyOf(strings(page.run("""
                    const rules = new Intl.PluralRules(arguments[0]);
                    return [...new Set(Array.from({ length: 200 }, (_, n) => rules.select(n)))];""", language)));
            read(language).forEach((key, text) -> {
                if (text instanceof JsonObject forms) {
                    assertThat(forms.keySet()).as(language + ": " + key).isEqualTo(wanted);
                }
            });
        }
    }

    @Test
    void everyTextOfThePageHasAKey() {
        Page page = pages.visitor().page;
        // The page as it came, without what scripts have done to it, and without the operators' navigation, which is
        // English
        Object without = page.runAsync("""
                const done = arguments[arguments.length - 1];
                fetch("/").then((response) => response.text()).then((html) => {
                  const body = new DOMParser().parseFromString(html, "text/html").body;
                  body.querySelectorAll("noscript, #language, .brand, .nav").forEach((each) => each.remove());
                  const missing = [];
                  for (const each of body.querySelectorAll("*")) {
                    const own = [...each.childNodes].some((node) => node.nodeType === 3 && /\\p{L}/u.test(node.data));
                    if (own && !each.dataset.text) missing.push(each.outerHTML);
                    if (each.dataset.text && each.children.length) missing.push(`would lose its children: ${each.outerHTML}`);
                    if ((each.ariaLabel || each.title) && !each.dataset.label) missing.push(each.outerHTML);
                    if (each.placeholder && !each.dataset.placeholder) missing.push(each.outerHTML);
                  }
                  done(missing);
                });""");
        assertThat((List<?>) without).isEmpty();
    }

    @Test
    void noScriptShowsATextOfItsOwn() throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> scripts = Files.walk(SCRIPTS)) {
            for (Path script :
                    (Iterable<Path>) scripts.filter(each -> each.toString().endsWith(".js"))::iterator) {
                if (!script.endsWith("texts.js")) {
                    untranslated(Files.readString(script)).forEach(each -> found.add(script + ": " + each));
                }
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void theSearchForTextsFindsThem() {
        for (String script : List.of(
                "line.textContent = \"Gone\";",
                "messages.note(`${count} are gone`);",
                "button(\"end\", \"Hang up\")",
                "el(\"p\", { text: \"Blurred\" })",
                "made.setAttribute(\"aria-label\", on ? \"Mute\" : t(\"unmute\"))",
                "return \"Nobody is here\";",
                "const STATES = { lost: \"Lost.\" };")) {
            assertThat(untranslated(script)).as(script).isNotEmpty();
        }
        assertThat(untranslated("line.textContent = t(on ? \"a.on\" : \"a.off\", { count: size(\"b\") });"))
                .isEmpty();
    }

    private static List<String> untranslated(String script) {
        String code = withoutTextCalls(script.replaceAll("(?m)//.*$|/\\*(?s:.*?)\\*/|^import .*$", ""));
        List<String> found = literals(code)
                .filter(each -> SENTENCE.matcher(each).matches())
                .collect(Collectors.toCollection(ArrayList::new));
        Matcher shown = SHOWN.matcher(code);
        while (shown.find()) {
            literals(shown.group()).filter(LanguageFilesTest::isForPeople).forEach(found::add);
        }
        found.removeAll(NOT_SHOWN);
        return found;
    }

    private static String withoutTextCalls(String code) {
        StringBuilder rest = new StringBuilder();
        Matcher call = TEXT_CALL.matcher(code);
        int at = 0;
        while (call.find(at)) {
            rest.append(code, at, call.start()).append("0");
            at = call.end();
            for (int open = 1; open > 0; at++) {
                open += code.charAt(at) == '(' ? 1 : code.charAt(at) == ')' ? -1 : 0;
            }
        }
        return rest.append(code.substring(at)).toString();
    }

    private static Stream<String> literals(String code) {
        return LITERAL.matcher(code)
                .results()
                .map(each -> (each.group(1) == null ? each.group(2) : each.group(1))
                        .replaceAll("\\$\\{[^}]*}", "")
                        .strip());
    }

    /** Names of elements, classes, keys and states are one word in small letters, or have hyphens or dots. */
    private static boolean isForPeople(String literal) {
        return literal.matches(".*\\p{L}{2,}.*") && (literal.contains(" ") || literal.matches("\\p{Lu}\\p{Ll}.*"));
    }

    private static Map<String, String> forms(JsonValue text) {
        if (text instanceof JsonString one) {
            return Map.of("other", one.getString());
        }
        Map<String, String> forms = new TreeMap<>();
        text.asJsonObject().forEach((category, form) -> forms.put(category, ((JsonString) form).getString()));
        return forms;
    }

    private static Set<String> placeholders(String text) {
        return PLACEHOLDER.matcher(text).results().map(each -> each.group(1)).collect(Collectors.toSet());
    }

    /** From the page, which has some of them in its HTML and the others in its scripts. */
    private JsonObject english() throws IOException {
        List<String> modules;
        try (Stream<Path> scripts = Files.walk(SCRIPTS)) {
            modules = scripts.filter(each -> each.endsWith("texts.js"))
                    .map(each -> "/" + STATIC.relativize(each))
                    .toList();
        }
        Object texts = pages.visitor().page.runAsync("""
                const [modules, done] = arguments;
                const html = {};
                const put = (key, text) => {
                  if (html[key] && html[key] !== text) done(`two English texts for ${key}: ${text}, ${html[key]}`);
                  html[key] = text;
                };
                fetch("/").then((response) => response.text()).then(async (source) => {
                  const page = new DOMParser().parseFromString(source, "text/html");
                  for (const each of page.querySelectorAll("[data-text]")) put(each.dataset.text, each.textContent);
                  for (const each of page.querySelectorAll("[data-label]")) put(each.dataset.label, each.ariaLabel);
                  for (const each of page.querySelectorAll("[data-placeholder]")) put(each.dataset.placeholder, each.placeholder);
                  for (const module of modules) {
                    const { ENGLISH } = await import(module);
                    for (const [key, text] of Object.entries(ENGLISH)) put(key, text);
                  }
                  done(JSON.stringify(html));
                });""", modules);
        return Json.createReader(new java.io.StringReader(texts.toString())).readObject();
    }

    private static List<String> languages() throws IOException {
        try (Stream<Path> files = Files.list(STATIC.resolve("languages"))) {
            List<String> found = files.map(each -> each.getFileName().toString().replace(".json", ""))
                    .sorted()
                    .toList();
            assertThat(found).contains("ar", "de", "es", "fr");
            return found;
        }
    }

    private static JsonObject read(String language) throws IOException {
        try (var reader = Json.createReader(Files.newInputStream(STATIC.resolve("languages/" + language + ".json")))) {
            return reader.readObject();
        }
    }

    @SuppressWarnings("unchecked")
    private static List<String> strings(Object found) {
        return (List<String>) found;
    }
}
