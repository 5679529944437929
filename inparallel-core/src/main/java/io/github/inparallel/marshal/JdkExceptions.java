package io.github.inparallel.marshal;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the JDK's own exceptions know besides message and cause. Their fields cannot be reached, so it is asked for by
 * their methods and given to their constructors, which also make exceptions of classes that extend them.
 *
 * <p>A line of the table names a class and the parameters of a constructor: {@code message}, {@code cause}, or a method
 * or public field that has the value. After {@code +} comes what is set afterwards: a public field, or a method and
 * where it has its value from. After {@code -} comes what does not cross.
 */
final class JdkExceptions {

    private static final String TABLE = """
            java.awt.print.PrinterIOException getIOException:java.io.IOException
            java.io.InterruptedIOException message:String + bytesTransferred:int
            java.io.InvalidClassException classname:String message:String
            java.io.OptionalDataException + length:int eof:boolean
            java.io.WriteAbortedException message:String cause:Exception
            java.lang.EnumConstantNotPresentException enumType:Class constantName:String
            java.lang.TypeNotPresentException typeName:String cause:Throwable
            java.lang.annotation.IncompleteAnnotationException annotationType:Class elementName:String
            java.lang.reflect.InvocationTargetException getTargetException:Throwable message:String
            java.net.HttpRetryException message:String responseCode:int getLocation:String
            java.net.URISyntaxException getInput:String getReason:String getIndex:int
            java.nio.charset.IllegalCharsetNameException getCharsetName:String
            java.nio.charset.MalformedInputException getInputLength:int
            java.nio.charset.UnmappableCharacterException getInputLength:int
            java.nio.charset.UnsupportedCharsetException getCharsetName:String
            java.nio.file.FileSystemException getFile:String getOtherFile:String getReason:String
            java.nio.file.InvalidPathException getInput:String getReason:String getIndex:int
            java.nio.file.attribute.UserPrincipalNotFoundException getName:String
            java.rmi.RemoteException message:String cause:Throwable
            java.rmi.server.ServerCloneException message:String cause:Exception
            java.security.AccessControlException message:String - getPermission
            java.security.cert.CertPathValidatorException message:String cause:Throwable - getCertPath
            java.sql.BatchUpdateException message:String getSQLState:String getErrorCode:int getLargeUpdateCounts:long[] \
            cause:Throwable + setNextException=getNextException:java.sql.SQLException
            java.sql.DataTruncation getIndex:int getParameter:boolean getRead:boolean getDataSize:int \
            getTransferSize:int + setNextException=getNextException:java.sql.SQLException
            java.sql.SQLClientInfoException message:String getSQLState:String getErrorCode:int \
            getFailedProperties:java.util.Map + setNextException=getNextException:java.sql.SQLException
            java.sql.SQLException message:String getSQLState:String getErrorCode:int \
            + setNextException=getNextException:java.sql.SQLException
            java.text.ParseException message:String getErrorOffset:int
            java.time.format.DateTimeParseException message:String getParsedString:CharSequence getErrorIndex:int
            java.util.DuplicateFormatFlagsException getFlags:String
            java.util.FormatFlagsConversionMismatchException getFlags:String getConversion:char
            java.util.IllegalFormatCodePointException getCodePoint:int
            java.util.IllegalFormatConversionException getConversion:char getArgumentClass:Class
            java.util.IllegalFormatFlagsException getFlags:String
            java.util.IllegalFormatPrecisionException getPrecision:int
            java.util.IllegalFormatWidthException getWidth:int
            java.util.IllformedLocaleException message:String getErrorIndex:int
            java.util.MissingFormatArgumentException getFormatSpecifier:String
            java.util.MissingFormatWidthException getFormatSpecifier:String
            java.util.MissingResourceException message:String getClassName:String getKey:String
            java.util.UnknownFormatConversionException getConversion:String
            java.util.UnknownFormatFlagsException getFlags:String
            java.util.regex.PatternSyntaxException getDescription:String getPattern:String getIndex:int
            javax.management.MBeanException cause:Exception message:String
            javax.management.ReflectionException cause:Exception message:String
            javax.management.RuntimeErrorException cause:Error message:String
            javax.management.RuntimeMBeanException cause:RuntimeException message:String
            javax.management.RuntimeOperationsException cause:RuntimeException message:String
            javax.management.remote.JMXProviderException message:String cause:Throwable
            javax.management.remote.JMXServerErrorException message:String cause:Error
            javax.naming.NamingException message:String + setRootCause=getRootCause:Throwable - getResolvedName \
            getResolvedObj getRemainingName
            javax.script.ScriptException message:String getFileName:String getLineNumber:int getColumnNumber:int
            javax.security.sasl.SaslException message:String cause:Throwable
            javax.sql.rowset.spi.SyncProviderException message:String - getSyncResolver
            javax.swing.text.BadLocationException message:String offsetRequested:int
            javax.swing.text.ChangedCharSetException getCharSetSpec:String keyEqualsCharSet:boolean
            javax.transaction.xa.XAException message:String + errorCode:int
            javax.xml.crypto.KeySelectorException message:String cause:Throwable
            javax.xml.crypto.MarshalException message:String cause:Throwable
            javax.xml.crypto.NoSuchMechanismException message:String cause:Throwable
            javax.xml.crypto.URIReferenceException message:String cause:Throwable - getURIReference
            javax.xml.crypto.dsig.TransformException message:String cause:Throwable
            javax.xml.crypto.dsig.XMLSignatureException message:String cause:Throwable
            javax.xml.parsers.FactoryConfigurationError getException:Exception message:String
            javax.xml.stream.FactoryConfigurationError getException:Exception message:String
            javax.xml.stream.XMLStreamException message:String cause:Throwable - getLocation
            javax.xml.transform.TransformerException message:String getLocator:javax.xml.transform.SourceLocator \
            getException:Throwable
            javax.xml.transform.TransformerFactoryConfigurationError getException:Exception message:String
            org.ietf.jgss.GSSException getMajor:int getMinor:int getMinorString:String
            org.w3c.dom.DOMException code:short message:String
            org.w3c.dom.events.EventException code:short message:String
            org.w3c.dom.ls.LSException code:short message:String
            org.w3c.dom.ranges.RangeException code:short message:String
            org.w3c.dom.xpath.XPathException code:short message:String
            org.xml.sax.SAXException message:String getException:Exception
            org.xml.sax.SAXParseException message:String getPublicId:String getSystemId:String getLineNumber:int \
            getColumnNumber:int getException:Exception
            """;

    private static final Map<String, String> LINES =
            TABLE.lines().collect(Collectors.toMap(line -> line.substring(0, line.indexOf(' ')), Function.identity()));

    private static final Map<String, Class<?>> TYPES = Map.ofEntries(
            Map.entry("String", String.class),
            Map.entry("CharSequence", CharSequence.class),
            Map.entry("Class", Class.class),
            Map.entry("Throwable", Throwable.class),
            Map.entry("Exception", Exception.class),
            Map.entry("RuntimeException", RuntimeException.class),
            Map.entry("Error", Error.class),
            Map.entry("boolean", boolean.class),
            Map.entry("char", char.class),
            Map.entry("int", int.class),
            Map.entry("short", short.class),
            Map.entry("long[]", long[].class));

    /** Of those that know nothing more, or nothing that can be asked for. */
    static final JdkExceptions NONE = new JdkExceptions();

    private static final ClassValue<JdkExceptions> KNOWN = new ClassValue<>() {
        @Override
        protected JdkExceptions computeValue(Class<?> type) {
            String line = LINES.get(type.getName());
            try {
                return line == null ? NONE : new JdkExceptions(type, line);
            } catch (ReflectiveOperationException | LinkageError e) {
                return NONE; // not so in this JDK
            }
        }
    };

    private final @Nullable Class<?> type;
    private final @Nullable Constructor<?> constructor;
    private final List<Item> parameters = new ArrayList<>();
    private final List<Item> later = new ArrayList<>();
    private final List<Item> lost = new ArrayList<>();

    private JdkExceptions() {
        this.type = null;
        this.constructor = null;
    }

    private JdkExceptions(Class<?> type, String line) throws ReflectiveOperationException {
        this.type = type;
        List<Item> into = parameters;
        for (String word : line.substring(line.indexOf(' ') + 1).split(" ", -1)) {
            if (word.equals("+")) {
                into = later;
            } else if (word.equals("-")) {
                into = lost;
            } else {
                into.add(Item.of(type, word));
            }
        }
        this.constructor = parameters.isEmpty()
                ? null
                : type.getConstructor(parameters.stream().map(Item::type).toArray(Class<?>[]::new));
    }

    /** Something that the exception knows. */
    private record Item(
            String name,
            Class<?> type,
            @Nullable Method getter,
            @Nullable Field field,
            @Nullable Method setter) {

        static Item of(Class<?> owner, String word) throws ReflectiveOperationException {
            int colon = word.indexOf(':');
            int equals = word.indexOf('=');
            String name = word.substring(equals + 1, colon < 0 ? word.length() : colon);
            if (colon < 0) {
                return new Item(name, Object.class, owner.getMethod(name), null, null);
            }
            String typeName = word.substring(colon + 1);
            Class<?> known = TYPES.get(typeName);
            Class<?> type = known != null ? known : Class.forName(typeName, false, owner.getClassLoader());
            Method setter = equals < 0 ? null : owner.getMethod(word.substring(0, equals), type);
            if (name.equals("message") || name.equals("cause")) {
                return new Item(name, type, null, null, null);
            }
            for (Field field : owner.getFields()) {
                if (field.getName().equals(name)) {
                    return new Item(name, type, null, field, null);
                }
            }
            return new Item(name, type, owner.getMethod(name), null, setter);
        }

        boolean isAsked() {
            return getter != null || field != null;
        }

        @Nullable
        Object of(Throwable failure) {
            try {
                return getter != null ? getter.invoke(failure) : field != null ? field.get(failure) : null;
            } catch (ReflectiveOperationException e) {
                return null; // it refuses to tell
            }
        }
    }

    /** Lines that this JDK does not fit. */
    static List<String> unusable() {
        List<String> unusable = new ArrayList<>();
        LINES.forEach((name, line) -> {
            try {
                new JdkExceptions(Class.forName(name, false, ClassLoader.getPlatformClassLoader()), line);
            } catch (ReflectiveOperationException e) {
                unusable.add(line);
            }
        });
        return unusable;
    }

    static boolean isJdk(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        return loader == null || loader == ClassLoader.getPlatformClassLoader();
    }

    /** The line for the class, or for the nearest that it extends; one without anything if there is none. */
    static JdkExceptions of(Class<?> type) {
        for (Class<?> each = type; each != null && each != Throwable.class; each = each.getSuperclass()) {
            JdkExceptions known = isJdk(each) ? KNOWN.get(each) : NONE;
            if (known != NONE) {
                return known;
            }
        }
        return NONE;
    }

    /** Types of what it asks for, in this order. */
    List<Class<?>> types() {
        List<Class<?>> types = new ArrayList<>();
        asked().forEach(item -> types.add(item.type()));
        return types;
    }

    List<String> names() {
        List<String> names = new ArrayList<>();
        asked().forEach(item -> names.add(item.name() + (item.field() == null ? "()" : "")));
        return names;
    }

    List<@Nullable Object> values(Throwable failure) {
        List<@Nullable Object> values = new ArrayList<>();
        asked().forEach(item -> values.add(item.of(failure)));
        return values;
    }

    private List<Item> asked() {
        List<Item> asked = new ArrayList<>(parameters);
        asked.addAll(later);
        asked.removeIf(item -> !item.isAsked());
        return asked;
    }

    /** What it knows that does not cross. */
    List<String> lost(Throwable failure) {
        List<String> names = new ArrayList<>();
        for (Item item : lost) {
            if (item.of(failure) != null) {
                names.add(item.name() + "()");
            }
        }
        for (Class<?> each = failure.getClass(); each != null && each != Throwable.class; each = each.getSuperclass()) {
            if (each == type) {
                break;
            }
            if (isJdk(each) && each != NullPointerException.class) { // whose own are of no interest
                for (Field field : each.getDeclaredFields()) {
                    if (!Modifier.isStatic(field.getModifiers())) {
                        names.add(field.getName());
                    }
                }
            }
        }
        return names;
    }

    /**
     * One of the class, or of one that extends it.
     *
     * @param values of what it asks for
     * @return null if that takes no constructor of its own
     */
    @Nullable
    Throwable create(
            Class<?> made, @Nullable String message, @Nullable Throwable cause, List<? extends @Nullable Object> values)
            throws ReflectiveOperationException {
        if (constructor == null) {
            return null;
        }
        int next = 0;
        @Nullable Object[] arguments = new Object[parameters.size()];
        for (int i = 0; i < arguments.length; i++) {
            Item item = parameters.get(i);
            arguments[i] = item.isAsked() ? values.get(next++) : item.name().equals("cause") ? cause : message;
        }
        return ThrowableFactory.create(made, constructor, arguments);
    }

    /** What is set when all exceptions are made. */
    void complete(Throwable failure, List<? extends @Nullable Object> values) throws ReflectiveOperationException {
        int next = (int) parameters.stream().filter(Item::isAsked).count();
        for (Item item : later) {
            Object value = values.get(next++);
            if (item.setter() != null && value != null) {
                item.setter().invoke(failure, value);
            } else if (item.field() != null) {
                item.field().set(failure, value);
            }
        }
    }
}
