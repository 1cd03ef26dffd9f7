package io.resilientstorage.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.resilientstorage.architecture.fixture.NeedsLogback;
import org.junit.jupiter.api.Test;

/** Who uses the library gets few others with it. */
class CoreDependenciesTest {

    private static final ArchRule RULE = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    PackageMap.BASE + "..",
                    "java..",
                    "org.jspecify.annotations",
                    "org.slf4j",
                    "com.github.benmanes.caffeine..");

    @Test
    void coreNeedsOnlyTheJdkJSpecifySlf4jAndCaffeine() {
        RULE.check(CoreClasses.ALL);
    }

    @Test
    void anotherLibraryIsFound() {
        assertThat(RULE.evaluate(new ClassFileImporter().importClasses(NeedsLogback.class))
                        .getFailureReport()
                        .getDetails())
                .anyMatch(line -> line.contains(
                        "NeedsLogback.name()> calls method <ch.qos.logback.classic.LoggerContext.getName()>"));
    }
}
