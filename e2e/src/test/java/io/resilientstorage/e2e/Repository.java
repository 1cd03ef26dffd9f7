package io.resilientstorage.e2e;

import java.nio.file.Files;
import java.nio.file.Path;

/** The checkout in which the tests run. */
final class Repository {

    private Repository() {}

    /** Its root: the folder with README.md and the parent's pom.xml. */
    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("README.md")) || !Files.exists(folder.resolve("bom"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException("the tests do not run inside the repository");
            }
        }
        return folder;
    }
}
