package io.github.inparallel.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MemberTableTests {

    private static JdbcDataSource database(String name) {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1");
        return database;
    }

    private static JGroupsTransport member(DataSource database) throws Exception {
        return new JGroupsTransport(
                "test", InetAddress.getLoopbackAddress(), 0, new Discovery.Jdbc(database), List.of());
    }

    private static int rows(JdbcDataSource database) throws Exception {
        try (Connection connection = database.getConnection();
                ResultSet count =
                        connection.createStatement().executeQuery("select count(*) from " + MemberTable.NAME)) {
            count.next();
            return count.getInt(1);
        }
    }

    @Test
    void membersFindEachOtherByTheTable() throws Exception {
        JdbcDataSource database = database("found");
        Heard first = new Heard();
        Heard second = new Heard();
        JGroupsTransport one = member(database);
        JGroupsTransport two = member(database);
        try {
            one.start(first);
            two.start(second);

            await().until(() -> first.joined.size() == 1 && second.joined.size() == 1);
            await().until(() -> rows(database) == 2);
        } finally {
            two.stop();
            one.stop();
        }
        assertThat(rows(database)).isZero();
    }

    @Test
    void aTableThatIsThereAlreadyIsUsed() throws Exception {
        JdbcDataSource database = database("there");
        try (Connection connection = database.getConnection()) {
            connection.createStatement().execute(MemberTable.CREATE);
        }
        JGroupsTransport one = member(database);
        try {
            one.start(new Heard());

            await().until(() -> rows(database) == 1);
        } finally {
            one.stop();
        }
    }

    /** Makes a user who may make no tables. */
    private static JdbcDataSource guest(JdbcDataSource database) throws Exception {
        execute(database, "create user guest password 'guest'");
        JdbcDataSource guest = new JdbcDataSource();
        guest.setURL(database.getURL().replaceFirst(";.*", ""));
        guest.setUser("guest");
        guest.setPassword("guest");
        return guest;
    }

    private static void execute(JdbcDataSource database, String sql) throws Exception {
        try (Connection connection = database.getConnection()) {
            connection.createStatement().execute(sql);
        }
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aTableThatMayNotBeMadeIsNamedWithItsStatement(CapturedOutput output) throws Exception {
        JdbcDataSource database = database("forbidden");
        JdbcDataSource guest = guest(database);
        Heard first = new Heard();
        JGroupsTransport one = member(guest);
        JGroupsTransport two = member(guest);
        try {
            one.start(first);
            two.start(new Heard());

            assertThat(output)
                    .contains(
                            "The table 'inparallel_member', by which members find each other, is not there and cannot be created",
                            "Not enough rights",
                            "Create it by: " + MemberTable.CREATE);
            assertThat(first.joined).isEmpty();
            assertThat(output).doesNotContain("ERROR");
        } finally {
            two.stop();
            one.stop();
        }
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void membersThatKnowEachOtherDoWithoutTheDatabase(CapturedOutput output) throws Exception {
        JdbcDataSource database = database("away");
        AtomicBoolean away = new AtomicBoolean();
        DataSource reached = unlessAway(database, away);
        Heard first = new Heard();
        Heard second = new Heard();
        JGroupsTransport one = member(reached);
        JGroupsTransport two = member(reached);
        try {
            one.start(first);
            two.start(second);
            await().until(() -> first.joined.size() == 1 && second.joined.size() == 1);

            away.set(true);
            one.send(first.joined.get(0), "without it".getBytes(StandardCharsets.UTF_8));

            await().until(() -> second.texts().contains("without it"));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> output.getOut().contains("cannot be used: The database is away"));
            assertThat(first.left).isEmpty();
        } finally {
            two.stop();
            one.stop();
        }
        assertThat(output).doesNotContain("ERROR");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aDatabaseThatRefusesConnectionsIsNoTableThatIsMissing(CapturedOutput output) throws Exception {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = socket.getLocalPort();
        }
        JGroupsTransport one = member(databaseAt(nobody));
        try {
            one.start(new Heard());

            assertThat(output).contains("cannot be used: ", "Connection refused");
        } finally {
            one.stop();
        }
        assertThat(output).doesNotContain("Create it by", "ERROR");
    }

    /** It takes the connection, as a database does that hangs, or whose machine does. */
    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aDatabaseThatSaysNothingHoldsNobodyUp(CapturedOutput output) throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            JGroupsTransport one = member(databaseAt(silent.getLocalPort()));
            try {
                one.start(new Heard());

                assertThat(output).contains("cannot be used: it has not answered for 5 s");
            } finally {
                one.stop();
            }
        }
        assertThat(output).doesNotContain("Create it by", "ERROR");
    }

    @Test
    void membersThatStartBeforeTheDatabaseFindEachOtherOnceItIsThere() throws Exception {
        JdbcDataSource database = database("late");
        AtomicBoolean away = new AtomicBoolean(true);
        DataSource reached = unlessAway(database, away);
        Heard first = new Heard();
        Heard second = new Heard();
        JGroupsTransport one = member(reached);
        JGroupsTransport two = member(reached);
        try {
            one.start(first);
            two.start(second);
            assertThat(first.joined).isEmpty();

            away.set(false);

            await().atMost(Duration.ofSeconds(40)).until(() -> first.joined.size() == 1 && second.joined.size() == 1);
        } finally {
            two.stop();
            one.stop();
        }
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aDatabaseInTheMemoryOfOneApplicationIsAWarning(CapturedOutput output) throws Exception {
        JGroupsTransport one = member(database("memory"));
        try {
            one.start(new Heard());
        } finally {
            one.stop();
        }
        // What a database of another test says late stands beside it.
        assertThat(output.getOut().lines().filter(line -> line.contains("in the memory of this application")))
                .singleElement()
                .asString()
                .contains("WARN", "(jdbc:h2:mem:)", "inparallel.cluster.discovery");
    }

    private static JdbcDataSource databaseAt(int port) {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:tcp://127.0.0.1:" + port + "/shop");
        return database;
    }

    /** A database that cannot be reached as long as it is away. */
    private static DataSource unlessAway(DataSource database, AtomicBoolean away) {
        return (DataSource) Proxy.newProxyInstance(
                MemberTableTests.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                    if (away.get()) {
                        throw new SQLException("The database is away");
                    }
                    return method.invoke(database, arguments);
                });
    }
}
