package loomchat.web;

import io.helidon.common.parameters.Parameters;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import loomchat.identity.bans.Ban;
import loomchat.identity.bans.BanList;
import loomchat.identity.bans.BanTarget;
import loomchat.identity.operators.OperatorPage;
import loomchat.identity.operators.OperatorPage.BanForm;
import loomchat.identity.operators.OperatorPage.Notice;
import loomchat.identity.operators.OperatorPage.Unsent;
import loomchat.log.Event;
import loomchat.report.history.InvalidQuery;
import loomchat.web.access.OperatorAccess;
import loomchat.web.access.OperatorAccess.Operator;
import loomchat.web.access.SignInLimits;
import loomchat.web.access.TrustedProxies;
import loomchat.web.response.FormBody;
import loomchat.web.response.Responses;

/**
 * {@code /operator}: signing in and out, and bans. Request threads, which wait for the disk when a ban changes. What
 * changes something is a form that this page has posted ({@link OperatorFilter} refuses other pages' forms), and is in
 * the record. Refused attempts to sign in are recorded at most once a minute, with their number.
 *
 * <p>Long, because all forms of the page are here.
 */
final class OperatorRoutes implements HttpService {
    private static final String PAGE = "/operator";
    private static final Header NAMES_ITS_ORIGIN = HeaderValues.create("Referrer-Policy", "same-origin");
    private static final String FOR_GOOD = "good";
    private static final long REFUSALS_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final OperatorAccess access;
    private final BanList bans;
    private final TrustedProxies proxies;
    private final Consumer<Event> record;
    private final SignInLimits limits = new SignInLimits(System::nanoTime);

    // Guarded by this: refused attempts that are not in the record yet, and when some were recorded last
    private int refused;
    private long recordedNanos = System.nanoTime() - REFUSALS_NANOS;

    OperatorRoutes(OperatorAccess access, BanList bans, TrustedProxies proxies, Consumer<Event> record) {
        this.access = access;
        this.bans = bans;
        this.proxies = proxies;
        this.record = record;
    }

    @Override
    public void routing(HttpRules rules) {
        Responses.pageAndSlash(rules, PAGE, this::page);
        post(rules, "/operator/sign-in", this::signIn);
        post(rules, "/operator/sign-out", this::signOut);
        post(rules, "/operator/ban", forOperators(this::ban, Notice.NOBODY_BANNED, OperatorRoutes::unsentBan));
        post(rules, "/operator/lift", forOperators(this::lift, Notice.NOT_LIFTED, OperatorRoutes::unsentLift));
    }

    private interface FormHandler {
        /** @param operator who sent the form; null for nobody whom the server knows */
        void handle(FormBody form, Operator operator, ServerRequest request, ServerResponse response);
    }

    private void post(HttpRules rules, String path, FormHandler handler) {
        Handler handled = (request, response) -> {
            response.header(HeaderNames.CACHE_CONTROL, "no-store");
            try {
                handler.handle(FormBody.read(request), operator(request), request, response);
            } catch (FormBody.Invalid e) {
                Responses.line(request, response, Status.BAD_REQUEST_400, e.getMessage());
            }
        };
        rules.post(path, handled).get(path, OperatorRoutes::toThePage).any(path, Responses.onlyMethods("POST"));
    }

    /** After a refused form the browser stands at its address, which can be opened again. */
    private static void toThePage(ServerRequest request, ServerResponse response) throws Exception {
        if (!ReportAnswers.asksForHtml(request)) {
            Responses.onlyMethods("POST").handle(request, response);
            return;
        }
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        response.header(HeaderNames.LOCATION, PAGE);
        response.status(Status.SEE_OTHER_303);
        response.send();
    }

    /** A sign-in ends while its page is open; what was entered waits in the form for the next one. */
    private FormHandler forOperators(FormHandler handler, Notice otherwise, Function<FormBody, Unsent> entered) {
        return (form, operator, request, response) -> {
            if (operator == null) {
                signInPage(request, response, Status.UNAUTHORIZED_401, otherwise, "", entered.apply(form));
            } else {
                handler.handle(form, operator, request, response);
            }
        };
    }

    // The page

    private void page(ServerRequest request, ServerResponse response) {
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        String done;
        String find;
        String to;
        try {
            Parameters query = Responses.query(request);
            done = query.contains("done") ? query.get("done") : "";
            find = query.contains("find") ? query.get("find").strip() : "";
            to = query.contains("to") ? query.get("to") : "";
        } catch (InvalidQuery e) {
            Responses.line(request, response, Status.BAD_REQUEST_400, e.getMessage());
            return;
        }
        Operator operator = operator(request);
        boolean comesFromSignIn = done.equals(Notice.SIGNED_IN.code);
        if (operator == null) {
            Notice notice = comesFromSignIn
                    ? Notice.NOT_KEPT
                    // Of anything else an address says only that it was so, as after Back.
                    : done.equals(Notice.SIGNED_OUT.code) ? Notice.SIGNED_OUT : Notice.NONE;
            signInPage(request, response, Status.UNAUTHORIZED_401, notice, to, Unsent.NOTHING);
        } else if (comesFromSignIn && OperatorPage.isPage(to)) {
            goTo(response, to);
        } else {
            bansPage(request, response, operator, find, Notice.of(done), BanForm.EMPTY);
        }
    }

    private void signInPage(
            ServerRequest request, ServerResponse response, Status status, Notice notice, String to, Unsent unsent) {
        if (status == Status.UNAUTHORIZED_401) {
            OperatorFilter.challenge(response);
        }
        response.status(status);
        boolean mayNotKeep = notice == Notice.NONE
                && !access.keepsSignIns(request.remotePeer().address(), request.headers());
        send(request, response, OperatorPage.signIn(mayNotKeep ? Notice.NEEDS_HTTPS : notice, to, unsent));
    }

    private void bansPage(
            ServerRequest request,
            ServerResponse response,
            Operator operator,
            String find,
            Notice notice,
            BanForm form) {
        String name = operator.name();
        send(
                request,
                response,
                OperatorPage.bans(name, operator.signedIn(), bans.all(), find, notice, bans.trouble(), form));
    }

    /** Its own forms must name their origin, which a browser leaves out under the policy of the other pages. */
    private static void send(ServerRequest request, ServerResponse response, byte[] page) {
        response.header(NAMES_ITS_ORIGIN);
        response.header(HeaderNames.CONTENT_TYPE, "text/html; charset=utf-8");
        Responses.send(request, response, page);
    }

    private static void goTo(ServerResponse response, String place) {
        response.status(Status.SEE_OTHER_303);
        response.header(HeaderNames.LOCATION, place);
        response.send();
    }

    private Operator operator(ServerRequest request) {
        return access.operator(request.remotePeer().address(), request.headers());
    }

    // Signing in and out

    private void signIn(FormBody form, Operator operator, ServerRequest request, ServerResponse response) {
        SocketAddress peer = request.remotePeer().address();
        InetAddress from = proxies.client(peer, request.headers()).address();
        String to = form.field("to");
        Unsent unsent = new Unsent(banForm(form), form.field("lift"));
        if (!limits.mayTry(from)) {
            countRefused();
            response.header(HeaderNames.RETRY_AFTER, "60");
            signInPage(request, response, Status.TOO_MANY_REQUESTS_429, Notice.TOO_OFTEN, to, unsent);
            return;
        }
        OperatorAccess.SignedIn signedIn = access.signIn(form.field("token"), peer, request.headers());
        if (signedIn == null) {
            countRefused();
            signInPage(request, response, Status.UNAUTHORIZED_401, Notice.WRONG_TOKEN, to, unsent);
            return;
        }
        record(signedIn.name(), "sign in", "");
        response.header(HeaderNames.SET_COOKIE, signedIn.cookie());
        if (!unsent.isNothing() && access.keepsSignIns(peer, request.headers())) {
            // At once, so that no address holds a text.
            Operator now = new Operator(signedIn.name(), true);
            bansPage(request, response, now, unsent.lift(), unsent.notice(), unsent.ban());
            return;
        }
        // By way of this page, which says so where the browser has not kept the cookie.
        String back = OperatorPage.isPage(to) ? "&to=" + URLEncoder.encode(to, StandardCharsets.UTF_8) : "";
        goTo(response, PAGE + "?done=" + Notice.SIGNED_IN.code + back);
    }

    private void signOut(FormBody form, Operator operator, ServerRequest request, ServerResponse response) {
        if (operator != null && operator.signedIn()) {
            record(operator.name(), "sign out", "");
        }
        response.header(
                HeaderNames.SET_COOKIE, access.signOut(request.remotePeer().address(), request.headers()));
        goTo(response, PAGE + "?done=" + Notice.SIGNED_OUT.code);
    }

    private synchronized void countRefused() {
        refused++;
        recordRefused();
    }

    /** Records refused attempts that wait for it. Called once a second. */
    synchronized void reap() {
        limits.forgetIdle();
        recordRefused();
    }

    private void recordRefused() {
        if (refused > 0 && System.nanoTime() - recordedNanos >= REFUSALS_NANOS) {
            record("unknown", "sign in refused", refused == 1 ? "1 attempt" : refused + " attempts");
            refused = 0;
            recordedNanos = System.nanoTime();
        }
    }

    private void record(String operator, String action, String detail) {
        record.accept(new Event.OperatorAction(System.currentTimeMillis(), operator, action, detail));
    }

    // Bans

    private static BanForm banForm(FormBody form) {
        return new BanForm(form.field("target"), form.field("for"), form.field("reason"), "");
    }

    private static Unsent unsentBan(FormBody form) {
        return new Unsent(banForm(form), "");
    }

    private static Unsent unsentLift(FormBody form) {
        return new Unsent(BanForm.EMPTY, form.field("target"));
    }

    private void ban(FormBody form, Operator operator, ServerRequest request, ServerResponse response) {
        BanForm given = banForm(form);
        try {
            BanTarget target = BanTarget.parse(given.target());
            Duration length = given.length().equals(FOR_GOOD) ? null : Ban.length(given.length());
            if (given.reason().length() > Ban.LONGEST_REASON) {
                throw new IllegalArgumentException("a reason of at most " + Ban.LONGEST_REASON + " characters");
            }
            // What a command has just written counts too.
            bans.poll();
            BanList.Banned banned = bans.add(target, length, given.reason(), operator.name());
            if (banned == null) {
                throw new IllegalArgumentException("at most " + BanList.MOST + " bans; lift some first");
            }
            String end = banned.ban().end();
            if (banned.wasLonger()) {
                record(operator.name(), "ban", target + " for " + given.length() + ", a longer ban holds " + end);
                String which = URLEncoder.encode(target.toString(), StandardCharsets.UTF_8);
                goTo(response, PAGE + "?done=" + Notice.LONGER.code + "&find=" + which);
            } else {
                record(operator.name(), "ban", target + " " + end);
                bans.poll();
                goTo(response, PAGE + "?done=" + Notice.BANNED.code);
            }
        } catch (IllegalArgumentException e) {
            response.status(Status.BAD_REQUEST_400);
            bansPage(request, response, operator, "", Notice.NONE, given.refused("Allowed is " + e.getMessage() + "."));
        }
    }

    private void lift(FormBody form, Operator operator, ServerRequest request, ServerResponse response) {
        boolean lifted;
        try {
            BanTarget target = BanTarget.parse(form.field("target"));
            lifted = bans.remove(target, operator.name());
            if (lifted) {
                record(operator.name(), "lift", target.toString());
                bans.poll();
            }
        } catch (IllegalArgumentException e) {
            lifted = false;
        }
        goTo(response, PAGE + "?done=" + (lifted ? Notice.LIFTED : Notice.NOT_BANNED).code);
    }
}
