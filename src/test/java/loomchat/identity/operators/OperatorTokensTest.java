package loomchat.identity.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operators' tokens in their file, and the command that makes them. */
class OperatorTokensTest {
    @TempDir
    Path dir;

    private Path file;
    private final List<String> notices = new ArrayList<>();
    private String out;
    private String err;

    @BeforeEach
    void setUp() {
        file = dir.resolve("state/operator-tokens");
    }

    private OperatorTokens open() throws IOException {
        return OperatorTokens.open(file, notices::add);
    }

    private int run(String... arguments) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        int code = OperatorTokenCommand.run(
                List.of(arguments), file, new PrintStream(printed, true), new PrintStream(complained, true));
        out = printed.toString();
        err = complained.toString();
        return code;
    }

    @Test
    void aTokenIsPrintedOnceAndOnlyItsHashIsKept() throws IOException {
        OperatorTokens server = open();
        assertThat(run("ops")).isZero();
        String token = out.strip();
        assertThat(token).matches("lco_[A-Za-z0-9_-]{43}");
        assertThat(err).hasLineCount(1).contains("ops").doesNotContain(token);
        assertThat(Files.readString(file)).contains("\nops ").doesNotContain(token.substring(4));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(server.find(token)).isNull();
        server.poll();
        assertThat(server.find(token).name()).isEqualTo("ops");
        assertThat(server.find(token).toString()).doesNotContain(token);
        for (String wrong : List.of(
                "", "ops", token.substring(4), token + "A", "LCO_" + token.substring(4), "lco_" + "A".repeat(43))) {
            assertThat(server.find(wrong)).as(wrong).isNull();
        }
        assertThat(run("--list")).isZero();
        assertThat(out).startsWith("ops ").hasLineCount(1);
    }

    @Test
    void aRemovedTokenIsGoneWithTheNextPollAndListenersHear() throws IOException {
        OperatorTokens server = open();
        List<String> heard = new ArrayList<>();
        server.onChange((what, name) -> heard.add(what + " " + name));
        run();
        String token = out.strip();
        run("second");
        server.poll();
        OperatorToken known = server.find(token);
        assertThat(known.name()).isEqualTo("operator");
        assertThat(run("--remove", "operator")).isZero();
        assertThat(server.ofFingerprint(known.fingerprint())).isEqualTo(known);
        server.poll();
        assertThat(server.ofFingerprint(known.fingerprint())).isNull();
        assertThat(server.find(token)).isNull();
        assertThat(heard)
                .containsExactlyInAnyOrder("token added operator", "token added second", "token removed operator");
        Files.delete(file);
        server.poll();
        assertThat(server.all()).isEmpty();
        assertThat(notices).isEmpty();
    }

    @Test
    void wrongUsageAndWhatCannotBeDoneIsOneLine() throws IOException {
        run("ops");
        for (List<String> words : List.of(List.of("ops"), List.of("--remove", "nobody"))) {
            assertThat(run(words.toArray(String[]::new))).as("%s", words).isEqualTo(1);
            assertThat(err).as("%s", words).hasLineCount(1);
            assertThat(out).as("%s", words).isEmpty();
        }
        for (List<String> words :
                List.of(List.of("--remove"), List.of("--show"), List.of("a", "b"), List.of("--list", "a"))) {
            assertThat(run(words.toArray(String[]::new))).as("%s", words).isEqualTo(2);
            assertThat(err).as("%s", words).hasLineCount(1).contains("--help");
        }
        for (List<String> words : List.of(
                List.of("two words"), List.of("x".repeat(33)), List.of(""), List.of("list"), List.of("remove"))) {
            assertThat(run(words.toArray(String[]::new))).as("%s", words).isEqualTo(2);
            assertThat(err).as("%s", words).hasLineCount(1);
            assertThat(out).as("%s", words).isEmpty();
        }
        run("list");
        assertThat(err).contains("is --list meant?");
        assertThat(run("--help")).isZero();
        assertThat(Files.readAllLines(file)).hasSize(2);
        for (int i = 1; i < OperatorTokens.MOST; i++) {
            assertThat(run("n" + i)).isZero();
        }
        assertThat(run("oneMore")).isEqualTo(1);
        assertThat(err).contains("limit");
    }

    @Test
    void whatSomebodyWroteByHandStaysAndOtherLinesAreSkipped() throws IOException {
        run("ops");
        String token = out.strip();
        Files.writeString(file, "# mine\n\nrubbish\nname nohash 2026-11-29T00:00:00Z", StandardOpenOption.APPEND);
        assertThat(run("second")).isZero();
        assertThat(Files.readString(file)).contains("# mine\n\nrubbish\n");
        assertThat(run("--remove", "second")).isZero();
        assertThat(open().find(token)).isNotNull();
        assertThat(notices).singleElement().asString().startsWith("2 lines of " + file);
    }

    @Test
    void aMountedSecretMayBeALink() throws Exception {
        run("ops");
        String token = out.strip();
        Path link = dir.resolve("secret");
        Files.createSymbolicLink(link, file);
        OperatorTokens linked = OperatorTokens.open(link, notices::add);
        assertThat(linked.find(token)).isNotNull();
        linked.create("second", Instant.now());
        assertThat(link).isSymbolicLink();
        assertThat(open().all()).hasSize(2);
    }

    @Test
    void aFileThatCannotBeReadStopsTheStartAndLeavesARunningServerItsTokens() throws IOException {
        run("ops");
        String token = out.strip();
        OperatorTokens server = open();
        Files.delete(file);
        Files.createDirectory(file);
        server.poll();
        server.poll();
        assertThat(server.find(token)).isNotNull();
        assertThat(notices).singleElement().asString().contains("stay as they were");
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessage("it is not a regular file");
        assertThat(run("other")).isEqualTo(1);
        assertThat(err).hasLineCount(1).startsWith("OPERATOR_TOKENS_FILE=" + file + " cannot be read");
        Files.delete(file);
        Files.write(file, new byte[70_000]);
        assertThatThrownBy(this::open).hasMessageContaining("larger");
    }
}
