package io.resilientstorage.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.resilientstorage.architecture.fixture.KeepsToTheRules;
import io.resilientstorage.architecture.fixture.OwnChance;
import io.resilientstorage.architecture.fixture.OwnClocks;
import io.resilientstorage.architecture.fixture.OwnThreads;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeRuleTest {

    @Test
    void everyModuleTakesTimeThreadsAndChanceFromTheTimePackage() {
        TimeRule.rule().check(ShippedClasses.ALL);
    }

    /** Each method of these classes breaks the rule in a way of its own. */
    @ParameterizedTest
    @ValueSource(classes = {OwnClocks.class, OwnThreads.class, OwnChance.class})
    void everyWayAroundItIsFound(Class<?> fixture) {
        List<String> found = violations(fixture);
        Set<JavaMethod> methods = new ClassFileImporter().importClass(fixture).getMethods();

        assertThat(methods).hasSizeGreaterThan(5).allSatisfy(method -> {
            if (!method.getName().startsWith("lambda$")) {
                assertThat(found).anyMatch(line -> line.startsWith("Method <" + method.getFullName() + ">"));
            }
        });
    }

    @Test
    void whatIsAllowedIsNotFound() {
        assertThat(violations(KeepsToTheRules.class)).isEmpty();
    }

    private static List<String> violations(Class<?> fixture) {
        return TimeRule.rule()
                .evaluate(new ClassFileImporter().importClasses(fixture))
                .getFailureReport()
                .getDetails();
    }
}
