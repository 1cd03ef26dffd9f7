package io.resilientstorage.server.http;

import io.javalin.http.Context;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP answer.
 *
 * @param status the status
 * @param headers the headers, without the content's type and length
 * @param contentType the content's type
 * @param body the content; shared, not copied
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Answer(int status, Map<String, String> headers, String contentType, byte[] body) {

    static final String JSON = "application/json";

    /** A value is what a caller put there: no browser may take it for a page, no cache may keep it. */
    private static final Map<String, String> ALWAYS =
            new TreeMap<>(Map.of("Cache-Control", "no-store", "X-Content-Type-Options", "nosniff"));

    static final String BYTES = "application/octet-stream";

    /** Copies the map, and keeps its order. */
    Answer {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    static Answer json(int status, Map<String, ? extends @Nullable Object> body) {
        return new Answer(status, Map.of(), JSON, Json.bytes(body));
    }

    Answer withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Answer(status, more, contentType, body);
    }

    /** Hands the answer to Javalin, which writes it on the calling thread. */
    void giveTo(Context context) {
        head(context);
        context.result(body);
    }

    /** Sets all but the content. */
    void head(Context context) {
        context.status(status).contentType(contentType);
        allHeaders().forEach(context::header);
    }

    /** The headers of this answer, and those of every answer. */
    Map<String, String> allHeaders() {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.putAll(ALWAYS);
        return all;
    }
}
