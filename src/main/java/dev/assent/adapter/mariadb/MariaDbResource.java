package dev.assent.adapter.mariadb;

import dev.assent.adapter.jdbc.BranchTable;
import dev.assent.adapter.jdbc.SqlResource;
import dev.assent.adapter.jdbc.SqlWork;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * A MariaDB or MySQL database as a participant: the work of a branch is one XA transaction, by {@code XA START}, {@code
 * XA END}, {@code XA PREPARE} and {@code XA COMMIT} on a plain connection.
 *
 * <p>The server lets nobody but the connection that prepared finish a branch while that connection lives: to anybody else
 * it answers that there is no such xid (XAER_NOTA), though {@code XA RECOVER} lists it. So that connection is kept, and is
 * given back only after the second phase; another process finds it by a lock that it holds ({@code GET_LOCK}), ends it
 * and finishes the branch then. An unknown xid is believed only once the server lists it no more, and then a row that the
 * branch wrote ({@link BranchTable}) tells whether it was committed.
 *
 * <p>A failed statement does not doom a transaction there, so any failure that the work met, also one that it caught,
 * makes the branch vote NO; one that wrote no row votes READ_ONLY. Rows of tables that are not InnoDB do not roll back:
 * {@link MariaDbBuilder#open} refuses a schema that has any.
 *
 * <p>Works over any {@link DataSource}. A pool needs more connections than branches are prepared at once, since each keeps
 * one; all processes have to connect as one user, because a user may end only its own connections. Branches of all
 * databases of a server are listed together: two databases of a server must not be the same participant. Thread-safe.
 */
public final class MariaDbResource extends SqlResource {
    MariaDbResource(
            DataSource dataSource, BranchTable table, Optional<SqlWork> work, Duration lockWait, String identity) {
        super(new MariaDbDatabase(dataSource, lockWait), table, work, identity);
    }

    /** The database that {@code dataSource} connects to. */
    public static MariaDbBuilder over(DataSource dataSource) {
        return new MariaDbBuilder(dataSource);
    }
}
