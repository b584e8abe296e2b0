package loomchat.chat.v1;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParser.Event;
import jakarta.json.stream.JsonParserFactory;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.regex.Pattern;
import loomchat.chat.Elsewhere;
import loomchat.chat.call.CallEnd;
import loomchat.chat.call.CallKinds;
import loomchat.chat.call.CallStats;
import loomchat.json.JsonText;

/**
 * Reads any message of a {@code chat.v1} client, strictly: one flat object, known fields of the right types, each
 * once. Stateless; called by connection threads. It checks in a fixed order: JSON, type, unknown fields, missing
 * fields, types of fields, values. Long, because every message that a client can send is checked here, in a few lines.
 */
final class V1Parser {
    static final int MOST_INTERESTS = 8;
    static final int MOST_INTEREST_CHARS = 32;
    static final Set<String> REPORT_REASONS = Set.of("abuse", "spam", "sexual", "minor", "other");

    private static final JsonParserFactory PARSERS = Json.createParserFactory(Map.of());
    private static final Pattern SPACES = Pattern.compile("\\s+");
    private static final int MOST_FIELDS = 16;
    private static final int MOST_ELEMENTS = 64;
    /** Far below the depth at which the parser fails. */
    private static final int MOST_DEPTH = 32;

    private static final int MOST_DIGITS = 15;
    private static final int MOST_SECRET_CHARS = 64;
    private static final int MOST_TICKET_CHARS = 3072;
    private static final int MOST_TOKEN_CHARS = 4096;
    /** Stands for a value that no field can have: null, an object, a fraction. */
    private static final Object UNUSABLE = new Object();

    private static final Map<String, Set<String>> FIELDS = Map.ofEntries(
            Map.entry("auth", Set.of("token")),
            Map.entry("find", Set.of("interests")),
            Map.entry("chat", Set.of("chat", "id", "text")),
            Map.entry("typing", Set.of("chat", "on")),
            Map.entry("next", Set.of("chat")),
            Map.entry("leave", Set.of("chat")),
            Map.entry("report", Set.of("chat", "reason")),
            Map.entry("block", Set.of("chat")),
            Map.entry("got", Set.of("chat", "id")),
            Map.entry("ping", Set.of()),
            Map.entry("resume", Set.of("secret", "id", "from", "chat", "ticket")),
            Map.entry("call", Set.of("chat", "call", "do", "kinds", "why")),
            Map.entry("signal", Set.of("chat", "call", "id", "data")),
            Map.entry("ice", Set.of("chat", "call")),
            Map.entry(
                    "call-stats", Set.of("chat", "call", "firstFrameMillis", "relayed", "bytesSent", "bytesReceived")));
    private static final Map<String, Set<String>> OPTIONAL = Map.of(
            "find", Set.of("interests"),
            "leave", Set.of("chat"),
            "resume", Set.of("id", "from", "chat", "ticket"),
            "call", Set.of("call", "kinds", "why"));
    /** What a {@code call} needs besides its chat, and what it may have, by what it does. */
    private static final Map<String, Set<String>> CALL_NEEDS = Map.of(
            "invite", Set.of("kinds"),
            "accept", Set.of("call", "kinds"),
            "decline", Set.of("call"),
            "end", Set.of("call"));

    private static final Map<String, String> CALL_MAY_HAVE = Map.of("invite", "call", "end", "why");
    private static final Map<String, CallEnd> CALL_ENDS = Map.of(
            "ended", CallEnd.ENDED,
            "failed", CallEnd.FAILED,
            "unanswered", CallEnd.UNANSWERED);
    static final int SIGNAL_BYTES = 16 * 1024;

    private V1Parser() {}

    static V1Message parse(byte[] buffer, int offset, int length, int maxTextBytes) throws ErrorCode.Refused {
        Map<String, Object> fields = fields(buffer, offset, length);
        String type = type(fields);
        checkNames(type, fields);
        return message(type, fields, maxTextBytes);
    }

    private static String type(Map<String, Object> fields) throws ErrorCode.Refused {
        Object type = fields.remove("type");
        ErrorCode.MISSING_FIELD.unless(type != null);
        if (!(type instanceof String name)) {
            throw ErrorCode.WRONG_TYPE.refused();
        }
        ErrorCode.UNKNOWN_TYPE.unless(FIELDS.containsKey(name));
        return name;
    }

    private static void checkNames(String type, Map<String, Object> fields) throws ErrorCode.Refused {
        Set<String> known = FIELDS.get(type);
        ErrorCode.UNKNOWN_FIELD.unless(known.containsAll(fields.keySet()));
        Set<String> optional = OPTIONAL.getOrDefault(type, Set.of());
        for (String name : known) {
            ErrorCode.MISSING_FIELD.unless(fields.containsKey(name) || optional.contains(name));
        }
    }

    private static V1Message message(String type, Map<String, Object> fields, int maxTextBytes)
            throws ErrorCode.Refused {
        return switch (type) {
            case "find" -> new V1Message.Find(interests(fields));
            case "chat" -> chat(fields, maxTextBytes);
            case "typing" -> new V1Message.Typing(number(fields, "chat"), value(fields, "on", Boolean.class));
            case "next" -> new V1Message.Next(number(fields, "chat"));
            case "leave" -> new V1Message.Leave(fields.isEmpty() ? 0 : number(fields, "chat"));
            case "report" -> report(fields);
            case "block" -> new V1Message.Block(number(fields, "chat"));
            case "ping" -> new V1Message.Ping();
            case "got" -> new V1Message.Got(number(fields, "chat"), number(fields, "id"));
            case "resume" -> resume(fields);
            case "auth" -> auth(fields);
            case "call" -> call(fields);
            case "signal" -> signal(fields);
            case "ice" -> new V1Message.Ice(number(fields, "chat"), number(fields, "call"));
            case "call-stats" -> stats(fields);
            default -> throw ErrorCode.UNKNOWN_TYPE.refused();
        };
    }

    private static V1Message chat(Map<String, Object> fields, int maxTextBytes) throws ErrorCode.Refused {
        long chat = number(fields, "chat");
        long id = number(fields, "id");
        String text = value(fields, "text", String.class);
        ErrorCode.BAD_VALUE.unless(!text.isEmpty());
        byte[] utf8 = JsonText.utf8(text);
        ErrorCode.TOO_LONG.unless(utf8.length <= maxTextBytes);
        return new V1Message.Chat(chat, id, JsonText.escape(utf8), utf8.length);
    }

    private static V1Message report(Map<String, Object> fields) throws ErrorCode.Refused {
        long chat = number(fields, "chat");
        String reason = value(fields, "reason", String.class);
        ErrorCode.BAD_VALUE.unless(REPORT_REASONS.contains(reason));
        return new V1Message.Report(chat, reason);
    }

    private static V1Message resume(Map<String, Object> fields) throws ErrorCode.Refused {
        fields.putIfAbsent("id", 0L);
        fields.putIfAbsent("from", 0L);
        fields.putIfAbsent("chat", 0L);
        fields.putIfAbsent("ticket", "");
        String secret = value(fields, "secret", String.class);
        long seen = value(fields, "id", Long.class);
        long from = value(fields, "from", Long.class);
        long chat = value(fields, "chat", Long.class);
        String ticket = value(fields, "ticket", String.class);
        ErrorCode.BAD_VALUE.unless(!secret.isEmpty() && secret.length() <= MOST_SECRET_CHARS);
        ErrorCode.BAD_VALUE.unless(ticket.length() <= MOST_TICKET_CHARS);
        return new V1Message.Resume(new Elsewhere.Wanted(secret, ticket, chat, seen, from));
    }

    private static V1Message auth(Map<String, Object> fields) throws ErrorCode.Refused {
        String token = value(fields, "token", String.class);
        ErrorCode.BAD_VALUE.unless(!token.isEmpty() && token.length() <= MOST_TOKEN_CHARS);
        return new V1Message.Auth(token);
    }

    private static V1Message call(Map<String, Object> fields) throws ErrorCode.Refused {
        long chat = number(fields, "chat");
        String what = value(fields, "do", String.class);
        Set<String> needs = CALL_NEEDS.get(what);
        ErrorCode.BAD_VALUE.unless(needs != null);
        String more = CALL_MAY_HAVE.getOrDefault(what, "do");
        for (String name : List.of("call", "kinds", "why")) {
            ErrorCode.UNKNOWN_FIELD.unless(needs.contains(name) || name.equals(more) || !fields.containsKey(name));
            ErrorCode.MISSING_FIELD.unless(!needs.contains(name) || fields.containsKey(name));
        }
        long call = fields.containsKey("call") ? number(fields, "call") : 0;
        return switch (what) {
            case "invite" -> new V1Message.Invite(chat, call, kinds(fields));
            case "accept" -> new V1Message.Accept(chat, call, kinds(fields));
            case "decline" -> new V1Message.Refuse(chat, call, CallEnd.DECLINED);
            default -> new V1Message.Refuse(chat, call, end(fields));
        };
    }

    private static CallEnd end(Map<String, Object> fields) throws ErrorCode.Refused {
        fields.putIfAbsent("why", "ended");
        CallEnd why = CALL_ENDS.get(value(fields, "why", String.class));
        ErrorCode.BAD_VALUE.unless(why != null);
        return why;
    }

    private static CallKinds kinds(Map<String, Object> fields) throws ErrorCode.Refused {
        List<?> kinds = value(fields, "kinds", List.class);
        boolean audio = kinds.contains("audio");
        boolean video = kinds.contains("video");
        ErrorCode.BAD_VALUE.unless(kinds.size() == (audio ? 1 : 0) + (video ? 1 : 0));
        return new CallKinds(audio, video);
    }

    private static V1Message signal(Map<String, Object> fields) throws ErrorCode.Refused {
        long chat = number(fields, "chat");
        long call = number(fields, "call");
        long id = number(fields, "id");
        String data = value(fields, "data", String.class);
        ErrorCode.BAD_VALUE.unless(!data.isEmpty());
        byte[] utf8 = JsonText.utf8(data);
        ErrorCode.TOO_LONG.unless(utf8.length <= SIGNAL_BYTES);
        return new V1Message.Signal(chat, call, id, JsonText.escape(utf8));
    }

    private static V1Message stats(Map<String, Object> fields) throws ErrorCode.Refused {
        return new V1Message.Stats(
                number(fields, "chat"),
                number(fields, "call"),
                new CallStats(
                        value(fields, "firstFrameMillis", Long.class),
                        value(fields, "relayed", Boolean.class),
                        value(fields, "bytesSent", Long.class),
                        value(fields, "bytesReceived", Long.class)));
    }

    private static long number(Map<String, Object> fields, String name) throws ErrorCode.Refused {
        long value = value(fields, name, Long.class);
        ErrorCode.BAD_VALUE.unless(value != 0);
        return value;
    }

    private static <T> T value(Map<String, Object> fields, String name, Class<T> type) throws ErrorCode.Refused {
        Object value = fields.get(name);
        ErrorCode.WRONG_TYPE.unless(type.isInstance(value));
        return type.cast(value);
    }

    /** Normalized, so that "Chess " and "chess" are the same; in the client's order, without duplicates. */
    private static List<String> interests(Map<String, Object> fields) throws ErrorCode.Refused {
        fields.putIfAbsent("interests", List.of());
        Set<String> interests = new LinkedHashSet<>();
        for (Object element : value(fields, "interests", List.class)) {
            ErrorCode.WRONG_TYPE.unless(element instanceof String);
            interests.add(interest((String) element));
        }
        ErrorCode.BAD_VALUE.unless(interests.size() <= MOST_INTERESTS);
        return List.copyOf(interests);
    }

    private static String interest(String text) throws ErrorCode.Refused {
        ErrorCode.BAD_VALUE.unless(text.length() <= MOST_INTEREST_CHARS * 2);
        String same = Normalizer.normalize(text, Normalizer.Form.NFKC)
                .toLowerCase(Locale.ROOT)
                .strip()
                .transform(each -> SPACES.matcher(each).replaceAll(" "));
        boolean printable = same.codePoints()
                .noneMatch(each -> Character.isISOControl(each) || Character.getType(each) == Character.SURROGATE);
        ErrorCode.BAD_VALUE.unless(printable && !same.isEmpty() && same.length() <= MOST_INTEREST_CHARS);
        return same;
    }

    private static Map<String, Object> fields(byte[] buffer, int offset, int length) throws ErrorCode.Refused {
        var bytes = new ByteArrayInputStream(buffer, offset, length);
        try (JsonParser parser = PARSERS.createParser(bytes, StandardCharsets.UTF_8)) {
            ErrorCode.NOT_JSON.unless(parser.next() == Event.START_OBJECT);
            Map<String, Object> fields = readObject(parser);
            ErrorCode.NOT_JSON.unless(!parser.hasNext());
            return fields;
        } catch (JsonException | NoSuchElementException | IllegalStateException e) {
            throw ErrorCode.NOT_JSON.refused();
        }
    }

    private static Map<String, Object> readObject(JsonParser parser) throws ErrorCode.Refused {
        Map<String, Object> fields = new HashMap<>();
        boolean repeated = false;
        while (parser.next() == Event.KEY_NAME) {
            String name = parser.getString();
            repeated |= fields.put(name, value(parser, parser.next())) != null;
            ErrorCode.UNKNOWN_FIELD.unless(fields.size() <= MOST_FIELDS);
        }
        ErrorCode.BAD_VALUE.unless(!repeated);
        return fields;
    }

    private static Object value(JsonParser parser, Event event) throws ErrorCode.Refused {
        return switch (event) {
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER -> whole(parser.getString());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case START_ARRAY -> array(parser);
            case START_OBJECT -> {
                skip(parser);
                yield UNUSABLE;
            }
            case VALUE_NULL, KEY_NAME, END_OBJECT, END_ARRAY -> UNUSABLE;
        };
    }

    private static List<Object> array(JsonParser parser) throws ErrorCode.Refused {
        List<Object> elements = new ArrayList<>();
        for (Event event = parser.next(); event != Event.END_ARRAY; event = parser.next()) {
            if (event == Event.START_ARRAY) {
                skip(parser);
                elements.add(UNUSABLE);
            } else {
                elements.add(value(parser, event));
            }
            ErrorCode.BAD_VALUE.unless(elements.size() <= MOST_ELEMENTS);
        }
        return elements;
    }

    /**
     * Reads to the end of the object or array that has just begun. The parser's own skip methods never return when
     * the text ends before that.
     */
    private static void skip(JsonParser parser) throws ErrorCode.Refused {
        for (int depth = 1; depth > 0; ) {
            ErrorCode.BAD_VALUE.unless(depth <= MOST_DEPTH);
            switch (parser.next()) {
                case START_OBJECT, START_ARRAY -> depth++;
                case END_OBJECT, END_ARRAY -> depth--;
                case KEY_NAME, VALUE_STRING, VALUE_NUMBER, VALUE_TRUE, VALUE_FALSE, VALUE_NULL -> {}
            }
        }
    }

    /** Long numbers are refused unread: parsing a million digits would cost the server too much. */
    private static Object whole(String digits) {
        boolean plain = digits.length() <= MOST_DIGITS && digits.chars().allMatch(each -> each >= '0' && each <= '9');
        return plain ? (Object) Long.parseLong(digits) : UNUSABLE;
    }
}
