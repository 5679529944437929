package io.github.inparallel.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** Executable archives that are made of the demo's own: they have its loader and its libraries. */
final class ExecutableJar {

    private static final String CLASSES = "BOOT-INF/classes/";

    private ExecutableJar() {}

    /** Lays it out anew as Spring Boot's plugins lay out an executable war. */
    static Path asWar(Path executable, Path war) throws IOException {
        try (JarFile jar = new JarFile(executable.toFile())) {
            Manifest manifest = new Manifest(jar.getManifest());
            Attributes attributes = manifest.getMainAttributes();
            attributes.put(Attributes.Name.MAIN_CLASS, "org.springframework.boot.loader.launch.WarLauncher");
            attributes.putValue("Spring-Boot-Classes", "WEB-INF/classes/");
            attributes.putValue("Spring-Boot-Lib", "WEB-INF/lib/");
            attributes.remove(new Attributes.Name("Spring-Boot-Classpath-Index"));
            attributes.remove(new Attributes.Name("Spring-Boot-Layers-Index"));
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(war), manifest)) {
                copy(
                        jar,
                        entries(jar).filter(name -> !name.endsWith(".idx")).toList(),
                        name -> name.replaceFirst("^BOOT-INF/", "WEB-INF/"),
                        out);
            }
        }
        return war;
    }

    /**
     * Makes one of another application, whose classes are in a folder.
     *
     * @param main the application's class
     * @param version of the application
     */
    static Path of(Path executable, Path classes, String main, String version, Path made) throws IOException {
        try (JarFile jar = new JarFile(executable.toFile())) {
            Manifest manifest = new Manifest(jar.getManifest());
            Attributes attributes = manifest.getMainAttributes();
            attributes.putValue("Start-Class", main);
            attributes.put(Attributes.Name.IMPLEMENTATION_VERSION, version);
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(made), manifest);
                    Stream<Path> files = Files.walk(classes)) {
                List<String> others = entries(jar)
                        .filter(name -> !name.startsWith(CLASSES) || name.equals(CLASSES))
                        .toList();
                copy(jar, others, name -> name, out);
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    out.putNextEntry(new ZipEntry(CLASSES + classes.relativize(file)));
                    Files.copy(file, out);
                    out.closeEntry();
                }
            }
        }
        return made;
    }

    private static Stream<String> entries(JarFile jar) {
        return jar.stream().map(JarEntry::getName).filter(name -> !name.equals(JarFile.MANIFEST_NAME));
    }

    private static void copy(JarFile jar, List<String> names, UnaryOperator<String> newName, JarOutputStream out)
            throws IOException {
        for (String name : names) {
            JarEntry entry = jar.getJarEntry(name);
            ZipEntry copy = new ZipEntry(newName.apply(name));
            if (entry.getMethod() == ZipEntry.STORED) { // jars inside must not be compressed
                copy.setMethod(ZipEntry.STORED);
                copy.setSize(entry.getSize());
                copy.setCrc(entry.getCrc());
            }
            out.putNextEntry(copy);
            try (InputStream in = jar.getInputStream(entry)) {
                in.transferTo(out);
            }
            out.closeEntry();
        }
    }
}
