package loomchat.identity.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The server follows its file of keys, which {@code loomchat keys} changes. */
class LiveKeysTest {
    private static final Duration OVERLAP = Duration.ofHours(1);

    @TempDir
    Path dir;

    private record Output(int code, String out, String err) {}

    private Output keys(Path file, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = KeysCommand.run(List.of(arguments), file, OVERLAP, new PrintStream(out), new PrintStream(err));
        return new Output(code, out.toString(), err.toString());
    }

    @Test
    void aServerMakesItsOwnKeyOnceAndForItsOwnerAlone() throws Exception {
        Path file = dir.resolve("keys.json");
        LiveKeys first = LiveKeys.open(file, true, Map.of(), 1);
        LiveKeys second = LiveKeys.open(file, true, Map.of(), 2);
        assertThat(second.get().keys().getFirst().id())
                .isEqualTo(first.get().keys().getFirst().id());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void aFileThatIsNamedHasToBeThere() {
        Path file = dir.resolve("shared.json");
        assertThatExceptionOfType(LiveKeys.NoKeys.class)
                .isThrownBy(() -> LiveKeys.open(file, false, Map.of(), 1))
                .withMessage("AUTH_KEYS_FILE=" + file + " does not exist: loomchat keys rotate makes it");
    }

    @Test
    void aRotationIsTakenWhileTheServerRuns() throws Exception {
        Path file = dir.resolve("shared.json");
        assertThat(keys(file, "rotate").code).isZero();
        LiveKeys live = LiveKeys.open(file, false, Map.of(), 1);
        String old = live.get().signing(System.currentTimeMillis()).id();
        assertThat(keys(file, "rotate").out).contains("signs from").contains("Those of before verify until");
        live.reload();
        long now = System.currentTimeMillis();
        assertThat(live.get().keys()).hasSize(2);
        assertThat(live.get().signing(now).id()).as("until the lead is over").isEqualTo(old);
        String fresh = live.get().keys().getLast().id();
        assertThat(live.get().signing(now + Duration.ofMinutes(2).toMillis()).id())
                .isEqualTo(fresh);
        assertThat(live.get().find(old, now + Duration.ofMinutes(30).toMillis()))
                .isNotNull();
        assertThat(live.get().find(old, now + Duration.ofMinutes(62).toMillis()))
                .isNull();
        assertThat(keys(file, "rotate", "--revoke-old").code).isZero();
        live.reload();
        assertThat(live.get().keys())
                .singleElement()
                .satisfies(each -> assertThat(each.id()).isNotIn(old, fresh));
    }

    @Test
    void aListShowsNoSecret() throws Exception {
        Path file = dir.resolve("shared.json");
        keys(file, "rotate");
        keys(file, "rotate");
        String secret = Files.readString(file).replaceAll("(?s).*\"k\":\"([^\"]+)\".*", "$1");
        assertThat(secret).hasSizeGreaterThan(40);
        Output listed = keys(file, "list");
        assertThat(listed.out.lines()).hasSize(2);
        assertThat(listed.out).contains("signs now").doesNotContain(secret);
        assertThat(KeyFile.read(file).toString()).doesNotContain(secret);
    }

    @Test
    void aFileThatIsDamagedLeavesTheKeysOfBefore() throws Exception {
        Path file = dir.resolve("shared.json");
        keys(file, "rotate");
        LiveKeys live = LiveKeys.open(file, false, Map.of(), 1);
        KeyRing before = live.get();
        Files.writeString(file, "{}");
        live.reload();
        assertThat(live.get()).isSameAs(before);
    }

    @TestFactory
    Stream<DynamicTest> aWrongFileStopsTheStartWithOneLine() {
        String key = "{\"kty\":\"oct\",\"alg\":\"HS256\",\"kid\":\"a\",\"k\":\"" + "A".repeat(43) + "\"}";
        return Map.of(
                        "",
                        "is not a JWK set",
                        "[]",
                        "is not a JWK set",
                        "{\"keys\":[]}",
                        "has no key",
                        "{\"keys\":[" + key + "," + key + "]}",
                        "has two keys with the kid a",
                        "{\"keys\":[" + key.replace("HS256", "HS512") + "]}",
                        "is not of kty oct for alg HS256: a",
                        "{\"keys\":[" + key.replace("A".repeat(43), "A".repeat(20)) + "]}",
                        "less than 32 bytes: a",
                        "{\"keys\":[" + key.replace("\"kid\":\"a\",", "") + "]}",
                        "whose kid is not",
                        "{\"keys\":[" + key.replace("\"a\"", "\"a b\"") + "]}",
                        "whose kid is not",
                        " ".repeat(70_000),
                        "is larger than 65536 bytes")
                .entrySet()
                .stream()
                .map(each -> DynamicTest.dynamicTest(each.getValue(), () -> {
                    Path file = Files.createTempFile(dir, "keys", ".json");
                    Files.writeString(file, each.getKey());
                    assertThatExceptionOfType(LiveKeys.NoKeys.class)
                            .isThrownBy(() -> LiveKeys.open(file, false, Map.of(), 1))
                            .withMessageStartingWith("AUTH_KEYS_FILE=" + file)
                            .withMessageContaining(each.getValue())
                            .satisfies(e -> assertThat(e.getMessage())
                                    .doesNotContain("\n")
                                    .doesNotContain("A".repeat(20)));
                }));
    }

    @Test
    void aWrongCommandSaysWhatThereIs() {
        assertThat(keys(dir.resolve("none"), "rotat").code).isEqualTo(2);
        assertThat(keys(dir.resolve("none"), "rotat").err).contains("keys takes list, rotate");
        assertThat(keys(dir.resolve("none"), "list").err).contains("cannot be read: No such file");
    }
}
