package io.github.inparallel.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DatabaseThreadTests {

    private final List<SQLException> late = new CopyOnWriteArrayList<>();
    private final DatabaseThread database = new DatabaseThread(late::add);

    @AfterEach
    void stop() {
        database.stop();
    }

    @Test
    void anAnswerComesBackAndSoDoesAFailure() throws Exception {
        assertThat(database.ask(() -> 7)).isEqualTo(7);
        SQLException refused = new SQLException("refused");
        assertThatThrownBy(() -> database.ask(() -> {
                    throw refused;
                }))
                .isSameAs(refused);
        assertThatThrownBy(() -> database.ask(() -> {
                    throw new IllegalStateException("no driver");
                }))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("no driver");
        assertThat(late).isEmpty();
    }

    @Test
    void nothingIsAskedWhileAnAnswerIsOverdueAndItsFailureIsHeardOf() throws Exception {
        CompletableFuture<String> answer = new CompletableFuture<>();
        assertThatThrownBy(() -> database.ask(answer::join)).hasMessage("it has not answered for 5 s");

        assertThatThrownBy(() -> database.ask(() -> {
                    throw new AssertionError("It was asked");
                }))
                .hasMessage("it has not answered for 5 s");
        assertThat(late).isEmpty();

        answer.completeExceptionally(new SQLException("refused"));
        await().until(() -> late.size() == 1);
        assertThat((Throwable) late.get(0)).hasStackTraceContaining("refused");
        assertThat(database.ask(() -> 7)).isEqualTo(7);
    }

    @Test
    void whatIsAskedAfterItsEndFails() {
        database.stop();

        assertThatThrownBy(() -> database.ask(() -> 7)).isInstanceOf(SQLException.class);
    }
}
