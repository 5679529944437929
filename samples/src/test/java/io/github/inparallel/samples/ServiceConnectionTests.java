package io.github.inparallel.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.github.inparallel.InParallel;
import io.github.inparallel.spring.WorkerPools;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.testcontainers.context.ImportTestcontainers;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistrar;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A test's services are its workers' too, however the test came by them, and are started once. */
@Tag("process")
@Timeout(180)
class ServiceConnectionTests {

    /** Tells what a worker has. */
    static class Observer {

        private final HikariDataSource connections;
        private final Environment environment;

        Observer(HikariDataSource connections, Environment environment) {
            this.connections = connections;
            this.environment = environment;
        }

        String url() {
            return connections.getJdbcUrl();
        }

        @InParallel
        public String urlOfWorker() {
            return connections.getJdbcUrl();
        }

        @InParallel
        public int containersOfWorker() {
            return PostgresContainer.STARTED.get();
        }

        @InParallel
        public @Nullable String propertyOfWorker(String name) {
            return environment.getProperty(name);
        }
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class WithObserver {

        @Bean
        Observer observer(HikariDataSource connections, Environment environment) {
            return new Observer(connections, environment);
        }
    }

    private static void assertThatTheDatabaseIsShared(Till till, Observer observer) {
        assertThat(observer.url()).startsWith("jdbc:postgresql:");
        assertThat(observer.urlOfWorker()).isEqualTo(observer.url());
        assertThat(till.book("book").join()).isPositive();
        assertThat(till.items()).contains("book");
        assertThat(observer.containersOfWorker()).isZero();
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class ContainerIsABean {

        @Bean
        @ServiceConnection
        PostgresContainer postgres() {
            return new PostgresContainer();
        }

        @Bean
        DynamicPropertyRegistrar properties(PostgresContainer postgres) {
            return registry -> registry.add("postgres.url", postgres::getJdbcUrl);
        }
    }

    @Nested
    @DirtiesContext
    @SpringBootTest(properties = "spring.jpa.hibernate.ddl-auto=validate")
    @Import({ContainerIsABean.class, WithObserver.class})
    class OfAContainerThatIsABean {

        @Test
        void theContainerIsStartedOnceAndItsAddressIsTheWorkersToo(
                @Autowired Till till, @Autowired Observer observer, @Autowired WorkerPools pools) {
            int before = PostgresContainer.STARTED.get();

            assertThatTheDatabaseIsShared(till, observer);

            assertThat(PostgresContainer.STARTED.get()).isEqualTo(before);
            assertThat(observer.propertyOfWorker("postgres.url")).isEqualTo(observer.url());
            assertThat(pools.report("default").heldBack()).contains("start of postgres");
        }
    }

    /** Containers in static fields, and properties that ask them. */
    interface Containers {

        @ServiceConnection
        PostgresContainer POSTGRES = new PostgresContainer();

        @DynamicPropertySource
        static void properties(DynamicPropertyRegistry registry) {
            registry.add("postgres.url", POSTGRES::getJdbcUrl);
        }
    }

    @TestConfiguration(proxyBeanMethods = false)
    @ImportTestcontainers(Containers.class)
    static class ContainersAreImported {}

    @Nested
    @DirtiesContext
    @SpringBootTest(properties = "spring.jpa.hibernate.ddl-auto=validate")
    @Import({ContainersAreImported.class, WithObserver.class})
    class OfImportedContainers {

        @Test
        void theContainerIsStartedOnceAndItsAddressIsTheWorkersToo(@Autowired Till till, @Autowired Observer observer) {
            assertThatTheDatabaseIsShared(till, observer);
            assertThat(observer.propertyOfWorker("postgres.url")).isEqualTo(observer.url());
        }
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class DetailsAreABean {

        static @Nullable EmbeddedPostgres postgres;

        /** Each call would be another database. */
        @Bean
        JdbcConnectionDetails database() throws IOException {
            EmbeddedPostgres started = Postgres.start();
            postgres = started;
            return new JdbcConnectionDetails() {
                @Override
                public String getUsername() {
                    return "postgres";
                }

                @Override
                public String getPassword() {
                    return "";
                }

                @Override
                public String getJdbcUrl() {
                    return started.getJdbcUrl("postgres", "postgres");
                }
            };
        }
    }

    @Nested
    @DirtiesContext
    @SpringBootTest(properties = "spring.jpa.hibernate.ddl-auto=validate")
    @Import({DetailsAreABean.class, WithObserver.class})
    class OfABeanOfTheTest {

        @AfterAll
        static void stop() throws IOException {
            if (DetailsAreABean.postgres != null) {
                DetailsAreABean.postgres.close();
            }
        }

        @Test
        void theAddressIsTheWorkersToo(@Autowired Till till, @Autowired Observer observer) {
            assertThatTheDatabaseIsShared(till, observer);
        }
    }
}
