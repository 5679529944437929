package io.github.inparallel.spring.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a worker says of databases that it cannot share; what is secret in their URLs is not repeated. */
class DatabaseGuardTests {

    private static final int H2_IN_USE = 90020;

    private final HeldBack heldBack = new HeldBack();

    private void guard(String url, @Nullable String applicationUrl) {
        new DatabaseGuard(heldBack, 1, false, applicationUrl)
                .postProcessAfterInitialization(new StubDataSource(url), "orders");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "free",
            value = {"jdbc:h2:file:./orders;USER=sa;PASSWORD=hunter2", "free"})
    void databaseOfOneProcessSaysWhatToAddButNoPassword(@Nullable String applicationUrl) {
        String url = "jdbc:h2:file:./orders;USER=sa;PASSWORD=hunter2";

        assertThatThrownBy(() -> guard(url, applicationUrl))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("The H2 database of bean 'orders' (jdbc:h2:file:./orders) is the application's")
                .hasMessageContaining("Add ;AUTO_SERVER=TRUE to its URL")
                .hasMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:h2:file:./orders;AUTO_SERVER=TRUE",
        "jdbc:h2:tcp://box/orders",
        "jdbc:postgresql://box/orders?password=hunter2"
    })
    void databaseOfSeveralProcessesIsNotAskedWhetherItIsFree(String url) {
        guard(url, url);

        assertThat(heldBack.warnings()).isEmpty();
    }

    @Test
    void databaseInMemoryIsOneWarning() {
        guard("jdbc:h2:mem:orders;PASSWORD=hunter2", null);

        assertThat(heldBack.warnings())
                .singleElement()
                .asString()
                .contains("Bean 'orders' is a database in memory (jdbc:h2:mem:orders): each worker has its own")
                .doesNotContain("hunter2");
    }

    @Test
    void containerThatADriverStartsIsNotStartedInAWorker() {
        assertThatThrownBy(() -> guard("jdbc:tc:postgresql:18:///orders?password=hunter2", null))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("bean 'orders' (jdbc:tc:postgresql:18:///orders) is a container that its driver")
                .hasMessageContaining("@ServiceConnection")
                .hasMessageNotContaining("hunter2");
    }

    /** Of a database that another process has opened. */
    public static final class StubDataSource implements DataSource {

        private final String url;

        private StubDataSource(String url) {
            this.url = url;
        }

        public String getUrl() {
            return url;
        }

        @Override
        public Connection getConnection() throws SQLException {
            throw new SQLException("in use", "90020", H2_IN_USE);
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            return getConnection();
        }

        @Override
        public @Nullable PrintWriter getLogWriter() {
            return null;
        }

        @Override
        public void setLogWriter(PrintWriter out) {}

        @Override
        public void setLoginTimeout(int seconds) {}

        @Override
        public int getLoginTimeout() {
            return 0;
        }

        @Override
        public Logger getParentLogger() {
            return Logger.getGlobal();
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            throw new SQLException("wraps nothing");
        }

        @Override
        public boolean isWrapperFor(Class<?> type) {
            return false;
        }
    }
}
