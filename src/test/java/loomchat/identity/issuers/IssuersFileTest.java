package loomchat.identity.issuers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A mistake in the file is one line that says where it is and what is allowed. */
class IssuersFileTest {
    @TempDir
    private Path dir;

    private IssuerFiles files;

    @BeforeEach
    void write() throws Exception {
        files = new IssuerFiles(dir);
        files.write("keys.json", TestSigner.set(TestSigner.ec("e", "secp256r1")));
    }

    private static String issuer() {
        return IssuerFiles.issuer("example", "ES256", "file:keys.json");
    }

    private void assertMistake(Path list, String... said) {
        assertThatThrownBy(() -> TrustedIssuers.load(list))
                .isExactlyInstanceOf(TrustedIssuers.CannotLoad.class)
                .hasMessageStartingWith("AUTH_ISSUERS_FILE=" + list + " is not allowed: ")
                .hasMessageContainingAll(said)
                .hasMessageNotContainingAny("\n", "\r", "Exception", "null");
    }

    @TestFactory
    List<DynamicTest> mistakesInAnIssuer() {
        Map<String, String> cases = new LinkedHashMap<>();
        cases.put(issuer().replace("\"name\":\"example\",", ""), "issuer 2: name is missing: 1 to 32 of a-z");
        cases.put(issuer().replace("\"example\"", "\"Exämple\""), "issuer 2: name=Exämple is not allowed: 1 to 32");
        cases.put(issuer().replace("\"example\"", "7"), "issuer 2: name is not a text: 1 to 32");
        for (String each : List.of("issuer", "audience", "algorithm", "jwks")) {
            String without = issuer().replaceFirst(",\"" + each + "\":\"[^\"]*\"", "");
            cases.put(without, "issuer 2 (example): " + each + " is missing: ");
        }
        for (String each : List.of("HS256", "none", "RS512", "")) {
            cases.put(
                    issuer().replace("\"ES256\"", "\"" + each + "\""),
                    "issuer 2 (example): algorithm=" + each + " is not allowed: RS256 or ES256");
        }
        cases.put(issuer().replace("\"chat\"", "[\"chat\"]"), "issuer 2 (example): audience is not a text");
        cases.put(issuer().replace("\"chat\"", "\"\""), "issuer 2 (example): audience= is not allowed: 1 to 500");
        cases.put(issuer().replace("\"chat\"", "\"a\\nb\""), "issuer 2 (example): audience=a b is not allowed");
        cases.put(issuer().replace("{", "{\"subject\":\"\","), "issuer 2 (example): subject= is not allowed");
        cases.put(
                issuer().replace("{", "{\"key\":1,"),
                "key is not known: name, issuer, audience, algorithm, jwks, subject");
        cases.put(issuer().replace("\"example\"", "\"first\""), "issuer 2 (first): name=first is another one's too");
        cases.put(
                issuer().replace("https://example.example", "https://first.example"),
                "issuer 2 (example): issuer=https://first.example is another one's too");
        cases.put("7", "issuer 2: a JSON object with name, issuer");
        for (String each : List.of(
                "http://example.com/keys",
                "http://localhost.example.com/keys",
                "ftp://example.com/keys",
                "keys.json",
                "file:",
                "https:///keys",
                "https://a b",
                "https://example.com/keys#k1",
                "")) {
            cases.put(
                    issuer().replace("file:keys.json", each),
                    "issuer 2 (example): jwks=" + each + " is not allowed: file: and a path, or an https URL");
        }
        cases.put(
                issuer().replace("file:keys.json", "https://user:secret@example.com/keys"),
                "issuer 2 (example): jwks is not allowed: ");
        cases.put(issuer().replace("keys.json", "none.json"), "issuer example: there is no file ");
        cases.put(issuer().replace("keys.json", ""), "jwks=file: is not allowed");
        cases.put(issuer().replace("keys.json", "."), "is not a file");
        cases.put(issuer().replace("keys.json", "broken.json"), "issuer example: not a JWK set");
        cases.put(issuer().replace("ES256", "RS256"), "issuer example: none of 1 keys is for RS256");
        return cases.entrySet().stream()
                .map(each -> DynamicTest.dynamicTest(each.getValue(), () -> {
                    files.write("broken.json", "{\"keys\":");
                    String first = IssuerFiles.issuer("first", "ES256", "file:keys.json");
                    assertMistake(files.list(first, each.getKey()), each.getValue());
                }))
                .toList();
    }

    @Test
    void aPasswordInAUrlIsNotRepeated() throws Exception {
        Path list = files.list(issuer().replace("file:keys.json", "https://user:secret@example.com/keys"));
        assertThatThrownBy(() -> TrustedIssuers.load(list)).hasMessageNotContaining("secret");
    }

    @TestFactory
    List<DynamicTest> filesThatAreNoList() {
        String many = IntStream.range(0, 33)
                .mapToObj(each -> IssuerFiles.issuer("n" + each, "ES256", "file:keys.json"))
                .collect(Collectors.joining(","));
        Map<String, String> cases = new LinkedHashMap<>();
        cases.put("", "it is not a JSON object");
        cases.put("[]", "it is not a JSON object");
        cases.put("{\"issuers\":[}", "it is not a JSON object");
        cases.put("{\"issuers\":[],\"issuers\":[" + issuer() + "]}", "it is not a JSON object");
        cases.put("{}", "issuers is not a list of 1 to 32 issuers");
        cases.put("{\"issuers\":[]}", "issuers is not a list of 1 to 32 issuers");
        cases.put("{\"issuers\":" + issuer() + "}", "issuers is not a list of 1 to 32 issuers");
        cases.put("{\"issuers\":[" + many + "]}", "issuers is not a list of 1 to 32 issuers");
        cases.put("{\"keys\":[]}", "keys is not known: issuers are allowed");
        cases.put(" ".repeat(64 * 1024) + "{}", "it is larger than 64 KB");
        return cases.entrySet().stream()
                .map(each -> DynamicTest.dynamicTest(
                        each.getValue(), () -> assertMistake(files.write("list.json", each.getKey()), each.getValue())))
                .toList();
    }

    @Test
    void aFileThatCannotBeReadIsNamed() throws Exception {
        assertMistake(dir.resolve("nothing.json"), "there is no such file");
        assertMistake(Files.createDirectory(dir.resolve("folder.json")), "it is not a file that can be read");
    }

    @Test
    void keysMayLieBesideTheListAnywhereElseOrOnThisMachinesServer() throws Exception {
        try (JwksEndpoint endpoint = new JwksEndpoint()) {
            endpoint.answers(TestSigner.set(TestSigner.ec("e", "secp256r1")));
            String port = ":" + endpoint.uri().getPort();
            List<String> issuers = List.of(
                    "file:keys.json",
                    "file:" + dir.resolve("keys.json"),
                    "file://" + dir.resolve("keys.json"),
                    "http://127.0.0.1" + port + "/keys?tenant=1",
                    "http://localhost" + port + "/keys");
            String[] list = IntStream.range(0, issuers.size())
                    .mapToObj(each -> IssuerFiles.issuer("n" + each, "ES256", issuers.get(each)))
                    .toArray(String[]::new);
            for (Issuer each : IssuersFile.read(files.list(list))) {
                each.keys().refreshWhenDue();
                assertThat(each.keys().find("e")).as(each.name()).isNotNull();
            }
            assertThat(endpoint.requests).hasValue(2);
        }
    }
}
