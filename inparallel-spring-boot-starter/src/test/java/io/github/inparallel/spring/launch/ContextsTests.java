package io.github.inparallel.spring.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Applications of several contexts. */
@Tag("process")
@Timeout(240)
class ContextsTests {

    @TempDir
    private Path folder;

    @Test
    void eachChildOfAParentContextHasWorkersOfItsOwnAndTheirParentToo() throws Exception {
        String output = new JavaProcess(folder).run(FamilyMain.class);

        assertThat(output.lines())
                .contains("worker of Left Base", "worker of Right Base")
                .containsOnlyOnce("runner of the parent", "runner of the child", "parent is ready");
    }
}
