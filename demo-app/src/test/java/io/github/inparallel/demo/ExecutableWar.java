package io.github.inparallel.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** An executable jar, laid out anew as Spring Boot's plugins lay out an executable war. */
final class ExecutableWar {

    private ExecutableWar() {}

    static Path of(Path executableJar, Path war) throws IOException {
        try (JarFile jar = new JarFile(executableJar.toFile());
                JarOutputStream out = new JarOutputStream(Files.newOutputStream(war), manifest(jar.getManifest()))) {
            for (JarEntry entry : jar.stream().toList()) {
                if (!entry.getName().equals(JarFile.MANIFEST_NAME)
                        && !entry.getName().endsWith(".idx")) {
                    copy(jar, entry, out);
                }
            }
        }
        return war;
    }

    private static Manifest manifest(Manifest original) {
        Manifest manifest = new Manifest(original);
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MAIN_CLASS, "org.springframework.boot.loader.launch.WarLauncher");
        attributes.putValue("Spring-Boot-Classes", "WEB-INF/classes/");
        attributes.putValue("Spring-Boot-Lib", "WEB-INF/lib/");
        attributes.remove(new Attributes.Name("Spring-Boot-Classpath-Index"));
        attributes.remove(new Attributes.Name("Spring-Boot-Layers-Index"));
        return manifest;
    }

    private static void copy(JarFile jar, JarEntry entry, JarOutputStream out) throws IOException {
        ZipEntry copy = new ZipEntry(entry.getName().replaceFirst("^BOOT-INF/", "WEB-INF/"));
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
