package loomchat.zstd;

import com.github.luben.zstd.util.Native;
import java.io.IOException;

/**
 * The native library of Zstandard: it lies in a jar, from where it is copied to the folder of temporary files, unless
 * the system property {@code ZstdNativePath} names it, as in the container image. Any thread.
 */
public final class ZstdLibrary {
    private ZstdLibrary() {}

    /** Loads it, unless it is loaded. Fails where there is none for this machine, or no folder for its copy. */
    public static void load() throws IOException {
        try {
            Native.load();
        } catch (LinkageError | RuntimeException e) {
            throw new IOException("the library of Zstandard cannot be loaded: " + e.getMessage(), e);
        }
    }
}
