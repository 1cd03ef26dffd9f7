package io.resilientstorage.testkit.servers;

import io.zonky.test.db.postgres.util.LinuxUtils;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The commands of programs that refuse to be root: where this process is, they run in a user namespace of their own, in
 * which they are nobody.
 */
final class PostgresPrograms {

    private PostgresPrograms() {}

    /** The command of a program, not as root; a bare name is looked for where the system has its programs. */
    static List<String> command(Path program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (LinuxUtils.isUnshareAvailable()) {
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(program.toString());
        command.addAll(List.of(arguments));
        return command;
    }

    /**
     * The same with a disk of its own: a file system in memory of that size at that folder, which only this process and
     * its children see, and which is gone with them. For every user who may make namespaces, root or not.
     */
    static List<String> commandWithDisk(Path disk, String size, Path program, String... arguments) {
        String mount = "mount -t tmpfs -o size=" + size + ",mode=700 tmpfs \"$0\" && exec unshare -U \"$@\"";
        List<String> command =
                new ArrayList<>(List.of("unshare", "-U", "-r", "-m", "sh", "-c", mount, disk.toString()));
        command.add(program.toString());
        command.addAll(List.of(arguments));
        return command;
    }
}
