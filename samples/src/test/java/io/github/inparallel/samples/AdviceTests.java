package io.github.inparallel.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.validation.ConstraintViolationException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.test.annotation.DirtiesContext;

/** Each advice runs on its side. */
@Tag("process")
@Timeout(120)
@DirtiesContext
@SpringBootTest
class AdviceTests {

    @Autowired
    private Prices prices;

    @AfterEach
    void nobody() {
        SecurityContextHolder.clearContext();
    }

    @Test
    void securityDecidesInTheApplicationWithTheCallersAuthentication() {
        int before = prices.computedByWorker();
        SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("eve", "", "ROLE_USER"));
        assertThatThrownBy(() -> prices.secretPrice("tea")).isInstanceOf(AccessDeniedException.class);
        assertThat(prices.computedByWorker()).isEqualTo(before);

        SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("bob", "", "ROLE_ADMIN"));
        assertThat(prices.secretPrice("tea")).isEqualTo("tea for bob");
    }

    @Test
    void aTaskKnowsItsCallerAndTheNextOneDoesNot() {
        SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("bob", "", "ROLE_ADMIN"));
        assertThat(prices.caller()).isEqualTo("bob");

        SecurityContextHolder.clearContext();
        assertThat(prices.caller()).isNull();
    }

    @Test
    void theOneCacheSparesTheCall() {
        String first = prices.price("milk");
        int before = prices.computedByWorker();

        assertThat(prices.price("milk")).isEqualTo(first);
        assertThat(prices.computedByWorker()).isEqualTo(before);
        assertThat(prices.computed()).isZero();
    }

    @Test
    void validationRefusesBeforeTheCallCrosses() {
        int before = prices.computedByWorker();

        assertThatThrownBy(() -> prices.total(0)).isInstanceOf(ConstraintViolationException.class);

        assertThat(prices.computedByWorker()).isEqualTo(before);
        assertThat(prices.total(3)).isEqualTo(15);
    }

    @Test
    void aLostWorkerIsRetriedByTheApplication(@TempDir Path folder) throws Exception {
        assertThat(prices.fragile(folder.resolve("first").toFile())).isEqualTo("second attempt");
    }

    @Test
    void theTransactionIsTheWorkers() {
        assertThat(prices.inTransaction()).isTrue();
    }

    @Test
    void asyncIsAroundTheCall() {
        assertThat(prices.workerPid().join())
                .isNotEqualTo(ProcessHandle.current().pid());
    }
}
