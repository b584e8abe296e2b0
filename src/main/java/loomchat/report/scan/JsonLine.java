package loomchat.report.scan;

import jakarta.json.Json;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParser.Event;
import jakarta.json.stream.JsonParserFactory;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Reads one line as a JSON object: its members that are strings, numbers or true, by name. The whole line has to be
 * valid UTF-8 and valid JSON. One thread at a time; the members stay until the next line.
 */
public final class JsonLine {
    private static final JsonParserFactory PARSERS = Json.createParserFactory(Map.of());
    private static final int MOST_MEMBERS = 100;

    private final CharsetDecoder utf8 = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final Map<String, String> strings = new HashMap<>();
    private final Map<String, String> numbers = new HashMap<>();
    private final Set<String> trues = new HashSet<>();
    private String text = "";

    public boolean read(byte[] bytes, int from, int to) {
        strings.clear();
        numbers.clear();
        trues.clear();
        try {
            text = withoutMark(
                    utf8.decode(ByteBuffer.wrap(bytes, from, to - from)).toString());
            try (JsonParser parser = PARSERS.createParser(new StringReader(text))) {
                return members(parser);
            }
        } catch (CharacterCodingException | RuntimeException e) {
            // The parser reports bad input with several unchecked exceptions; all of them mean that this is not a JSON
            // line.
            return false;
        }
    }

    public String string(String name) {
        return strings.get(name);
    }

    /** The line itself. */
    String text() {
        return text;
    }

    public String string(String name, String otherwise) {
        return strings.getOrDefault(name, otherwise);
    }

    public boolean hasNumber(String name) {
        return numbers.containsKey(name);
    }

    public boolean isTrue(String name) {
        return trues.contains(name);
    }

    /** A whole number from 0 up, or -1 for anything else. */
    public long wholeNumber(String name) {
        String text = numbers.get(name);
        if (text == null || text.length() > 18) {
            return -1;
        }
        try {
            return Math.max(-1, Long.parseLong(text));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** A number from 0 up, or -1 for anything else. */
    double number(String name) {
        String text = numbers.get(name);
        if (text == null || text.length() > 24) {
            return -1;
        }
        double number = Double.parseDouble(text);
        return number >= 0 && Double.isFinite(number) ? number : -1;
    }

    /** The numbers of the line as text, by name. */
    Map<String, String> numbers() {
        return numbers;
    }

    private boolean members(JsonParser parser) {
        if (!parser.hasNext() || parser.next() != Event.START_OBJECT) {
            return false;
        }
        String name = null;
        int depth = 1;
        while (parser.hasNext()) {
            Event event = parser.next();
            switch (event) {
                case START_OBJECT, START_ARRAY -> {
                    forget(depth == 1 ? name : null);
                    depth++;
                }
                case END_OBJECT, END_ARRAY -> depth--;
                case KEY_NAME -> name = depth == 1 ? parser.getString() : name;
                case VALUE_STRING, VALUE_NUMBER, VALUE_TRUE, VALUE_FALSE, VALUE_NULL -> {
                    if (depth == 1) {
                        keep(name, event, parser);
                    }
                }
            }
        }
        return depth == 0;
    }

    /** Of two members with the same name, the later one counts. */
    private void keep(String name, Event event, JsonParser parser) {
        forget(name);
        if (strings.size() + numbers.size() + trues.size() >= MOST_MEMBERS) {
            return;
        }
        if (event == Event.VALUE_STRING) {
            strings.put(name, parser.getString());
        } else if (event == Event.VALUE_NUMBER) {
            numbers.put(name, parser.getString());
        } else if (event == Event.VALUE_TRUE) {
            trues.add(name);
        }
    }

    private void forget(String name) {
        strings.remove(name);
        numbers.remove(name);
        trues.remove(name);
    }

    private static String withoutMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }
}
