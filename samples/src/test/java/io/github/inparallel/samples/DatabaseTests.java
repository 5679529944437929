package io.github.inparallel.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.inparallel.spring.WorkerPools;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** JPA, Flyway and HikariCP on PostgreSQL. */
@Tag("process")
@Timeout(120)
@DirtiesContext
@SpringBootTest(properties = "spring.jpa.hibernate.ddl-auto=create-drop")
class DatabaseTests {

    private static final EmbeddedPostgres POSTGRES = start();

    @Autowired
    private Till till;

    @Autowired
    private JdbcTemplate sql;

    @Autowired
    private WorkerPools pools;

    private static EmbeddedPostgres start() {
        try {
            return Postgres.start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry registry) {
        registry.add("spring.datasource.url", () -> POSTGRES.getJdbcUrl("postgres", "postgres"));
        registry.add("spring.datasource.username", () -> "postgres");
    }

    @AfterAll
    static void stop() throws IOException {
        POSTGRES.close();
    }

    @Test
    void aTaskCommitsInTheWorkerAndRollsBackThere() {
        assertThat(till.book("book").join()).isPositive();
        assertThat(till.items()).contains("book");
        assertThat(till.itemsSeenByWorker()).contains("book");

        assertThatThrownBy(() -> till.bookAndFail("apple").join()).hasRootCauseMessage("No more apple");

        assertThat(till.items()).doesNotContain("apple");
    }

    @Test
    void whatATaskChangesIsWrittenWhenItsTransactionEnds() {
        till.rename(till.book("pen").join(), "pencil");

        assertThat(till.items()).contains("pencil").doesNotContain("pen");
    }

    @Test
    void migrationsRunOnceInTheApplication() {
        till.itemsSeenByWorker();

        assertThat(sql.queryForObject("select count(*) from flyway_schema_history", Integer.class))
                .isEqualTo(1);
        assertThat(pools.report("default").heldBack())
                .contains("Flyway migrations (flywayInitializer)", "DDL (entityManagerFactory)");
        assertThat(pools.report("default").created()).contains("till", "dataSource");
    }

    @Test
    void aWorkerHasAsManyConnectionsAsSlots() {
        assertThat(till.connectionsOfWorker()).isEqualTo(1);
    }
}
