package io.github.inparallel.spring.autoconfigure;

import java.io.File;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds an application's classes where the JVM's class path does not tell: in a servlet container, for example. */
final class ClassPath {

    private ClassPath() {}

    /**
     * Returns the class path of a loader.
     *
     * @return null if the JVM's own has everything
     */
    static @Nullable String of(ClassLoader loader) {
        Set<Path> own = new LinkedHashSet<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            own.add(Path.of(entry).toAbsolutePath().normalize());
        }
        Set<Path> all = new LinkedHashSet<>();
        for (ClassLoader each = loader;
                each != null && each != ClassLoader.getSystemClassLoader();
                each = each.getParent()) {
            if (each instanceof URLClassLoader known) {
                Arrays.stream(known.getURLs()).forEach(url -> add(url, all));
            }
        }
        if (own.containsAll(all)) {
            return null;
        }
        all.addAll(own);
        return String.join(File.pathSeparator, all.stream().map(Path::toString).toList());
    }

    private static void add(URL url, Set<Path> paths) {
        if (url.getProtocol().equals("file")) {
            try {
                paths.add(Path.of(url.toURI()).toAbsolutePath().normalize());
            } catch (URISyntaxException | IllegalArgumentException e) {
                // no file of this machine, so nothing that a JVM could be given
            }
        }
    }
}
