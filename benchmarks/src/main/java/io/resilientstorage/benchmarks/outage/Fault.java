package io.resilientstorage.benchmarks.outage;

import io.resilientstorage.testkit.servers.RedisProcess;

/** What befalls Redis, and how it is mended. */
enum Fault {
    /** The process is killed: connections break, and new ones are refused. */
    KILLED {
        @Override
        void strike(RedisProcess redis) {
            redis.kill();
        }

        @Override
        void mend(RedisProcess redis) {
            redis.restart();
        }
    },
    /** The process is stopped (SIGSTOP): it still takes connections and bytes, and never answers. */
    HUNG {
        @Override
        void strike(RedisProcess redis) {
            redis.pause();
        }

        @Override
        void mend(RedisProcess redis) {
            redis.resume();
        }
    };

    abstract void strike(RedisProcess redis);

    abstract void mend(RedisProcess redis);
}
