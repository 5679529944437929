package io.github.inparallel.platform;

import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * With what permissions files and folders are made. Where there are no POSIX permissions, they get those of the folder that they
 * are in. Thread-safe.
 */
public final class OwnerOnly {

    private static final FileAttribute<?>[] NONE = {};

    private OwnerOnly() {}

    /** Returns what makes a new folder its owner's only. */
    public static FileAttribute<?>[] folder() {
        return permissions("rwx------");
    }

    /** Returns what makes a new file its owner's only. */
    public static FileAttribute<?>[] file() {
        return permissions("rw-------");
    }

    private static FileAttribute<?>[] permissions(String text) {
        return PlatformFeature.POSIX_PERMISSIONS.isThere()
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text))}
                : NONE;
    }
}
