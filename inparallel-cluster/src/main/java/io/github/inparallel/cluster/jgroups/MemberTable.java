package io.github.inparallel.cluster.jgroups;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.jgroups.Address;
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

    private final MinuteCount failures = new MinuteCount();

    MemberTable(DataSource source) {
        setId(ClassConfigurator.getProtocolId(JDBC_PING2.class));
        setDataSource(source);
        setInitializeSql(CREATE);
        setInsertSingleSql("insert into " + NAME + " (address, name, cluster, ip, coord) values (?, ?, ?, ?, ?)");
        setDeleteSingleSql("delete from " + NAME + " where address = ?");
        setClearSql("delete from " + NAME + " where cluster = ?");
        setSelectAllPingdataSql("select address, name, ip, coord, cluster from " + NAME + " where cluster = ?");
    }

    @Override
    protected void createSchema() {
        if (works("select count(*) from " + NAME) == null) {
            return;
        }
        SQLException refused = works(CREATE);
        if (refused != null && works("select count(*) from " + NAME) != null) { // another member may have been faster
            members.warn(
                    "The table '{}', by which members find each other, is not there and cannot be created: {}. Until it is,"
                            + " this member is alone. Create it by: {}",
                    NAME,
                    refused.getMessage(),
                    CREATE);
        }
    }

    @Override
    protected List<PingData> readFromDB(String cluster) throws Exception {
        try {
            return super.readFromDB(cluster);
        } catch (SQLException e) {
            failed(e);
            return List.of();
        }
    }

    @Override
    protected void writeToDB(PingData member, String cluster) {
        try {
            super.writeToDB(member, cluster);
        } catch (SQLException e) {
            failed(e);
        }
    }

    @Override
    protected void delete(String cluster, Address member) {
        try {
            super.delete(cluster, member);
        } catch (SQLException e) {
            failed(e);
        }
    }

    /** Logs it once a minute: the table is asked for every few seconds. */
    private void failed(SQLException failure) {
        if (failures.number(System.nanoTime()) > 0) {
            members.warn(
                    "The table '{}', by which members find each other, cannot be used: {}. Until it can, members that know each"
                            + " other go on, and no others are found",
                    NAME,
                    failure.getMessage());
        } else {
            members.debug("The table '{}' cannot be used", NAME, failure);
        }
    }

    /** Tries a statement; returns why it does not work, null if it does. */
    private @Nullable SQLException works(String sql) {
        try (Connection connection = getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
            return null;
        } catch (SQLException e) {
            return e;
        }
    }
}
