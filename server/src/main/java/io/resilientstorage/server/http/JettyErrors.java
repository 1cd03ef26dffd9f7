package io.resilientstorage.server.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/**
 * Jetty's own errors (a bad request line, a header that is too long, a server that stops) in the form of all others.
 */
final class JettyErrors extends ErrorHandler {

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (request.getAttribute(ERROR_EXCEPTION) instanceof HttpException cause) {
            response.setStatus(cause.getCode());
        }
        int status = response.getStatus();
        Answer answer = ErrorAnswers.ofStatus(status, reason(request, status));
        answer.allHeaders().forEach((name, value) -> response.getHeaders().put(name, value));
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.contentType());
        response.write(true, ByteBuffer.wrap(answer.body()), callback);
        return true;
    }

    /** What Jetty says of a caller's mistake. Of a failure of the server only its name is told. */
    private static String reason(Request request, int status) {
        Object message = request.getAttribute(ERROR_MESSAGE);
        return status < HttpStatus.INTERNAL_SERVER_ERROR_500 && message instanceof String text
                ? text
                : HttpStatus.getMessage(status);
    }
}
