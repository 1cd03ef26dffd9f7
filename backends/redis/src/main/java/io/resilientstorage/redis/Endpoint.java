package io.resilientstorage.redis;

import java.util.Optional;

/**
 * Where one server listens.
 *
 * @param host a name or an address
 * @param port its port
 */
record Endpoint(String host, int port) {

    /** Reads {@code host:port}, in which an IPv6 address has brackets or none; empty if it is no such text. */
    static Optional<Endpoint> parse(String text) {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon < 0 || port.isEmpty() || port.length() > 5 || !port.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty();
        }
        return Optional.of(new Endpoint(text.substring(0, colon).replaceAll("[\\[\\]]", ""), Integer.parseInt(port)));
    }

    /** As in a URL. */
    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
