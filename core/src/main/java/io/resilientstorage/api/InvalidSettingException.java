package io.resilientstorage.api;

import org.jspecify.annotations.Nullable;

/** A setting is not legal. Nothing was built. */
public final class InvalidSettingException extends StorageException {

    private static final long serialVersionUID = 1L;

    private final String setting;

    /**
     * @param setting the setting's name
     * @param problem what is wrong with its value, and the bound
     */
    public InvalidSettingException(String setting, String problem) {
        super("setting '" + setting + "' " + problem);
        this.setting = setting;
    }

    /**
     * Returns a value that is there.
     *
     * @param setting the setting's name
     * @throws InvalidSettingException if it is null
     */
    public static <T> T requireNonNull(String setting, @Nullable T value) {
        if (value == null) {
            throw new InvalidSettingException(setting, "must not be null");
        }
        return value;
    }

    /** The setting's name. */
    public String setting() {
        return setting;
    }
}
