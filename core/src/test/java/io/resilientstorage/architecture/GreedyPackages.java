package io.resilientstorage.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * The deliberate violation of the package map: the same packages, each with one class that imports all the others and
 * the root. Made from the map, so that a new package cannot be forgotten here.
 */
final class GreedyPackages {

    /** The package that all of them are in. */
    static final String BASE = "greedy";

    private GreedyPackages() {}

    /** The class of one package; of the root, if the name is empty. */
    static String className(String name) {
        return name.isEmpty() ? BASE + ".Greedy" : BASE + "." + name + ".Greedy";
    }

    static JavaClasses compile(Path folder) throws IOException {
        List<String> names =
                Stream.concat(Stream.of(""), PackageMap.names().stream()).toList();
        String all = names.stream().map(name -> className(name) + ".class").collect(Collectors.joining(", "));
        List<String> arguments = new ArrayList<>(List.of("-proc:none", "-d", folder.toString()));
        for (String name : names) {
            String className = className(name);
            Path source = folder.resolve(className.replace('.', '/') + ".java");
            Files.createDirectories(source.getParent());
            Files.writeString(
                    source,
                    "package " + className.replace(".Greedy", "") + "; public class Greedy { Object[] all = {" + all
                            + "}; }");
            arguments.add(source.toString());
        }
        ByteArrayOutputStream problems = new ByteArrayOutputStream();
        int code = ToolProvider.getSystemJavaCompiler().run(null, null, problems, arguments.toArray(String[]::new));
        assertThat(code).as(problems.toString(StandardCharsets.UTF_8)).isZero();
        return new ClassFileImporter().importPath(folder);
    }
}
