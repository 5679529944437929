package io.github.inparallel.pool.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.WorkerExit.Cause;
import io.github.inparallel.pool.KnownProcess;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.pool.dispatch.Shortage;
import io.github.inparallel.pool.dispatch.TestEntries;
import io.github.inparallel.pool.process.CrashFiles;
import io.github.inparallel.protocol.Scarcity;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From what is known of a dead worker to why it ended. */
class ExitJudgeTests {

    private static final String OUT_OF_HEAP = "Terminating due to java.lang.OutOfMemoryError: Java heap space";

    private final PoolOptions options =
            PoolOptions.builder().heap(64L << 20).maxMemory(256L << 20).build();
    private final ExitJudge judge = new ExitJudge(options);
    private final Worker worker = TestWorkers.launched();

    @ParameterizedTest
    @CsvSource({
        "0, EXITED, , called exit or halt",
        "1, EXITED, , called exit or halt",
        "3, EXITED, , called exit or halt",
        "75, EXITED, , was the application stopped?",
        "76, BROKEN, , the last lines that it printed",
        "127, EXITED, , called exit or halt",
        "128, EXITED, , called exit or halt",
        "130, KILLED, SIGINT, Somebody killed it",
        "134, CRASHED, SIGABRT, no error file",
        "137, KILLED, SIGKILL, short of memory",
        "139, CRASHED, SIGSEGV, no error file",
        "143, KILLED, SIGTERM, Somebody killed it",
        "192, CRASHED, , no error file",
        "193, EXITED, , called exit or halt",
        "255, EXITED, , called exit or halt"
    })
    void codeAloneIsJudged(int code, Cause cause, String signal, String hint) {
        ExitJudge.Verdict verdict = judge.judge(worker, code);

        assertThat(verdict.exit().exitCode()).isEqualTo(code);
        assertThat(verdict.exit().cause()).isEqualTo(cause);
        assertThat(verdict.exit().signal().orElse(null)).isEqualTo(signal);
        assertThat(verdict.hint()).contains(hint);
        assertThat(verdict.errorFile()).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 75, 76, 137, 139})
    void wordOfTheWorkerThatExitWasCalledIsBelieved(int code) {
        worker.exits(0);

        ExitJudge.Verdict verdict = judge.judge(worker, code);

        assertThat(verdict.exit().cause()).isEqualTo(Cause.EXITED);
        assertThat(verdict.hint()).isEqualTo("The task or a library called exit or halt");
    }

    @ParameterizedTest
    @CsvSource({
        "Java heap space, heap: 64MB",
        "GC overhead limit exceeded, heap: 64MB",
        "Metaspace, -XX:MaxMetaspaceSize",
        "Compressed class space, -XX:MaxMetaspaceSize"
    })
    void lineOfTheJvmNamesTheMemory(String what, String hint) {
        printed(List.of("Terminating due to java.lang.OutOfMemoryError: " + what));

        ExitJudge.Verdict verdict = judge.judge(worker, 3);

        assertThat(verdict.exit().cause()).isEqualTo(Cause.OUT_OF_MEMORY);
        assertThat(verdict.hint()).contains(hint);
    }

    @Test
    void codeOfTheJvmWithoutItsLineIsSomethingElse() {
        printed(List.of("java.lang.OutOfMemoryError: Java heap space"));

        assertThat(judge.judge(worker, 3).exit().cause()).isEqualTo(Cause.EXITED);
    }

    @Test
    void lineOfTheJvmWithoutItsCodeIsSomethingElse() {
        printed(List.of(OUT_OF_HEAP));

        assertThat(judge.judge(worker, 4).exit().cause()).isEqualTo(Cause.EXITED);
        assertThat(judge.judge(worker, 137).exit().cause()).isEqualTo(Cause.KILLED);
    }

    @Test
    void errorFileSaysMoreThanCodeAndOutput() {
        printed(List.of(OUT_OF_HEAP));
        worker.crashed(new CrashFiles.Crash(Path.of("hs_err.log"), "SIGBUS", "C  [libocr.so+0x12]", -1));

        ExitJudge.Verdict verdict = judge.judge(worker, 134);

        assertThat(verdict.exit().cause()).isEqualTo(Cause.CRASHED);
        assertThat(verdict.exit().signal()).contains("SIGBUS");
        assertThat(verdict.errorFile()).isEqualTo(Path.of("hs_err.log"));
        assertThat(verdict.hint()).isEqualTo("The JVM crashed in C  [libocr.so+0x12]; see hs_err.log");
    }

    @Test
    void errorFileThatSaysLittleIsStillNamed() {
        worker.crashed(new CrashFiles.Crash(Path.of("hs_err.log"), null, null, -1));

        ExitJudge.Verdict verdict = judge.judge(worker, 134);

        assertThat(verdict.exit().signal()).contains("SIGABRT");
        assertThat(verdict.hint()).isEqualTo("The JVM crashed; see hs_err.log");
    }

    @ParameterizedTest
    @EnumSource(Cause.class)
    void whatThisProcessDecidedIsTheCause(Cause decided) {
        printed(List.of(OUT_OF_HEAP));
        worker.exits(0);
        worker.decide(decided, null);

        assertThat(judge.judge(worker, 137).exit().cause()).isEqualTo(decided);
        assertThat(judge.judge(worker, 3).exit().cause()).isEqualTo(decided);
    }

    @ParameterizedTest
    @CsvSource({
        "TIMEOUT, kill-grace: 1s",
        "CANCELLED, kill-grace: 1s",
        "MEMORY_LIMIT, max-memory: 256MB",
        "UNRESPONSIVE, heartbeat-timeout: 20s",
        "KILLED, An operator killed it",
        "BROKEN, closed a connection"
    })
    void whatThisProcessDecidedIsExplained(Cause decided, String hint) {
        worker.decide(decided, null);

        assertThat(judge.judge(worker, 137).hint()).contains(hint);
    }

    @Test
    void whatExplainsItselfNeedsNoHint() {
        worker.decide(Cause.RECYCLED, null);

        assertThat(judge.judge(worker, 0).hint()).isEmpty();
    }

    @Test
    void memoryThatNobodyHasNamedIsNotExplained() {
        worker.decide(Cause.OUT_OF_MEMORY, null);

        assertThat(judge.judge(worker, 3).hint()).isEmpty();
    }

    @Test
    void errorFileIsNamedBesideWhatThisProcessDecided() {
        worker.crashed(new CrashFiles.Crash(Path.of("hs_err.log"), "SIGBUS", null, -1));
        worker.decide(Cause.TIMEOUT, null);

        ExitJudge.Verdict verdict = judge.judge(worker, 134);

        assertThat(verdict.exit().signal()).contains("SIGBUS");
        assertThat(verdict.errorFile()).isEqualTo(Path.of("hs_err.log"));
    }

    @Test
    void whatTheWorkerRanOutOfIsExplained() {
        worker.decide(Cause.OUT_OF_MEMORY, null);
        TestEntries.ranOut(worker.entry(), new Shortage(Scarcity.THREADS, new PoolStats.LostTask("ocr-7", "Ocr.read")));

        assertThat(judge.judge(worker, 0).hint()).contains("no more threads", "Ocr.read", "ocr-7");
    }

    private void printed(List<String> lines) {
        assertThat(worker.hasProcess(new KnownProcess(lines, OptionalLong::empty), 4711))
                .isTrue();
    }
}
