package io.github.inparallel.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.annotation.DirtiesContext;

/** On threads of the application a body has around it what it has in a worker. */
@Tag("process")
@Timeout(120)
@DirtiesContext
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.NONE,
        properties = {"inparallel.mode=in-process", "spring.datasource.url=jdbc:h2:mem:in-process"})
class InProcessTests {

    @Autowired
    private Till till;

    @Test
    void whatATaskChangesIsWrittenWhenItsTransactionEnds() {
        till.rename(till.book("pen").join(), "pencil");

        assertThat(till.items()).contains("pencil").doesNotContain("pen");
    }

    @Test
    void aTaskThatFailsLeavesNothing() {
        assertThatThrownBy(() -> till.bookAndFail("apple").join()).hasRootCauseMessage("No more apple");

        assertThat(till.items()).doesNotContain("apple");
    }
}
