package io.github.inparallel.platform;

import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Something that some operating systems lack. Tests switch it off where it is there. Thread-safe. */
public enum PlatformFeature {

    /** Linux's files about processes. */
    PROCFS(
            Files.exists(Path.of("/proc/self/stat")),
            "/proc",
            "max-memory is not watched, processes that detach themselves from a worker outlive it, and when memory runs out"
                    + " the kernel may end the application before a worker"),

    /** Owners and permissions of files, as POSIX has them. */
    POSIX_PERMISSIONS(
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix"),
            "POSIX permissions of files",
            "the folders of workers are as private as the temporary folder that they are in, class data is not kept from"
                    + " one start to the next, and what a killed application has left in the temporary folder stays there");

    /** System property: names of features, in lower case, with commas, that are to be taken for missing. */
    public static final String WITHOUT_PROPERTY = "inparallel.test.without";

    private final boolean onThisPlatform;
    private final String name;
    private final String without;

    PlatformFeature(boolean onThisPlatform, String name, String without) {
        this.onThisPlatform = onThisPlatform;
        this.name = name;
        this.without = without;
    }

    /** Returns whether it can be used. Without a lambda: it is asked while a worker starts, and linking one takes long. */
    public boolean isThere() {
        return onThisPlatform && !isSwitchedOff();
    }

    private boolean isSwitchedOff() {
        String off = System.getProperty(WITHOUT_PROPERTY);
        return off != null && Arrays.asList(off.split(",", -1)).contains(name().toLowerCase(Locale.ROOT));
    }

    /** Returns what is missing here, and what pools do without it, each a sentence for people. */
    public static List<String> missing() {
        return Arrays.stream(values())
                .filter(feature -> !feature.isThere())
                .map(feature -> "There is no " + feature.name + ": " + feature.without + ".")
                .collect(Collectors.toList());
    }
}
