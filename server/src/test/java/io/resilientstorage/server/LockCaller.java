package io.resilientstorage.server;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A caller of the lock routes. */
public record LockCaller(TestServer server) {

    private static final JsonMapper JSON = new JsonMapper();

    /** What came back. */
    public record Reply(HttpResponse<byte[]> response) {

        public int status() {
            return response.statusCode();
        }

        public JsonNode body() {
            return JSON.readTree(response.body());
        }

        public String text() {
            return TestServer.text(response);
        }

        /** The field {@code error}. */
        public String error() {
            return body().path("error").asString("");
        }

        public String reason() {
            return body().path("reason").asString("");
        }

        public long token() {
            return Long.parseLong(body().get("fencingToken").asString());
        }

        public long retryAfterSeconds() {
            return response.headers().firstValueAsLong("Retry-After").orElseThrow();
        }
    }

    public Reply acquire(String name, String holder, int ttlSeconds) {
        return call("POST", name, holder, ttlSeconds);
    }

    public Reply renew(String name, String holder, int ttlSeconds) {
        return call("PUT", name, holder, ttlSeconds);
    }

    public Reply release(String name, String holder) {
        return new Reply(server.send("DELETE", "/v1/locks/" + name + "?holder=" + holder, BodyPublishers.noBody()));
    }

    private Reply call(String method, String name, String holder, int ttlSeconds) {
        String body = "{\"holder\":\"" + holder + "\",\"ttlSeconds\":" + ttlSeconds + "}";
        return new Reply(server.send(method, "/v1/locks/" + name, BodyPublishers.ofString(body)));
    }
}
