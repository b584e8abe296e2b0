package loomchat.loadtest.identity;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** A refresh token in its cookie, as a {@code Set-Cookie} header has it. */
record RefreshCookie(String name, String value, Map<String, String> attributes) {
    private static final String SECURE_NAME = "__Host-loomchat-refresh";
    private static final Pattern LOOPBACK_NAME = Pattern.compile("loomchat-refresh-\\d{1,5}");

    /** The refresh cookie among the headers, or null. */
    static RefreshCookie among(List<String> setCookies) {
        for (String each : setCookies) {
            String[] parts = each.split(";");
            int equals = parts[0].indexOf('=');
            String name = equals < 0 ? "" : parts[0].substring(0, equals).strip();
            if (name.equals(SECURE_NAME) || LOOPBACK_NAME.matcher(name).matches()) {
                return new RefreshCookie(name, parts[0].substring(equals + 1).strip(), attributes(parts));
            }
        }
        return null;
    }

    private static Map<String, String> attributes(String[] parts) {
        Map<String, String> attributes = new TreeMap<>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            String name = equals < 0 ? parts[i] : parts[i].substring(0, equals);
            attributes.put(
                    name.strip().toLowerCase(Locale.ROOT),
                    equals < 0 ? "" : parts[i].substring(equals + 1).strip());
        }
        return attributes;
    }

    /** Whether the server tells the browser to forget it. */
    boolean isCleared() {
        return value.isEmpty() || "0".equals(attributes.get("max-age"));
    }

    /** What is wrong with it, or null. */
    String problem(boolean overTls) {
        if (!attributes.containsKey("httponly")) {
            return "a refresh cookie that scripts can read";
        }
        if (!"strict".equalsIgnoreCase(attributes.get("samesite"))) {
            return "a refresh cookie that other sites can send";
        }
        if (!"/".equals(attributes.get("path")) || attributes.containsKey("domain")) {
            return "a refresh cookie with another path or for other hosts";
        }
        if (name.equals(SECURE_NAME) != attributes.containsKey("secure") || overTls && !name.equals(SECURE_NAME)) {
            return "a refresh cookie whose name and Secure do not fit the connection";
        }
        return attributes.containsKey("max-age") ? null : "a refresh cookie without Max-Age";
    }

    String header() {
        return name + "=" + value;
    }

    @Override
    public String toString() {
        return "a refresh cookie";
    }
}
