package io.github.inparallel.cluster.jgroups;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jgroups.Address;
import org.jgroups.View;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.JDBC_PING2;
import org.jgroups.protocols.PingData;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** JGroups' discovery by a table, in the application's database, under a name that says whose it is. */
final class MemberTable extends JDBC_PING2 {

    /** Name of the table. */
    static final String NAME = "inparallel_member";

    /** Makes the table; as docs/cluster.md has it. */
    static final String CREATE = "create table " + NAME
            + " (address varchar(200) not null, name varchar(200), cluster varchar(200) not null,"
            + " ip varchar(200) not null, coord boolean, primary key (address))";

    private static final Logger members = LoggerFactory.getLogger(MemberTable.class);

    private static final String COUNT = "select count(*) from " + NAME;

    /** What is kept in memory, by JDBC's URL: nobody else sees it. */
    private static final Pattern MEMORY =
            Pattern.compile("(jdbc:(?:h2:mem|hsqldb:mem|derby:memory|sqlite::memory):?).*");

    private final MinuteCount failures = new MinuteCount();
    private final MinuteCount lateFailures = new MinuteCount();
    private final DatabaseThread database = new DatabaseThread(failure -> failed(failure, lateFailures));
    private boolean prepared; // by the database's thread

    MemberTable(DataSource source) {
        setId(ClassConfigurator.getProtocolId(JDBC_PING2.class));
        setDataSource(source);
        setInitializeSql(CREATE);
        setInsertSingleSql("insert into " + NAME + " (address, name, cluster, ip, coord) values (?, ?, ?, ?, ?)");
        setDeleteSingleSql("delete from " + NAME + " where address = ?");
        setClearSql("delete from " + NAME + " where cluster = ?");
        setSelectAllPingdataSql("select address, name, ip, coord, cluster from " + NAME + " where cluster = ?");
    }

    /** Not while the channel is made, by whoever starts the application: the table is looked for when it is first needed. */
    @Override
    protected void createSchema() {}

    /** Makes the table unless it is there; once, since one that may not be made is not to be tried every few seconds. */
    private void prepare() throws SQLException {
        if (prepared) {
            return;
        }
        warnOfMemory();
        if (refused(COUNT) != null) {
            SQLException refused = refused(CREATE);
            if (refused != null && refused(COUNT) != null) { // another member may have been faster
                members.warn(
                        "The table '{}', by which members find each other, is not there and cannot be created: {}. Until it is,"
                                + " this member is alone. Create it by: {}",
                        NAME,
                        refused.getMessage(),
                        CREATE);
            }
        }
        prepared = true;
    }

    private void warnOfMemory() throws SQLException {
        try (Connection connection = getConnection()) {
            String url = connection.getMetaData().getURL();
            Matcher memory = MEMORY.matcher(url == null ? "" : url);
            if (memory.matches()) { // what follows may be a password
                members.warn(
                        "The table '{}', by which members find each other, is in the memory of this application ({}), where no"
                                + " other one sees it, so this member is alone. Use a database that all members reach, or set"
                                + " inparallel.cluster.discovery to static or dns",
                        NAME,
                        memory.group(1));
            }
        }
    }

    /**
     * Tries a statement; returns why it does not work, null if it does.
     *
     * @throws SQLException if the database cannot be reached, which says nothing of the statement
     */
    private @Nullable SQLException refused(String sql) throws SQLException {
        try (Connection connection = getConnection()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
                if (!connection.getAutoCommit()) {
                    connection.commit();
                }
                return null;
            } catch (SQLException e) {
                if (isOfConnection(e)) {
                    throw e;
                }
                return e;
            }
        }
    }

    private static boolean isOfConnection(SQLException failure) {
        String state = failure.getSQLState();
        return failure instanceof SQLTransientConnectionException
                || failure instanceof SQLNonTransientConnectionException
                || state != null && state.startsWith("08");
    }

    /**
     * Writes this member's line anew if it is not there, since it could not be written when the member joined, perhaps. Nobody
     * asks a member that is not in the table, and two that know each other one way only may never merge.
     */
    @Override
    protected List<PingData> readFromDB(String cluster) {
        List<PingData> all = asked(() -> super.readFromDB(cluster));
        if (all == null) {
            return List.of();
        }
        View joined = view;
        if (joined != null
                && joined.containsMember(local_addr)
                && all.stream().noneMatch(each -> local_addr.equals(each.getAddress()))) {
            writeLocalAddress();
        }
        return all;
    }

    @Override
    protected void writeToDB(PingData member, String cluster) {
        asked(() -> {
            super.writeToDB(member, cluster);
            return null;
        });
    }

    @Override
    protected void delete(String cluster, Address member) {
        asked(() -> {
            super.delete(cluster, member);
            return null;
        });
    }

    private <T> @Nullable T asked(Callable<@Nullable T> question) {
        try {
            return database.ask(() -> {
                prepare();
                return question.call();
            });
        } catch (SQLException e) {
            failed(e, failures);
            return null;
        }
    }

    @Override
    public void stop() {
        super.stop();
        database.stop();
    }

    /** Logs it once a minute: the table is asked for every few seconds. */
    private static void failed(SQLException failure, MinuteCount count) {
        if (count.number(System.nanoTime()) > 0) {
            members.warn(
                    "The table '{}', by which members find each other, cannot be used: {}. Until it can, members that know each"
                            + " other go on, and no others are found",
                    NAME,
                    why(failure));
        } else {
            members.debug("The table '{}' cannot be used", NAME, failure);
        }
    }

    /** With what is behind it: a pool of connections says only that it has none. */
    private static String why(SQLException failure) {
        String what = String.valueOf(failure.getMessage());
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String cause = root.getMessage();
        return cause == null || what.contains(cause) ? what : what + ": " + cause;
    }
}
