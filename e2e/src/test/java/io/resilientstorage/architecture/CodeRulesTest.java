package io.resilientstorage.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.resilientstorage.architecture.fixture.KeepsToTheRules;
import io.resilientstorage.architecture.fixture.PrintsToStreams;
import io.resilientstorage.architecture.fixture.ReachesIntoCore;
import io.resilientstorage.architecture.fixture.VagueNames;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class CodeRulesTest {

    static final List<ArchRule> RULES =
            List.of(CodeRules.noStandardStreams(), CodeRules.noVagueNames(), CodeRules.onlyWhatCoreOffers());

    @ParameterizedTest
    @FieldSource("RULES")
    void whatIsShippedKeepsToTheRule(ArchRule rule) {
        rule.check(ShippedClasses.ALL);
    }

    @ParameterizedTest
    @FieldSource("RULES")
    void whatIsAllowedIsNotFound(ArchRule rule) {
        assertThat(violations(rule, KeepsToTheRules.class, KeepsToTheRules.Utilization.class))
                .isEmpty();
    }

    @Test
    void everyUseOfAStandardStreamIsFound() {
        assertThat(violations(CodeRules.noStandardStreams(), PrintsToStreams.class))
                .hasSize(3)
                .anyMatch(line -> line.contains("PrintsToStreams.out()> gets field <java.lang.System.out>"))
                .anyMatch(line -> line.contains("PrintsToStreams.err()> gets field <java.lang.System.err>"))
                .anyMatch(line -> line.contains("> calls method <java.lang.Exception.printStackTrace()>"));
    }

    @Test
    void everyVagueNameIsFound() {
        Class<?>[] vague = VagueNames.class.getDeclaredClasses();

        assertThat(vague)
                .hasSize(5)
                .allSatisfy(name -> assertThat(violations(CodeRules.noVagueNames(), name))
                        .singleElement()
                        .asString()
                        .contains("Class <" + name.getName() + ">"));
    }

    @Test
    void theUseOfWhatCoreKeepsToItselfIsFound() {
        assertThat(violations(CodeRules.onlyWhatCoreOffers(), ReachesIntoCore.class))
                .hasSize(2)
                .allMatch(line -> line.contains("io.resilientstorage.event.EventDispatcher"));
    }

    /** Else a rule could pass because it saw nothing. */
    @Test
    void everyShippedClassIsLookedAt() {
        List<String> sources = SourceTree.shippedJava(SourceTree.ROOT).stream()
                .map(Path::toString)
                .map(path ->
                        path.replaceAll(".*src/main/java/(.*)\\.java", "$1").replace('/', '.'))
                .filter(name -> !name.endsWith("-info"))
                .toList();

        assertThat(sources)
                .hasSizeGreaterThan(100)
                .allMatch(ShippedClasses.ALL::contain, "is among the classes that are checked");
    }

    private static List<String> violations(ArchRule rule, Class<?>... fixtures) {
        return rule.evaluate(new ClassFileImporter().importClasses(fixtures))
                .getFailureReport()
                .getDetails();
    }
}
