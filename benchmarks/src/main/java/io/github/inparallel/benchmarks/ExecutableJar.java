package io.github.inparallel.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** An application's executable jar, and the same unpacked. */
record ExecutableJar(Path jar) {

    /** What the starter brings, without which an application is as it was before. */
    private static final List<String> STARTER =
            List.of("inparallel-", "jackson-dataformat-cbor-", "micrometer-core-", "HdrHistogram-", "LatencyUtils-");

    private static final String LIBRARIES = "BOOT-INF/lib/";
    private static final String CLASSES = "BOOT-INF/classes/";

    /** Unpacks classes and libraries below this folder, where that has not been done yet. */
    String classPath(Path folder, boolean starter) throws IOException {
        Path unpacked = folder.resolve(String.valueOf(jar.getFileName()));
        if (!Files.exists(unpacked)) {
            unpack(unpacked);
        }
        try (Stream<Path> libraries = Files.list(unpacked.resolve("lib"))) {
            return Stream.concat(
                            Stream.of(unpacked.resolve("classes")),
                            libraries
                                    .filter(library -> starter || !isOfStarter(library))
                                    .sorted())
                    .map(Path::toString)
                    .collect(Collectors.joining(":"));
        }
    }

    private static boolean isOfStarter(Path library) {
        String name = String.valueOf(library.getFileName());
        return STARTER.stream().anyMatch(name::startsWith);
    }

    private void unpack(Path unpacked) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                String name = entry.getName();
                if (entry.isDirectory()) {
                    continue;
                }
                if (name.startsWith(LIBRARIES)) {
                    copy(zip, entry, unpacked.resolve("lib").resolve(name.substring(LIBRARIES.length())));
                } else if (name.startsWith(CLASSES)) {
                    copy(zip, entry, unpacked.resolve("classes").resolve(name.substring(CLASSES.length())));
                }
            }
        }
    }

    private static void copy(ZipFile zip, ZipEntry entry, Path target) throws IOException {
        Files.createDirectories(target.getParent());
        try (InputStream in = zip.getInputStream(entry)) {
            Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
