package io.resilientstorage.config;

import static io.resilientstorage.api.InvalidSettingException.requireNonNull;

import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.config.SettingKind.OfDuration;
import io.resilientstorage.config.SettingKind.OfNumber;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a user says of one backend. Every method checks its argument and throws {@link InvalidSettingException} if it is
 * not legal. Not for use by several threads.
 */
public final class BackendOptions {

    private static final Pattern NAME = Pattern.compile("[a-z0-9._-]{1,64}");

    private static final OfNumber PRIORITY = new OfNumber(0, 1_000_000);
    private static final OfDuration ATTEMPT_TIMEOUT = new OfDuration(Duration.ofMillis(1), Duration.ofHours(1));
    private static final OfDuration SLOW_CALL = new OfDuration(Duration.ofMillis(1), Duration.ofHours(1));
    private static final OfDuration TTL_CAP = new OfDuration(Duration.ofMillis(1), Duration.ofDays(36_500));

    private String path = "backends.?";
    private Optional<String> name = Optional.empty();
    private Optional<String> url = Optional.empty();
    private Optional<String> username = Optional.empty();
    private Optional<Secret> password = Optional.empty();
    private Optional<Integer> priority = Optional.empty();
    private boolean enabled = true;
    private Optional<Duration> attemptTimeout = Optional.empty();
    private Optional<Duration> slowCallDuration = Optional.empty();
    private Optional<Duration> ttlCap = Optional.empty();
    private final Map<String, String> options = new LinkedHashMap<>();

    /** One setting of a backend, for properties and the reference page. */
    public record Field(String name, String bounds, String defaultText, String meaning) {}

    private static final List<Field> FIELDS = List.of(
            new Field("url", "a URL whose scheme a backend module knows", "", "Where the backend is."),
            new Field("username", "text", "the one in the URL", "Who logs in."),
            new Field("password", "text", "the one in the URL", "With what. Never logged."),
            new Field("priority", PRIORITY.bounds(), "the place in the list, from 1", "Lower is better."),
            new Field("enabled", "true or false", "true", "A disabled backend is not touched at all."),
            new Field(
                    "attemptTimeout",
                    ATTEMPT_TIMEOUT.bounds(),
                    "250ms for Redis, 1s for all others",
                    "How long one attempt at it may take."),
            new Field(
                    "slowCallDuration",
                    SLOW_CALL.bounds() + ", at most attemptTimeout",
                    "half of attemptTimeout",
                    "From how long on an answer is slow: two slow probes in a row make a shared backend DEGRADED."
                            + " At attemptTimeout, slowness counts for nothing."),
            new Field("ttlCap", TTL_CAP.bounds(), "none", "The longest life that a record may have in it."),
            new Field("options.NAME", "text", "", "A setting that only this kind of backend knows."));

    /** The settings of a backend, in the order of the reference page. */
    public static List<Field> fields() {
        return FIELDS;
    }

    /** What it is called in results, events, logs and health. Default: its kind, as in {@code redis}. */
    public BackendOptions name(String value) {
        if (!NAME.matcher(requireNonNull("backends.name", value)).matches()) {
            throw new InvalidSettingException(
                    "backends.name", "is '" + value + "', and must be 1 to 64 of the characters a-z 0-9 . _ -");
        }
        name = Optional.of(value);
        path = "backends." + value;
        return this;
    }

    /** Where it is. */
    public BackendOptions url(String value) {
        if (requireNonNull(path + ".url", value).isBlank()) {
            throw new InvalidSettingException(path + ".url", "must not be blank");
        }
        url = Optional.of(value.strip());
        return this;
    }

    /** Overrides the user in the URL. */
    public BackendOptions username(String value) {
        username = Optional.of(requireNonNull(path + ".username", value));
        return this;
    }

    /** Overrides the password in the URL. Never logged. */
    public BackendOptions password(String value) {
        password = Optional.of(new Secret(requireNonNull(path + ".password", value)));
        return this;
    }

    /** Lower is better. Default: the place in the order in which backends were added, from 1. */
    public BackendOptions priority(int value) {
        priority = Optional.of(PRIORITY.check(path + ".priority", (long) value).intValue());
        return this;
    }

    /** A disabled backend is not touched at all. */
    public BackendOptions enabled(boolean value) {
        enabled = value;
        return this;
    }

    /** How long one attempt at it may take. */
    public BackendOptions attemptTimeout(Duration value) {
        attemptTimeout = Optional.of(
                ATTEMPT_TIMEOUT.check(path + ".attemptTimeout", requireNonNull(path + ".attemptTimeout", value)));
        return this;
    }

    /**
     * From how long on an answer of it is slow, at most {@code attemptTimeout}; half of that by default. Two slow
     * probes in a row make a shared backend DEGRADED, so that calls go to one that is HEALTHY.
     */
    public BackendOptions slowCallDuration(Duration value) {
        slowCallDuration = Optional.of(
                SLOW_CALL.check(path + ".slowCallDuration", requireNonNull(path + ".slowCallDuration", value)));
        return this;
    }

    /** The longest life that a record may have in it. The end of a capped copy reads as unknown, not as absent. */
    public BackendOptions ttlCap(Duration value) {
        ttlCap = Optional.of(TTL_CAP.check(path + ".ttlCap", requireNonNull(path + ".ttlCap", value)));
        return this;
    }

    /** A setting that only this kind of backend knows; see its module. */
    public BackendOptions option(String option, String value) {
        String setting = path + ".options." + requireNonNull(path + ".options", option);
        if (option.isBlank()) {
            throw new InvalidSettingException(setting, "has no name behind 'options.'");
        }
        options.put(option, requireNonNull(setting, value));
        return this;
    }

    /**
     * Sets one field from text, as properties have it.
     *
     * @param field one of {@link #fields()}
     */
    public BackendOptions parse(String field, String text) {
        String setting = path + "." + field;
        String stripped = requireNonNull(setting, text).strip();
        switch (field) {
            case "url" -> url(text);
            case "username" -> username(text);
            case "password" -> password(text);
            case "priority" ->
                priority(PRIORITY.check(setting, PRIORITY.parse(setting, stripped))
                        .intValue());
            case "enabled" -> enabled(new SettingKind.OfSwitch().parse(setting, stripped));
            case "attemptTimeout" -> attemptTimeout(ATTEMPT_TIMEOUT.parse(setting, stripped));
            case "slowCallDuration" -> slowCallDuration(SLOW_CALL.parse(setting, stripped));
            case "ttlCap" -> ttlCap(TTL_CAP.parse(setting, stripped));
            default -> {
                if (!field.startsWith("options.")) {
                    throw new InvalidSettingException(
                            setting,
                            "is not known; known are "
                                    + FIELDS.stream().map(Field::name).toList());
                }
                option(field.substring("options.".length()), text);
            }
        }
        return this;
    }

    /** The name, if the user gave one. */
    public Optional<String> name() {
        return name;
    }

    /** The URL, if the user gave one. */
    public Optional<String> url() {
        return url;
    }

    /** Whether the backend is to be used. */
    public boolean enabled() {
        return enabled;
    }

    /**
     * The settings, with defaults for what the user did not say.
     *
     * @param defaultName the name where the user gave none
     * @param defaultPriority the priority where the user gave none
     * @param defaultAttemptTimeout the time-out where the user gave none
     * @throws InvalidSettingException if {@code slowCallDuration} is longer than {@code attemptTimeout}
     */
    public BackendSettings settings(String defaultName, int defaultPriority, Duration defaultAttemptTimeout) {
        Duration attempt = attemptTimeout.orElse(defaultAttemptTimeout);
        Duration slow = slowCallDuration.orElse(attempt.dividedBy(2));
        if (slow.compareTo(attempt) > 0) {
            throw new InvalidSettingException(
                    path + ".slowCallDuration",
                    "must be at most attemptTimeout, " + DurationText.format(attempt) + ", but is "
                            + DurationText.format(slow));
        }
        return new BackendSettings(
                name.orElse(defaultName),
                url.orElse(""),
                username,
                password,
                priority.orElse(defaultPriority),
                enabled,
                attempt,
                slow,
                ttlCap,
                options);
    }
}
