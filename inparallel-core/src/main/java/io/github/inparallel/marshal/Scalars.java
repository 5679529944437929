package io.github.inparallel.marshal;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Currency;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonToken;

/** The JDK's own values, each as exactly what it is: a closed table, and nothing of it is looked up by a name from outside. */
@SuppressWarnings({"JavaUtilDate", "JdkObsolete"}) // old classes cross too
final class Scalars {

    /** Those that may be changed, so it matters whether two are one. */
    private static final Set<Class<?>> CHANGEABLE = Set.of(
            byte[].class,
            boolean[].class,
            short[].class,
            char[].class,
            int[].class,
            long[].class,
            float[].class,
            double[].class,
            AtomicBoolean.class,
            AtomicInteger.class,
            AtomicLong.class,
            AtomicIntegerArray.class,
            AtomicLongArray.class,
            LongAdder.class,
            DoubleAdder.class,
            BitSet.class,
            StringBuilder.class,
            StringBuffer.class,
            GregorianCalendar.class,
            ByteBuffer.class);

    private static final Map<Class<?>, Scalar<?>> BY_CLASS = new LinkedHashMap<>();
    private static final Map<String, Scalar<?>> BY_NAME = new LinkedHashMap<>();

    private static final List<Class<?>> ABOVE_HIDDEN = new ArrayList<>( // not changed once all are added
            List.of(Path.class, ZoneId.class, Charset.class, TimeZone.class, ByteBuffer.class));

    static final Scalar<String> STRING = add(String.class, Scalars::writeText, Scalars::readText);
    static final Scalar<byte[]> BYTES = add(
            byte[].class,
            (out, value) -> out.generator().writeBinary(value),
            in -> in.parser().getBinaryValue());

    static {
        numbers();
        time();
        text();
        places();
        if (isThere("java.sql.Timestamp")) {
            SqlScalars.add();
        }
        if (isThere("javax.xml.datatype.XMLGregorianCalendar")) {
            XmlScalars.add();
        }
    }

    private Scalars() {}

    /** @return null if the class is none of the table */
    static @Nullable Scalar<?> of(Class<?> type) {
        Scalar<?> exact = BY_CLASS.get(type);
        if (exact != null || !Types.isJdk(type)) {
            return exact;
        }
        for (Class<?> base : ABOVE_HIDDEN) {
            if (base.isAssignableFrom(type)) {
                return BY_CLASS.get(base);
            }
        }
        return null;
    }

    /** What the JDK hides below a public class. */
    static <T> void addAboveHidden(Class<T> type, Scalar.Writing<T> writing, Scalar.Reading<T> reading) {
        add(type, writing, reading);
        ABOVE_HIDDEN.add(type);
    }

    /** Whether values of other classes of the table may stand where this one is declared. */
    static boolean hasOthersBelow(Class<?> type) {
        return BY_CLASS.keySet().stream().anyMatch(other -> other != type && type.isAssignableFrom(other));
    }

    /** Whether any value of the table may stand where this is declared. */
    static boolean hasAnyFor(Class<?> type) {
        return type.isAssignableFrom(java.util.List.class)
                || BY_CLASS.keySet().stream().anyMatch(type::isAssignableFrom);
    }

    /** @return null if there is none */
    static @Nullable Scalar<?> named(String name) {
        return BY_NAME.get(name);
    }

    static <T> Scalar<T> add(Class<T> type, Scalar.Writing<T> writing, Scalar.Reading<T> reading) {
        String name = type.getName().startsWith("java.") && !type.getName().startsWith("java.sql.")
                ? type.getSimpleName()
                : type.getTypeName();
        boolean isShared = CHANGEABLE.contains(type) || Date.class.isAssignableFrom(type);
        Scalar<T> scalar = new Scalar<>(type, name, true, isShared, writing, reading);
        BY_CLASS.put(type, scalar);
        BY_NAME.put(name, scalar);
        return scalar;
    }

    /** By its text, which says all. */
    static <T> void addText(Class<T> type, Function<T, String> toText, Function<String, T> fromText) {
        add(type, (out, value) -> out.generator().writeString(toText.apply(value)), in -> fromText.apply(string(in)));
    }

    private static boolean isThere(String type) {
        try {
            Class.forName(type, false, Scalars.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false; // a run-time image without that module
        }
    }

    // ---- numbers

    private static void numbers() {
        both(boolean.class, Boolean.class, (out, value) -> out.generator().writeBoolean(value), in -> {
            boolean value = in.parser().currentToken() == JsonToken.VALUE_TRUE;
            in.expect(value ? JsonToken.VALUE_TRUE : JsonToken.VALUE_FALSE);
            return value;
        });
        both(byte.class, Byte.class, (out, value) -> out.generator().writeNumber((int) value), in ->
                (byte) ranged(in, Byte.MIN_VALUE, Byte.MAX_VALUE));
        both(short.class, Short.class, (out, value) -> out.generator().writeNumber((int) value), in ->
                (short) ranged(in, Short.MIN_VALUE, Short.MAX_VALUE));
        both(char.class, Character.class, (out, value) -> out.generator().writeNumber((int) value), in ->
                (char) ranged(in, Character.MIN_VALUE, Character.MAX_VALUE));
        both(int.class, Integer.class, (out, value) -> out.generator().writeNumber(value), Scalars::integer);
        both(long.class, Long.class, (out, value) -> out.generator().writeNumber(value), Scalars::number);
        both(float.class, Float.class, (out, value) -> writeFraction(out, value), in -> (float) fraction(in));
        both(double.class, Double.class, (out, value) -> writeFraction(out, value), Scalars::fraction);
        add(BigInteger.class, (out, value) -> out.generator().writeBinary(value.toByteArray()), Scalars::bigInteger);
        add(
                BigDecimal.class,
                (out, value) -> {
                    out.generator().writeStartArray().writeNumber(value.scale());
                    out.generator().writeBinary(value.unscaledValue().toByteArray());
                    out.generator().writeEndArray();
                },
                in -> {
                    int scale = first(in, Scalars::integer);
                    in.next();
                    return last(in, new BigDecimal(bigInteger(in), scale));
                });
        addText(MathContext.class, MathContext::toString, MathContext::new);
        add(
                AtomicBoolean.class,
                (out, value) -> out.generator().writeBoolean(value.get()),
                in -> new AtomicBoolean(in.parser().getBooleanValue()));
        add(
                AtomicInteger.class,
                (out, value) -> out.generator().writeNumber(value.get()),
                in -> new AtomicInteger(integer(in)));
        add(
                AtomicLong.class,
                (out, value) -> out.generator().writeNumber(value.get()),
                in -> new AtomicLong(number(in)));
        add(LongAdder.class, (out, value) -> out.generator().writeNumber(value.sum()), in -> {
            LongAdder adder = new LongAdder();
            adder.add(number(in));
            return adder;
        });
        add(DoubleAdder.class, (out, value) -> writeFraction(out, value.sum()), in -> {
            DoubleAdder adder = new DoubleAdder();
            adder.add(fraction(in));
            return adder;
        });
        add(
                boolean[].class,
                (out, value) -> {
                    byte[] bytes = new byte[value.length];
                    for (int i = 0; i < bytes.length; i++) {
                        bytes[i] = (byte) (value[i] ? 1 : 0);
                    }
                    out.generator().writeBinary(bytes);
                },
                in -> {
                    byte[] bytes = in.parser().getBinaryValue();
                    boolean[] value = new boolean[bytes.length];
                    for (int i = 0; i < bytes.length; i++) {
                        value[i] = bytes[i] != 0;
                    }
                    return value;
                });
        wholes(
                short[].class,
                Short.BYTES,
                (into, value) -> into.asShortBuffer().put(value),
                from -> {
                    short[] value = new short[from.remaining() / Short.BYTES];
                    from.asShortBuffer().get(value);
                    return value;
                },
                value -> value.length);
        wholes(
                char[].class,
                Character.BYTES,
                (into, value) -> into.asCharBuffer().put(value),
                from -> {
                    char[] value = new char[from.remaining() / Character.BYTES];
                    from.asCharBuffer().get(value);
                    return value;
                },
                value -> value.length);
        wholes(
                int[].class,
                Integer.BYTES,
                (into, value) -> into.asIntBuffer().put(value),
                from -> {
                    int[] value = new int[from.remaining() / Integer.BYTES];
                    from.asIntBuffer().get(value);
                    return value;
                },
                value -> value.length);
        wholes(
                long[].class,
                Long.BYTES,
                (into, value) -> into.asLongBuffer().put(value),
                from -> {
                    long[] value = new long[from.remaining() / Long.BYTES];
                    from.asLongBuffer().get(value);
                    return value;
                },
                value -> value.length);
        wholes(
                float[].class,
                Float.BYTES,
                (into, value) -> into.asFloatBuffer().put(value),
                from -> {
                    float[] value = new float[from.remaining() / Float.BYTES];
                    from.asFloatBuffer().get(value);
                    return value;
                },
                value -> value.length);
        wholes(
                double[].class,
                Double.BYTES,
                (into, value) -> into.asDoubleBuffer().put(value),
                from -> {
                    double[] value = new double[from.remaining() / Double.BYTES];
                    from.asDoubleBuffer().get(value);
                    return value;
                },
                value -> value.length);
        add(
                BitSet.class,
                (out, value) -> out.generator().writeBinary(value.toByteArray()),
                in -> BitSet.valueOf(in.parser().getBinaryValue()));
        add(
                AtomicIntegerArray.class,
                (out, value) -> {
                    int[] copy = new int[value.length()];
                    for (int i = 0; i < copy.length; i++) {
                        copy[i] = value.get(i);
                    }
                    scalar(int[].class).write(out, copy);
                },
                in -> new AtomicIntegerArray(scalar(int[].class).read(in)));
        add(
                AtomicLongArray.class,
                (out, value) -> {
                    long[] copy = new long[value.length()];
                    for (int i = 0; i < copy.length; i++) {
                        copy[i] = value.get(i);
                    }
                    scalar(long[].class).write(out, copy);
                },
                in -> new AtomicLongArray(scalar(long[].class).read(in)));
    }

    private static <T> void both(
            Class<T> primitive, Class<T> boxed, Scalar.Writing<T> writing, Scalar.Reading<T> reading) {
        BY_CLASS.put(primitive, add(boxed, writing, reading).ofPrimitive());
    }

    /** Copies an array. */
    private interface Copying<T> {
        void copy(ByteBuffer into, T value);
    }

    /** Arrays of numbers, as their bytes. */
    private static <T> void wholes(
            Class<T> type, int size, Copying<T> copying, Function<ByteBuffer, T> reading, Function<T, Integer> length) {
        add(
                type,
                (out, value) -> {
                    long bytes = (long) length.apply(value) * size;
                    if (bytes > Integer.MAX_VALUE - 64) {
                        throw ValueFailure.because("it is larger than may cross", "Pass it in parts");
                    }
                    ByteBuffer buffer = ByteBuffer.allocate((int) bytes);
                    copying.copy(buffer, value);
                    out.generator().writeBinary(buffer.array());
                },
                in -> reading.apply(ByteBuffer.wrap(in.parser().getBinaryValue())));
    }

    @SuppressWarnings("unchecked") // added with this class
    private static <T> Scalar<T> scalar(Class<T> type) {
        return (Scalar<T>) java.util.Objects.requireNonNull(BY_CLASS.get(type));
    }

    static int integer(ValueReader in) {
        in.expect(JsonToken.VALUE_NUMBER_INT);
        return in.parser().getIntValue();
    }

    static long number(ValueReader in) {
        in.expect(JsonToken.VALUE_NUMBER_INT);
        return in.parser().getLongValue();
    }

    private static int ranged(ValueReader in, int least, int most) {
        int value = integer(in);
        if (value < least || value > most) {
            throw ValueFailure.malformed(value + " is out of range");
        }
        return value;
    }

    private static void writeFraction(ValueWriter out, double value) {
        if (Double.isFinite(value)) {
            out.generator().writeNumber(value);
        } else {
            out.generator().writeString(Double.toString(value));
        }
    }

    private static double fraction(ValueReader in) {
        JsonToken token = in.parser().currentToken();
        if (token == JsonToken.VALUE_STRING) {
            return Double.parseDouble(string(in));
        }
        if (token != JsonToken.VALUE_NUMBER_INT) {
            in.expect(JsonToken.VALUE_NUMBER_FLOAT);
        }
        return in.parser().getDoubleValue();
    }

    private static BigInteger bigInteger(ValueReader in) {
        return new BigInteger(in.parser().getBinaryValue());
    }

    // ---- time

    private static void time() {
        addText(Instant.class, Instant::toString, Instant::parse);
        addText(Duration.class, Duration::toString, Duration::parse);
        addText(Period.class, Period::toString, Period::parse);
        addText(LocalDate.class, LocalDate::toString, LocalDate::parse);
        addText(LocalTime.class, LocalTime::toString, LocalTime::parse);
        addText(LocalDateTime.class, LocalDateTime::toString, LocalDateTime::parse);
        addText(OffsetTime.class, OffsetTime::toString, OffsetTime::parse);
        addText(OffsetDateTime.class, OffsetDateTime::toString, OffsetDateTime::parse);
        addText(MonthDay.class, MonthDay::toString, MonthDay::parse);
        add(Year.class, (out, value) -> out.generator().writeNumber(value.getValue()), in -> Year.of(integer(in)));
        add(
                YearMonth.class,
                (out, value) -> out.generator()
                        .writeStartArray()
                        .writeNumber(value.getYear())
                        .writeNumber(value.getMonthValue())
                        .writeEndArray(),
                in -> {
                    int year = first(in, Scalars::integer);
                    in.next();
                    return last(in, YearMonth.of(year, integer(in)));
                });
        addText(ZoneOffset.class, ZoneOffset::getId, ZoneOffset::of);
        addText(ZoneId.class, ZoneId::getId, ZoneId::of);
        add(
                ZonedDateTime.class,
                (out, value) -> out.generator()
                        .writeStartArray()
                        .writeString(value.toLocalDateTime().toString())
                        .writeString(value.getOffset().getId())
                        .writeString(value.getZone().getId())
                        .writeEndArray(),
                in -> {
                    LocalDateTime local = LocalDateTime.parse(first(in, Scalars::string));
                    in.next();
                    ZoneOffset offset = ZoneOffset.of(string(in));
                    in.next();
                    return last(in, ZonedDateTime.ofInstant(local, offset, ZoneId.of(string(in))));
                });
        add(Date.class, (out, value) -> out.generator().writeNumber(value.getTime()), in -> new Date(number(in)));
        addText(TimeZone.class, Scalars::zoneId, TimeZone::getTimeZone);
        add(GregorianCalendar.class, Scalars::writeCalendar, Scalars::readCalendar);
    }

    private static String zoneId(TimeZone zone) {
        TimeZone again = TimeZone.getTimeZone(zone.getID());
        if (again.getClass() != zone.getClass() || !again.equals(zone)) {
            throw ValueFailure.because("a time zone of its own rules would arrive changed", "Pass the zone's id");
        }
        return zone.getID();
    }

    private static void writeCalendar(ValueWriter out, GregorianCalendar value) {
        out.generator()
                .writeStartArray()
                .writeNumber(value.getTimeInMillis())
                .writeString(zoneId(value.getTimeZone()))
                .writeBoolean(value.isLenient())
                .writeNumber(value.getFirstDayOfWeek())
                .writeNumber(value.getMinimalDaysInFirstWeek())
                .writeNumber(value.getGregorianChange().getTime())
                .writeEndArray();
    }

    private static GregorianCalendar readCalendar(ValueReader in) {
        long time = first(in, Scalars::number);
        in.next();
        GregorianCalendar calendar = new GregorianCalendar(TimeZone.getTimeZone(string(in)), Locale.ROOT);
        in.next();
        boolean lenient = in.parser().getBooleanValue();
        in.next();
        calendar.setFirstDayOfWeek(integer(in));
        in.next();
        calendar.setMinimalDaysInFirstWeek(integer(in));
        in.next();
        calendar.setGregorianChange(new Date(number(in)));
        calendar.setLenient(lenient);
        calendar.setTimeInMillis(time);
        return last(in, calendar);
    }

    // ---- text

    private static void text() {
        addText(UUID.class, UUID::toString, UUID::fromString);
        add(
                StringBuilder.class,
                (out, value) -> writeText(out, value.toString()),
                in -> new StringBuilder(readText(in)));
        add(StringBuffer.class, (out, value) -> writeText(out, value.toString()), in -> new StringBuffer(readText(in)));
        addText(Currency.class, Currency::getCurrencyCode, Currency::getInstance);
        add(Locale.class, Scalars::writeLocale, Scalars::readLocale);
        addText(Charset.class, Charset::name, Charset::forName);
        add(
                Pattern.class,
                (out, value) -> {
                    out.generator().writeStartArray().writeNumber(flags(value));
                    writeText(out, value.pattern());
                    out.generator().writeEndArray();
                },
                in -> {
                    int flags = first(in, Scalars::integer);
                    in.next();
                    return last(in, Pattern.compile(readText(in), flags));
                });
        add(
                StackTraceElement.class,
                (out, value) -> {
                    JsonGenerator to = out.generator().writeStartArray();
                    to.writeString(value.getClassLoaderName())
                            .writeString(value.getModuleName())
                            .writeString(value.getModuleVersion());
                    to.writeString(value.getClassName()).writeString(value.getMethodName());
                    to.writeString(value.getFileName())
                            .writeNumber(value.getLineNumber())
                            .writeEndArray();
                },
                in -> {
                    in.expect(JsonToken.START_ARRAY);
                    @Nullable String[] parts = new String[6];
                    for (int i = 0; i < parts.length; i++) {
                        parts[i] = in.next() == JsonToken.VALUE_NULL ? null : string(in);
                    }
                    in.next();
                    if (parts[3] == null || parts[4] == null) {
                        throw ValueFailure.malformed("a frame without a class");
                    }
                    return last(
                            in,
                            new StackTraceElement(
                                    parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], integer(in)));
                });
    }

    /**
     * What it was compiled with. Its {@code flags()} also say what stood last in its text, such as {@code (?i)}, and would
     * hold for all of it there. Only its serial form knows: the flags, then the text.
     */
    private static int flags(Pattern value) {
        if (!value.pattern().contains("(?")) {
            return value.flags();
        }
        byte[] whole = serialized(value); // flags and text; that of the text alone has four other bytes before it
        return ByteBuffer.wrap(whole).getInt(whole.length - serialized(value.pattern()).length);
    }

    /** Four bytes of a header, then the object. */
    private static byte[] serialized(Object value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        } catch (IOException e) {
            throw new IllegalStateException(e); // memory does not fail
        }
        return bytes.toByteArray();
    }

    /** A string that UTF-8 would change is written as its chars. */
    private static void writeText(ValueWriter out, String value) {
        if (!PlainValues.hasHalfPair(value)) {
            out.generator().writeString(value);
            return;
        }
        out.generator().writeStartArray();
        out.generator().writeBinary(chars(value));
        out.generator().writeEndArray();
    }

    private static byte[] chars(String value) {
        ByteBuffer bytes = ByteBuffer.allocate(value.length() * 2);
        bytes.asCharBuffer().put(value);
        return bytes.array();
    }

    private static String readText(ValueReader in) {
        if (in.parser().currentToken() != JsonToken.START_ARRAY) {
            return string(in);
        }
        in.next();
        String value =
                ByteBuffer.wrap(in.parser().getBinaryValue()).asCharBuffer().toString();
        return last(in, value);
    }

    static String string(ValueReader in) {
        in.expect(JsonToken.VALUE_STRING);
        return in.parser().getString();
    }

    private static void writeLocale(ValueWriter out, Locale value) {
        String tag = value.toLanguageTag();
        if (Locale.forLanguageTag(tag).equals(value)) {
            out.generator().writeString(tag);
            return;
        }
        if (value.hasExtensions() || !value.getScript().isEmpty()) {
            throw ValueFailure.because("the locale '" + value + "' has no tag that says all of it", "Pass its parts");
        }
        out.generator().writeStartArray().writeString(value.getLanguage());
        out.generator()
                .writeString(value.getCountry())
                .writeString(value.getVariant())
                .writeEndArray();
    }

    @SuppressWarnings("deprecation") // since 19, which has another way; we compile for 17
    private static Locale readLocale(ValueReader in) {
        if (in.parser().currentToken() == JsonToken.VALUE_STRING) {
            return Locale.forLanguageTag(string(in));
        }
        String language = first(in, Scalars::string);
        in.next();
        String country = string(in);
        in.next();
        return last(in, new Locale(language, country, string(in)));
    }

    // ---- places

    private static void places() {
        add(File.class, (out, value) -> writeText(out, value.getPath()), in -> new File(readText(in)));
        addText(Path.class, Scalars::pathText, Path::of);
        addText(URI.class, Scalars::uriText, URI::create);
        addText(URL.class, URL::toExternalForm, Scalars::url);
        add(Inet4Address.class, Scalars::writeAddress, in -> (Inet4Address) readAddress(in));
        add(Inet6Address.class, Scalars::writeAddress, in -> (Inet6Address) readAddress(in));
        add(
                InetSocketAddress.class,
                (out, value) -> {
                    out.generator().writeStartArray().writeNumber(value.getPort());
                    if (value.getAddress() == null) {
                        out.generator().writeString(value.getHostString());
                    } else {
                        writeAddress(out, value.getAddress());
                    }
                    out.generator().writeEndArray();
                },
                in -> {
                    int port = first(in, Scalars::integer);
                    boolean unresolved = in.next() == JsonToken.VALUE_STRING;
                    return last(
                            in,
                            unresolved
                                    ? InetSocketAddress.createUnresolved(string(in), port)
                                    : new InetSocketAddress(readAddress(in), port));
                });
        add(ByteBuffer.class, Scalars::writeBuffer, Scalars::readBuffer);
    }

    private static String pathText(Path path) {
        String text = path.toString();
        if (path.getFileSystem() != FileSystems.getDefault() || !Path.of(text).equals(path)) {
            throw ValueFailure.because("the path '" + text + "' is none of the default file system", "Pass its bytes");
        }
        return text;
    }

    private static String uriText(URI value) {
        String text = value.toString();
        if (!URI.create(text).equals(value)) { // such as a relative one whose path looks like a scheme
            throw ValueFailure.because("the URI '" + text + "' is read as another one", "Pass its parts");
        }
        return text;
    }

    @SuppressWarnings("deprecation") // since 20; as written it has to be parsed as written
    private static URL url(String text) {
        try {
            return new URL(text);
        } catch (MalformedURLException e) {
            throw ValueFailure.because(e.getMessage() + ": " + text, "Pass a URI");
        }
    }

    private static void writeAddress(ValueWriter out, InetAddress value) {
        String text = value.toString(); // host/address, and asks nobody for the host
        String host = text.substring(0, text.lastIndexOf('/'));
        out.generator().writeStartArray();
        if (host.isEmpty()) {
            out.generator().writeNull();
        } else {
            out.generator().writeString(host);
        }
        out.generator().writeBinary(value.getAddress());
        out.generator().writeNumber(value instanceof Inet6Address six ? six.getScopeId() : 0);
        out.generator().writeEndArray();
    }

    private static InetAddress readAddress(ValueReader in) {
        in.expect(JsonToken.START_ARRAY);
        String host = in.next() == JsonToken.VALUE_NULL ? null : string(in);
        in.next();
        byte[] bytes = in.parser().getBinaryValue();
        in.next();
        int scope = integer(in);
        try {
            return last(
                    in,
                    bytes.length == 16
                            ? Inet6Address.getByAddress(host, bytes, scope == 0 ? -1 : scope)
                            : InetAddress.getByAddress(host, bytes));
        } catch (UnknownHostException e) {
            throw ValueFailure.malformed("no address");
        }
    }

    private static void writeBuffer(ValueWriter out, ByteBuffer value) {
        ByteBuffer whole = value.duplicate().clear();
        byte[] bytes = new byte[whole.remaining()];
        whole.get(bytes);
        out.generator().writeStartArray().writeBinary(bytes);
        out.generator().writeNumber(value.position()).writeNumber(value.limit());
        out.generator().writeBoolean(value.order() == ByteOrder.BIG_ENDIAN);
        out.generator().writeBoolean(value.isDirect()).writeBoolean(value.isReadOnly());
        out.generator().writeEndArray();
    }

    private static ByteBuffer readBuffer(ValueReader in) {
        in.expect(JsonToken.START_ARRAY);
        in.next();
        byte[] bytes = in.parser().getBinaryValue();
        in.next();
        int position = integer(in);
        in.next();
        int limit = integer(in);
        in.next();
        boolean bigEndian = in.parser().getBooleanValue();
        in.next();
        boolean direct = in.parser().getBooleanValue();
        in.next();
        boolean readOnly = in.parser().getBooleanValue();
        ByteBuffer whole =
                direct ? ByteBuffer.allocateDirect(bytes.length).put(bytes).clear() : ByteBuffer.wrap(bytes);
        ByteBuffer buffer = readOnly ? whole.asReadOnlyBuffer() : whole;
        return last(
                in,
                buffer.limit(limit)
                        .position(position)
                        .order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN));
    }

    // ---- parts of one that has several

    static <T> T first(ValueReader in, Scalar.Reading<T> part) {
        in.expect(JsonToken.START_ARRAY);
        in.next();
        return part.read(in);
    }

    static <T> T last(ValueReader in, T value) {
        in.nextIs(JsonToken.END_ARRAY);
        return value;
    }
}
