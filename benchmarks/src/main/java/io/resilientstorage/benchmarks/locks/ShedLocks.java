package io.resilientstorage.benchmarks.locks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.resilientstorage.benchmarks.load.Subject;
import java.time.Duration;
import java.time.Instant;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import org.springframework.jdbc.core.JdbcTemplate;

/** ShedLock by its provider for JDBC, on the clock of the database, with the table that its manual gives. */
final class ShedLocks implements LockClient {

    private static final String TABLE = "create table if not exists shedlock (name varchar(64) not null,"
            + " lock_until timestamp not null, locked_at timestamp not null, locked_by varchar(255) not null,"
            + " primary key (name))";

    private final HikariDataSource pool;
    private final LockProvider provider;

    ShedLocks(String jdbcUrl, int poolSize) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(jdbcUrl);
        config.setMaximumPoolSize(poolSize);
        pool = new HikariDataSource(config);
        JdbcTemplate template = new JdbcTemplate(pool);
        template.execute(TABLE);
        provider = new JdbcTemplateLockProvider(JdbcTemplateLockProvider.Configuration.builder()
                .withJdbcTemplate(template)
                .usingDbTime()
                .build());
    }

    @Override
    public Subject cycle() {
        return key -> provider.lock(
                        new LockConfiguration(Instant.now(), LockNames.own(key), LockNames.TTL, Duration.ZERO))
                .orElseThrow(() -> new IllegalStateException("not acquired: " + LockNames.own(key)))
                .unlock();
    }

    @Override
    public void close() {
        pool.close();
    }
}
