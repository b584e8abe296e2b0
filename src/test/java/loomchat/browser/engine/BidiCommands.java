package loomchat.browser.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.openqa.selenium.JavascriptException;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.remote.Command;
import org.openqa.selenium.remote.CommandExecutor;
import org.openqa.selenium.remote.DriverCommand;
import org.openqa.selenium.remote.Response;
import org.openqa.selenium.remote.SessionId;

/**
 * Selenium's commands by WebDriver BiDi, as far as the tests use them: Debian has no geckodriver, and Firefox itself
 * speaks BiDi alone. One thread.
 */
final class BidiCommands implements CommandExecutor {
    private static final List<String> EVENTS =
            List.of("log.entryAdded", "network.responseCompleted", "network.fetchError");

    private static final String WEB_SOCKET = "WebSocket connection to ";

    private final BidiConnection connection;
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private String tab;

    BidiCommands(BidiConnection connection) {
        this.connection = connection;
        connection.onEvent(this::event);
    }

    private void event(String name, Map<String, Object> event) {
        switch (name) {
            case "log.entryAdded" -> {
                if (List.of("error", "warn").contains(event.get("level"))) {
                    String text = String.valueOf(event.get("text"));
                    complaints.add(
                            text.contains("a connection to the server at ws")
                                    ? WEB_SOCKET + "a server: " + text
                                    : text);
                }
            }
            case "network.responseCompleted" -> {
                Map<?, ?> response = (Map<?, ?>) event.get("response");
                long status = ((Number) response.get("status")).longValue();
                if (status >= 400) {
                    complaints.add(response.get("url")
                            + " - Failed to load resource: the server responded with a status of " + status);
                }
            }
            default -> {
                String url = String.valueOf(((Map<?, ?>) event.get("request")).get("url"));
                String error = String.valueOf(event.get("errorText"));
                // A page that goes away gives up what it still loads.
                if (!error.contains("ABORTED")) {
                    complaints.add(
                            url.endsWith("/ws")
                                    ? WEB_SOCKET + url + ": " + error
                                    : url + " - Failed to load resource: net::ERR_" + error);
                }
            }
        }
    }

    List<String> complaints() {
        List<String> all = new ArrayList<>();
        for (String each = complaints.poll(); each != null; each = complaints.poll()) {
            all.add(each);
        }
        return all;
    }

    /** A command with the front tab as its {@code context}. */
    Map<String, Object> inTab(String method, Map<String, ?> parameters) {
        Map<String, Object> all = new HashMap<>(parameters);
        all.put("context", tab);
        return connection.send(method, all);
    }

    /** A command with the front tab as the only one of its {@code contexts}. */
    Map<String, Object> inTabs(String method, Map<String, ?> parameters) {
        Map<String, Object> all = new HashMap<>(parameters);
        all.put("contexts", List.of(tab));
        return connection.send(method, all);
    }

    /** An override for the front tab; nothing ends it. */
    void emulate(String method, String name, Object value) {
        inTabs(method, Collections.singletonMap(name, value));
    }

    @Override
    public Response execute(Command command) {
        Response response = new Response(new SessionId("bidi"));
        response.setState("success");
        response.setStatus(0);
        response.setValue(result(command.getName(), command.getParameters()));
        return response;
    }

    private Object result(String name, Map<String, ?> in) {
        return switch (name) {
            case DriverCommand.NEW_SESSION -> newSession();
            case DriverCommand.QUIT -> connection.send("browser.close", Map.of());
            case DriverCommand.SET_TIMEOUT -> null;
            case DriverCommand.GET ->
                inTab("browsingContext.navigate", Map.of("url", in.get("url"), "wait", "complete"));
            case DriverCommand.REFRESH -> inTab("browsingContext.reload", Map.of("wait", "complete"));
            case DriverCommand.GO_BACK -> inTab("browsingContext.traverseHistory", Map.of("delta", -1));
            case DriverCommand.GO_FORWARD -> inTab("browsingContext.traverseHistory", Map.of("delta", 1));
            case DriverCommand.GET_CURRENT_WINDOW_HANDLE -> tab;
            case DriverCommand.GET_WINDOW_HANDLES -> tabs();
            case DriverCommand.SWITCH_TO_NEW_WINDOW -> newTab();
            case DriverCommand.SWITCH_TO_WINDOW -> front(String.valueOf(in.get("handle")));
            case DriverCommand.CLOSE -> {
                inTab("browsingContext.close", Map.of());
                yield tabs();
            }
            case DriverCommand.SCREENSHOT ->
                inTab("browsingContext.captureScreenshot", Map.of()).get("data");
            case DriverCommand.EXECUTE_SCRIPT ->
                script("function () {" + in.get("script") + "}", (List<?>) in.get("args"));
            case DriverCommand.EXECUTE_ASYNC_SCRIPT ->
                script(
                        "function (...all) { return new Promise((done) => (function () {" + in.get("script")
                                + "}).apply(null, [...all, done])); }",
                        (List<?>) in.get("args"));
            case DriverCommand.GET_TITLE -> script("() => document.title", List.of());
            case DriverCommand.GET_CURRENT_URL -> script("() => location.href", List.of());
            case DriverCommand.GET_ACTIVE_ELEMENT -> script("() => document.activeElement", List.of());
            case DriverCommand.FIND_ELEMENT -> {
                List<?> found = find(in);
                if (found.isEmpty()) {
                    throw new NoSuchElementException(String.valueOf(in.get("value")));
                }
                yield found.getFirst();
            }
            case DriverCommand.FIND_ELEMENTS -> find(in);
            case DriverCommand.GET_ELEMENT_TEXT -> ofElement("(it) => it.innerText.trim()", in);
            case DriverCommand.GET_ELEMENT_ATTRIBUTE ->
                script("(it, name) => it[name] ?? it.getAttribute(name)", Arrays.asList(element(in), in.get("name")));
            case DriverCommand.CLICK_ELEMENT -> click(in);
            case DriverCommand.SEND_KEYS_TO_ELEMENT -> {
                ofElement("(it) => it.focus()", in);
                yield keys(keysOf(in.get("value")));
            }
            case DriverCommand.ACTIONS ->
                inTab("input.performActions", Map.of("actions", BidiValues.actions(in.get("actions"))));
            default -> throw new UnsupportedOperationException(name + " in Firefox");
        };
    }

    private Object newSession() {
        Map<String, Object> session = connection.send(
                "session.new",
                Map.of(
                        "capabilities",
                        Map.of("alwaysMatch", Map.of("unhandledPromptBehavior", Map.of("default", "accept")))));
        connection.send("session.subscribe", Map.of("events", EVENTS));
        tab = tabs().getFirst();
        return session.get("capabilities");
    }

    private List<String> tabs() {
        List<String> all = new ArrayList<>();
        for (Object each : (List<?>) connection
                .send("browsingContext.getTree", Map.of("maxDepth", 0))
                .get("contexts")) {
            all.add((String) ((Map<?, ?>) each).get("context"));
        }
        return all;
    }

    private Object newTab() {
        String made = (String)
                connection.send("browsingContext.create", Map.of("type", "tab")).get("context");
        return Map.of("handle", made, "type", "tab");
    }

    private Object front(String handle) {
        tab = handle;
        return inTab("browsingContext.activate", Map.of());
    }

    private Object script(String function, List<?> arguments) {
        Map<String, Object> answer = connection.send(
                "script.callFunction",
                Map.of(
                        "functionDeclaration",
                        function,
                        "arguments",
                        arguments.stream().map(BidiValues::toBidi).toList(),
                        "awaitPromise",
                        true,
                        "target",
                        Map.of("context", tab),
                        "userActivation",
                        true));
        if (answer.get("exceptionDetails") instanceof Map<?, ?> details) {
            throw new JavascriptException(String.valueOf(details.get("text")));
        }
        return BidiValues.fromBidi((Map<?, ?>) answer.get("result"));
    }

    private static Map<String, Object> element(Map<String, ?> in) {
        return BidiValues.element(in.get("id"));
    }

    private Object ofElement(String function, Map<String, ?> in) {
        return script(function, List.of(element(in)));
    }

    private List<?> find(Map<String, ?> in) {
        return (List<?>) script("(css) => [...document.querySelectorAll(css)]", List.of(in.get("value")));
    }

    private Object click(Map<String, ?> in) {
        ofElement("(it) => it.scrollIntoView({ block: 'nearest' })", in);
        Map<String, Object> origin = Map.of("type", "element", "element", Map.of("sharedId", in.get("id")));
        return inTab(
                "input.performActions",
                Map.of(
                        "actions",
                        List.of(Map.of(
                                "type",
                                "pointer",
                                "id",
                                "mouse",
                                "actions",
                                List.of(
                                        Map.of("type", "pointerMove", "x", 0, "y", 0, "origin", origin),
                                        Map.of("type", "pointerDown", "button", 0),
                                        Map.of("type", "pointerUp", "button", 0))))));
    }

    private static String keysOf(Object value) {
        StringBuilder all = new StringBuilder();
        for (Object each : value instanceof CharSequence[] array ? Arrays.asList(array) : (List<?>) value) {
            all.append(each);
        }
        return all.toString();
    }

    private Object keys(String text) {
        List<Object> strokes = new ArrayList<>();
        text.codePoints().mapToObj(Character::toString).forEach(each -> {
            strokes.add(Map.of("type", "keyDown", "value", each));
            strokes.add(Map.of("type", "keyUp", "value", each));
        });
        return inTab(
                "input.performActions",
                Map.of("actions", List.of(Map.of("type", "key", "id", "keyboard", "actions", strokes))));
    }
}
