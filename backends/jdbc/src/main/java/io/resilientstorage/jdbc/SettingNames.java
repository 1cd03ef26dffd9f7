package io.resilientstorage.jdbc;

import io.resilientstorage.api.InvalidSettingException;

/**
 * What the settings of a backend are called where the user wrote them, so that an error names them as the user does.
 *
 * @param fields what stands before {@code url}, {@code username} and {@code password}
 * @param options what stands before the options
 */
record SettingNames(String fields, String options) {

    /** Those of {@link JdbcBackend.Builder}, whose methods they are. */
    static final SettingNames OF_THE_BUILDER = new SettingNames("", "");

    /** Those of the settings of a storage. */
    static SettingNames ofBackend(String name) {
        return new SettingNames("backends." + name + ".", "backends." + name + ".options.");
    }

    String url() {
        return fields + "url";
    }

    String username() {
        return fields + "username";
    }

    String password() {
        return fields + "password";
    }

    String option(String name) {
        return options + name;
    }

    /** The URL is not legal. */
    InvalidSettingException badUrl(String problem) {
        return new InvalidSettingException(url(), problem);
    }
}
