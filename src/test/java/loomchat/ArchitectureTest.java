package loomchat;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Data goes one way, {@code web → ws → chat → log}; the log files alone link the server and its report. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("loomchat");

    private static final List<String> ALL = CLASSES.stream()
            .map(JavaClass::getPackageName)
            .filter(each -> !each.equals("loomchat"))
            .distinct()
            .sorted()
            .toList();

    /** Each package and all that it may know of the project; what is missing here may know nothing. */
    private static final Map<String, List<String>> KNOWN = Map.ofEntries(
            knows("json"),
            knows("html"),
            knows("terminal"),
            knows("graph", "html", "json"),
            knows("names"),
            knows("counters"),
            knows("statistics"),
            knows("threads"),
            knows("zstd"),
            knows("net"),
            knows("identity"),
            knows("identity.keys", "identity", "log.files"),
            knows("identity.store", "log.files"),
            knows("identity.refresh", "identity", "identity.keys", "identity.store"),
            knows("identity.blocks", "identity.store"),
            knows("identity.session", "identity", "identity.keys", "identity.refresh"),
            knows("identity.issuers", "identity"),
            knows("identity.work", "net"),
            knows("identity.bans", "identity.store", "log", "log.files", "net", "json"),
            knows("identity.operators", "identity.bans", "identity.keys", "identity.store", "log.files", "html"),
            knows("ws", "ws.deflate", "ws.frame", "net"),
            knows("ws.deflate", "net"),
            knows("ws.frame"),
            knows("log", "counters", "log.files", "log.retention", "json"),
            knows("log.retention", "log.files", "threads", "zstd"),
            knows("log.files", "counters"),
            knows("chat.match", "counters", "log"),
            knows("chat.visitor", "chat.match", "identity"),
            knows("chat.call"),
            knows(
                    "chat",
                    "counters",
                    "chat.call",
                    "chat.match",
                    "chat.visitor",
                    "identity",
                    "ws",
                    "net",
                    "log",
                    "json"),
            knows("chat.plain", "chat", "chat.match", "chat.visitor", "ws", "json"),
            knows("chat.v1.call", "chat.call"),
            knows(
                    "chat.v1",
                    "counters",
                    "chat.v1.call",
                    "chat",
                    "chat.call",
                    "chat.match",
                    "chat.visitor",
                    "identity",
                    "ws",
                    "net",
                    "log",
                    "json"),
            knows("cluster.wire"),
            knows("cluster.redis", "counters", "cluster.wire"),
            knows(
                    "cluster",
                    "counters",
                    "cluster.redis",
                    "cluster.wire",
                    "chat",
                    "chat.call",
                    "chat.match",
                    "chat.visitor",
                    "identity.refresh",
                    "identity.session",
                    "json",
                    "log",
                    "ws"),
            knows("report.series"),
            knows("report.scan", "report.series", "log.files", "threads", "zstd"),
            knows("report.rollup", "report.scan", "report.series", "json"),
            knows("report.history", "report.rollup", "report.scan", "report.series"),
            knows(
                    "report.render",
                    "report.history",
                    "report.scan",
                    "report.series",
                    "log",
                    "graph",
                    "json",
                    "html",
                    "terminal"),
            knows(
                    "report.compare",
                    "report.history",
                    "report.render",
                    "report.series",
                    "statistics",
                    "graph",
                    "json",
                    "html"),
            knows("report", "counters", "report.history", "report.render", "report.scan", "terminal", "threads"),
            knows("livelog", "threads", "report.scan", "report.history", "json", "html"),
            knows("web.helidon", "net"),
            knows("web.access", "web.helidon", "net", "identity.operators"),
            knows("web.response", "web.access", "json", "report.history"),
            knows(
                    "web.handshake",
                    "counters",
                    "web.response",
                    "web.access",
                    "web.helidon",
                    "net",
                    "ws",
                    "ws.deflate",
                    "chat",
                    "chat.visitor",
                    "identity",
                    "identity.bans",
                    "identity.work",
                    "log"),
            knows(
                    "web",
                    "counters",
                    "metrics",
                    "web.access",
                    "web.handshake",
                    "web.helidon",
                    "web.response",
                    "net",
                    "ws.deflate",
                    "chat",
                    "chat.visitor",
                    "identity",
                    "identity.bans",
                    "identity.operators",
                    "identity.refresh",
                    "identity.session",
                    "identity.work",
                    "html",
                    "json",
                    "log",
                    "report",
                    "report.compare",
                    "report.history",
                    "report.render",
                    "livelog"),
            knows("metrics", "counters", "net"),
            knows("output", "log"),
            knows("loadtest.scenario", "names"),
            knows("loadtest.measure", "loadtest.scenario", "net", "statistics"),
            knows("loadtest.identity", "loadtest.measure", "loadtest.scenario", "identity.work", "net"),
            knows("loadtest.verify", "loadtest.identity", "loadtest.measure", "loadtest.scenario"),
            knows("loadtest.call", "loadtest.verify", "loadtest.measure", "loadtest.scenario", "json"),
            knows(
                    "loadtest.dashboard",
                    "loadtest.measure",
                    "loadtest.scenario",
                    "graph",
                    "html",
                    "json",
                    "net",
                    "web.access",
                    "web.helidon",
                    "web.response"),
            knows("loadtest.target", "loadtest.identity", "loadtest.measure", "loadtest.scenario", "net", "ws"),
            knows(
                    "loadtest.client",
                    "loadtest.target",
                    "loadtest.call",
                    "loadtest.verify",
                    "loadtest.identity",
                    "loadtest.measure",
                    "loadtest.scenario",
                    "ws",
                    "net",
                    "json"),
            knows("loadtest.history", "loadtest.measure", "loadtest.scenario", "statistics"),
            knows(
                    "loadtest.command",
                    "loadtest.history",
                    "loadtest.client",
                    "loadtest.dashboard",
                    "loadtest.target",
                    "loadtest.call",
                    "loadtest.verify",
                    "loadtest.identity",
                    "loadtest.measure",
                    "loadtest.scenario",
                    "names",
                    "net"));

    private static Map.Entry<String, List<String>> knows(String owner, String... known) {
        return Map.entry(
                "loomchat." + owner,
                Stream.of(known).map(each -> "loomchat." + each).toList());
    }

    @TestFactory
    List<DynamicTest> aPackageKnowsOnlyWhatComesBehindIt() {
        return ALL.stream()
                .map(each -> knowsOnly(each, KNOWN.getOrDefault(each, List.of())))
                .toList();
    }

    @Test
    void thereAreNoCyclesBetweenPackages() {
        slices().matching("loomchat.(**)").should().beFreeOfCycles().check(CLASSES);
        slices().matching("loomchat.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    private static DynamicTest knowsOnly(String owner, List<String> known) {
        String[] unknown = ALL.stream()
                .filter(each -> !each.equals(owner) && !known.contains(each))
                .toArray(String[]::new);
        return DynamicTest.dynamicTest(
                owner + " knows only " + known,
                () -> noClasses()
                        .that()
                        .resideInAPackage(owner)
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(unknown)
                        .check(CLASSES));
    }

    @Test
    void nobodyBehindTheWiringKnowsTheWiring() {
        noClasses()
                .that()
                .resideInAnyPackage(ALL.toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("loomchat")
                .check(CLASSES);
    }

    /** The wiring hands the list of services through, and does no more with them. A load test has a page of its own. */
    @Test
    void onlyWebAndTheWiringKnowTheHttpServer() {
        noClasses()
                .that()
                .resideOutsideOfPackages("loomchat.web..", "loomchat.loadtest.dashboard")
                .and()
                .doNotHaveFullyQualifiedName("loomchat.Loomchat")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.helidon..")
                .check(CLASSES);
    }

    @Test
    void factoriesOfJsonAreKeptInConstants() {
        noClasses()
                .should()
                .callMethodWhere(com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                                com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner(
                                        com.tngtech.archunit.core.domain.properties.HasName.Predicates.name(
                                                "jakarta.json.Json")))
                        .and(com.tngtech.archunit.base.DescribedPredicate.describe(
                                "outside of a static initializer",
                                call -> !call.getOrigin().getName().equals("<clinit>"))))
                .check(CLASSES);
    }
}
