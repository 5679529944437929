package io.github.inparallel.pool.process.cache;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Makes the name of an entry of the cache: a digest of all that must be the same for an entry to fit. Of jars it takes the central
 * directory, which holds the checksum of every file in them and is read in a fraction of the time of the whole; of
 * folders the files themselves. Times of files would not do for what is copied: builds set them all alike.
 */
final class CacheKey {

    private static final int VERSION = 1;
    private static final int END_RECORD = 0x06054b50;
    private static final int END_LENGTH = 22;
    private static final int LONGEST_COMMENT = 0xffff;

    private final MessageDigest digest;

    private CacheKey() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    /**
     * Returns the name.
     *
     * @param traits what else must be the same
     * @throws IOException if an entry cannot be read
     */
    static String of(List<ClassPathEntry> classPath, Path javaHome, List<String> traits) throws IOException {
        CacheKey key = new CacheKey();
        key.add("version " + VERSION);
        key.addJvm(javaHome.toRealPath());
        for (String trait : traits) {
            key.add(trait);
        }
        Path last = null;
        for (ClassPathEntry entry : classPath) {
            key.add(entry.jarName());
            key.add(entry.inside());
            if (!entry.file().equals(last)) {
                key.addContent(entry);
                last = entry.file();
            }
        }
        return HexFormat.of().formatHex(key.digest.digest(), 0, 16);
    }

    private void add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        add(bytes.length);
        digest.update(bytes);
    }

    private void add(long number) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
    }

    private void addJvm(Path home) throws IOException {
        add(home.toString());
        for (String name : new String[] {"release", "lib/modules", "lib/server/libjvm.so", "lib/server/libjvm.dylib"}) {
            Path file = home.resolve(name);
            if (Files.exists(file)) {
                addStamp(file.toRealPath());
            }
        }
        if (Files.exists(home.resolve("release"))) {
            digest.update(Files.readAllBytes(home.resolve("release")));
        }
    }

    private void addContent(ClassPathEntry entry) throws IOException {
        if (Files.isDirectory(entry.file())) {
            addFolder(entry.file());
            return;
        }
        if (entry.isPlainJar()) {
            // It stays where it is, and the JVM compares these three with those it has noted in its archive.
            add(entry.file().toString());
            addStamp(entry.file());
        }
        addDirectoryOf(entry.file());
    }

    private void addStamp(Path file) throws IOException {
        add(Files.size(file));
        add(Files.getLastModifiedTime(file).to(TimeUnit.SECONDS));
    }

    private void addFolder(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted().toList()) {
                add(folder.relativize(file).toString());
                if (Files.isRegularFile(file)) {
                    add(Files.size(file));
                    addAll(file);
                }
            }
        }
    }

    private void addAll(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[1 << 16];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
            }
        }
    }

    private void addDirectoryOf(Path jar) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(jar.toFile(), "r")) {
            byte[] tail = new byte[(int) Math.min(file.length(), END_LENGTH + LONGEST_COMMENT)];
            file.seek(file.length() - tail.length);
            file.readFully(tail);
            ByteBuffer bytes = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN);
            for (int end = tail.length - END_LENGTH; end >= 0; end--) {
                if (bytes.getInt(end) == END_RECORD && end + END_LENGTH + bytes.getChar(end + 20) == tail.length) {
                    long size = Integer.toUnsignedLong(bytes.getInt(end + 12));
                    long start = file.length() - tail.length + end - size;
                    if (size < Integer.MAX_VALUE && start >= 0) {
                        byte[] directory = new byte[(int) size];
                        file.seek(start);
                        file.readFully(directory);
                        digest.update(directory);
                        return;
                    }
                }
            }
        }
        addAll(jar); // one of the large kind, or none at all
    }
}
