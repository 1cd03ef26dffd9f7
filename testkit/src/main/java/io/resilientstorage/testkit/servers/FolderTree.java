package io.resilientstorage.testkit.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Folders with all that is in them. */
final class FolderTree {

    private FolderTree() {}

    /** Copies a folder with what is in it; nobody else may see the copy. */
    static void copy(Path folder, Path copy) throws IOException {
        List<Path> content;
        try (Stream<Path> walk = Files.walk(folder)) {
            content = walk.collect(Collectors.toList());
        }
        for (Path path : content) {
            Files.copy(path, copy.resolve(folder.relativize(path)), StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    /** Removes a folder and what is in it. */
    static void delete(Path folder) throws IOException {
        List<Path> content;
        try (Stream<Path> walk = Files.walk(folder)) {
            content = walk.sorted(Comparator.reverseOrder()).collect(Collectors.toList());
        }
        for (Path path : content) {
            Files.deleteIfExists(path);
        }
    }
}
