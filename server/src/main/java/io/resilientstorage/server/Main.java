package io.resilientstorage.server;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code resilient-storage}, the program. */
@Command(
        name = "resilient-storage",
        description = "Key/value storage that keeps working while its backends fail.",
        mixinStandardHelpOptions = true,
        versionProvider = ProductVersion.class,
        subcommands = ServeCommand.class,
        synopsisSubcommandLabel = "COMMAND")
public final class Main {

    /** The exit code after a failure of the machine: a port that is taken, a server that does not start. */
    static final int FAILED = 1;

    /** The exit code after a mistake of the user: on the command line, in the file, in the environment. */
    static final int MISUSED = 2;

    private Main() {}

    /** Runs a command, and ends the process with its exit code. */
    public static void main(String[] args) {
        int exitCode = commandLine().execute(args);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setParameterExceptionHandler(new OneLineErrors())
                .setExecutionExceptionHandler(new OneLineErrors());
    }
}
