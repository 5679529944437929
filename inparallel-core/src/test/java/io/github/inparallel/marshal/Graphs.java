package io.github.inparallel.marshal;

import java.io.File;
import java.lang.reflect.Array;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.DayOfWeek;
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
import java.util.AbstractMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Calendar;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Currency;
import java.util.Date;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.GregorianCalendar;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.Vector;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.type.TypeFactory;

/** Random types, and random values of them, over all that applications commonly pass. */
@SuppressWarnings({"JavaUtilDate", "JdkObsolete", "NullAway", "UnnecessaryStringBuilder"
}) // old classes and nulls cross too
final class Graphs {

    private static final List<Class<?>> LEAVES = List.of(
            Boolean.class,
            Byte.class,
            Short.class,
            Character.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            String.class,
            BigInteger.class,
            BigDecimal.class,
            MathContext.class,
            AtomicBoolean.class,
            AtomicInteger.class,
            AtomicLong.class,
            AtomicIntegerArray.class,
            AtomicLongArray.class,
            BitSet.class,
            byte[].class,
            boolean[].class,
            short[].class,
            char[].class,
            int[].class,
            long[].class,
            float[].class,
            double[].class,
            String[].class,
            Instant.class,
            Duration.class,
            Period.class,
            LocalDate.class,
            LocalTime.class,
            LocalDateTime.class,
            OffsetTime.class,
            OffsetDateTime.class,
            MonthDay.class,
            Year.class,
            YearMonth.class,
            ZoneId.class,
            ZoneOffset.class,
            ZonedDateTime.class,
            Date.class,
            java.sql.Date.class,
            Time.class,
            Timestamp.class,
            TimeZone.class,
            Calendar.class,
            GregorianCalendar.class,
            UUID.class,
            StringBuilder.class,
            StringBuffer.class,
            Currency.class,
            Locale.class,
            Charset.class,
            Pattern.class,
            File.class,
            Path.class,
            URI.class,
            InetAddress.class,
            InetSocketAddress.class,
            ByteBuffer.class,
            OptionalInt.class,
            OptionalLong.class,
            OptionalDouble.class,
            Properties.class,
            DayOfWeek.class,
            TimeUnit.class,
            Samples.Level.class,
            Samples.Shape.class,
            Samples.Unit.class,
            Samples.Circle.class,
            Samples.Polygon.class,
            Samples.Animal.class,
            Samples.Dog.class,
            Samples.Named.class,
            Samples.Person.class,
            Samples.KotlinLike.class,
            Samples.Built.class,
            Samples.Loose.class,
            Samples.Order.class,
            Samples.Line.class,
            Samples.Basket.class,
            Samples.Node.class,
            Number.class,
            CharSequence.class,
            Object.class);

    /** Those with equals, by which copies of sets can be compared. */
    private static final List<Class<?>> KEYS = List.of(
            Integer.class,
            Long.class,
            Double.class,
            String.class,
            BigDecimal.class,
            Instant.class,
            LocalDate.class,
            UUID.class,
            DayOfWeek.class,
            Samples.Level.class,
            Samples.Circle.class,
            Character.class,
            Locale.class);

    private static final int[] CODE_POINTS = {0, 'a', '"', '\\', '\n', 0xFC, 0xFFFF, 0x1F680, 0xD83D, 0xDE80, 0x7F};

    private final Random random;
    private final TypeFactory types = TypeFactory.createDefaultInstance();

    Graphs(long seed) {
        random = new Random(seed);
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    JavaType type(int depth) {
        if (depth == 0 || chance(3)) {
            return types.constructType(pick(LEAVES));
        }
        JavaType inner = type(depth - 1);
        JavaType key = types.constructType(pick(KEYS));
        return switch (random.nextInt(13)) {
            case 0, 1 -> types.constructCollectionType(ArrayList.class, inner);
            case 2, 3 -> generic(List.class, inner);
            case 4 -> generic(Collection.class, inner);
            case 5 -> generic(Set.class, key);
            case 6 -> generic(Map.class, key, inner);
            case 7 -> generic(Optional.class, inner);
            case 8 -> generic(AtomicReference.class, inner);
            case 9 -> generic(Samples.Box.class, inner);
            case 10 -> generic(Samples.Pair.class, key, inner);
            case 11 -> generic(Map.Entry.class, key, inner);
            default -> types.constructArrayType(inner);
        };
    }

    private JavaType generic(Class<?> raw, JavaType... arguments) {
        return types.constructParametricType(raw, arguments);
    }

    @Nullable
    Object value(JavaType type, int depth) {
        if (chance(12)) {
            return null;
        }
        return present(type, depth);
    }

    private Object present(JavaType type, int depth) {
        Class<?> raw = type.getRawClass();
        JavaType inner = type.containedTypeOrUnknown(type.containedTypeCount() - 1);
        if (raw.isArray() && !raw.getComponentType().isPrimitive()) {
            Object[] array = (Object[]) Array.newInstance(raw.getComponentType(), random.nextInt(4));
            for (int i = 0; i < array.length; i++) {
                array[i] = value(type.getContentType(), depth - 1);
            }
            return array;
        }
        if (raw == ArrayList.class || raw == List.class || raw == Collection.class) {
            return collection(raw, inner, depth);
        }
        if (raw == Set.class) {
            return set(inner);
        }
        if (raw == Map.class) {
            return map(type.containedType(0), inner, depth);
        }
        if (raw == Optional.class) {
            return Optional.ofNullable(value(inner, depth - 1));
        }
        if (raw == AtomicReference.class) {
            return new AtomicReference<>(value(inner, depth - 1));
        }
        if (raw == Samples.Box.class) {
            Samples.Box<Object> box = chance(3) ? new Samples.Crate<>() : new Samples.Box<>();
            box.content = value(inner, depth - 1);
            box.more = chance(2) ? null : new ArrayList<>(Collections.singletonList(value(inner, depth - 1)));
            return box;
        }
        if (raw == Samples.Pair.class) {
            return new Samples.Pair<>(leaf(type.containedType(0).getRawClass(), 0), value(inner, depth - 1));
        }
        if (raw == Map.Entry.class) {
            Object key = leaf(type.containedType(0).getRawClass(), 0);
            Object value = present(inner, depth - 1);
            return switch (random.nextInt(3)) {
                case 0 -> Map.entry(key, value);
                case 1 -> new AbstractMap.SimpleEntry<>(key, value);
                default -> new AbstractMap.SimpleImmutableEntry<>(key, value);
            };
        }
        return leaf(raw, depth);
    }

    private Object collection(Class<?> raw, JavaType inner, int depth) {
        List<@Nullable Object> elements = new ArrayList<>();
        boolean nulls = chance(3);
        for (int i = random.nextInt(4); i > 0; i--) {
            elements.add(nulls ? value(inner, depth - 1) : present(inner, depth - 1));
        }
        if (raw == ArrayList.class) {
            return elements;
        }
        return switch (random.nextInt(nulls ? 7 : 9)) {
            case 0 -> new LinkedList<>(elements);
            case 1 -> new Vector<>(elements);
            case 2 -> new CopyOnWriteArrayList<>(elements);
            case 3 -> Arrays.asList(elements.toArray());
            case 4 -> Collections.unmodifiableList(elements);
            case 5 -> elements;
            case 6 -> raw == List.class ? elements.stream().toList() : Collections.unmodifiableCollection(elements);
            case 7 -> List.copyOf(elements);
            default -> raw == List.class ? List.copyOf(elements) : new ArrayDeque<>(elements);
        };
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private Object set(JavaType inner) {
        Set<Object> elements = new LinkedHashSet<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            elements.add(leaf(inner.getRawClass(), 0));
        }
        boolean sortable = Comparable.class.isAssignableFrom(inner.getRawClass());
        if (inner.getRawClass().isEnum() && chance(3)) {
            EnumSet set = EnumSet.noneOf((Class) inner.getRawClass());
            set.addAll(elements);
            return set;
        }
        return switch (random.nextInt(sortable ? 9 : 6)) {
            case 0 -> new HashSet<>(elements);
            case 1 -> elements;
            case 2 -> Set.copyOf(elements);
            case 3 -> Collections.unmodifiableSet(elements);
            case 4 -> new CopyOnWriteArraySet<>(elements);
            case 5 -> {
                Set<Object> concurrent = ConcurrentHashMap.newKeySet();
                concurrent.addAll(elements);
                yield concurrent;
            }
            case 6 -> new TreeSet<>(elements);
            case 7 -> {
                Set<Object> sorted = new TreeSet<>((Comparator) Comparator.reverseOrder());
                sorted.addAll(elements);
                yield sorted;
            }
            default -> Collections.unmodifiableSortedSet(new TreeSet<>(elements));
        };
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private Object map(JavaType key, JavaType inner, int depth) {
        Map<Object, Object> entries = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            entries.put(leaf(key.getRawClass(), 0), present(inner, depth - 1));
        }
        if (key.getRawClass().isEnum() && chance(3)) {
            EnumMap map = new EnumMap(key.getRawClass());
            map.putAll(entries);
            return map;
        }
        boolean sortable = Comparable.class.isAssignableFrom(key.getRawClass());
        return switch (random.nextInt(sortable ? 8 : 5)) {
            case 0 -> new HashMap<>(entries);
            case 1 -> entries;
            case 2 -> Map.copyOf(entries);
            case 3 -> Collections.unmodifiableMap(entries);
            case 4 -> new ConcurrentHashMap<>(entries);
            case 5 -> new TreeMap<>(entries);
            case 6 -> new ConcurrentSkipListMap<>(entries);
            default -> {
                Map<Object, Object> sorted = new TreeMap<>((Comparator) Comparator.reverseOrder());
                sorted.putAll(entries);
                yield sorted;
            }
        };
    }

    private String text() {
        int length = chance(20) ? 3_000 : random.nextInt(8);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            int codePoint = CODE_POINTS[random.nextInt(CODE_POINTS.length)];
            if (codePoint < 0xD800 || codePoint > 0xDFFF || chance(20)) {
                text.appendCodePoint(codePoint);
            }
        }
        return text.toString();
    }

    private long number() {
        return switch (random.nextInt(5)) {
            case 0 -> random.nextInt(10);
            case 1 -> Integer.MAX_VALUE + (long) random.nextInt(3);
            case 2 -> Long.MIN_VALUE;
            case 3 -> Long.MAX_VALUE;
            default -> random.nextLong();
        };
    }

    private double fraction() {
        return switch (random.nextInt(7)) {
            case 0 -> -0.0;
            case 1 -> Double.NaN;
            case 2 -> Double.NEGATIVE_INFINITY;
            case 3 -> Double.MIN_VALUE;
            case 4 -> random.nextInt(100);
            default -> random.nextDouble() * random.nextInt();
        };
    }

    private LocalDateTime local() {
        return LocalDateTime.of(
                random.nextInt(20_000) - 5_000,
                1 + random.nextInt(12),
                1 + random.nextInt(28),
                random.nextInt(24),
                random.nextInt(60),
                chance(2) ? 0 : random.nextInt(60),
                chance(2) ? 0 : random.nextInt(1_000_000_000));
    }

    private ZoneId zone() {
        return ZoneId.of(
                pick(List.of("Europe/Berlin", "UTC", "Z", "+05:30", "GMT+1", "America/St_Johns", "UTC-03:00")));
    }

    private long millis() {
        return local().toInstant(ZoneOffset.UTC).toEpochMilli();
    }

    private Object leaf(Class<?> raw, int depth) {
        Object own = ofApplication(raw, depth);
        if (own != null) {
            return own;
        }
        Object time = ofTime(raw);
        if (time != null) {
            return time;
        }
        Object number = ofNumbers(raw);
        return number != null ? number : ofOthers(raw, depth);
    }

    private @Nullable Object ofApplication(Class<?> raw, int depth) {
        if (raw.isEnum()) {
            return raw.getEnumConstants()[random.nextInt(raw.getEnumConstants().length)];
        }
        if (raw == Samples.Shape.class) {
            return leaf(pick(List.of(Samples.Circle.class, Samples.Unit.class, Samples.Polygon.class)), depth);
        }
        if (raw == Samples.Circle.class) {
            return new Samples.Circle(fraction());
        }
        if (raw == Samples.Polygon.class) {
            int[] corners = new int[random.nextInt(3)];
            return chance(2) ? new Samples.Triangle(corners) : new Samples.Polygon(corners);
        }
        if (raw == Samples.Animal.class || raw == Samples.Dog.class) {
            Samples.Animal animal = raw == Samples.Animal.class && chance(2)
                    ? new Samples.Animal()
                    : chance(2) ? new Samples.Dog() : new Samples.Puppy();
            animal.name = text();
            return animal;
        }
        if (raw == Samples.Named.class || raw == Samples.Person.class) {
            return new Samples.Person(text(), (Samples.Animal) leaf(Samples.Animal.class, depth));
        }
        if (raw == Samples.KotlinLike.class) {
            return new Samples.KotlinLike(
                    text(), random.nextInt(), chance(3) ? null : List.of(new Samples.KotlinLike("part", 0, null)));
        }
        if (raw == Samples.Built.class) {
            return Samples.Built.of(text(), chance(2) ? null : LocalDate.ofEpochDay(random.nextInt(1_000_000)));
        }
        if (raw == Samples.Loose.class) {
            Samples.Loose loose = new Samples.Loose();
            loose.any = leaf(Object.class, depth);
            loose.number = (Number) leaf(Number.class, depth);
            loose.attributes = new HashMap<>();
            loose.attributes.put(text(), depth > 0 ? leaf(Object.class, depth - 1) : null);
            loose.comparable = chance(3)
                    ? null
                    : (Comparable<?>) leaf(pick(List.of(Long.class, String.class, LocalDate.class)), 0);
            loose.date = (Date) leaf(pick(List.of(Date.class, Timestamp.class, Time.class)), 0);
            loose.text = (CharSequence) leaf(CharSequence.class, 0);
            loose.counter = random.nextInt();
            loose.cached = text();
            return loose;
        }
        if (raw == Samples.Order.class) {
            return order();
        }
        if (raw == Samples.Line.class) {
            return order().lines.get(0);
        }
        if (raw == Samples.Basket.class) {
            Samples.Basket basket = new Samples.Basket();
            basket.owner = text();
            basket.addAll(order().lines);
            return basket;
        }
        return raw == Samples.Node.class ? nodes() : null;
    }

    private Samples.Order order() {
        Samples.Order order = new Samples.Order();
        order.id = number();
        boolean isBidirectional = chance(2);
        for (int i = 0; i <= random.nextInt(3); i++) {
            Samples.Line line = chance(3) ? new Samples.GiftLine() : new Samples.Line();
            line.number = i;
            line.order = isBidirectional ? order : null;
            order.lines.add(line);
            if (chance(2)) {
                order.urgent.add(line);
            }
        }
        return order;
    }

    /** A few nodes with arrows between any two. */
    private Samples.Node nodes() {
        List<Samples.Node> nodes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            nodes.add(new Samples.Node());
        }
        for (int i = 0; i < 4; i++) {
            Samples.Node node = nodes.get(i);
            boolean back = chance(3);
            node.left = back ? pick(nodes) : i == 3 || chance(2) ? null : nodes.get(i + 1);
            node.right = chance(3) && back ? pick(nodes) : null;
            if (back && chance(2)) {
                node.named = new HashMap<>(Map.of("a", pick(nodes)));
            }
        }
        return nodes.get(0);
    }

    private @Nullable Object ofTime(Class<?> raw) {
        if (raw == Instant.class) {
            return chance(9) ? Instant.MIN : chance(9) ? Instant.MAX : local().toInstant(ZoneOffset.UTC);
        }
        if (raw == Duration.class) {
            return chance(9) ? Duration.ofSeconds(Long.MIN_VALUE) : Duration.ofNanos(number());
        }
        if (raw == Period.class) {
            return Period.of(random.nextInt(), random.nextInt(99), -random.nextInt(99));
        }
        if (raw == LocalDate.class) {
            return chance(9) ? LocalDate.MAX : local().toLocalDate();
        }
        if (raw == LocalTime.class) {
            return local().toLocalTime();
        }
        if (raw == LocalDateTime.class) {
            return chance(9) ? LocalDateTime.MIN : local();
        }
        if (raw == OffsetTime.class) {
            return local().toLocalTime().atOffset(ZoneOffset.ofTotalSeconds(random.nextInt(36_000)));
        }
        if (raw == OffsetDateTime.class) {
            return local().atOffset(ZoneOffset.ofTotalSeconds(-random.nextInt(36_000)));
        }
        if (raw == MonthDay.class) {
            return MonthDay.from(local());
        }
        if (raw == Year.class) {
            return Year.of(chance(3) ? Year.MIN_VALUE : 2026);
        }
        if (raw == YearMonth.class) {
            return YearMonth.of(chance(3) ? Year.MAX_VALUE : -4, 2);
        }
        if (raw == ZoneId.class) {
            return zone();
        }
        if (raw == ZoneOffset.class) {
            return ZoneOffset.ofTotalSeconds(random.nextInt(36_000));
        }
        if (raw == ZonedDateTime.class) {
            ZonedDateTime time = local().atZone(zone());
            return chance(2)
                    ? time.withLaterOffsetAtOverlap()
                    : ZonedDateTime.parse("2026-10-25T02:30+01:00[Europe/Berlin]");
        }
        if (raw == Date.class) {
            return chance(2)
                    ? new Date(millis())
                    : leaf(pick(List.of(Time.class, Timestamp.class, java.sql.Date.class)), 0);
        }
        if (raw == java.sql.Date.class) {
            return new java.sql.Date(millis());
        }
        if (raw == Time.class) {
            return new Time(random.nextInt(86_400_000));
        }
        if (raw == Timestamp.class) {
            Timestamp timestamp = new Timestamp(millis());
            timestamp.setNanos(random.nextInt(1_000_000_000));
            return timestamp;
        }
        if (raw == TimeZone.class) {
            return TimeZone.getTimeZone(pick(List.of("Asia/Kolkata", "GMT", "GMT+03:30", "America/New_York")));
        }
        if (raw == Calendar.class || raw == GregorianCalendar.class) {
            Calendar calendar = new GregorianCalendar((TimeZone) leaf(TimeZone.class, 0), Locale.GERMANY);
            calendar.setTimeInMillis(millis());
            calendar.setLenient(chance(2));
            return calendar;
        }
        return null;
    }

    private @Nullable Object ofNumbers(Class<?> raw) {
        if (raw == Boolean.class) {
            return chance(2);
        }
        if (raw == Byte.class) {
            return (byte) random.nextInt();
        }
        if (raw == Short.class) {
            return (short) random.nextInt();
        }
        if (raw == Character.class) {
            return (char) random.nextInt();
        }
        if (raw == Integer.class) {
            return (int) number();
        }
        if (raw == Long.class) {
            return number();
        }
        if (raw == Float.class) {
            return chance(2) ? (float) fraction() : Float.intBitsToFloat(random.nextInt());
        }
        if (raw == Double.class) {
            return fraction();
        }
        if (raw == BigInteger.class) {
            return new BigInteger(chance(20) ? 20_000 : 90, random).negate();
        }
        if (raw == BigDecimal.class) {
            return new BigDecimal(new BigInteger(chance(20) ? 20_000 : 60, random), random.nextInt(60) - 30);
        }
        if (raw == MathContext.class) {
            return new MathContext(random.nextInt(50), pick(List.of(RoundingMode.values())));
        }
        if (raw == AtomicBoolean.class) {
            return new AtomicBoolean(chance(2));
        }
        if (raw == AtomicInteger.class) {
            return new AtomicInteger(random.nextInt());
        }
        if (raw == AtomicLong.class) {
            return new AtomicLong(number());
        }
        if (raw == AtomicIntegerArray.class) {
            return new AtomicIntegerArray(new int[] {1, random.nextInt()});
        }
        if (raw == AtomicLongArray.class) {
            return new AtomicLongArray(new long[] {number()});
        }
        if (raw == BitSet.class) {
            return BitSet.valueOf(new long[] {random.nextLong(), number()});
        }
        if (raw == Number.class) {
            return leaf(
                    pick(List.of(
                            Long.class, Integer.class, Double.class, Float.class, BigDecimal.class, AtomicLong.class)),
                    0);
        }
        return null;
    }

    private Object array(Class<?> raw) {
        Object array = Array.newInstance(raw.getComponentType(), random.nextInt(3));
        for (int i = 0; i < Array.getLength(array); i++) {
            Array.set(
                    array,
                    i,
                    leaf(
                            java.lang.invoke.MethodType.methodType(raw.getComponentType())
                                    .wrap()
                                    .returnType(),
                            0));
        }
        return array;
    }

    private Object ofOthers(Class<?> raw, int depth) {
        if (raw.isArray()) {
            return array(raw);
        }
        if (raw == String.class) {
            return text();
        }
        if (raw == StringBuilder.class) {
            return new StringBuilder(text());
        }
        if (raw == StringBuffer.class) {
            return new StringBuffer(text());
        }
        if (raw == CharSequence.class) {
            return leaf(pick(List.of(String.class, StringBuilder.class)), 0);
        }
        if (raw == UUID.class) {
            return new UUID(random.nextLong(), number());
        }
        if (raw == Currency.class) {
            return Currency.getInstance("EUR");
        }
        if (raw == Locale.class) {
            return pick(List.of(
                    Locale.ROOT, Locale.GERMANY, Locale.forLanguageTag("sr-Latn-RS"), new Locale("no", "NO", "NY")));
        }
        if (raw == Charset.class) {
            return pick(List.of(StandardCharsets.UTF_8, StandardCharsets.ISO_8859_1));
        }
        if (raw == Pattern.class) {
            return Pattern.compile("a+", random.nextInt(4) * Pattern.CASE_INSENSITIVE);
        }
        if (raw == File.class) {
            return new File(pick(List.of("relative/x", "/absolute", "", "..")));
        }
        if (raw == Path.class) {
            return Path.of(pick(List.of("relative/x", "/absolute", "", "../up")));
        }
        if (raw == URI.class) {
            return URI.create(pick(List.of("http://a/b?c#d", "mailto:a@b", "../x", "")));
        }
        if (raw == ByteBuffer.class) {
            ByteBuffer buffer = ByteBuffer.allocate(8).putInt(random.nextInt());
            return chance(2)
                    ? buffer.order(java.nio.ByteOrder.LITTLE_ENDIAN)
                    : buffer.flip().asReadOnlyBuffer();
        }
        if (raw == OptionalInt.class) {
            return chance(3) ? OptionalInt.empty() : OptionalInt.of(random.nextInt());
        }
        if (raw == OptionalLong.class) {
            return chance(3) ? OptionalLong.empty() : OptionalLong.of(number());
        }
        if (raw == OptionalDouble.class) {
            return chance(3) ? OptionalDouble.empty() : OptionalDouble.of(fraction());
        }
        if (raw == Properties.class) {
            Properties properties = chance(3) ? new Properties(defaults()) : new Properties();
            properties.setProperty("a", text());
            return properties;
        }
        try {
            if (raw == InetAddress.class) {
                return chance(2)
                        ? InetAddress.getByAddress(
                                chance(2) ? "some.host" : null, new byte[] {10, 0, 0, (byte) random.nextInt()})
                        : InetAddress.getByAddress(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
            }
            if (raw == InetSocketAddress.class) {
                return chance(2)
                        ? InetSocketAddress.createUnresolved("some.host", 80)
                        : new InetSocketAddress((InetAddress) leaf(InetAddress.class, 0), random.nextInt(65_536));
            }
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
        if (raw == Object.class) {
            return switch (random.nextInt(4)) {
                case 0 -> depth > 0 ? new ArrayList<>(List.of(leaf(Object.class, depth - 1))) : 1L;
                case 1 -> depth > 0 ? new LinkedHashMap<>(Map.of("k", leaf(Object.class, depth - 1))) : 2.5f;
                default -> leaf(pick(LEAVES.subList(0, LEAVES.size() - 1)), depth - 1);
            };
        }
        throw new IllegalStateException(raw.getName());
    }

    private static Properties defaults() {
        Properties defaults = new Properties();
        defaults.setProperty("default", "x");
        return defaults;
    }

    /** So that unused kinds show. */
    static List<? extends Type> leaves() {
        return LEAVES;
    }
}
