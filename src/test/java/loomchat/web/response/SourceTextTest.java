package loomchat.web.response;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SourceTextTest {
    private static String sent(String source) {
        return new String(SourceText.withoutComments(source.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    }

    @Test
    void commentsAreGoneAndLinesKeepTheirNumbers() {
        assertThat(
                        sent(
                                "// What this is\n\n/** Adds. */\nfunction add(a, b) {\n  // as in school\n  return a + b; // always\n}\n"))
                .isEqualTo("\n\n\nfunction add(a, b) {\n\nreturn a + b; // always\n}\n");
        assertThat(sent("/* One\n   two */\n.a {\n  color: red;\n}\n/**\n * Three\n */\n.b {}"))
                .isEqualTo("\n\n.a {\ncolor: red;\n}\n\n\n\n.b {}");
        assertThat(sent("")).isEmpty();
    }

    @Test
    void whatIsNotACommentOfWholeLinesStays() {
        for (String code : List.of(
                "const url = \"https://example.org/*\";",
                "/* one */ .a {} /* two */",
                "const half = a /\nb;",
                "load(\"/*\");\nload(\"*/\");")) {
            assertThat(sent(code)).isEqualTo(code);
        }
        assertThatThrownBy(() -> sent("/* one\n two */ .a {}")).hasMessageContaining("two */ .a {}");
    }

    @Test
    void noScriptHasATextOfSeveralLines() throws IOException {
        try (Stream<Path> scripts = Files.walk(Path.of("static"))) {
            for (Path script :
                    (Iterable<Path>) scripts.filter(each -> each.toString().endsWith(".js"))::iterator) {
                List<String> lines = Files.readAllLines(script);
                for (int i = 0; i < lines.size(); i++) {
                    boolean comment = lines.get(i).strip().startsWith("//")
                            || lines.get(i).strip().startsWith("*");
                    long backticks = lines.get(i)
                            .replaceAll("\\\\`|\\[[^\\]]*`[^\\]]*]", "") // escaped, or in the class of an expression
                            .chars()
                            .filter(each -> each == '`')
                            .count();
                    assertThat(comment ? 0 : backticks % 2)
                            .as(script + ":" + (i + 1))
                            .isZero();
                    assertThat(lines.get(i)).as(script + ":" + (i + 1)).doesNotEndWith("\\");
                }
            }
        }
    }

    @Test
    void everyFileKeepsItsCode() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("static"))) {
            for (Path file :
                    (Iterable<Path>) files.filter(each -> each.toString().matches(".*\\.(js|css)"))::iterator) {
                List<String> source = Files.readAllLines(file);
                List<String> sent = sent(Files.readString(file)).lines().toList();
                for (int i = 0; i < sent.size(); i++) {
                    String line = source.get(i).strip();
                    assertThat(sent.get(i)).as(file + ":" + (i + 1)).isIn(line, "");
                    if (sent.get(i).isEmpty() && !line.isEmpty() && !line.startsWith("*")) {
                        assertThat(line)
                                .as(file + ":" + (i + 1))
                                .doesNotEndWith(";")
                                .doesNotEndWith("}")
                                .doesNotEndWith("{");
                    }
                }
            }
        }
    }
}
