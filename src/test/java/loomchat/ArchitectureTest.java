package loomchat;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Data goes one way, {@code web → ws → chat → log}; the log files alone link the server and its report. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("loomchat");

    private static final List<String> ALL = List.of(
            "loomchat.net..",
            "loomchat.ws..",
            "loomchat.log..",
            "loomchat.chat..",
            "loomchat.web..",
            "loomchat.report..",
            "loomchat.loadtest..");

    @TestFactory
    List<DynamicTest> aPackageKnowsOnlyWhatComesBehindIt() {
        return List.of(
                knowsOnly("loomchat.net.."),
                knowsOnly("loomchat.ws..", "loomchat.net.."),
                knowsOnly("loomchat.log.."),
                knowsOnly("loomchat.chat..", "loomchat.ws..", "loomchat.net..", "loomchat.log.."),
                knowsOnly("loomchat.report..", "loomchat.log.."),
                knowsOnly("loomchat.loadtest..", "loomchat.ws..", "loomchat.net.."));
    }

    private static DynamicTest knowsOnly(String owner, String... known) {
        String[] unknown = ALL.stream()
                .filter(each -> !each.equals(owner) && !List.of(known).contains(each))
                .toArray(String[]::new);
        return DynamicTest.dynamicTest(
                owner + " knows only " + List.of(known),
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

    /** The wiring hands the list of services through, and does no more with them. */
    @Test
    void onlyWebAndTheWiringKnowTheHttpServer() {
        noClasses()
                .that()
                .resideOutsideOfPackage("loomchat.web..")
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
