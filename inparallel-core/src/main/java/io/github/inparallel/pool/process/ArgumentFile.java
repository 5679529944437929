package io.github.inparallel.pool.process;

import io.github.inparallel.platform.OwnerOnly;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Writes arguments as the {@code java} launcher reads them from a file. Most strings can be written; those that cannot have
 * characters that the platform's encoding does not know, or a zero character.
 */
final class ArgumentFile {

    private final Charset platform;

    /** @param platform encoding in which the launcher reads its arguments */
    ArgumentFile(Charset platform) {
        this.platform = platform;
    }

    /** Returns one for JVMs that are started in the locale of this one. */
    static ArgumentFile ofThisPlatform() {
        String name = System.getProperty("sun.jnu.encoding");
        return new ArgumentFile(
                name != null && Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.UTF_8);
    }

    /** Tells whether the launcher would read just this argument. */
    boolean holds(String argument) {
        return argument.indexOf('\0') < 0 && platform.newEncoder().canEncode(argument);
    }

    /** Tells whether a system property can be given on a command line. */
    boolean holdsProperty(String name, String value) {
        return name.indexOf('=') < 0 && holds(property(name, value));
    }

    static String property(String name, String value) {
        return "-D" + name + "=" + value;
    }

    Charset platform() {
        return platform;
    }

    /** Writes a new file, for its owner only. */
    void write(Path file, List<String> arguments) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String argument : arguments) {
            if (!holds(argument)) {
                throw new IOException("An argument of the worker's JVM has characters that " + platform
                        + ", the encoding of this platform, does not know: " + argument
                        + ". Start the application in a locale with UTF-8 (LC_ALL=C.UTF-8)");
            }
            quote(argument, text);
            text.append('\n');
        }
        Files.createFile(file, OwnerOnly.file());
        Files.writeString(file, text, platform, StandardOpenOption.WRITE);
    }

    /** Quotes an argument. The launcher's grammar is that of the JDK's tool guide for {@code java}. */
    private static void quote(String argument, StringBuilder text) {
        text.append('"');
        for (int i = 0; i < argument.length(); i++) {
            char c = argument.charAt(i);
            switch (c) {
                case '\\', '"' -> text.append('\\').append(c);
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                case '\f' -> text.append("\\f");
                default -> text.append(c);
            }
        }
        text.append('"');
    }
}
