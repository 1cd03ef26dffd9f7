package io.resilientstorage.server.http;

import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import io.resilientstorage.api.AllBackendsFailedException;
import io.resilientstorage.api.BacklogFullException;
import io.resilientstorage.api.DeadlineExceededException;
import io.resilientstorage.api.InvalidRequestException;
import io.resilientstorage.api.NamespaceDisagreementException;
import io.resilientstorage.api.OverloadedException;
import io.resilientstorage.api.StorageClosedException;
import io.resilientstorage.api.UnreadableValueException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The answer to each kind of failure: {@code {"error":"code","message":".."}}. */
final class ErrorAnswers {

    private static final Logger LOG = LoggerFactory.getLogger(ErrorAnswers.class);

    private static final String RETRY_AFTER_SECONDS = "1";

    private static final Map<Integer, String> CODES = Map.ofEntries(
            Map.entry(400, "bad_request"),
            Map.entry(401, "unauthorized"),
            Map.entry(404, "not_found"),
            Map.entry(405, "method_not_allowed"),
            Map.entry(408, "request_timeout"),
            Map.entry(413, "too_large"),
            Map.entry(414, "uri_too_long"),
            Map.entry(415, "unsupported_media_type"),
            Map.entry(431, "headers_too_large"),
            Map.entry(500, "internal"),
            Map.entry(503, "unavailable"));

    /** What the storage throws, besides the caller's mistakes. The classes are final. */
    private static final Map<Class<?>, Kind> STORAGE_ERRORS = Map.of(
            AllBackendsFailedException.class, new Kind(503, "unavailable"),
            BacklogFullException.class, new Kind(503, "backlog_full"),
            DeadlineExceededException.class, new Kind(503, "deadline_exceeded"),
            NamespaceDisagreementException.class, new Kind(500, "namespace_disagreement"),
            OverloadedException.class, new Kind(503, "overloaded"),
            StorageClosedException.class, new Kind(503, "stopping"),
            UnreadableValueException.class, new Kind(500, "unreadable_value"));

    private record Kind(int status, String code) {}

    private ErrorAnswers() {}

    /** The answer to a failure. What is nobody's mistake but ours is logged, and not told. */
    static Answer of(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof HttpFailure known) {
            return known.answer();
        }
        if (cause instanceof InvalidRequestException invalid) {
            return error(400, "bad_" + invalid.field().toLowerCase(Locale.ROOT), invalid.getMessage());
        }
        Kind kind = STORAGE_ERRORS.get(cause.getClass());
        if (kind != null) {
            return error(kind.status(), kind.code(), cause.getMessage());
        }
        if (cause instanceof HttpResponseException refused) {
            return ofJavalin(refused);
        }
        if (cause instanceof HttpException bad && bad.getCode() < 500) {
            return ofStatus(bad.getCode(), bad.getReason());
        }
        if (cause instanceof TimeoutException) {
            return error(408, "request_timeout", "the body came too slowly");
        }
        LOG.error("A request failed", cause);
        return error(500, "internal", "the server failed to answer; its log says why");
    }

    /** An error of the HTTP protocol. */
    static Answer ofStatus(int status, @Nullable String message) {
        return error(status, CODES.getOrDefault(status, "http_" + status), message);
    }

    static Answer error(int status, String code, @Nullable String message) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("error", code);
        body.put("message", message);
        Answer answer = Answer.json(status, body);
        return status == HttpStatus.SERVICE_UNAVAILABLE_503
                ? answer.withHeader("Retry-After", RETRY_AFTER_SECONDS)
                : answer;
    }

    private static Answer ofJavalin(HttpResponseException refused) {
        if (refused instanceof MethodNotAllowedResponse) {
            String allowed = String.join(", ", refused.getDetails().values());
            return ofStatus(405, "allowed here: " + allowed).withHeader("Allow", allowed);
        }
        return refused.getStatus() == 404
                ? ofStatus(404, "there is no such route; GET / lists them")
                : ofStatus(refused.getStatus(), HttpStatus.getMessage(refused.getStatus()));
    }
}
