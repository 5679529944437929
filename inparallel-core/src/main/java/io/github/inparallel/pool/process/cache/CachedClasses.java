package io.github.inparallel.pool.process.cache;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A class path of plain jars and, where there is one, the class-data archive for it.
 *
 * @param classPath jars in their order
 * @param archive made by a JVM that had this class path
 */
public record CachedClasses(List<Path> classPath, @Nullable Path archive) {

    private static final String FORMAT = "inparallel class cache 1";

    public CachedClasses {
        classPath = List.copyOf(classPath);
    }

    /** Writes it down, with the archive's checksum: a JVM does not look before it uses one, and dies of a broken one. */
    void writeTo(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add(FORMAT);
        lines.add(archive == null ? "" : archive.getFileName() + " " + checksum(archive));
        classPath.forEach(path -> lines.add(path.toString()));
        Files.write(file, lines);
    }

    /**
     * Reads one that was written down.
     *
     * @throws IOException if it is not there, or damaged
     */
    static CachedClasses readFrom(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        if (lines.size() < 2 || !lines.get(0).equals(FORMAT)) {
            throw new IOException(file + " is of another release, or damaged");
        }
        List<Path> classPath = new ArrayList<>();
        for (String line : lines.subList(2, lines.size())) {
            Path jar = Path.of(line);
            if (!Files.isReadable(jar)) {
                throw new IOException(jar + " is not there");
            }
            classPath.add(jar);
        }
        String[] archive = lines.get(1).split(" ", 2);
        if (archive.length < 2) {
            return new CachedClasses(classPath, null);
        }
        Path path = file.resolveSibling(archive[0]);
        if (!checksum(path).equals(archive[1])) {
            throw new IOException(path + " is damaged");
        }
        return new CachedClasses(classPath, path);
    }

    private static String checksum(Path file) throws IOException {
        CRC32 sum = new CRC32();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[1 << 18];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                sum.update(buffer, 0, count);
            }
        }
        return Files.size(file) + " " + Long.toHexString(sum.getValue());
    }
}
