/** PostgreSQL and SQLite as backends of Resilient Storage, by JDBC and HikariCP. */
module io.resilientstorage.jdbc {
    requires transitive io.resilientstorage.core;
    requires com.zaxxer.hikari;
    requires java.sql;
    requires org.postgresql.jdbc;
    requires org.slf4j;
    requires org.xerial.sqlitejdbc;
    requires static transitive org.jspecify;

    exports io.resilientstorage.jdbc;

    provides io.resilientstorage.backend.BackendFactory with
            io.resilientstorage.jdbc.JdbcBackendFactory;
}
