package io.resilientstorage.e2e.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Resources that a lock is to protect, with the guards that {@code docs/concepts/locks.md} shows, taken from there. */
final class FencedRow {

    /** The table of the guide's statement. */
    static final String TABLE =
            "CREATE TABLE account (id text PRIMARY KEY, balance bigint NOT NULL, fence bigint NOT NULL)";

    /** The same write without its guard. */
    static final String UNGUARDED = "INSERT INTO account (id, balance, fence) VALUES (?, ?, ?)"
            + " ON CONFLICT (id) DO UPDATE SET balance = excluded.balance, fence = excluded.fence";

    private FencedRow() {}

    /** The guarded write of the guide. */
    static String guarded() {
        return example("sql", "ON CONFLICT");
    }

    /** The guarded write to Redis of the guide. */
    static String script() {
        return example("lua", "HGET");
    }

    /** Writes to a row; the balance is the token's last digits. Says whether the row took it. */
    static boolean write(String jdbcUrl, String statement, long token) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl);
                PreparedStatement write = connection.prepareStatement(statement)) {
            write.setString(1, "row");
            write.setLong(2, token % 1000);
            write.setLong(3, token);
            return write.executeUpdate() == 1;
        }
    }

    private static String example(String language, String with) {
        try {
            String guide = Files.readString(root().resolve("docs/concepts/locks.md"));
            String mark = "```" + language + "\n";
            for (int at = guide.indexOf(mark); at >= 0; at = guide.indexOf(mark, at + 1)) {
                int from = at + mark.length();
                String block = guide.substring(from, guide.indexOf("```", from));
                if (block.contains(with)) {
                    return block;
                }
            }
            throw new IllegalStateException("no example in " + language + " with " + with);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("docs/concepts/locks.md"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException("the tests do not run inside the repository");
            }
        }
        return folder;
    }
}
