package io.resilientstorage.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Clocks, threads and chance come from {@code io.resilientstorage.time} alone, so that tests and the simulator can
 * drive them. What the JDK offers beside it is forbidden, also where a thread hides behind a default: a
 * {@code CompletableFuture} that is given no executor uses the common pool, and its time-outs use a thread of the JDK.
 */
final class TimeRule {

    /** The time of day, of tests and of whoever else may do as they like. */
    private static final String FREE = "io\\.resilientstorage\\.(time|testkit)(\\..*)?";

    /** Types of which nothing may be used. */
    private static final Set<String> TYPES = Set.of(
            "java.time.Clock",
            "java.time.InstantSource",
            "java.util.Random",
            "java.util.SplittableRandom",
            "java.util.Timer",
            "java.util.TimerTask",
            "java.util.concurrent.Executors",
            "java.util.concurrent.ForkJoinPool",
            "java.util.concurrent.ScheduledThreadPoolExecutor",
            "java.util.concurrent.ThreadLocalRandom",
            "java.util.concurrent.ThreadPoolExecutor",
            "java.util.random.RandomGenerator");

    /** Methods and constructors that may not be used, by type; those of {@code java.time} named {@code now} beside. */
    private static final Map<String, Set<String>> METHODS = Map.of(
            "java.lang.Math", Set.of("random"),
            "java.lang.Object", Set.of("wait"),
            "java.lang.System", Set.of("currentTimeMillis", "nanoTime"),
            "java.lang.Thread", Set.of("<init>", "ofPlatform", "ofVirtual", "sleep", "startVirtualThread"),
            "java.security.SecureRandom", Set.of("<init>", "getInstance", "getInstanceStrong"),
            "java.util.Calendar", Set.of("getInstance"),
            "java.util.Collection", Set.of("parallelStream"),
            "java.util.UUID", Set.of("randomUUID"),
            "java.util.concurrent.TimeUnit", Set.of("sleep"),
            "java.util.concurrent.locks.LockSupport", Set.of("parkNanos", "parkUntil"));

    private static final Set<String> FUTURE_TIMEOUTS = Set.of("completeOnTimeout", "delayedExecutor", "orTimeout");

    /** What the JDK asks for in no other form: a hook that stops the server is a thread that the JVM starts. */
    private static final Set<String> EXCEPTIONS =
            Set.of("io.resilientstorage.server.ServeCommand java.lang.Thread.<init>");

    private TimeRule() {}

    static ArchRule rule() {
        return noClasses()
                .that(describe("are not in time", c -> !c.getPackageName().matches(FREE)))
                .should()
                .accessTargetWhere(forbidden())
                .as("clocks, threads and chance come from io.resilientstorage.time alone");
    }

    private static DescribedPredicate<JavaAccess<?>> forbidden() {
        return describe(
                "brings time, threads or chance of its own",
                access -> isForbidden(access.getTarget()) && !isException(access));
    }

    private static boolean isException(JavaAccess<?> access) {
        return EXCEPTIONS.contains(access.getOriginOwner().getName() + " "
                + access.getTarget().getOwner().getName() + "."
                + access.getTarget().getName());
    }

    private static boolean isForbidden(AccessTarget target) {
        JavaClass owner = target.getOwner();
        String method = target.getName();
        List<JavaClass> parameters =
                target instanceof AccessTarget.CodeUnitAccessTarget code ? code.getRawParameterTypes() : List.of();
        return TYPES.stream().anyMatch(owner::isAssignableTo)
                || METHODS.entrySet().stream()
                        .anyMatch(entry -> owner.isAssignableTo(entry.getKey())
                                && entry.getValue().contains(method))
                || (owner.getPackageName().equals("java.time") && method.equals("now"))
                || (owner.isEquivalentTo(java.util.Date.class) && method.equals("<init>") && parameters.isEmpty())
                || (owner.isAssignableTo(java.util.stream.BaseStream.class) && method.equals("parallel"))
                || (owner.isEquivalentTo(java.util.Collections.class)
                        && method.equals("shuffle")
                        && parameters.size() == 1)
                || isFutureWithoutExecutor(owner, method, parameters);
    }

    private static boolean isFutureWithoutExecutor(JavaClass owner, String method, List<JavaClass> parameters) {
        return owner.isAssignableTo(CompletionStage.class)
                && (FUTURE_TIMEOUTS.contains(method)
                        || (method.endsWith("Async")
                                && parameters.stream().noneMatch(type -> type.isEquivalentTo(Executor.class))));
    }
}
