package io.resilientstorage.routing;

import io.resilientstorage.config.Strategy;

/** The strategies that the library brings, by their names in settings. */
public final class Strategies {

    private Strategies() {}

    /** The strategy of this name. */
    public static RoutingStrategy of(Strategy strategy) {
        return switch (strategy) {
            case FAILOVER -> new FailoverStrategy();
            case PRIORITY -> new PriorityStrategy();
            case ROUND_ROBIN -> new RoundRobinStrategy();
        };
    }
}
