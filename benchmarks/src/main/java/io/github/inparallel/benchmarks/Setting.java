package io.github.inparallel.benchmarks;

import java.nio.file.Path;

/**
 * Where trials run.
 *
 * @param javaHome of the JVMs under test
 * @param effort how much is put into it
 * @param home the folder of this module
 * @param work a folder for files of the run
 */
record Setting(Path javaHome, Effort effort, Path home, Path work) {

    String java() {
        return javaHome.resolve("bin").resolve("java").toString();
    }
}
