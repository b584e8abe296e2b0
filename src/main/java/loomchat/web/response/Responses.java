package loomchat.web.response;

import io.helidon.common.parameters.Parameters;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import loomchat.report.history.InvalidQuery;
import loomchat.web.access.AllowedHosts;

/** Sends responses, with the rules of HTTP for methods, HEAD and compression. No state. */
public final class Responses {
    private static final int LONGEST_SHOWN = 60;
    private static final String GZIP = "gzip";

    private Responses() {}

    /** Answers GET and HEAD on a path with {@code handler}, and every other method with 405. */
    public static void page(HttpRules rules, String path, Handler handler) {
        rules.get(path, handler).head(path, handler).any(path, onlyMethods("GET, HEAD"));
    }

    /** As {@link #page}, and leads to it from the same path with a slash behind it, which people write too. */
    public static void pageAndSlash(HttpRules rules, String path, Handler handler) {
        page(rules, path, handler);
        page(rules, path + "/", (request, response) -> {
            String query = request.prologue().query().rawValue();
            response.status(Status.PERMANENT_REDIRECT_308);
            response.header(HeaderNames.CACHE_CONTROL, "no-store");
            response.header(HeaderNames.LOCATION, query.isEmpty() ? path : path + "?" + query);
            response.send();
        });
    }

    /** The response to a method that a path does not have. */
    public static Handler onlyMethods(String allowed) {
        return (request, response) -> {
            response.header(HeaderNames.ALLOW, allowed);
            line(request, response, Status.METHOD_NOT_ALLOWED_405, "This path takes " + allowed + " only");
        };
    }

    /** One line of plain text. */
    public static void line(ServerRequest request, ServerResponse response, Status status, String text) {
        response.status(status);
        response.header(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
        send(request, response, (text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Sends the content, or its length alone for HEAD: Helidon would send the content all the same. */
    public static void send(ServerRequest request, ServerResponse response, byte[] content) {
        if (request.prologue().method() == Method.HEAD) {
            response.header(HeaderNames.CONTENT_LENGTH, Integer.toString(content.length));
            response.send();
        } else {
            response.send(content);
        }
    }

    /** Sends content that may be compressed already. */
    public static void send(ServerRequest request, ServerResponse response, byte[] content, boolean zipped) {
        if (zipped) {
            response.header(HeaderNames.CONTENT_ENCODING, GZIP);
        }
        send(request, response, content);
    }

    /** Whether the client accepts gzip (RFC 9110, 12.5.3), on which caches must then distinguish as well. */
    public static boolean mayZip(ServerRequest request, ServerResponse response) {
        response.header(HeaderNames.VARY, HeaderNames.ACCEPT_ENCODING.defaultCase());
        String all = String.join(",", request.headers().all(HeaderNames.ACCEPT_ENCODING, List::of));
        for (String each : all.toLowerCase(Locale.ROOT).replace(" ", "").split(",")) {
            String[] parts = each.split(";");
            if (parts[0].equals(GZIP)) {
                return parts.length == 1 || !parts[1].matches("q=0(\\.0*)?");
            }
        }
        return false;
    }

    /** The parameters behind the question mark, each once. Malformed ones are an invalid query. */
    public static Parameters query(ServerRequest request) {
        try {
            Parameters query = request.query();
            for (String each : query.names()) {
                if (query.all(each).size() > 1) {
                    throw new InvalidQuery(shown(each) + " is given more than once");
                }
            }
            return query;
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new InvalidQuery("What follows the question mark is not allowed: names and values, percent-encoded");
        }
    }

    /** A client's name or value, made fit for one line. */
    public static String shown(String text) {
        String printable = text.replaceAll("\\p{Cntrl}", "?");
        return printable.length() <= LONGEST_SHOWN ? printable : printable.substring(0, LONGEST_SHOWN) + "…";
    }

    /** What a request gets whose host is none of ours. */
    public static String misdirected(String host) {
        String name = shown(AllowedHosts.withoutPort(host));
        return "This server does not answer to the name " + name + ". If it should, set ALLOWED_HOSTS=" + name;
    }
}
