package io.resilientstorage.architecture;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import io.resilientstorage.architecture.PackageMap.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class PackageMapTest {

    static final List<Row> ROWS = PackageMap.ROWS;

    private static final Path PAGE = Path.of("..", "ARCHITECTURE.md");

    @ParameterizedTest
    @FieldSource("ROWS")
    void aPackageImportsOnlyWhatItMay(Row row) {
        row.rule(PackageMap.BASE).check(CoreClasses.ALL);
    }

    /** A map that permits more than is needed hides the next wrong import. */
    @ParameterizedTest
    @FieldSource("ROWS")
    void aPackageUsesWhateverItMayImport(Row row) {
        Set<String> used = CoreClasses.ALL.stream()
                .filter(c -> row.name().equals(below(c)))
                .flatMap(c -> c.getDirectDependenciesFromSelf().stream())
                .map(Dependency::getTargetClass)
                .map(PackageMapTest::below)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(used)
                .as("what %s imports; take what is missing here out of the map", row.name())
                .containsAll(row.mayImport());
    }

    @Test
    void everyPackageHasARow() {
        Set<String> packages =
                CoreClasses.ALL.stream().map(PackageMapTest::below).collect(Collectors.toSet());
        packages.remove("");

        assertThat(packages).containsExactlyInAnyOrderElementsOf(PackageMap.names());
    }

    @Test
    void eachRowMayImportOnlyRowsAboveIt() {
        List<String> above = new ArrayList<>();
        for (Row row : ROWS) {
            assertThat(above).as("above %s", row.name()).containsAll(row.mayImport());
            above.add(row.name());
        }
    }

    @Test
    void thereIsNoCycle() {
        noCycle(PackageMap.BASE).check(CoreClasses.ALL);
    }

    @Test
    void everyForbiddenImportIsFoundAndEveryPermittedOneIsNot(@TempDir Path folder) throws IOException {
        JavaClasses greedy = GreedyPackages.compile(folder);
        for (Row row : ROWS) {
            Set<String> forbidden = new TreeSet<>(PackageMap.names());
            forbidden.add("");
            forbidden.remove(row.name());
            forbidden.removeAll(row.mayImport());

            List<String> found = row.rule(GreedyPackages.BASE)
                    .evaluate(greedy)
                    .getFailureReport()
                    .getDetails();

            assertThat(found).as("what %s must not import", row.name()).hasSameSizeAs(forbidden);
            assertThat(forbidden)
                    .allSatisfy(name -> assertThat(found)
                            .anyMatch(line -> line.contains("<" + GreedyPackages.className(row.name())
                                    + ".<init>()> references class object <" + GreedyPackages.className(name) + ">")));
        }
    }

    @Test
    void aCycleIsFound(@TempDir Path folder) throws IOException {
        assertThat(noCycle(GreedyPackages.BASE)
                        .evaluate(GreedyPackages.compile(folder))
                        .getFailureReport()
                        .toString())
                .contains("Cycle detected: Slice api -> ");
    }

    @Test
    void architecturePageSaysTheSame() throws IOException {
        Map<String, Set<String>> page = rows(Files.readString(PAGE));

        assertThat(page)
                .as("the table of packages in ARCHITECTURE.md")
                .containsExactlyEntriesOf(ROWS.stream()
                        .collect(Collectors.toMap(Row::name, Row::mayImport, (a, b) -> a, LinkedHashMap::new)));
    }

    /** By the package, in the order of the page: {@code | `package` | `one`, `other` | what is in it |}. */
    private static Map<String, Set<String>> rows(String page) {
        Map<String, Set<String>> rows = new LinkedHashMap<>();
        Pattern.compile("^\\| `([a-z]+)` \\| (nothing|`[a-z]+`(?:, `[a-z]+`)*) \\|", Pattern.MULTILINE)
                .matcher(page)
                .results()
                .forEach(row -> {
                    Set<String> named =
                            new TreeSet<>(List.of(row.group(2).replace("`", "").split(", ")));
                    named.remove("nothing");
                    rows.put(row.group(1), named);
                });
        return rows;
    }

    private static ArchRule noCycle(String base) {
        return slices().matching(base + ".(*)..").should().beFreeOfCycles();
    }

    /** The package of a class below the root; empty for the root itself and for whatever is not ours. */
    private static String below(JavaClass javaClass) {
        String name = javaClass.getBaseComponentType().getPackageName();
        return name.startsWith(PackageMap.BASE + ".") ? name.substring(PackageMap.BASE.length() + 1) : "";
    }
}
