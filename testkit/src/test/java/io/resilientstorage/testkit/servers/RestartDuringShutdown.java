package io.resilientstorage.testkit.servers;

import java.util.concurrent.locks.LockSupport;

/**
 * Starts a Redis server and ends; while this JVM shuts down, and the server has been ended, it starts it again. What
 * becomes of that is printed. Run by {@link RedisProcessTest} as a process of its own.
 */
final class RestartDuringShutdown {

    static final String REFUSED = "refused";

    private static final long A_MOMENT = 1_000_000;

    private RestartDuringShutdown() {}

    public static void main(String[] arguments) {
        RedisProcess redis = RedisProcess.start();
        System.out.println(redis.pid());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> restart(redis)));
    }

    private static void restart(RedisProcess redis) {
        while (redis.isAlive()) {
            LockSupport.parkNanos(A_MOMENT);
        }
        try {
            redis.restart();
            System.out.println(redis.pid());
        } catch (IllegalStateException e) {
            System.out.println(REFUSED);
        }
    }
}
