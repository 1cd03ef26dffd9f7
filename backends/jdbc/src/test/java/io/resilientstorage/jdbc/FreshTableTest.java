package io.resilientstorage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.testkit.servers.PostgresProcess;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** A table that was filled just now, or restored, and that the server has not analyzed yet. */
class FreshTableTest {

    private static final int GENERATION = 1;
    private static final int ROWS = 200_000;
    private static final String FILL = """
            insert into {records} (generation, namespace, key, version_time, version_writer, format, value,
                expires_at, position)
            select %d, 'default', int4send(i), i, 1, 1, 'value'::bytea, 9223372036854775807, i
            from generate_series(1, %d) i""".formatted(GENERATION, ROWS);

    @Test
    void aPageIsReadFromTheIndexAndNotSortedOutOfAllRows() {
        try (PostgresProcess postgres =
                        PostgresProcess.builder().set("autovacuum", "off").start();
                Parts parts = new Parts(Parts.target(postgres.url()))) {
            parts.run((session, life) -> {
                session.execute(Parts.TABLES.in(FILL));
                String page = Parts.TABLES.in(parts.dialect.page(GENERATION, 0, ROWS, 1_000, true));
                assertThat(plan(session, "", page)).as("the control").contains("Sort Method", "rows=" + ROWS);
                assertThat(plan(session, parts.dialect.preface(1_000), page))
                        .contains("Index Scan Backward using")
                        .doesNotContain("Sort Method", "rows=" + ROWS);
                return true;
            });
        }
    }

    private static String plan(Session session, String preface, String sql) throws SQLException {
        try (Statement statement = session.connection().createStatement()) {
            statement.execute(preface + "explain (analyze, timing off) " + sql);
            if (!preface.isEmpty()) {
                statement.getMoreResults();
            }
            StringBuilder plan = new StringBuilder();
            try (ResultSet rows = statement.getResultSet()) {
                while (rows.next()) {
                    plan.append(rows.getString(1)).append('\n');
                }
            }
            return plan.toString();
        }
    }
}
