package loomchat.identity.operators;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import loomchat.identity.store.SharedFile;
import loomchat.log.files.Disk;

/**
 * The operators' tokens in {@code OPERATOR_TOKENS_FILE}: one line for each with its name, its hash and when it was
 * made. Any thread asks, without I/O; {@link #poll} follows the file and is called once a second by one thread. A file
 * that cannot be read leaves the tokens as they are, one that is gone leaves none. At most {@link #MOST}.
 */
public final class OperatorTokens {
    public static final int MOST = 100;

    private static final int MOST_BYTES = 64 * 1024;
    private static final String HEAD = """
            # Operators of Loomchat: name, SHA-256 of the token, when it was made. Written by: loomchat operator-token
            """;

    private final SharedFile file;
    private final Consumer<String> notice;
    private final List<BiConsumer<String, String>> onChange = new CopyOnWriteArrayList<>();
    /** By hash. */
    private volatile Map<String, OperatorToken> tokens = Map.of();

    private volatile Map<String, OperatorToken> byFingerprint = Map.of();

    // Of the thread that polls: the text that was read last, and why it could not be read.
    private String text = "";
    private String trouble;

    /** A change of the file that is refused; the message is one line for the operator. */
    public static final class Refused extends Exception {
        Refused(String message) {
            super(message, null, false, false);
        }
    }

    private OperatorTokens(Path path, Consumer<String> notice) {
        file = new SharedFile(path);
        this.notice = notice;
    }

    /**
     * The tokens in {@code path}, which need not exist yet.
     *
     * @param notice takes lines for the operator
     * @throws IOException it is there and cannot be read
     */
    public static OperatorTokens open(Path path, Consumer<String> notice) throws IOException {
        OperatorTokens opened = new OperatorTokens(path, notice);
        opened.take(opened.read());
        return opened;
    }

    /** Calls {@code listener} with what happened ({@code token added}, {@code token removed}) and the token's name. */
    public void onChange(BiConsumer<String, String> listener) {
        onChange.add(listener);
    }

    /** The operator who has this token, or null. */
    public OperatorToken find(String token) {
        String hash = OperatorToken.hash(token);
        return hash == null ? null : tokens.get(hash);
    }

    /** The token in the file that has this fingerprint, or null. */
    OperatorToken ofFingerprint(String fingerprint) {
        return byFingerprint.get(fingerprint);
    }

    public List<OperatorToken> all() {
        return List.copyOf(tokens.values());
    }

    /** Reads the file if it has changed. Blocks on the disk. */
    public void poll() {
        try {
            String now = read();
            trouble = null;
            if (!now.equals(text)) {
                Map<String, OperatorToken> before = tokens;
                take(now);
                tell("token removed", before, tokens);
                tell("token added", tokens, before);
            }
        } catch (IOException e) {
            if (trouble == null) {
                notice.accept(file.path() + " cannot be read (" + Disk.cause(e)
                        + "): the operators' tokens stay as they were");
            }
            trouble = Disk.cause(e);
        }
    }

    private void tell(String what, Map<String, OperatorToken> some, Map<String, OperatorToken> others) {
        some.forEach((hash, token) -> {
            if (!others.containsKey(hash)) {
                onChange.forEach(each -> each.accept(what, token.name()));
            }
        });
    }

    private void take(String now) {
        Map<String, OperatorToken> read = new LinkedHashMap<>();
        int skipped = 0;
        for (String line : now.split("\n")) {
            OperatorToken token = OperatorToken.read(line);
            if (token != null && read.size() < MOST) {
                read.put(token.hash(), token);
            } else if (!line.isBlank() && !line.startsWith("#")) {
                skipped++;
            }
        }
        if (skipped > 0) {
            notice.accept(skipped + " lines of " + file.path() + " are not an operator's token and were skipped");
        }
        text = now;
        tokens = Map.copyOf(read);
        byFingerprint = read.values().stream()
                .collect(Collectors.toUnmodifiableMap(OperatorToken::fingerprint, Function.identity()));
    }

    /** A link is followed: secrets are mounted so. */
    private String read() throws IOException {
        Path path = file.path();
        try {
            if (!Files.isRegularFile(path.toRealPath())) {
                throw new IOException("it is not a regular file");
            }
            if (Files.size(path) > MOST_BYTES) {
                throw new IOException("it is larger than " + MOST_BYTES + " bytes");
            }
            return Files.readString(path, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    /** Makes a token, the only time that it is known, and puts its hash into the file. */
    public String create(String name, Instant now) throws IOException, Refused {
        if (!OperatorToken.isName(name)) {
            throw new Refused("The name " + name + " is not allowed: " + OperatorToken.ALLOWED_NAMES);
        }
        String token = OperatorToken.random();
        String[] refusal = new String[1];
        file.change(() -> {
            take(read());
            if (named(name)) {
                refusal[0] = "There is a token called " + name + ": choose another name, or remove it first";
            } else if (tokens.size() >= MOST) {
                refusal[0] = "There are " + MOST + " tokens, which is the limit: remove one first";
            } else {
                String line = new OperatorToken(name, OperatorToken.hash(token), now).line() + "\n";
                write((text.isBlank() ? HEAD : text.endsWith("\n") ? text : text + "\n") + line);
            }
        });
        if (refusal[0] != null) {
            throw new Refused(refusal[0]);
        }
        return token;
    }

    /** Takes a token out of the file. False when there is none of this name. */
    public boolean remove(String name) throws IOException {
        boolean[] removed = new boolean[1];
        file.change(() -> {
            take(read());
            removed[0] = named(name);
            if (removed[0]) {
                List<String> kept = new ArrayList<>(text.lines().toList());
                kept.removeIf(line -> {
                    OperatorToken token = OperatorToken.read(line);
                    return token != null && token.name().equals(name);
                });
                write(String.join("\n", kept) + "\n");
            }
        });
        return removed[0];
    }

    private boolean named(String name) {
        return tokens.values().stream().anyMatch(each -> each.name().equals(name));
    }

    private void write(String changed) throws IOException {
        file.replace(changed.getBytes(StandardCharsets.UTF_8));
        take(changed);
    }
}
