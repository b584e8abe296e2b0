package loomchat.browser.engine;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.json.Json;

/** Commands and events of WebDriver BiDi on one WebSocket. Any thread. */
final class BidiConnection implements AutoCloseable, WebSocket.Listener {
    /** A browser that starts beside others on a busy machine takes its time. */
    private static final long SECONDS = 60;

    private final Json json = new Json();
    private final AtomicLong lastId = new AtomicLong();
    private final Map<Long, CompletableFuture<Map<String, Object>>> answers = new ConcurrentHashMap<>();
    private final StringBuilder part = new StringBuilder();
    private final HttpClient http = HttpClient.newHttpClient();
    private final WebSocket socket;
    private volatile BiConsumer<String, Map<String, Object>> events = (name, event) -> {};

    BidiConnection(URI address) {
        socket = http.newWebSocketBuilder().buildAsync(address, this).join();
    }

    /** Called with the name and the parameters of each event. */
    void onEvent(BiConsumer<String, Map<String, Object>> listener) {
        events = listener;
    }

    Map<String, Object> send(String method, Map<String, ?> parameters) {
        long id = lastId.incrementAndGet();
        CompletableFuture<Map<String, Object>> answer = new CompletableFuture<>();
        answers.put(id, answer);
        String text = json.toJson(Map.of("id", id, "method", method, "params", parameters));
        try {
            synchronized (socket) {
                socket.sendText(text, true).get(SECONDS, TimeUnit.SECONDS);
            }
            return answer.get(SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new org.openqa.selenium.TimeoutException(method + " was not answered", e);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new WebDriverException(method + ": " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WebDriverException(e);
        } finally {
            answers.remove(id);
        }
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        part.append(data);
        if (last) {
            Map<String, Object> message = json.toType(part.toString(), Json.MAP_TYPE);
            part.setLength(0);
            received(message);
        }
        from.request(1);
        return null;
    }

    @SuppressWarnings("unchecked")
    private void received(Map<String, Object> message) {
        switch (String.valueOf(message.get("type"))) {
            case "event" -> events.accept((String) message.get("method"), (Map<String, Object>) message.get("params"));
            case "success" -> answerTo(message).complete((Map<String, Object>) message.get("result"));
            default ->
                answerTo(message)
                        .completeExceptionally(
                                new CompletionException(message.get("error") + ": " + message.get("message"), null));
        }
    }

    private CompletableFuture<Map<String, Object>> answerTo(Map<String, Object> message) {
        CompletableFuture<Map<String, Object>> answer =
                message.get("id") instanceof Number id ? answers.get(id.longValue()) : null;
        return answer == null ? new CompletableFuture<>() : answer;
    }

    @Override
    public void close() {
        socket.abort();
        http.close();
    }
}
