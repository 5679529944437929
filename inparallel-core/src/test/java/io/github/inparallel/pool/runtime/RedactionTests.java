package io.github.inparallel.pool.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a message of ours says of a database or a server, but not its password. */
class RedactionTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nothing to hide | nothing to hide",
                "jdbc:h2:file:./db;USER=sa;PASSWORD=x1;MODE=Oracle | jdbc:h2:file:./db;USER=sa;PASSWORD=***;MODE=Oracle",
                "jdbc:postgresql://host/db?user=a&password=x1&ssl=true | jdbc:postgresql://host/db?user=a&password=***&ssl=true",
                "cannot reach amqp://user:x1@host:5672/a | cannot reach amqp://user:***@host:5672/a",
                "redis://:x1@host | redis://:***@host",
                "spring.datasource.password: x1 | spring.datasource.password: ***",
                "http://host:8080/path | http://host:8080/path",
            })
    void passwordsAreLeftOut(String text, String expected) {
        assertThat(Redaction.of(text)).isEqualTo(expected);
    }
}
