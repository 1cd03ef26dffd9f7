package io.resilientstorage.server;

import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.server.http.BindFailedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Tells each error in one line on standard error, and gives it its exit code. */
final class OneLineErrors implements IParameterExceptionHandler, IExecutionExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(OneLineErrors.class);

    @Override
    public int handleParseException(ParameterException error, String[] args) {
        CommandLine command = error.getCommandLine();
        print(command, error.getMessage() + " (see '" + command.getCommandSpec().qualifiedName() + " --help')");
        return Main.MISUSED;
    }

    @Override
    public int handleExecutionException(Exception error, CommandLine command, ParseResult parsed) {
        if (error instanceof InvalidSettingException) {
            print(command, error.getMessage());
            return Main.MISUSED;
        }
        if (!(error instanceof BindFailedException)) {
            LOG.error("The command failed", error);
        }
        print(command, error.getMessage());
        return Main.FAILED;
    }

    private static void print(CommandLine command, @Nullable String message) {
        String line = message == null
                ? "failed; the log says why"
                : message.lines().findFirst().orElse("");
        command.getErr().println("resilient-storage: " + line);
        command.getErr().flush();
    }
}
