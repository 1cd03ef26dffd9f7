package io.resilientstorage.server;

import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.server.config.ConfigFile;
import io.resilientstorage.server.config.DataDirectory;
import io.resilientstorage.server.config.Environment;
import io.resilientstorage.server.config.StorageProperties;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code serve}: a storage behind HTTP, until the process is told to stop. */
@Command(
        name = "serve",
        description = "Serves a storage over HTTP until it gets SIGTERM or SIGINT.",
        mixinStandardHelpOptions = true,
        versionProvider = ProductVersion.class,
        sortOptions = false,
        footerHeading = "%nEnvironment:%n",
        footer = {
            "  REDIS_URL      redis://host:6379; also rediss:, redis-sentinel:, redis-cluster: (backend 'redis', priority 1)",
            "  DATABASE_URL   postgresql://..., supabase://... or a JDBC URL (backend 'database', priority 2)",
            "  STORAGE_TOKEN  Callers must send it: 'Authorization: Bearer TOKEN'",
            "",
            "The environment overrides the file. Without any database, a SQLite file in --data is used.",
            "Exit codes: 1 the server could not start, 2 a setting is wrong, 143 and 130 after SIGTERM and SIGINT."
        })
final class ServeCommand implements Callable<Integer> {

    private static final int MAX_PORT = 65_535;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "The port; 0 takes a free one and prints it. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = "The address to listen on; 0.0.0.0 for all. Default: ${DEFAULT-VALUE}, this machine only.")
    private String host;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings of the storage: a .properties, .yaml or .yml file.")
    private @Nullable Path config;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "data",
            description = "The folder of the SQLite file, created if missing. Default: ./${DEFAULT-VALUE}.")
    private Path data;

    /** Made by picocli, which fills in the fields. */
    @SuppressWarnings("NullAway.Init") // picocli sets every field before it calls
    ServeCommand() {}

    @Override
    public Integer call() {
        if (port < 0 || port > MAX_PORT) {
            throw new InvalidSettingException("--port", "is " + port + ", and must be 0 to " + MAX_PORT);
        }
        Environment environment = Environment.of(System.getenv());
        Map<String, String> file = config == null ? Map.of() : ConfigFile.read(config);
        StorageProperties properties = StorageProperties.of(file, environment, new DataDirectory(data));
        PrintWriter out = spec.commandLine().getOut();
        try (RunningServer server = RunningServer.start(host, port, properties, environment)) {
            // SIGTERM and SIGINT end the JVM, and this is what it does first.
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "resilient-storage-stop"));
            out.println("Resilient Storage is up on " + server.url() + " (backends: " + server.backends() + ")");
            out.flush();
            server.awaitStop();
        }
        return 0;
    }
}
