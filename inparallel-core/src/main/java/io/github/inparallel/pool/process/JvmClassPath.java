package io.github.inparallel.pool.process;

import io.github.inparallel.pool.PoolOptions;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The class path of a pool's worker JVMs: this JVM's own, unless the system properties of the workers name another. */
final class JvmClassPath {

    static final String PROPERTY = "java.class.path";

    private JvmClassPath() {}

    /** Returns the class path for the working directory of the pool's workers. */
    static String of(PoolOptions options) {
        String path = declared(options);
        return options.workingDirectory() == null ? path : absolute(path);
    }

    /** Returns it as it was given, relative to this process's working directory. */
    static String declared(PoolOptions options) {
        return options.systemProperties().getOrDefault(PROPERTY, System.getProperty(PROPERTY));
    }

    /** Makes entries absolute: from another working directory relative ones would not be found. */
    private static String absolute(String path) {
        return Arrays.stream(path.split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
