package io.resilientstorage.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

/** Rules that hold for what every module ships. */
final class CodeRules {

    private CodeRules() {}

    static ArchRule noStandardStreams() {
        return noClasses().should(ACCESS_STANDARD_STREAMS).as("messages go to the log, not to the standard streams");
    }

    static ArchRule noVagueNames() {
        return noClasses()
                .should()
                .haveNameMatching(".*[.$][^.$]*(Util|Utils|Utilities|Manager|Managers|Helper|Helpers)([^a-z.$][^.$]*)?")
                .as("a class is named for what it does, not Util, Manager or Helper");
    }

    /** What core's module-info says, which is not asked when jars are on the class path. */
    static ArchRule onlyWhatCoreOffers() {
        Set<String> core = CorePackages.all();
        Set<String> offered = CorePackages.offered();
        return noClasses()
                .that(describe("are of other modules than core", c -> !core.contains(c.getPackageName())))
                .should()
                .dependOnClassesThat(describe(
                        "core keeps to itself",
                        c -> core.contains(c.getPackageName()) && !offered.contains(c.getPackageName())))
                .as("other modules use only what core offers");
    }
}
