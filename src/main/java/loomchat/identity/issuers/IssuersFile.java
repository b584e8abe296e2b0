package loomchat.identity.issuers;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonConfig;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import loomchat.identity.issuers.TrustedIssuers.CannotLoad;

/**
 * Reads {@code AUTH_ISSUERS_FILE}, at the start only. Every mistake is one line that names the setting, the file, the
 * issuer by its place and name, the value, and what is allowed.
 */
final class IssuersFile {
    private static final JsonReaderFactory READERS =
            Json.createReaderFactory(Map.of(JsonConfig.KEY_STRATEGY, JsonConfig.KeyStrategy.NONE));
    private static final int MOST_BYTES = 64 * 1024;
    private static final int MOST_ISSUERS = 32;
    private static final int MOST_SHOWN = 60;
    private static final List<String> KEYS = List.of("name", "issuer", "audience", "algorithm", "jwks", "subject");
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,32}");
    private static final Pattern TEXT = Pattern.compile("[^\\p{Cntrl}]{1,500}");
    private static final Pattern LOOPBACK =
            Pattern.compile("(.+\\.)?localhost|127(\\.\\d{1,3}){3}|\\[::1]", Pattern.CASE_INSENSITIVE);
    private static final String FILE = "file:";
    private static final String TEXTS = "1 to 500 characters without control characters";
    private static final String JWKS =
            "file: and a path, or an https URL, or an http URL of this machine; without user name and fragment";

    private final Path file;
    /** What the mistakes are in: the issuer's place in the list, and its name when that is known. */
    private String place = "";

    private IssuersFile(Path file) {
        this.file = file;
    }

    static List<Issuer> read(Path file) throws CannotLoad {
        return new IssuersFile(file).issuers();
    }

    /** How a line about a mistake in this file begins. */
    static String at(Path file) {
        return "AUTH_ISSUERS_FILE=" + file + " is not allowed: ";
    }

    private List<Issuer> issuers() throws CannotLoad {
        JsonObject json = json();
        onlyKeys(json, List.of("issuers"));
        if (!(json.get("issuers") instanceof JsonArray all) || all.isEmpty() || all.size() > MOST_ISSUERS) {
            throw mistake("issuers is not a list of 1 to " + MOST_ISSUERS + " issuers");
        }
        List<Issuer> issuers = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Set<String> values = new HashSet<>();
        for (JsonValue each : all) {
            place = "issuer " + (issuers.size() + 1) + ": ";
            Issuer issuer = issuer(each);
            if (!names.add(issuer.name())) {
                throw mistake("name=" + issuer.name() + " is another one's too: each has its own");
            }
            if (!values.add(issuer.iss())) {
                throw mistake("issuer=" + shown(issuer.iss()) + " is another one's too: each has its own");
            }
            issuers.add(issuer);
        }
        return issuers;
    }

    private JsonObject json() throws CannotLoad {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(MOST_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw mistake("there is no such file");
        } catch (IOException e) {
            throw mistake("it is not a file that can be read");
        }
        if (content.length > MOST_BYTES) {
            throw mistake("it is larger than 64 KB");
        }
        try (JsonReader reader = READERS.createReader(new ByteArrayInputStream(content))) {
            return reader.readObject();
        } catch (JsonException | IllegalStateException e) {
            throw mistake("it is not a JSON object: " + shown(e.getMessage()));
        }
    }

    private Issuer issuer(JsonValue value) throws CannotLoad {
        if (!(value instanceof JsonObject json)) {
            throw mistake("a JSON object with " + String.join(", ", KEYS) + " is allowed");
        }
        String name = text(json, "name", NAME, "1 to 32 of a-z, 0-9 and -");
        place = place.replace(":", " (" + name + "):");
        onlyKeys(json, KEYS);
        SignatureAlgorithm algorithm =
                SignatureAlgorithm.valueOf(text(json, "algorithm", Pattern.compile("RS256|ES256"), "RS256 or ES256"));
        return new Issuer(
                name,
                text(json, "issuer", TEXT, TEXTS),
                text(json, "audience", TEXT, TEXTS),
                algorithm,
                json.containsKey("subject") ? text(json, "subject", TEXT, TEXTS) : "sub",
                new IssuerKeys(name, algorithm, source(text(json, "jwks", TEXT, JWKS)), System::nanoTime));
    }

    private KeySource source(String text) throws CannotLoad {
        try {
            if (text.startsWith(FILE) && text.length() > FILE.length()) {
                return new JwksFile(file.resolveSibling(text.substring(FILE.length())));
            }
            URI uri = new URI(text);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if (uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null
                    && (scheme.equals("https")
                            || scheme.equals("http")
                                    && LOOPBACK.matcher(uri.getHost()).matches())) {
                return new JwksFetch(uri, JwksFetch.DEADLINE);
            }
        } catch (URISyntaxException | InvalidPathException e) {
            // Refused below.
        }
        // A password in it is nobody's business.
        throw mistake("jwks" + (text.contains("@") ? "" : "=" + shown(text)) + " is not allowed: " + JWKS);
    }

    private String text(JsonObject json, String key, Pattern shape, String allowed) throws CannotLoad {
        if (!json.containsKey(key)) {
            throw mistake(key + " is missing: " + allowed);
        }
        if (!(json.get(key) instanceof JsonString value)) {
            throw mistake(key + " is not a text: " + allowed);
        }
        String text = value.getString();
        if (!shape.matcher(text).matches()) {
            throw mistake(key + "=" + shown(text) + " is not allowed: " + allowed);
        }
        return text;
    }

    private void onlyKeys(JsonObject json, List<String> keys) throws CannotLoad {
        for (String each : json.keySet()) {
            if (!keys.contains(each)) {
                throw mistake(shown(each) + " is not known: " + String.join(", ", keys) + " are allowed");
            }
        }
    }

    private CannotLoad mistake(String text) {
        return new CannotLoad(at(file) + place + text);
    }

    private static String shown(String text) {
        String printable = text.replaceAll("\\p{Cntrl}", " ");
        return printable.length() <= MOST_SHOWN ? printable : printable.substring(0, MOST_SHOWN) + "…";
    }
}
