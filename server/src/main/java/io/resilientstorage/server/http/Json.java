package io.resilientstorage.server.http;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Writes JSON. */
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    static byte[] bytes(Map<String, ? extends @Nullable Object> object) {
        return MAPPER.writeValueAsBytes(object);
    }

    /** Javalin asks for a mapper at its start, and would look for a Jackson 2 that is not here. No route uses it. */
    static final class ForJavalin implements io.javalin.json.JsonMapper {}
}
