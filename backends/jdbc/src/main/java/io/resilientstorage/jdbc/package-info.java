/**
 * PostgreSQL (13 or newer, poolers in transaction mode included) and SQLite as backends.
 *
 * <h2>One algorithm</h2>
 *
 * A write is two statements: one reads what stands under its keys, by the server's clock;
 * {@link io.resilientstorage.backend.ApplyRule} decides; the other stores record and hints in one atomic step, if and
 * only if what stood there still stands there and the not-after time has not come. If something came between, it is
 * done again. No transaction is open and no row is locked while a client thinks, so a client that is paused holds
 * nobody up, and nothing of its session has to survive in a pooler. SQLite has no server whose round trips would count:
 * there the same steps stand inside one immediate transaction.
 *
 * <h2>Schema</h2>
 *
 * The tables are made and migrated by the library, in the background, by whichever process comes first. The table
 * {@code meta} has the version of the schema and the smallest version that a library must know to work with it. A
 * schema changes by <em>expand and contract</em>, over at least two releases:
 *
 * <ol>
 *   <li><em>Expand.</em> A release adds what is new (a column with a default, a table, an index) and leaves what is old
 *       as it is. The version goes up and the smallest version stays, so that libraries of the release before work on,
 *       side by side with the new ones.
 *   <li><em>Contract.</em> A later release, when nobody of before the first step is left, removes what nobody uses any
 *       more, and raises the smallest version. A library that is too old for it refuses to work, with an error that
 *       says so, and touches nothing.
 * </ol>
 */
@NullMarked
package io.resilientstorage.jdbc;

import org.jspecify.annotations.NullMarked;
