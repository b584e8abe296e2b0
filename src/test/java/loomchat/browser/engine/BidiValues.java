package loomchat.browser.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openqa.selenium.json.Json;

/** Values of scripts: Selenium's on one side, those of WebDriver BiDi on the other. */
final class BidiValues {
    /** The standard's name for the id of an element. */
    private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

    private BidiValues() {}

    /** The element of Selenium's in {@code id}'s place. */
    static Map<String, Object> element(Object sharedId) {
        return Map.of(ELEMENT, sharedId);
    }

    static Map<String, Object> toBidi(Object value) {
        return switch (value) {
            case null -> Map.of("type", "null");
            case Boolean flag -> Map.of("type", "boolean", "value", flag);
            case Number number -> Map.of("type", "number", "value", number);
            case Map<?, ?> map when map.containsKey(ELEMENT) -> Map.of("sharedId", map.get(ELEMENT));
            case Map<?, ?> map -> {
                List<Object> pairs = new ArrayList<>();
                map.forEach((key, each) -> pairs.add(List.of(String.valueOf(key), toBidi(each))));
                yield Map.of("type", "object", "value", pairs);
            }
            case Iterable<?> list -> {
                List<Object> all = new ArrayList<>();
                list.forEach(each -> all.add(toBidi(each)));
                yield Map.of("type", "array", "value", all);
            }
            default -> Map.of("type", "string", "value", value.toString());
        };
    }

    static Object fromBidi(Map<?, ?> value) {
        Object content = value.get("value");
        return switch ((String) value.get("type")) {
            case "undefined", "null" -> null;
            case "node" -> element(value.get("sharedId"));
            case "array", "nodelist", "htmlcollection", "set" -> {
                List<Object> all = new ArrayList<>();
                for (Object each : (List<?>) content) {
                    all.add(fromBidi((Map<?, ?>) each));
                }
                yield all;
            }
            case "object", "map" -> {
                Map<Object, Object> all = new LinkedHashMap<>();
                for (Object each : (List<?>) content) {
                    List<?> pair = (List<?>) each;
                    all.put(pair.get(0), fromBidi((Map<?, ?>) pair.get(1)));
                }
                yield new HashMap<>(all);
            }
            case "number" ->
                content instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15
                        ? (Object) number.longValue()
                        : content;
            default -> content;
        };
    }

    /** Input actions: the two standards differ in how they name an element as the origin of a movement. */
    static Object actions(Object selenium) {
        Json json = new Json();
        return origins(json.toType(json.toJson(selenium), Object.class));
    }

    private static Object origins(Object value) {
        return switch (value) {
            case Map<?, ?> map
            when map.containsKey(ELEMENT) -> Map.of("type", "element", "element", Map.of("sharedId", map.get(ELEMENT)));
            case Map<?, ?> map -> {
                Map<Object, Object> all = new HashMap<>();
                map.forEach((key, each) -> all.put(key, origins(each)));
                yield all;
            }
            case List<?> list -> list.stream().map(BidiValues::origins).toList();
            case null, default -> value;
        };
    }
}
