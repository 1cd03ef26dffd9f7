package io.resilientstorage.testkit.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The files of one PostgreSQL, in a temporary folder, and the programs that work on them. */
final class PostgresData {

    private final Path binaries;
    private final Path folder;

    private PostgresData(Path binaries, Path folder) {
        this.binaries = binaries;
        this.folder = folder;
    }

    /** A new folder, with nothing in it. */
    static PostgresData make() throws IOException {
        return new PostgresData(
                PostgresBinaries.unpacked(), Files.createTempDirectory("resilient-storage-postgres-data"));
    }

    /** How users are to prove who they are. */
    static String method(String password) {
        return password.isEmpty() ? "trust" : "scram-sha-256";
    }

    /** Fills it for a new server. */
    void initialise(String user, String password) throws IOException {
        List<String> command = PostgresPrograms.command(program("initdb"), "-D", data().toString());
        command.addAll(List.of("-U", user, "-E", "UTF8", "--locale=C", "--no-sync", "-A", method(password)));
        if (!password.isEmpty()) {
            command.add("--pwfile=" + Files.writeString(folder.resolve("password"), password));
        }
        Tool.run(command, output());
        Files.createDirectory(disk());
    }

    /** The command that runs the server, with a small disk for its tables unless the size is empty. */
    List<String> server(String diskSize) {
        String[] arguments = {"-D", data().toString()};
        return diskSize.isEmpty()
                ? PostgresPrograms.command(program("postgres"), arguments)
                : PostgresPrograms.commandWithDisk(disk(), diskSize, program("postgres"), arguments);
    }

    /** Ends the server in order. */
    void stop() throws IOException {
        Tool.run(
                PostgresPrograms.command(
                        program("pg_ctl"), "stop", "-D", data().toString(), "-m", "fast", "-w", "-t", "20"),
                output());
    }

    /** Writes a file of the server's. */
    void write(String file, String content) throws IOException {
        Files.writeString(data().resolve(file), content);
    }

    /** Fills a new one with what is in this one, whose server must not run. */
    void copyTo(PostgresData copy) throws IOException {
        FolderTree.copy(data(), copy.data());
    }

    /** Where the small disk is. */
    Path disk() {
        return folder.resolve("disk");
    }

    /** What the server writes to. */
    Path log() {
        return folder.resolve("log");
    }

    /** Removes everything. */
    void delete() throws IOException {
        FolderTree.delete(folder);
    }

    private Path data() {
        return folder.resolve("data");
    }

    private Path output() {
        return folder.resolve("output");
    }

    private Path program(String name) {
        return binaries.resolve("bin").resolve(name);
    }
}
