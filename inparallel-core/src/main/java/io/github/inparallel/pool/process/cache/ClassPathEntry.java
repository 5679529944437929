package io.github.inparallel.pool.process.cache;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One entry of a class path.
 *
 * @param file a jar or a folder
 * @param inside what of the jar it is: empty is the whole, a name that ends with a slash a folder in it, any other a jar in
 *     it
 */
public record ClassPathEntry(Path file, String inside) {

    private static final Logger log = LoggerFactory.getLogger(ClassPathEntry.class);

    /** Returns the entries of a class path as the JVM knows it, with what manifests of jars add to it, in the JVM's order. */
    public static List<ClassPathEntry> listOf(String classPath) {
        Map<Path, ClassPathEntry> found = new LinkedHashMap<>();
        for (String element : classPath.split(File.pathSeparator, -1)) {
            // An empty one is the working directory: an accident, and too much to pack.
            if (!element.isEmpty()) {
                add(Path.of(element).toAbsolutePath().normalize(), found);
            }
        }
        return new ArrayList<>(found.values());
    }

    private static void add(Path path, Map<Path, ClassPathEntry> found) {
        if (found.containsKey(path) || !Files.exists(path)) {
            return;
        }
        if (Files.isDirectory(path)) {
            found.put(path, new ClassPathEntry(path, ""));
            return;
        }
        try {
            String more = manifestClassPath(path);
            found.put(path, new ClassPathEntry(path, ""));
            for (Path next : resolved(path, more)) {
                add(next, found);
            }
        } catch (ZipException e) {
            log.debug("{} is on the class path, but no jar", path, e); // the JVM passes it over too
        } catch (IOException e) {
            found.put(path, new ClassPathEntry(path, "")); // whoever needs it will say what is wrong with it
        }
    }

    private static String manifestClassPath(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile(), false)) {
            Manifest manifest = file.getManifest();
            String value =
                    manifest == null ? null : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            return value == null ? "" : value;
        }
    }

    private static List<Path> resolved(Path jar, String classPath) {
        List<Path> paths = new ArrayList<>();
        for (String element : classPath.trim().split("\\s+", -1)) {
            try {
                URI uri = jar.toUri().resolve(new URI(element));
                if (!element.isEmpty() && "file".equals(uri.getScheme())) {
                    paths.add(Path.of(uri).normalize());
                }
            } catch (URISyntaxException | IllegalArgumentException e) {
                log.debug("{} has an entry in its Class-Path that is none: {}", jar, element, e);
            }
        }
        return paths;
    }

    /** Tells whether the manifest leads to a folder, which no archive may have on its class path. */
    boolean leadsToFolder() throws IOException {
        return inside.isEmpty()
                && !Files.isDirectory(file)
                && resolved(file, manifestClassPath(file)).stream().anyMatch(Files::isDirectory);
    }

    /** Tells whether it can be used where it is. */
    boolean isPlainJar() throws IOException {
        return inside.isEmpty() && !Files.isDirectory(file) && !leadsToFolder();
    }

    /** Returns the name of a jar that is made of it. */
    String jarName() {
        boolean nested = !inside.isEmpty() && !inside.endsWith("/");
        String name = nested ? inside.substring(inside.lastIndexOf('/') + 1) : String.valueOf(file.getFileName());
        return name.endsWith(".jar") ? name : name + ".jar";
    }
}
