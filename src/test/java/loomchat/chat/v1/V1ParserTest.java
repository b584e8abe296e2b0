package loomchat.chat.v1;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Random;
import loomchat.chat.Elsewhere;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class V1ParserTest {
    private static final int MAX_TEXT_BYTES = 64;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "not-json      | ",
                "not-json      | hello",
                "not-json      | []",
                "not-json      | \"chat\"",
                "not-json      | {\"type\":\"find\"",
                "not-json      | {\"type\":\"find\"} {}",
                "not-json      | {\"a\":{",
                "not-json      | {\"a\":{\"b\":[1",
                "not-json      | {\"a\":[[[[",
                "not-json      | {\"type\":\"find\"}x",
                "not-json      | {\"type\":\"find\",}",
                "not-json      | {type:\"find\"}",
                "not-json      | {\"type\":\"chat\",\"chat\":1,\"id\":01,\"text\":\"a\"}",
                "not-json      | {\"type\":\"chat\",\"chat\":1,\"id\":1,\"text\":\"a\\x\"}",
                "missing-field | {}",
                "wrong-type    | {\"type\":7}",
                "unknown-type  | {\"type\":\"shout\"}",
                "unknown-type  | {\"type\":\"Chat\",\"chat\":1,\"id\":1,\"text\":\"a\"}",
                "unknown-field | {\"type\":\"find\",\"extra\":{\"a\":[1,{\"b\":null}]}}",
                "unknown-field | {\"type\":\"chat\",\"chat\":1,\"id\":1,\"text\":\"a\",\"msg\":\"b\"}",
                "missing-field | {\"type\":\"chat\",\"chat\":1,\"id\":1}",
                "missing-field | {\"type\":\"next\"}",
                "wrong-type    | {\"type\":\"chat\",\"chat\":\"1\",\"id\":1,\"text\":\"a\"}",
                "wrong-type    | {\"type\":\"chat\",\"chat\":1,\"id\":1.5,\"text\":\"a\"}",
                "wrong-type    | {\"type\":\"chat\",\"chat\":1,\"id\":1e2,\"text\":\"a\"}",
                "wrong-type    | {\"type\":\"chat\",\"chat\":1,\"id\":-1,\"text\":\"a\"}",
                "wrong-type    | {\"type\":\"chat\",\"chat\":1,\"id\":12345678901234567890,\"text\":\"a\"}",
                "wrong-type    | {\"type\":\"chat\",\"chat\":1,\"id\":1,\"text\":null}",
                "wrong-type    | {\"type\":\"chat\",\"chat\":1,\"id\":1,\"text\":[\"a\"]}",
                "wrong-type    | {\"type\":\"typing\",\"chat\":1,\"on\":\"true\"}",
                "wrong-type    | {\"type\":\"find\",\"interests\":\"chess\"}",
                "wrong-type    | {\"type\":\"find\",\"interests\":[[]]}",
                "wrong-type    | {\"type\":\"find\",\"interests\":[{}]}",
                "wrong-type    | {\"type\":\"find\",\"interests\":[1]}",
                "bad-value     | {\"type\":\"find\",\"interests\":[\"  \"]}",
                "bad-value     | {\"type\":\"find\",\"interests\":[\"a\\u0007\"]}",
                "bad-value     | {\"type\":\"find\",\"interests\":[\"0123456789012345678901234567890123\"]}",
                "bad-value     | {\"type\":\"find\",\"interests\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]}",
                "bad-value     | {\"type\":\"find\",\"type\":\"find\"}",
                "bad-value     | {\"type\":\"chat\",\"chat\":0,\"id\":1,\"text\":\"a\"}",
                "bad-value     | {\"type\":\"chat\",\"chat\":1,\"id\":1,\"text\":\"\"}",
                "bad-value     | {\"type\":\"report\",\"chat\":1,\"reason\":\"boring\"}",
                "bad-value     | {\"type\":\"resume\",\"secret\":\"\"}",
            })
    void whatIsWrongIsNamed(String code, String message) {
        byte[] bytes = (message == null ? "" : message).getBytes(UTF_8);
        var refused = catchThrowableOfType(
                ErrorCode.Refused.class, () -> V1Parser.parse(bytes, 0, bytes.length, MAX_TEXT_BYTES));
        assertThat(refused).as(message).isNotNull();
        assertThat(refused.refusal.code).as(message).isEqualTo(code);
        assertThat(new FastChatParser().read(bytes, 0, bytes.length))
                .as(message)
                .isFalse();
    }

    @Test
    void whatIsNestedTooDeepIsNoFaultOfOurs() {
        for (int depth : new int[] {40, 999, 1000, 5000}) {
            for (String begin : List.of("[", "{\"a\":")) {
                byte[] message = ("{\"type\":\"find\",\"interests\":[" + begin.repeat(depth)).getBytes(UTF_8);
                var refused = catchThrowableOfType(
                        ErrorCode.Refused.class, () -> V1Parser.parse(message, 0, message.length, MAX_TEXT_BYTES));
                assertThat(refused.refusal).isEqualTo(ErrorCode.BAD_VALUE);
            }
        }
    }

    @Test
    void everyKindIsRead() throws Exception {
        assertThat(parse("{\"type\":\"find\"}")).isEqualTo(new V1Message.Find(List.of()));
        assertThat(parse(" { \"interests\" : [ \" Chess \", \"chess\", \"Old\\t Films\" ], \"type\" : \"find\" } "))
                .isEqualTo(new V1Message.Find(List.of("chess", "old films")));
        assertThat(parse("{\"type\":\"typing\",\"chat\":7,\"on\":false}")).isEqualTo(new V1Message.Typing(7, false));
        assertThat(parse("{\"type\":\"next\",\"chat\":7}")).isEqualTo(new V1Message.Next(7));
        assertThat(parse("{\"type\":\"leave\"}")).isEqualTo(new V1Message.Leave(0));
        assertThat(parse("{\"type\":\"leave\",\"chat\":7}")).isEqualTo(new V1Message.Leave(7));
        assertThat(parse("{\"type\":\"report\",\"chat\":7,\"reason\":\"spam\"}"))
                .isEqualTo(new V1Message.Report(7, "spam"));
        assertThat(parse("{\"type\":\"block\",\"chat\":7}")).isEqualTo(new V1Message.Block(7));
        assertThat(parse("{\"type\":\"got\",\"chat\":7,\"id\":9}")).isEqualTo(new V1Message.Got(7, 9));
        String ticket = "t".repeat(3072);
        assertThat(parse("{\"type\":\"resume\",\"secret\":\"abc\",\"ticket\":\"" + ticket + "\"}"))
                .isEqualTo(new V1Message.Resume(new Elsewhere.Wanted("abc", ticket, 0, 0, 0)));
        assertThat(parse("{\"type\":\"resume\",\"secret\":\"abc\"}"))
                .isEqualTo(new V1Message.Resume(new Elsewhere.Wanted("abc", "", 0, 0, 0)));
        assertThat(parse("{\"type\":\"resume\",\"secret\":\"abc\",\"id\":4}"))
                .isEqualTo(new V1Message.Resume(new Elsewhere.Wanted("abc", "", 0, 4, 0)));
        assertThat(parse("{\"type\":\"resume\",\"secret\":\"abc\",\"id\":4,\"from\":2}"))
                .isEqualTo(new V1Message.Resume(new Elsewhere.Wanted("abc", "", 0, 4, 2)));
    }

    @Test
    void textIsCountedInBytesWithoutEscapes() throws Exception {
        assertThat(say("{\"text\":\"é\\n\\u0000\\\"\",\"id\":3,\"chat\":7,\"type\":\"chat\"}")
                        .bytes())
                .isEqualTo(5);
        String longest = "a".repeat(MAX_TEXT_BYTES);
        assertThat(say("{\"type\":\"chat\",\"chat\":7,\"id\":3,\"text\":\"%s\"}".formatted(longest))
                        .bytes())
                .isEqualTo(MAX_TEXT_BYTES);
        var refused = catchThrowableOfType(
                ErrorCode.Refused.class,
                () -> say("{\"type\":\"chat\",\"chat\":7,\"id\":3,\"text\":\"%sb\"}".formatted(longest)));
        assertThat(refused.refusal).isEqualTo(ErrorCode.TOO_LONG);
    }

    @Test
    void halfASurrogatePairBecomesTheReplacementCharacter() throws Exception {
        assertThat(new String(
                        say("{\"type\":\"chat\",\"chat\":7,\"id\":3,\"text\":\"a\\ud83dz\\ud83d\\ude00\"}")
                                .text(),
                        UTF_8))
                .isEqualTo("a\uFFFDz\uD83D\uDE00");
    }

    @Test
    void theQuickWayFindsWhatTheStrictWayFinds() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] pieces = {
            "a", "\\n", "\\\\", "\\\"", "\"", "\\u0041", "é", "😀", "{", "}", "\\", "\t", "/", " ", "\\/", ","
        };
        int quick = 0;
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(8); i >= 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            byte[] bytes = "x{\"type\":\"chat\",\"chat\":%d,\"id\":%d,\"text\":\"%s\"}x"
                    .formatted(random.nextInt(1000), random.nextInt(1000), text)
                    .getBytes(UTF_8);
            FastChatParser say = new FastChatParser();
            if (say.read(bytes, 1, bytes.length - 2)) {
                quick++;
                var strict = (V1Message.Chat) V1Parser.parse(bytes, 1, bytes.length - 2, 1 << 20);
                assertThat(new long[] {say.chat, say.id, say.textBytes})
                        .as("seed %d: %s", seed, text)
                        .containsExactly(strict.chat(), strict.id(), strict.bytes());
                assertThat(unescaped(bytes, say.textOffset, say.textLength))
                        .as("seed %d", seed)
                        .isEqualTo(unescaped(strict.text(), 0, strict.text().length));
            }
        }
        assertThat(quick).as("seed %d", seed).isGreaterThan(1000);
    }

    private static String unescaped(byte[] text, int offset, int length) throws Exception {
        byte[] whole = ("{\"type\":\"resume\",\"secret\":\"" + new String(text, offset, length, UTF_8) + "\"}")
                .getBytes(UTF_8);
        return ((V1Message.Resume) V1Parser.parse(whole, 0, whole.length, 1 << 20))
                .wanted()
                .secret();
    }

    private static V1Message.Chat say(String json) throws Exception {
        return (V1Message.Chat) parse(json);
    }

    private static V1Message parse(String json) throws Exception {
        byte[] bytes = json.getBytes(UTF_8);
        return V1Parser.parse(bytes, 0, bytes.length, MAX_TEXT_BYTES);
    }
}
