package io.github.inparallel.spring.autoconfigure;

import io.github.inparallel.pool.process.cache.ClassPathEntry;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Class path that the class loader of an executable jar or war reads, in its order: first what the JVM's own class
 * path has beside the executable jar, then what is inside of it.
 */
final class ExecutableJarClassPath {

    private static final Logger log = LoggerFactory.getLogger(ExecutableJarClassPath.class);

    /** Address of an entry in an executable jar: {@code jar:nested:/app.jar/!BOOT-INF/lib/some.jar!/}. */
    private static final Pattern NESTED = Pattern.compile("jar:nested:(.+)/!(.+)!/");

    private ExecutableJarClassPath() {}

    /** Returns the entries; empty if the loader reads something else too, since its order is unknown then. */
    static List<ClassPathEntry> of(ClassLoader loader) {
        if (!(loader instanceof URLClassLoader launched)) {
            return List.of();
        }
        try {
            List<ClassPathEntry> nested = new ArrayList<>();
            for (URL url : launched.getURLs()) {
                nested.add(entry(url.toString()));
            }
            List<ClassPathEntry> all = new ArrayList<>();
            for (ClassPathEntry entry : ClassPathEntry.listOf(System.getProperty("java.class.path"))) {
                if (nested.stream().noneMatch(inside -> inside.file().equals(entry.file()))) {
                    all.add(entry);
                }
            }
            all.addAll(nested);
            return all;
        } catch (URISyntaxException | IllegalArgumentException e) {
            log.debug("The class path of {} is not known", loader, e);
            return List.of();
        }
    }

    /**
     * Whether the loader is one of a war. The launcher that starts another main class does not look into wars by
     * itself.
     */
    static boolean isWar(ClassLoader loader) {
        return loader instanceof URLClassLoader launched
                && Arrays.stream(launched.getURLs())
                        .anyMatch(url -> url.toString().contains("!WEB-INF/"));
    }

    static ClassPathEntry entry(String url) throws URISyntaxException {
        Matcher matcher = NESTED.matcher(url);
        if (matcher.matches()) {
            Path jar = Path.of(new URI("file:" + matcher.group(1))).normalize();
            return new ClassPathEntry(jar, new URI(matcher.group(2)).getPath());
        }
        String file = url.startsWith("jar:file:") && url.endsWith("!/") ? url.substring(4, url.length() - 2) : url;
        URI uri = new URI(file);
        if (!"file".equals(uri.getScheme())) {
            throw new IllegalArgumentException(url + " is no file");
        }
        return new ClassPathEntry(Path.of(uri).normalize(), "");
    }
}
