package io.resilientstorage.config;

/** Takes out of a URL what must not be logged. */
final class SafeUrl {

    private SafeUrl() {}

    /** The URL without user, password and query. */
    static String of(String url) {
        int query = url.indexOf('?');
        String bare = query < 0 ? url : url.substring(0, query);
        int authority = bare.indexOf("//");
        int at = bare.lastIndexOf('@');
        return authority < 0 || at < authority ? bare : bare.substring(0, authority + 2) + bare.substring(at + 1);
    }
}
