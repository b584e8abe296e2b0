package loomchat.report;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The first line of a rollup file: which segment it was made of and where its parts are.
 *
 * @param modifiedMillis when the segment was last written
 * @param checksum of the whole segment, in the parts of {@link Checksums}
 * @param edges checksum of the segment's first and last bytes, which can be looked at on each request
 * @param first time of its first line, {@link Times#UNKNOWN} if no line has a time
 * @param last time of its last line
 * @param fineSeconds bucket width of the finer of its two series
 * @param headBytes where the sums and the coarse series end and the fine series begins
 */
record RollupHead(
        long bytes,
        long modifiedMillis,
        String checksum,
        String edges,
        long first,
        long last,
        long fineSeconds,
        long headBytes,
        String head,
        String tail) {

    static final int FORMAT = 1;
    static final int MOST_BYTES = 1024;
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    /** The line, without its checksums: they are over what comes before and behind. */
    String withoutChecksums() {
        return ("{\"format\":%d,\"bytes\":%d,\"modifiedMillis\":%d,\"checksum\":\"%s\",\"edges\":\"%s\",\"first\":%d,"
                        + "\"last\":%d,\"fineSeconds\":%d,\"headBytes\":%d,")
                .formatted(FORMAT, bytes, modifiedMillis, checksum, edges, first, last, fineSeconds, headBytes);
    }

    String line() {
        return withoutChecksums() + "\"head\":\"" + head + "\",\"tail\":\"" + tail + "\",\n";
    }

    RollupHead withChecksums(String headChecksum, String tailChecksum) {
        return new RollupHead(
                bytes,
                modifiedMillis,
                checksum,
                edges,
                first,
                last,
                fineSeconds,
                headBytes,
                headChecksum,
                tailChecksum);
    }

    static RollupHead parse(byte[] file, int lineEnd) throws IOException {
        String line = new String(file, 0, lineEnd, StandardCharsets.UTF_8);
        if (!line.endsWith(",")) {
            throw new IOException("the first line is damaged");
        }
        try (JsonReader reader = READERS.createReader(new StringReader(line.substring(0, line.length() - 1) + "}"))) {
            JsonObject json = reader.readObject();
            if (json.getInt("format") != FORMAT) {
                throw new IOException("format " + json.getInt("format") + " is not known");
            }
            return new RollupHead(
                    json.getJsonNumber("bytes").longValueExact(),
                    json.getJsonNumber("modifiedMillis").longValueExact(),
                    json.getString("checksum"),
                    json.getString("edges"),
                    json.getJsonNumber("first").longValueExact(),
                    json.getJsonNumber("last").longValueExact(),
                    json.getJsonNumber("fineSeconds").longValueExact(),
                    json.getJsonNumber("headBytes").longValueExact(),
                    json.getString("head"),
                    json.getString("tail"));
        } catch (RuntimeException e) {
            throw new IOException("the first line is damaged", e);
        }
    }
}
