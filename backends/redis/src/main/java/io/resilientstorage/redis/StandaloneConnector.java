package io.resilientstorage.redis;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Links to one server. */
final class StandaloneConnector implements Connector {

    private final RedisSettings settings;
    private final Connections connections;

    StandaloneConnector(RedisSettings settings, Connections connections) {
        this.settings = settings;
        this.connections = connections;
    }

    @Override
    public CompletionStage<Link> connect() {
        return connections.open(
                settings.address().endpoints().get(0),
                settings.login(),
                settings.address().database(),
                settings.connectTimeout());
    }

    @Override
    public void close(Duration patience) {
        connections.close(patience);
    }

    @Override
    public String toString() {
        return settings.address().toString();
    }
}
