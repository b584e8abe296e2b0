package loomchat.identity.issuers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;

/** A JWK set in a file, which is read again when the file has changed. The issuer's thread. */
final class JwksFile implements KeySource {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

    private record Version(FileTime modified, long bytes, Object fileKey) {}

    private final Path path;
    private Version lastRead;

    JwksFile(Path path) {
        this.path = path;
    }

    @Override
    public Answer read() throws IOException {
        try {
            BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
            if (!now.isRegularFile()) {
                throw new IOException(path + " is not a file");
            }
            Version version = new Version(now.lastModifiedTime(), now.size(), now.fileKey());
            byte[] json = version.equals(lastRead) ? null : content();
            lastRead = version;
            return new Answer(json, LOOK_EVERY);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + path);
        } catch (AccessDeniedException e) {
            throw new IOException("the file " + path + " may not be read");
        }
    }

    private byte[] content() throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] json = in.readNBytes(KeySet.MOST_BYTES + 1);
            if (json.length > KeySet.MOST_BYTES) {
                throw new IOException(path + " is larger than 256 KB");
            }
            return json;
        }
    }

    @Override
    public Duration retryAfter() {
        return LOOK_EVERY;
    }
}
