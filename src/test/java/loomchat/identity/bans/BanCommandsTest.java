package loomchat.identity.bans;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ban}, {@code unban} and {@code bans} without a server. */
class BanCommandsTest {
    private static final String SUBJECT = "Zm9vYmFyYmF6cXV4MTIzNA";

    @TempDir
    Path dir;

    private String out;
    private String err;

    private int run(String command, String... arguments) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        int code = BanCommands.run(
                command,
                List.of(arguments),
                dir.resolve("state"),
                new PrintStream(printed, true, StandardCharsets.UTF_8),
                new PrintStream(complained, true, StandardCharsets.UTF_8));
        out = printed.toString(StandardCharsets.UTF_8);
        err = complained.toString(StandardCharsets.UTF_8);
        return code;
    }

    @Test
    void aBanIsMadeListedAndLifted() {
        assertThat(run("bans")).isZero();
        assertThat(out).isEqualTo("There are no bans.\n");
        assertThat(run("ban", "203.0.113.9/24", "--for", "24h", "--reason", "spam\u001b[31m"))
                .isZero();
        assertThat(out).matches("Banned the network 203\\.0\\.113\\.0/24 until [0-9T:-]+Z\\.\n");
        assertThat(run("ban", "--reason=bad manners", SUBJECT)).isZero();
        assertThat(out).isEqualTo("Banned the identity " + SUBJECT + " for good.\n");
        assertThat(run("ban", "2001:db8:0:7::1")).isZero();
        assertThat(out).isEqualTo("Banned the network 2001:db8:0:7::/64 for good.\n");
        assertThat(run("ban", "2001:db8:0:8::1/128")).isZero();
        assertThat(run("bans")).isZero();
        assertThat(out.lines())
                .hasSize(4)
                .anyMatch(line -> line.matches("203\\.0\\.113\\.0/24 +until .* since .* by this machine: spam \\[31m"));
        // Each target is lifted by the text with which it is listed.
        for (String line : out.lines().toList()) {
            assertThat(run("unban", line.split(" ")[0])).as(line).isZero();
        }
        assertThat(run("bans")).isZero();
        assertThat(out).isEqualTo("There are no bans.\n");
        assertThat(err).isEmpty();
    }

    @Test
    void aLongerBanStaysAndIsShortenedByLiftingItFirst() {
        run("ban", "203.0.113.9", "--reason", "first");
        assertThat(run("ban", "203.0.113.9", "--for", "1h", "--reason", "second"))
                .isZero();
        assertThat(out)
                .isEqualTo("Nothing was changed: a longer ban holds the address 203.0.113.9 for good."
                        + " To shorten it, unban first.\n");
        run("bans");
        assertThat(out).matches("203\\.0\\.113\\.9 +for good .*: first\n");
        run("unban", "203.0.113.9");
        run("ban", "203.0.113.9", "--for", "1h");
        assertThat(out).matches("Banned the address 203\\.0\\.113\\.9 until [0-9T:-]+Z\\.\n");
        assertThat(err).isEmpty();
    }

    @Test
    void whatIsNotBannedCannotBeLifted() {
        run("ban", "203.0.113.0/24");
        assertThat(run("unban", "203.0.113.9")).isEqualTo(1);
        assertThat(err).isEqualTo("203.0.113.9 is not banned, but 203.0.113.0/24 is\n");
        assertThat(run("unban", SUBJECT)).isEqualTo(1);
        assertThat(err).isEqualTo(SUBJECT + " is not banned\n");
    }

    @Test
    void wrongUsageIsOneLine() {
        for (List<String> words : List.of(
                List.of("ban"),
                List.of("ban", "alice"),
                List.of("ban", "0.0.0.0/0"),
                List.of("ban", "10.0.0.0/33"),
                List.of("ban", "10.0.0.1", "10.0.0.2"),
                List.of("ban", "10.0.0.1", "--for"),
                List.of("ban", "10.0.0.1", "--for", "soon"),
                List.of("ban", "10.0.0.1", "--for=0s"),
                List.of("ban", "10.0.0.1", "--reason", "x".repeat(201)),
                List.of("ban", "--until", "10.0.0.1"),
                List.of("unban"),
                List.of("unban", "a", "b"),
                List.of("unban", "x\ny"),
                List.of("bans", "all"))) {
            assertThat(run(words.getFirst(), words.subList(1, words.size()).toArray(String[]::new)))
                    .as("%s", words)
                    .isEqualTo(2);
            assertThat(out).as("%s", words).isEmpty();
            assertThat(err).as("%s", words).hasLineCount(1).contains("--help");
        }
        assertThat(dir.resolve("state")).doesNotExist();
        assertThat(run("ban", "--help")).isZero();
        assertThat(out).contains("--reason", "Exit codes");
    }

    @Test
    void aFileThatCannotBeUsedIsNamed() throws Exception {
        run("ban", SUBJECT);
        Path file = dir.resolve("state/bans.jsonl");
        Files.writeString(file, "damaged\n", StandardOpenOption.APPEND);
        assertThat(run("bans")).isZero();
        assertThat(err).isEqualTo("1 damaged lines in " + file + " were skipped\n");
        Files.delete(file);
        Files.createDirectory(file);
        assertThat(run("bans")).isEqualTo(1);
        assertThat(err).hasLineCount(1).contains("bans.jsonl cannot be read: ");
        Files.delete(file);
        Files.delete(dir.resolve("state/bans.jsonl.lock"));
        Files.delete(dir.resolve("state"));
        Files.writeString(dir.resolve("state"), "not a folder");
        assertThat(run("ban", SUBJECT)).isEqualTo(1);
        assertThat(err).hasLineCount(1).startsWith("Nothing was changed: bans.jsonl cannot be written: ");
    }
}
