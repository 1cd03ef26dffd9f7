package io.resilientstorage.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.BackendStatus;
import io.resilientstorage.api.BackendType;
import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.Durability;
import io.resilientstorage.api.Health;
import io.resilientstorage.api.HealthStatus;
import io.resilientstorage.api.OverallStatus;
import io.resilientstorage.api.Recovery;
import io.resilientstorage.api.Scope;
import io.resilientstorage.api.Sync;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class HealthJsonTest {

    @Test
    void theJsonIsAsTheGoldenFileHasIt() throws IOException {
        Map<String, BackendStatus> backends = new LinkedHashMap<>();
        backends.put(
                "redis",
                new BackendStatus(
                        BackendType.REDIS,
                        Scope.SHARED,
                        Durability.VOLATILE,
                        1,
                        Health.UNHEALTHY,
                        Circuit.HALF_OPEN,
                        Sync.CATCHING_UP,
                        false,
                        7,
                        12_345_678_901L,
                        0,
                        Optional.of(Recovery.at(Recovery.Step.CATCHING_UP, 12_345_678_901L, 49_999.6)),
                        Optional.of("connection refused: \"cache\":6379")));
        backends.put(
                "database",
                new BackendStatus(
                        BackendType.DATABASE,
                        Scope.SHARED,
                        Durability.DURABLE,
                        2,
                        Health.HEALTHY,
                        Circuit.CLOSED,
                        Sync.IN_SYNC,
                        false,
                        0,
                        0,
                        0,
                        Optional.empty(),
                        Optional.empty()));
        backends.put(
                "own",
                new BackendStatus(
                        BackendType.CUSTOM,
                        Scope.SHARED,
                        Durability.VOLATILE,
                        3,
                        Health.DEGRADED,
                        Circuit.OPEN,
                        Sync.COLD,
                        true,
                        5,
                        0,
                        2,
                        Optional.of(Recovery.without(Recovery.Step.REBUILDING, 0)),
                        Optional.empty()));
        HealthStatus status = new HealthStatus(OverallStatus.DEGRADED, Optional.of("database"), backends, 3);

        assertThat(pretty(Json.bytes(HealthJson.of(status)))).isEqualTo(golden());
    }

    @Test
    void noActiveBackendIsNull() {
        HealthStatus none = new HealthStatus(OverallStatus.DEGRADED, Optional.empty(), Map.of(), 0);

        assertThat(new String(Json.bytes(HealthJson.of(none)), StandardCharsets.UTF_8))
                .isEqualTo("{\"status\":\"degraded\",\"activeBackend\":null,\"backends\":{}}");
    }

    private static String pretty(byte[] json) {
        JsonMapper mapper = new JsonMapper();
        return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(mapper.readTree(json)) + "\n";
    }

    private static String golden() throws IOException {
        try (InputStream in = HealthJsonTest.class.getResourceAsStream("health.json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
