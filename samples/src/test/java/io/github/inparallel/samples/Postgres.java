package io.github.inparallel.samples;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;

/** A PostgreSQL of its own, unpacked once into the build's folder, so that nothing of it is left in the temporary one. */
final class Postgres {

    private Postgres() {}

    static EmbeddedPostgres start() throws IOException {
        return EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(new File("target/embedded-pg").getAbsoluteFile())
                .start();
    }
}
