package io.github.inparallel.pool.process;

import io.github.inparallel.platform.OwnerOnly;
import io.github.inparallel.pool.runtime.Log;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps error files of JVMs that crashed. They are read where a worker was told to write its own, and kept elsewhere, open to
 * their owner only, since they show environment and system properties. A worker is not trusted with its path: what is no regular file is
 * not opened, and no more is read than such files hold. It may take long, so it is not for the supervisor's thread.
 */
public final class CrashFiles {

    private static final Log log = Log.of(CrashFiles.class);

    static final int MOST_BYTES_OF_ONE = 4 << 20;
    static final int MOST_FILES = 20;
    static final long MOST_BYTES = 100L << 20;
    static final Duration LONGEST = Duration.ofDays(30);

    private static final int LINES = 100;
    private static final int LONGEST_LINE = 500;

    private static final Pattern KEPT =
            Pattern.compile("hs_err_pid\\d+\\.[A-Za-z0-9][A-Za-z0-9._-]*-\\d+(\\.\\d+)?\\.log");
    private static final Pattern FATAL_SIGNAL = Pattern.compile("^#\\s+(SIG[A-Z0-9]{1,12}) \\(0x");
    private static final Pattern SLOT_THREAD = Pattern.compile(
            "^Current thread \\(0x[0-9a-f]{1,16}\\):\\s+JavaThread \"inparallel-[^\"]{1,70}-slot-(\\d{1,4})\"");

    private final Path written;
    private final Path kept;

    /**
     * The words of a JVM about its end.
     *
     * @param slot whose thread it was; -1 if that is not known, or it was none
     */
    public record Crash(
            Path file, @Nullable String signal, @Nullable String frame, int slot) {}

    /**
     * @param written folder in which workers write them
     * @param kept where they are kept
     */
    public CrashFiles(Path written, Path kept) {
        this.written = written;
        this.kept = kept.toAbsolutePath();
    }

    /** Takes over the error file of a worker that has ended; null if there is none. */
    public @Nullable Crash take(String worker, long pid) {
        Path file = written.resolve("hs_err_pid" + pid + ".log");
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        byte[] content;
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            content = in.readNBytes(MOST_BYTES_OF_ONE);
        } catch (IOException e) {
            log.debug("{} cannot be read", file, e);
            return null;
        }
        return crash(keep(content, "hs_err_pid" + pid + "." + worker, file), content);
    }

    private static Crash crash(Path file, byte[] content) {
        String signal = null;
        String frame = null;
        int slot = -1;
        boolean frameFollows = false;
        String head =
                new String(content, 0, Math.min(content.length, LINES * LONGEST_LINE), StandardCharsets.ISO_8859_1);
        for (String line : head.lines().limit(LINES).toList()) {
            Matcher matcher = FATAL_SIGNAL.matcher(line);
            if (matcher.find()) {
                signal = matcher.group(1);
            }
            Matcher thread = SLOT_THREAD.matcher(line);
            if (thread.find()) {
                slot = Integer.parseInt(thread.group(1));
            }
            if (frameFollows) {
                frame = printable(line.replaceFirst("^#\\s*", ""));
                frameFollows = false;
            } else if (line.startsWith("# Problematic frame:")) {
                frameFollows = true;
            }
        }
        return new Crash(file, signal, frame, slot);
    }

    private static String printable(String line) {
        String cut = line.substring(0, Math.min(line.length(), LONGEST_LINE));
        return cut.replaceAll("\\p{Cntrl}", "?").trim();
    }

    private Path keep(byte[] content, String name, Path original) {
        try {
            Path file = write(content, kept, name);
            Files.deleteIfExists(original);
            prune(kept, file);
            return file;
        } catch (IOException e) {
            Path instead = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
            log.warn("Error files cannot be kept in {}: set crash-dir. This one goes to {}", kept, instead, e);
            try {
                Path file = write(content, instead, name);
                prune(instead, file);
                return file;
            } catch (IOException again) {
                return original; // until the pool is closed
            }
        }
    }

    private static Path write(byte[] content, Path folder, String name) throws IOException {
        Files.createDirectories(folder, OwnerOnly.folder());
        for (int i = 0; ; i++) {
            Path file = folder.resolve(name + (i == 0 ? "" : "." + i) + ".log");
            try (FileChannel channel = FileChannel.open(
                    file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OwnerOnly.file())) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                return file;
            } catch (FileAlreadyExistsException e) {
                if (i == MOST_FILES) {
                    throw e;
                }
            }
        }
    }

    /** Removes old files of ours, and the oldest beyond what is kept; never the newest. */
    private static void prune(Path folder, Path newest) {
        Instant oldest = Instant.now().minus(LONGEST);
        int files = 1;
        long bytes = 0;
        try {
            for (Kept each : list(folder)) {
                if (each.path.equals(newest)) {
                    bytes += each.bytes;
                    continue;
                }
                if (++files > MOST_FILES || (bytes += each.bytes) > MOST_BYTES || each.written.isBefore(oldest)) {
                    Files.deleteIfExists(each.path);
                    log.debug("{} was removed: there are newer ones", each.path);
                }
            }
        } catch (IOException e) {
            log.debug("{} cannot be cleared", folder, e);
        }
    }

    private record Kept(Path path, long bytes, Instant written) {}

    /** The newest first. */
    private static List<Kept> list(Path folder) throws IOException {
        List<Kept> all = new ArrayList<>();
        List<Path> paths;
        try (Stream<Path> entries = Files.list(folder)) {
            paths = entries.filter(
                            path -> KEPT.matcher(path.getFileName().toString()).matches())
                    .toList();
        }
        for (Path path : paths) {
            BasicFileAttributes attributes =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (attributes.isRegularFile()) {
                all.add(new Kept(
                        path, attributes.size(), attributes.lastModifiedTime().toInstant()));
            }
        }
        all.sort(Comparator.comparing(Kept::written).reversed());
        return all;
    }
}
