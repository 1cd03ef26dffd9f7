package io.resilientstorage.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Who may import whom inside core. This table is the only place where that is said; ARCHITECTURE.md is checked against
 * it. The root package may import all of them and is imported by none.
 */
final class PackageMap {

    /** The package that all others are in. */
    static final String BASE = "io.resilientstorage";

    /** Each row may import only rows above it, so there can be no cycle. */
    static final List<Row> ROWS = List.of(
            row("api"),
            row("time"),
            row("config", "api"),
            row("record", "api", "time"),
            row("backend", "api", "config", "record", "time"),
            row("event", "api", "time"),
            row("routing", "api", "config"),
            row("state", "api", "event", "routing", "time"),
            row("breaker", "api", "config", "time"),
            row("member", "backend", "breaker", "config", "record", "time"),
            row("health", "api", "backend", "breaker", "config", "member", "state", "time"),
            row("memory", "api", "backend", "config", "record", "time"),
            row("namespace", "api", "config", "time"),
            row("lock", "api", "backend", "config", "event", "time"),
            row("attempt", "api", "backend", "breaker", "member", "state", "time"),
            row(
                    "replication",
                    "api",
                    "attempt",
                    "backend",
                    "breaker",
                    "config",
                    "event",
                    "member",
                    "record",
                    "state",
                    "time"),
            row(
                    "execution",
                    "api",
                    "attempt",
                    "backend",
                    "breaker",
                    "config",
                    "member",
                    "namespace",
                    "record",
                    "replication",
                    "state",
                    "time"),
            row(
                    "recovery",
                    "api",
                    "attempt",
                    "backend",
                    "config",
                    "event",
                    "member",
                    "record",
                    "replication",
                    "state",
                    "time"));

    /**
     * What one package may import of the others.
     *
     * @param name the package, below the root
     * @param mayImport the packages, below the root
     */
    record Row(String name, TreeSet<String> mayImport) {

        /** The rule that holds this package to its row. */
        ArchRule rule(String base) {
            String[] open = Stream.concat(Stream.of(name), mayImport.stream())
                    .map(one -> base + "." + one + "..")
                    .toArray(String[]::new);
            return noClasses()
                    .that()
                    .resideInAPackage(base + "." + name + "..")
                    .should()
                    .dependOnClassesThat(resideInAPackage(base + "..").and(not(resideInAnyPackage(open))))
                    .as("package " + name + " may import " + (mayImport.isEmpty() ? "no other" : mayImport));
        }
    }

    private PackageMap() {}

    private static Row row(String name, String... mayImport) {
        return new Row(name, new TreeSet<>(List.of(mayImport)));
    }

    /** The names of all packages below the root. */
    static List<String> names() {
        return ROWS.stream().map(Row::name).toList();
    }
}
