package io.resilientstorage.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** No backend could serve the call. The cause of each is kept. */
public final class AllBackendsFailedException extends StorageException {

    private static final long serialVersionUID = 1L;

    private final transient Map<String, Throwable> causes;

    /** @param causes why each backend did not serve, by its name, in the order in which they were asked */
    public AllBackendsFailedException(Map<String, ? extends Throwable> causes) {
        super(describe(causes));
        this.causes = Collections.unmodifiableMap(new LinkedHashMap<>(causes));
        causes.values().forEach(this::addSuppressed);
    }

    /** Why each backend did not serve, by its name, in the order in which they were asked. */
    public Map<String, Throwable> causes() {
        return causes == null ? Map.of() : causes;
    }

    private static String describe(Map<String, ? extends Throwable> causes) {
        if (causes.isEmpty()) {
            return "no backend could serve the call: none is enabled and online";
        }
        return causes.entrySet().stream()
                .map(e -> e.getKey() + ": " + e.getValue().getMessage())
                .collect(Collectors.joining("; ", "no backend could serve the call: ", ""));
    }
}
