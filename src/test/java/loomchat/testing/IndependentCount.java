package loomchat.testing;

import jakarta.json.Json;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import jakarta.json.JsonStructure;
import jakarta.json.JsonValue;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParserFactory;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Counts a log folder the slow and simple way: whole files, line by line, JSON objects. Shares no code with the
 * report. It keeps every value, so that percentiles are exact. Long, because it knows every event by itself.
 */
public final class IndependentCount {
    private static final JsonParserFactory PARSERS = Json.createParserFactory(Map.of());
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    public long lines;
    public long skipped;
    public long connections;
    public long matches;
    public long messages;
    public long disconnects;
    public long bytes;
    public long chats;
    public long starts;
    public long crashes;
    public long uptimeMillis;
    public long stalls;
    public long calls;
    public long callsEnded;
    public long callsConnected;
    public long callsRelayed;
    public long mediaBytes;
    public long reports;
    public long resumes;
    public long blocks;
    public double bytesIn;
    public long samples;
    public final Map<String, Long> reasons = new TreeMap<>();
    public final Map<String, Long> callReasons = new TreeMap<>();
    public final Map<String, Long> reportReasons = new TreeMap<>();
    public final List<Long> callMillis = new ArrayList<>();
    public final List<Long> firstFrameMillis = new ArrayList<>();
    public final Map<Long, Long> callsByMinute = new TreeMap<>();
    public final Map<Long, Double> greatestCallsByMinute = new TreeMap<>();
    public final List<Long> messageBytes = new ArrayList<>();
    public final List<Long> waitMillis = new ArrayList<>();
    public final List<Long> chatMillis = new ArrayList<>();
    public final List<Long> chatMessages = new ArrayList<>();
    public final Map<String, Long> events = new TreeMap<>();
    public final Map<Long, Long> messagesByMinute = new TreeMap<>();
    public final Map<Long, Double> greatestCpuByMinute = new TreeMap<>();

    private final List<Long> sampleTimes = new ArrayList<>();
    private Long runStart;
    private long runLast;

    public static IndependentCount of(Path folder) throws IOException {
        IndependentCount count = new IndependentCount();
        for (Path file : files(folder, "bandwidth")) {
            count.lines(file, count::sample);
        }
        Collections.sort(count.sampleTimes);
        for (Path file : files(folder, "chat-logs")) {
            count.lines(file, count::event);
        }
        count.endRun(Long.MAX_VALUE);
        return count;
    }

    /** The lines of a folder, parsed once. */
    public record Lines(List<JsonObject> events, List<JsonObject> samples) {}

    public static Lines linesOf(Path folder) throws IOException {
        Lines lines = new Lines(new ArrayList<>(), new ArrayList<>());
        IndependentCount reader = new IndependentCount();
        for (Path file : files(folder, "bandwidth")) {
            reader.lines(file, lines.samples::add);
        }
        for (Path file : files(folder, "chat-logs")) {
            reader.lines(file, lines.events::add);
        }
        return lines;
    }

    /** Of the lines of a range alone, {@code to} exclusive; a sample counts for the millisecond before its time. */
    public static IndependentCount of(Lines lines, long from, long to) {
        IndependentCount count = new IndependentCount();
        for (JsonObject each : lines.samples) {
            Long time = time(each);
            if (time != null && time - 1 >= from && time - 1 < to) {
                count.sample(each);
            }
        }
        for (JsonObject each : lines.events) {
            Long time = time(each);
            if (time != null && time >= from && time < to) {
                count.event(each);
                String event = each.getString("event");
                count.events.merge(event, 1L, Long::sum);
                if (each.containsKey("reason")) {
                    count.events.merge(event + ":" + each.getString("reason"), 1L, Long::sum);
                }
            }
        }
        return count;
    }

    public static long percentile(List<Long> values, double percent) {
        List<Long> sorted = values.stream().sorted().toList();
        return sorted.get((int) Math.max(0, Math.ceil(sorted.size() * percent / 100) - 1));
    }

    private interface Line {
        boolean read(JsonObject json);
    }

    private void lines(Path file, Line line) throws IOException {
        byte[] all = Files.readAllBytes(file);
        int start = 0;
        for (int i = 0; i < all.length; i++) {
            if (all[i] == '\n') {
                lines++;
                JsonObject json = parse(Arrays.copyOfRange(all, start, i));
                if (json == null || !line.read(json)) {
                    skipped++;
                }
                start = i + 1;
            }
        }
    }

    private static JsonObject parse(byte[] line) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line))
                    .toString();
            try (JsonParser whole = PARSERS.createParser(new StringReader(text))) {
                // A reader stops behind the object; a parser that goes on notices what follows it.
                while (whole.hasNext()) {
                    whole.next();
                }
            }
            try (JsonReader reader = READERS.createReader(new StringReader(text))) {
                JsonStructure json = reader.read();
                return json instanceof JsonObject object ? object : null;
            }
        } catch (CharacterCodingException | RuntimeException e) {
            return null;
        }
    }

    private boolean event(JsonObject json) {
        if (!(json.get("event") instanceof JsonString event)) {
            return false;
        }
        Long time = time(json);
        if (json.get("seq") instanceof JsonNumber && time != null) {
            life(event.getString(), time);
        }
        switch (event.getString()) {
            case "New Connection" -> connections++;
            case "Matched" -> {
                matches++;
                add(waitMillis, json, "waitedMillis");
            }
            case "Message Relay" -> message(json, time);
            case "Chat Ended" -> {
                chats++;
                blocks += json.getString("reason", "").equals("block") ? 1 : 0;
                add(chatMillis, json, "chatMillis");
                add(chatMessages, json, "messages");
            }
            case "Disconnected" -> {
                disconnects++;
                reasons.merge(json.getString("reason", "unknown"), 1L, Long::sum);
            }
            case "Call Started" -> {
                calls++;
                if (time != null) {
                    callsByMinute.merge(time / 60_000, 1L, Long::sum);
                }
            }
            case "Call Ended" -> callEnded(json);
            case "Log Recovered" -> stalls++;
            case "Chat Resumed" -> resumes++;
            case "Reported" -> {
                reports++;
                reportReasons.merge(json.getString("reason", "unknown"), 1L, Long::sum);
            }
            default -> {}
        }
        return true;
    }

    private void message(JsonObject json, Long time) {
        messages++;
        Long size = json.get("bytes") instanceof JsonNumber number
                ? (number.isIntegral() ? Long.valueOf(number.longValue()) : null)
                : old(json.getString("details", ""));
        if (size != null && size >= 0) {
            bytes += size;
            messageBytes.add(size);
        }
        if (time != null) {
            messagesByMinute.merge(time / 60_000, 1L, Long::sum);
        }
    }

    private void callEnded(JsonObject json) {
        callsEnded++;
        callReasons.merge(json.getString("reason", "unknown"), 1L, Long::sum);
        add(callMillis, json, "callMillis");
        List<Long> media = new ArrayList<>();
        add(media, json, "mediaBytesOut");
        add(media, json, "mediaBytesIn");
        mediaBytes += media.stream().mapToLong(Long::longValue).sum();
        if (json.get("connected") == JsonValue.TRUE) {
            callsConnected++;
            callsRelayed += json.get("relayed") == JsonValue.TRUE ? 1 : 0;
            add(firstFrameMillis, json, "firstFrameMillis");
            firstFrameMillis.remove(Long.valueOf(0));
        }
    }

    private static Long old(String details) {
        String digits = details.replaceAll("^Message size: (\\d+) bytes$", "$1");
        return digits.matches("\\d+") ? Long.valueOf(digits) : null;
    }

    private static void add(List<Long> values, JsonObject json, String name) {
        if (json.get(name) instanceof JsonNumber number && number.isIntegral() && number.longValue() >= 0) {
            values.add(number.longValue());
        }
    }

    private void life(String event, long time) {
        switch (event) {
            case "Server Started" -> {
                starts++;
                if (runStart != null) {
                    crashes++;
                    endRun(time);
                }
                runStart = time;
                runLast = time;
            }
            case "Server Stopped" -> {
                uptimeMillis += time - runStart;
                runStart = null;
            }
            default -> {
                runStart = runStart == null ? Long.valueOf(time) : runStart;
                runLast = Math.max(runLast, time);
            }
        }
    }

    /** A run without a stop ended with its last line or its last sample. */
    private void endRun(long before) {
        if (runStart == null) {
            return;
        }
        long end = runLast;
        for (long sample : sampleTimes) {
            if (sample > end && sample < before) {
                end = sample;
            }
        }
        uptimeMillis += end - runStart;
        runStart = null;
    }

    private boolean sample(JsonObject json) {
        if (!(json.get("time") instanceof JsonString)) {
            return false;
        }
        Long time = time(json);
        if (time == null) {
            return true;
        }
        samples++;
        sampleTimes.add(time);
        if (json.get("bytesIn") instanceof JsonNumber number
                && number.doubleValue() >= 0
                && number.doubleValue() < 1e15) {
            bytesIn += number.doubleValue();
        }
        if (json.get("cpuPercent") instanceof JsonNumber number && number.doubleValue() >= 0) {
            greatestCpuByMinute.merge((time - 1) / 60_000, number.doubleValue(), Math::max);
        }
        double callsNow = json.get("calls") instanceof JsonNumber number ? number.doubleValue() : 0;
        if (callsNow >= 0) {
            greatestCallsByMinute.merge((time - 1) / 60_000, callsNow, Math::max);
        }
        return true;
    }

    private static Long time(JsonObject json) {
        if (!(json.get("time") instanceof JsonString text)) {
            return null;
        }
        try {
            return Instant.parse(text.getString()).toEpochMilli();
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private static List<Path> files(Path folder, String stem) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = new ArrayList<>(
                    files.filter(file -> file.getFileName().toString().matches(stem + "(-.*)?\\.jsonl"))
                            .sorted()
                            .toList());
            // The active file is the youngest.
            Path active = folder.resolve(stem + ".jsonl");
            if (found.remove(active)) {
                found.add(active);
            }
            return found;
        }
    }
}
