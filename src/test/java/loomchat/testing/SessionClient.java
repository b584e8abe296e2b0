package loomchat.testing;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import loomchat.testing.RawClient.Response;

/**
 * A visitor's side of {@code /session}, over one connection for each request: it keeps the cookie as a browser does.
 */
public final class SessionClient {
    private final int port;
    public String cookie;
    public String token;

    public SessionClient(int port) {
        this.port = port;
    }

    /** A visitor with a new identity. */
    public static SessionClient begin(int port) throws IOException {
        SessionClient client = new SessionClient(port);
        assertThat(client.post("/session").status()).isEqualTo(201);
        return client;
    }

    public Response post(String path, String... headers) throws IOException {
        return ask("POST", path, headers);
    }

    public Response refresh() throws IOException {
        return post("/session/refresh");
    }

    public Response delete(String... headers) throws IOException {
        return ask("DELETE", "/session", headers);
    }

    /** Asks, and keeps what comes. */
    public Response ask(String method, String path, String... headers) throws IOException {
        Response response = send(method, path, headers);
        String set = response.header("Set-Cookie");
        if (set != null) {
            cookie = set.contains("Max-Age=0") ? null : set.split(";")[0];
        }
        if (response.status() / 100 == 2 && !response.body().isEmpty()) {
            token = JsonClient.json(response.body()).getString("token");
        }
        return response;
    }

    /** Asks, and loses the answer's cookie and token. */
    public Response send(String method, String path, String... headers) throws IOException {
        List<String> lines = new ArrayList<>(
                List.of(method + " " + path + " HTTP/1.1", "Host: 127.0.0.1:" + port, "Content-Length: 0"));
        if (cookie != null) {
            lines.add("Cookie: theme=dark; " + cookie);
        }
        lines.addAll(List.of(headers));
        try (RawClient client = RawClient.connect(port)) {
            client.send(String.join("\r\n", lines) + "\r\nConnection: close\r\n\r\n");
            return client.readResponse();
        }
    }

    public static JsonObject json(Response response) {
        return JsonClient.json(response.body());
    }

    /** A new connection with the present token, which is welcomed as a known visitor. */
    public RawClient connect() throws IOException {
        RawClient client = RawClient.open(port, "/ws", "Sec-WebSocket-Protocol: chat.v1, token." + token);
        assertThat(JsonClient.json(client.readText()).getBoolean("known", false))
                .isTrue();
        return client;
    }

    /** What the record calls its identity. */
    public String subject() {
        byte[] claims = Base64.getUrlDecoder().decode(token.split("\\.")[1]);
        return JsonClient.json(new String(claims, StandardCharsets.UTF_8)).getString("sub");
    }

    /** The next message of {@code chat.v1} that does not only tell how many wait. */
    public static JsonObject next(RawClient client, String type) throws IOException {
        JsonObject message = JsonClient.json(client.readText());
        while (message.getString("type").equals("waiting")) {
            message = JsonClient.json(client.readText());
        }
        assertThat(message.getString("type")).as("%s", message).isEqualTo(type);
        return message;
    }

    /** Makes a pair of two who look for nobody yet; returns the number of the chat. */
    public static long pair(RawClient one, RawClient other) throws IOException {
        one.sendText("{\"type\":\"find\"}");
        assertThat(one.readText()).contains("waiting");
        other.sendText("{\"type\":\"find\"}");
        next(one, "matched");
        return next(other, "matched").getJsonNumber("chat").longValue();
    }
}
