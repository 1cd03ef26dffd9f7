package io.resilientstorage.api;

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

    /** The setting's name. */
    public String setting() {
        return setting;
    }
}
