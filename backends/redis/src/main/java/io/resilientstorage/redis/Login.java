package io.resilientstorage.redis;

import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.config.BackendSettings;
import io.resilientstorage.config.Secret;
import java.util.Optional;

/**
 * Who logs in, and with what.
 *
 * @param username the user, empty for the default one
 * @param password the password
 */
record Login(Optional<String> username, Secret password) {

    /**
     * The login of the settings, whose own fields override the URL.
     *
     * @param inUrl what stands in the URL, still encoded
     */
    static Optional<Login> of(BackendSettings settings, String urlSetting, Optional<String> inUrl) {
        Optional<String> username = settings.username();
        Optional<Secret> password = settings.password();
        if (inUrl.isPresent()) {
            String[] parts = inUrl.get().split(":", 2);
            if (username.isEmpty()) {
                username = Optional.of(RedisAddress.decoded(urlSetting, parts[0]));
            }
            if (password.isEmpty()) {
                if (parts.length == 1) {
                    throw new InvalidSettingException(
                            urlSetting, "has a user and no password; a password alone is written :password@host");
                }
                password = Optional.of(new Secret(RedisAddress.decoded(urlSetting, parts[1])));
            }
        }
        username = username.filter(name -> !name.isEmpty());
        if (password.isEmpty()) {
            if (username.isPresent()) {
                throw new InvalidSettingException(urlSetting, "comes with a user and no password");
            }
            return Optional.empty();
        }
        return Optional.of(new Login(username, password.get()));
    }
}
