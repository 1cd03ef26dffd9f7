/** Redis as a backend. */
module io.resilientstorage.redis {
    requires transitive io.resilientstorage.core;
    requires io.netty.buffer;
    requires io.netty.common;
    requires lettuce.core;
    requires org.slf4j;
    requires static org.jspecify;

    // Lettuce uses these, and being an automatic module cannot say so.
    requires io.netty.handler;
    requires io.netty.resolver;
    requires io.netty.resolver.dns;
    requires io.netty.transport;

    exports io.resilientstorage.redis;

    provides io.resilientstorage.backend.BackendFactory with
            io.resilientstorage.redis.RedisBackendFactory;
}
