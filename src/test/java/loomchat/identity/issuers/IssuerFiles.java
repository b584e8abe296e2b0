package loomchat.identity.issuers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Files of a test: the list of issuers, and key sets that are replaced as a whole. */
record IssuerFiles(Path folder) {
    static String issuer(String name, String algorithm, String jwks) {
        return """
                {"name":"%1$s","issuer":"https://%1$s.example","audience":"chat","algorithm":"%2$s","jwks":"%3$s"}""".formatted(name, algorithm, jwks);
    }

    /** Claims that are fine at {@code nowMillis}, for an issuer that is called so. */
    static String claims(String name, long nowMillis) {
        return """
                {"iss":"https://%s.example","aud":"chat","sub":"alice","iat":%d,"exp":%d}""".formatted(name, nowMillis / 1000, nowMillis / 1000 + 300);
    }

    Path list(String... issuers) throws IOException {
        return write("issuers.json", "{\"issuers\":[" + String.join(",", List.of(issuers)) + "]}");
    }

    Path write(String name, String content) throws IOException {
        Path fresh = Files.writeString(folder.resolve(name + ".new"), content);
        return Files.move(
                fresh, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
