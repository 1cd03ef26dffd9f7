package io.resilientstorage.namespace;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.api.NamespaceDisagreementException;
import io.resilientstorage.api.NamespaceOptions;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.config.Settings;
import io.resilientstorage.config.StorageSettings;
import io.resilientstorage.time.Clock;
import java.util.Optional;

/**
 * The agreements on all namespaces that this process uses. Bounded: where a process uses more, those that it has not
 * opened for longest are forgotten, and asked for again when they are opened again. Safe for use by several threads.
 */
public final class Agreements {

    private static final int MOST = 10_000;

    private final WriteMode writeMode;
    private final long maxValueBytes;
    private final boolean needsMirrors;
    private final Optional<Question> question;
    private final Clock clock;
    private final Cache<String, Agreement> known =
            Caffeine.newBuilder().executor(Runnable::run).maximumSize(MOST).build();

    /**
     * Agreements of a storage.
     *
     * @param needsMirrors whether the strategy lets several backends answer, so that each must get every write
     * @param question how the shared record is looked at; empty where no backend is shared, and so there is nobody to
     *     agree with
     */
    public Agreements(StorageSettings settings, boolean needsMirrors, Optional<Question> question, Clock clock) {
        this.writeMode = settings.get(Settings.WRITE_MODE);
        this.maxValueBytes = settings.get(Settings.MAX_VALUE_BYTES);
        this.needsMirrors = needsMirrors;
        this.question = question;
        this.clock = clock;
    }

    /**
     * Refuses a mode in which only one backend has what was written, where several answer.
     *
     * @throws InvalidSettingException if that is so
     */
    public static void refuseUnmirrored(boolean needsMirrors, WriteMode mode) {
        if (needsMirrors && mode == WriteMode.ACTIVE_ONLY) {
            throw new InvalidSettingException(
                    Settings.WRITE_MODE.name(),
                    "is ACTIVE_ONLY, and must be MIRROR_ASYNC or MIRROR_SYNC under a strategy that lets several"
                            + " backends answer, as ROUND_ROBIN does");
        }
    }

    /**
     * The agreement on a namespace.
     *
     * @throws InvalidSettingException if the strategy does not go with the mode
     * @throws NamespaceDisagreementException if this very process uses the namespace in another mode already
     */
    public Agreement of(String namespace, NamespaceOptions options) {
        Terms mine = new Terms(options.writeMode().orElse(writeMode), maxValueBytes);
        refuseUnmirrored(needsMirrors, mine.writeMode());
        if (question.isEmpty()) {
            return Agreement.withNobody(namespace, mine, clock);
        }
        Agreement agreement = known.get(namespace, name -> new Agreement(name, mine, question.get(), clock));
        if (!agreement.mine().equals(mine)) {
            throw new NamespaceDisagreementException(
                    namespace, mine.toString(), agreement.mine().toString(), "another use of it in this process");
        }
        return agreement;
    }

    /** The agreement on the records that agreements are kept in: there is none, for nobody chooses their mode. */
    public Agreement ofOwnRecords(String namespace) {
        return Agreement.withNobody(namespace, new Terms(WriteMode.MIRROR_ASYNC, maxValueBytes), clock);
    }

    /** The shared record is gone: whoever writes next there asks anew. */
    public void forget(String namespace) {
        Agreement gone = known.asMap().remove(namespace);
        if (gone != null) {
            gone.forget();
        }
    }
}
