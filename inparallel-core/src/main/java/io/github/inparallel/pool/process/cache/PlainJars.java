package io.github.inparallel.pool.process.cache;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes plain jars of what is none: folders, and what is inside an executable jar. Their content is the same, but for what
 * a manifest would mean here and did not mean there.
 */
final class PlainJars {

    /** Attributes of an executable jar's or a folder's manifest that would have another meaning in a plain jar. */
    private static final List<Attributes.Name> NOT_FOR_US = List.of(
            Attributes.Name.CLASS_PATH,
            Attributes.Name.MAIN_CLASS,
            new Attributes.Name("Launcher-Agent-Class"),
            new Attributes.Name("Start-Class"));

    private PlainJars() {}

    static void write(ClassPathEntry entry, Path jar) throws IOException {
        if (Files.isDirectory(entry.file())) {
            try (ZipOutputStream out = open(jar)) {
                packFolder(entry.file(), out);
            }
            return;
        }
        try (JarFile source = new JarFile(entry.file().toFile(), false)) {
            if (entry.inside().isEmpty() || entry.inside().endsWith("/")) {
                try (ZipOutputStream out = open(jar)) {
                    packPart(source, entry.inside(), out);
                }
            } else {
                ZipEntry nested = source.getEntry(entry.inside());
                if (nested == null) {
                    throw new IOException("There is no " + entry.inside() + " in " + entry.file());
                }
                try (InputStream in = source.getInputStream(nested)) {
                    Files.copy(in, jar);
                }
            }
        }
    }

    private static ZipOutputStream open(Path jar) throws IOException {
        OutputStream file = new BufferedOutputStream(Files.newOutputStream(jar), 1 << 16);
        ZipOutputStream out = new ZipOutputStream(file);
        out.setLevel(Deflater.NO_COMPRESSION); // it is read more often than it is kept
        return out;
    }

    private static void packFolder(Path folder, ZipOutputStream out) throws IOException {
        Map<String, Path> files = new TreeMap<>();
        Files.walkFileTree(folder, Set.of(FileVisitOption.FOLLOW_LINKS), 64, collector(folder, files));
        for (var file : files.entrySet()) {
            out.putNextEntry(new ZipEntry(file.getKey()));
            if (file.getKey().equals(JarFile.MANIFEST_NAME)) {
                try (InputStream in = Files.newInputStream(file.getValue())) {
                    out.write(harmless(new Manifest(in), false));
                }
            } else if (!file.getKey().endsWith("/")) {
                Files.copy(file.getValue(), out);
            }
            out.closeEntry();
        }
    }

    private static SimpleFileVisitor<Path> collector(Path folder, Map<String, Path> files) {
        return new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
                if (!path.equals(folder)) {
                    files.put(name(path) + "/", path); // searches for resources look for the folder's own entry
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                files.put(name(path), path);
                return FileVisitResult.CONTINUE;
            }

            private String name(Path path) {
                return folder.relativize(path).toString();
            }
        };
    }

    private static void packPart(JarFile source, String prefix, ZipOutputStream out) throws IOException {
        Manifest manifest = source.getManifest();
        if (manifest != null) {
            out.putNextEntry(new ZipEntry(JarFile.MANIFEST_NAME));
            out.write(harmless(manifest, prefix.isEmpty()));
            out.closeEntry();
        }
        for (ZipEntry entry : Collections.list(source.entries())) {
            String name = within(prefix, entry.getName());
            if (name == null || manifest != null && name.equalsIgnoreCase(JarFile.MANIFEST_NAME)) {
                continue;
            }
            ZipEntry copy = new ZipEntry(name);
            copy.setTime(entry.getTime());
            out.putNextEntry(copy);
            copy(source, entry, out);
            out.closeEntry();
        }
    }

    private static @Nullable String within(String prefix, String name) {
        return name.startsWith(prefix) && name.length() > prefix.length() ? name.substring(prefix.length()) : null;
    }

    private static void copy(ZipFile source, ZipEntry entry, OutputStream out) throws IOException {
        if (!entry.isDirectory()) {
            try (InputStream in = source.getInputStream(entry)) {
                in.transferTo(out);
            }
        }
    }

    /**
     * Returns a manifest without what would mean something else.
     *
     * @param whole whether it is a whole jar's own, of which only the class path is wrong here
     */
    private static byte[] harmless(Manifest manifest, boolean whole) throws IOException {
        Manifest copy = whole ? manifest : new Manifest();
        if (!whole) {
            copy.getMainAttributes().putAll(manifest.getMainAttributes());
            NOT_FOR_US.forEach(copy.getMainAttributes()::remove);
            copy.getMainAttributes().keySet().removeIf(name -> name.toString().startsWith("Spring-Boot-"));
        }
        copy.getMainAttributes().remove(Attributes.Name.CLASS_PATH);
        copy.getMainAttributes().putIfAbsent(Attributes.Name.MANIFEST_VERSION, "1.0"); // else nothing is written
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        copy.write(bytes);
        new Manifest(new ByteArrayInputStream(bytes.toByteArray())); // what cannot be read again must not be published
        return bytes.toByteArray();
    }
}
