/** Key/value storage that keeps working while its backends fail. */
module io.resilientstorage.core {
    requires com.github.benmanes.caffeine;
    requires org.slf4j;
    requires static transitive org.jspecify;

    uses io.resilientstorage.backend.BackendFactory;

    provides io.resilientstorage.backend.BackendFactory with
            io.resilientstorage.memory.MemoryBackendFactory;

    exports io.resilientstorage;
    exports io.resilientstorage.api;
    exports io.resilientstorage.backend;
    exports io.resilientstorage.breaker;
    exports io.resilientstorage.config;
    exports io.resilientstorage.memory;
    exports io.resilientstorage.record;
    exports io.resilientstorage.routing;
    exports io.resilientstorage.time;
}
