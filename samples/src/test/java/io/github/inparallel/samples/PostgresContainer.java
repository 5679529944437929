package io.github.inparallel.samples;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.JdbcDatabaseContainer;
import org.testcontainers.utility.DockerImageName;

/** A container of a database as tests have them, but that there is a process in it and no image: it needs no engine. */
final class PostgresContainer extends JdbcDatabaseContainer<PostgresContainer> {

    /** How often one was started in this process. */
    static final AtomicInteger STARTED = new AtomicInteger();

    private @Nullable EmbeddedPostgres postgres;

    PostgresContainer() {
        super(DockerImageName.parse("postgres:17"));
    }

    @Override
    public String getDockerImageName() {
        return "postgres:17";
    }

    @Override
    public void start() {
        if (postgres == null) {
            STARTED.incrementAndGet();
            try {
                postgres = Postgres.start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void stop() {
        try {
            if (postgres != null) {
                postgres.close();
                postgres = null;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean isRunning() {
        return postgres != null;
    }

    @Override
    public String getDriverClassName() {
        return "org.postgresql.Driver";
    }

    @Override
    public String getJdbcUrl() {
        return Objects.requireNonNull(postgres, "not started").getJdbcUrl("postgres", "postgres");
    }

    @Override
    public String getUsername() {
        return "postgres";
    }

    @Override
    public String getPassword() {
        return "";
    }

    @Override
    protected String getTestQueryString() {
        return "select 1";
    }
}
