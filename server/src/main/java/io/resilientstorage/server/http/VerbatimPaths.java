package io.resilientstorage.server.http;

import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.internal.HttpConnection;

/**
 * HTTP connections that keep a request's path from being decoded. A key is any text, percent-encoded, NUL included; but
 * Jetty decodes each path as it parses it, to guard files that this server does not have: it refuses {@code %00}
 * whatever its settings, and treats {@code %2e%2e} as a step upwards. So each percent sign of the path is escaped
 * before Jetty sees it, and Jetty finds nothing to decode. {@link #original} undoes that, and {@link PathKey} decodes,
 * once.
 */
final class VerbatimPaths extends HttpConnectionFactory {

    private static final String PERCENT = "%";
    private static final String ESCAPED_PERCENT = "%25";

    VerbatimPaths(HttpConfiguration configuration) {
        super(configuration);
    }

    /** The path as the caller sent it. */
    static String original(String path) {
        return path.replace(ESCAPED_PERCENT, PERCENT);
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        HttpConnection connection = new HttpConnection(getHttpConfiguration(), connector, endPoint) {
            @Override
            protected HttpStreamOverHTTP1 newHttpStream(String method, String uri, HttpVersion version) {
                return super.newHttpStream(method, uri == null ? null : escaped(uri), version);
            }
        };
        return configure(connection, connector, endPoint);
    }

    /** A request's target, with the percent signs of its path escaped. */
    private static String escaped(String target) {
        int pathBegin = target.startsWith("/") ? 0 : target.indexOf('/', target.indexOf("://") + "://".length());
        if (pathBegin < 0) {
            return target;
        }
        int query = target.indexOf('?');
        int pathEnd = query < 0 ? target.length() : query;
        if (pathEnd <= pathBegin) {
            return target;
        }
        return target.substring(0, pathBegin)
                + target.substring(pathBegin, pathEnd).replace(PERCENT, ESCAPED_PERCENT)
                + target.substring(pathEnd);
    }
}
