package io.github.inparallel.marshal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import io.github.inparallel.MarshallingException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.Serializable;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Calendar;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Date;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.GregorianCalendar;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.SortedSet;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.xml.datatype.DatatypeFactory;
import javax.xml.datatype.Duration;
import javax.xml.datatype.XMLGregorianCalendar;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Values that once changed on the way, or were refused for no reason: each crosses as it is, or says why not. */
@SuppressWarnings({
    "ClassCanBeStatic",
    "IdentityHashMapUsage",
    "JavaUtilDate",
    "JdkObsolete",
    "ReferenceEquality",
    "UnusedVariable"
})
class ValueTests {

    /** All that is sent here, as declared. */
    @SuppressWarnings("unused")
    static class Declared {
        Samples.Animal animal = new Samples.Animal();
        List<Samples.Animal> animals = List.of();
        Samples.Animal[] animalArray = {};
        Map<String, Samples.Animal> animalMap = Map.of();
        Optional<Samples.Animal> optionalAnimal = Optional.empty();
        Samples.Person person = new Samples.Person(null, null);
        Samples.Shape shape = Samples.Unit.POINT;
        List<Samples.Shape> shapes = List.of();
        Samples.Named named = new Samples.Person(null, null);
        Samples.Loose loose = new Samples.Loose();
        Samples.Level level = Samples.Level.LOW;
        Samples.Built built = Samples.Built.of("", null);
        Samples.KotlinLike kotlin = new Samples.KotlinLike("", 0, null);
        Samples.Order order = new Samples.Order();
        Samples.Basket basket = new Samples.Basket();
        Samples.Node node = new Samples.Node();
        Collection<Samples.Line> lines = List.of();
        Set<String> set = Set.of();
        SortedSet<String> sortedSet = new TreeSet<>();
        Map<String, Integer> map = Map.of();
        TreeMap<String, Integer> treeMap = new TreeMap<>();
        EnumMap<Samples.Level, Integer> enumMap = new EnumMap<>(Samples.Level.class);
        EnumSet<Samples.Level> enumSet = EnumSet.noneOf(Samples.Level.class);
        Map<Samples.Level, Integer> levelMap = Map.of();
        Map<Samples.Circle, String> recordMap = Map.of();
        Number number = 1;
        Date date = new Date();
        java.sql.Date sqlDate = new java.sql.Date(0);
        Calendar calendar = new GregorianCalendar();
        Pattern pattern = Pattern.compile("");
        Properties properties = new Properties();
        Path path = Path.of("");
        BigInteger integer = BigInteger.ONE;
        BigDecimal decimal = BigDecimal.ONE;
        BitSet bits = new BitSet();
        List<String> strings = List.of();
        Set<List<String>> lists = Set.of();
        Map.Entry<String, Integer> entry = Map.entry("", 0);
        Object[] objects = {};
        Object anything = "";
        JsonNode json = JsonNodeFactory.instance.nullNode();
        XMLGregorianCalendar xmlTime = DatatypeFactory.newDefaultInstance().newXMLGregorianCalendar();
        Duration xmlDuration = DatatypeFactory.newDefaultInstance().newDuration(1);
        Only only = Only.ONE;
        Converting converting = new Converting(0, "");
        Tidying tidying = new Tidying("", new Date(), new byte[0], List.of());
        Asserting asserting = new Asserting(0);
        ForWebClients forWebClients = new ForWebClients("", "", null, 0);
        Created created = new Created("", 1, null);
        Code code = new Code("");
        Written written = new Written(0);
        Typed typed = new TypedLeaf();
        InputStream stream = new ByteArrayInputStream(new byte[0]);

        @Nullable
        Inner inner;

        Supplier<String> supplier = () -> "";
        Own own = () -> "";
        Money money = new Money(0);
    }

    /** An interface that a lambda can be. */
    interface Own {
        String get();
    }

    /** It holds the test around it. */
    class Inner {
        int x;
    }

    /** Annotated for clients of the web, who see less. */
    static final class ForWebClients {
        @JsonIgnore
        final String secret;

        @JsonProperty(access = JsonProperty.Access.WRITE_ONLY)
        final String password;

        @JsonFormat(pattern = "dd.MM.")
        final @Nullable LocalDate day;

        @JsonProperty(access = JsonProperty.Access.READ_ONLY)
        final long id;

        ForWebClients(String secret, String password, @Nullable LocalDate day, long id) {
            this.secret = secret;
            this.password = password;
            this.day = day;
            this.id = id;
        }
    }

    /** It says how it is made: what cannot cross is made there. */
    static final class Created {
        final String name;
        final Number number;
        final Samples.@Nullable Animal animal;
        final transient Thread maker = Thread.currentThread();
        transient int counter;
        static int made;

        @JsonCreator
        Created(
                @JsonProperty("name") String name,
                @JsonProperty("number") Number number,
                @JsonProperty("animal") Samples.@Nullable Animal animal) {
            this.name = name;
            this.number = number;
            this.animal = animal;
            made++;
        }
    }

    /** One value, which has its form. */
    static final class Code {
        private final String text;
        private final Thread maker = Thread.currentThread();

        @JsonCreator
        Code(String text) {
            this.text = text;
        }

        @JsonValue
        String text() {
            return text;
        }
    }

    /** It names who writes it, who fails. */
    @JsonSerialize(using = Failing.class)
    record Written(int number) {}

    static final class Failing extends ValueSerializer<Written> {
        @Override
        public void serialize(Written value, JsonGenerator generator, SerializationContext context) {
            throw new IllegalStateException("will not write " + value.number());
        }
    }

    /** Of a library, as it were; with Jackson's type information. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    interface Typed {}

    static final class TypedLeaf implements Typed {
        int leaf;
    }

    /** It cannot be made of all that it could be sent as. */
    record Money(long cents) {
        Money {
            if (cents < 0 && Thread.currentThread().getName().equals("other side")) {
                throw new IllegalArgumentException("no money");
            }
        }
    }

    static Type declared(String name) {
        try {
            return Declared.class.getDeclaredField(name).getGenericType();
        } catch (NoSuchFieldException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static @Nullable Object cross(Marshaller.Format format, String declared, @Nullable Object value) {
        Marshaller there = new Marshaller(format, 1 << 20, Marshaller.UNCHANGED);
        Marshaller here = new Marshaller(format, 1 << 20, Marshaller.UNCHANGED);
        return here.read(declared(declared), there.write(declared(declared), value), ValueTests.class.getClassLoader());
    }

    private static void assertCrosses(String declared, Object value) {
        for (Marshaller.Format format : Marshaller.Format.values()) {
            assertThat(Sameness.difference(value, cross(format, declared, value)))
                    .as("%s as %s", declared, format)
                    .isNull();
        }
    }

    private static void assertRefused(String declared, Object value, String... says) {
        for (Marshaller.Format format : Marshaller.Format.values()) {
            assertThatThrownBy(() -> cross(format, declared, value))
                    .isInstanceOfSatisfying(MarshallingException.class, e -> ValuePropertyTests.assertOurs(declared, e))
                    .hasMessageContainingAll(says);
        }
    }

    @Test
    void aSubclassWithoutFieldsArrivesAsItself() {
        Samples.Dog dog = new Samples.Dog();
        dog.name = "Rex";

        assertCrosses("animal", dog);
        assertCrosses("animals", new ArrayList<>(List.of(dog, new Samples.Animal())));
        assertCrosses("animalArray", new Samples.Animal[] {dog});
        assertCrosses("animalMap", new HashMap<>(Map.of("a", dog)));
        assertCrosses("optionalAnimal", Optional.of(dog));
        assertCrosses("person", new Samples.Person("p", dog));
    }

    @Test
    void sealedAndOwnInterfacesNeedNoAnnotation() {
        assertCrosses("shape", new Samples.Circle(-0.0));
        assertCrosses("shape", Samples.Unit.POINT);
        assertCrosses("shapes", List.of(new Samples.Triangle(new int[] {1, 2, 3}), Samples.Unit.POINT));
        assertCrosses("named", new Samples.Person("p", new Samples.Puppy()));
    }

    @Test
    void whatAComparatorSortsIsRefused() {
        Set<String> sorted = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        Map<String, Integer> map = new TreeMap<>(Comparator.reverseOrder());

        assertRefused("set", sorted, "Set", "TreeSet", "comparator", "Pass a list");
        assertRefused("sortedSet", sorted, "comparator");
        assertRefused("map", map, "TreeMap", "comparator", "LinkedHashMap");
        assertRefused("treeMap", map, "comparator");
        assertCrosses("treeMap", new TreeMap<>(Map.of("a", 1)));
    }

    @Test
    void collectionsKeepOrderKindAndImmutability() {
        assertCrosses("set", new LinkedHashSet<>(List.of("z", "a", "m")));
        assertCrosses("set", Set.of("a", "b"));
        assertCrosses("strings", List.of("a"));
        assertCrosses("strings", new java.util.LinkedList<>(Arrays.asList("a", null)));
        assertThatThrownBy(
                        () -> ((List<?>) Objects.requireNonNull(cross(Marshaller.Format.CBOR, "strings", List.of("a"))))
                                .clear())
                .isInstanceOf(UnsupportedOperationException.class);
        assertRefused("map", new IdentityHashMap<>(Map.of("a", 1)), "IdentityHashMap");
    }

    @Test
    void elementsThatBecameEqualAreRefused() {
        List<String> one = new ArrayList<>(List.of("a"));
        List<String> other = new ArrayList<>(List.of("b"));
        Set<List<String>> set = new HashSet<>(List.of(one, other));
        Set<List<String>> fixed = Set.of(one, other);
        other.set(0, "a");

        assertRefused("lists", set, "two of its elements are equal there");
        assertRefused("lists", fixed, "two of its elements are equal there");
    }

    @Test
    void anEntryThatCannotBeChangedArrivesSo() {
        Map.Entry<String, Integer> fixed = Collections.unmodifiableMap(new HashMap<>(Map.of("a", 1)))
                .entrySet()
                .iterator()
                .next();
        assertThat(cross(Marshaller.Format.CBOR, "entry", fixed))
                .isEqualTo(fixed)
                .isInstanceOf(AbstractMap.SimpleImmutableEntry.class);
    }

    @Test
    void anAnonymousCollectionBecomesTheStandardOne() {
        List<String> anonymous = new ArrayList<>() {
            private static final long serialVersionUID = 1;

            {
                add("a");
            }
        };
        assertThat(cross(Marshaller.Format.CBOR, "strings", anonymous))
                .isEqualTo(anonymous)
                .isExactlyInstanceOf(ArrayList.class);
    }

    @Test
    void ownCollectionsKeepTheirFields() {
        Samples.Basket basket = new Samples.Basket();
        basket.owner = "me";
        basket.add(new Samples.GiftLine());

        assertCrosses("basket", basket);
        assertRefused("lines", basket, "Basket", "without what it adds");
    }

    @Test
    void enumsCrossByTheirNames() {
        assertCrosses("level", Samples.Level.LOW);
        assertCrosses("level", Samples.Level.HIGH);
        assertCrosses("enumSet", EnumSet.of(Samples.Level.HIGH));
        assertCrosses("enumSet", EnumSet.noneOf(Samples.Level.class));
        assertCrosses("enumMap", new EnumMap<>(Map.of(Samples.Level.LOW, 1, Samples.Level.HIGH, 2)));
        assertCrosses("levelMap", new HashMap<>(Map.of(Samples.Level.LOW, 1, Samples.Level.HIGH, 2)));
    }

    @Test
    void numbersKeepTheirClass() {
        for (Number number :
                List.<Number>of(1L, 1, 1.0f, 1.0, (short) 1, (byte) 1, BigInteger.ONE, new BigDecimal("1.00"))) {
            assertCrosses("number", number);
        }
        String digits = "123456789".repeat(3_000);
        assertCrosses("integer", new BigInteger(digits));
        assertCrosses("decimal", new BigDecimal(digits + "." + digits));
        assertCrosses("number", new BigDecimal("-1E+1000000"));
    }

    @Test
    void timesAreKeptInFull() {
        Timestamp timestamp = new Timestamp(1_000_000_000_123L);
        timestamp.setNanos(123_456_789);
        Calendar calendar = new GregorianCalendar(TimeZone.getTimeZone("Asia/Kolkata"), Locale.GERMANY);

        assertCrosses("date", timestamp);
        assertCrosses("date", new Time(12_345_678));
        assertCrosses("date", new java.sql.Date(1_234_567_890_123L));
        assertCrosses("sqlDate", new java.sql.Date(1_234_567_890_123L));
        assertCrosses("date", new Date(1));
        assertCrosses("calendar", calendar);
    }

    @Test
    void otherClassesOfTheJdkAreKeptInFull() {
        assertCrosses("pattern", Pattern.compile("a", Pattern.CASE_INSENSITIVE | Pattern.DOTALL));
        assertCrosses("path", Path.of("relative/file"));
        assertCrosses("bits", BitSet.valueOf(new long[] {5, -1}));
        Properties defaults = new Properties();
        defaults.setProperty("a", "b");
        assertRefused("properties", new Properties(defaults), "defaults");
    }

    @Test
    void whatAMemberHoldsIsExactOrRefused() {
        Samples.Loose loose = new Samples.Loose();
        loose.any = 5L;
        loose.number = 7L;
        loose.attributes = new HashMap<>();
        loose.attributes.put("long", 1L);
        loose.attributes.put("day", LocalDate.of(2026, 1, 2));
        loose.attributes.put("list", new ArrayList<>(Arrays.asList(1, 2L, null, "x", (byte) 1)));
        loose.attributes.put("map", new java.util.LinkedHashMap<>(Map.of("k", new HashMap<>(Map.of(1, 'c')))));
        loose.attributes.put("bytes", new byte[] {1});
        loose.counter = 3;
        loose.cached = "transient";
        assertCrosses("loose", loose);

        loose.attributes.put("record", new Samples.Circle(1));
        assertRefused(
                "loose", loose, "Loose.attributes[record]", "Samples$Circle", "declared Object", "Declare its class");
        loose.attributes.put("record", TimeUnit.DAYS);
        assertRefused("loose", loose, "Loose.attributes[record]", "TimeUnit");
    }

    @Test
    void annotationsForWebClientsDoNotCount() {
        assertCrosses("forWebClients", new ForWebClients("secret", "password", LocalDate.of(2026, 1, 2), 7));
    }

    @ParameterizedTest
    @EnumSource
    void creatorsCountAndWhatTheyAreGivenIsExact(Marshaller.Format format) {
        Created sent = new Created("n", 5L, new Samples.Dog());
        sent.counter = 9;
        int made = Created.made;

        assertThat(cross(format, "created", sent)).isInstanceOfSatisfying(Created.class, came -> {
            assertThat(came.number).isEqualTo(5L);
            assertThat(came.animal).isExactlyInstanceOf(Samples.Dog.class);
            assertThat(came.counter).isEqualTo(9);
            assertThat(Created.made).isEqualTo(made + 1);
        });
        assertThat(cross(format, "code", new Code("x")))
                .isInstanceOfSatisfying(
                        Code.class, came -> assertThat(came.text).isEqualTo("x"));
    }

    @Test
    void serializersThatATypeNamesCountAndTheirErrorsAreTold() {
        assertRefused("written", new Written(3), "IllegalStateException: will not write 3");
    }

    @Test
    void modulesOfTheUserCount() {
        Marshaller marshaller = new Marshaller(
                Marshaller.Format.CBOR,
                1000,
                builder -> builder.addModule(new SimpleModule().addSerializer(Samples.Circle.class, new Radius())));
        assertThatThrownBy(() -> marshaller.write(declared("shape"), new Samples.Circle(3)))
                .isInstanceOf(MarshallingException.class)
                .hasMessageContaining("asked for 3.0");
        assertThat(marshaller.read(
                        declared("level"),
                        marshaller.write(declared("level"), Samples.Level.LOW),
                        getClass().getClassLoader()))
                .isEqualTo(Samples.Level.LOW);
    }

    static final class Radius extends ValueSerializer<Samples.Circle> {
        @Override
        public void serialize(Samples.Circle value, JsonGenerator generator, SerializationContext context) {
            throw new IllegalStateException("asked for " + value.radius());
        }
    }

    @Test
    void typeInformationCounts() {
        TypedLeaf leaf = new TypedLeaf();
        leaf.leaf = 3;
        assertCrosses("typed", leaf);
    }

    /** There is but one. */
    static final class Only implements Serializable {
        private static final long serialVersionUID = 1;
        static final Only ONE = new Only();

        private Only() {}

        private Object readResolve() {
            return ONE;
        }
    }

    @Test
    void theOnlyObjectOfAClassIsItThereToo() {
        assertThat(cross(Marshaller.Format.CBOR, "only", Only.ONE)).isSameAs(Only.ONE);
    }

    /** Records that make something else of what they are given, or as good as the same. */
    record Converting(double celsius, String hash) {
        Converting {
            celsius = (celsius - 32) / 1.8;
            hash = "#" + hash;
        }
    }

    record Tidying(String text, Date date, byte[] bytes, List<StringBuilder> parts) {
        Tidying {
            text = text.trim();
            date = new Date(date.getTime());
            bytes = bytes.clone();
            parts = List.copyOf(parts);
        }
    }

    @Test
    void aRecordWhoseConstructorConvertsIsRefused() {
        assertThatThrownBy(() -> cross(Marshaller.Format.CBOR, "converting", new Converting(50, "x")))
                .isInstanceOf(MarshallingException.class)
                .hasMessageContaining("Converting.celsius: its constructor makes something else");
        Tidying tidying = new Tidying(" a ", new Date(1), new byte[] {1}, List.of(new StringBuilder("p")));
        assertThat(Sameness.difference(tidying, cross(Marshaller.Format.JSON, "tidying", tidying)))
                .isNull();
    }

    /** Its constructor fails with more than an exception. */
    static final class Asserting {
        int number;

        Asserting() {
            throw new AssertionError("no number");
        }

        Asserting(int number) {
            this.number = number;
        }
    }

    @Test
    void errorsOfClassesAreTold() {
        assertThatThrownBy(() -> cross(Marshaller.Format.CBOR, "asserting", new Asserting(1)))
                .isInstanceOf(MarshallingException.class)
                .hasMessageContaining("AssertionError: no number")
                .hasCauseInstanceOf(AssertionError.class);
        assertRefused(
                "strings",
                new AbstractList<String>() {
                    @Override
                    public String get(int index) {
                        throw new AssertionError("unreadable");
                    }

                    @Override
                    public int size() {
                        return 1;
                    }
                },
                "AssertionError: unreadable");
    }

    @ParameterizedTest
    @EnumSource
    void treesOfJacksonCrossNodeByNode(Marshaller.Format format) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        ObjectNode tree = nodes.objectNode();
        tree.put("int", 1)
                .put("long", 1L)
                .put("short", (short) 1)
                .put("double", 1.0)
                .put("float", 1f);
        tree.put("decimal", new BigDecimal("1.00"))
                .put("integer", BigInteger.ONE)
                .put("text", "\ud800");
        tree.put("yes", true).put("bytes", new byte[] {1}).putNull("null");
        tree.set("missing", nodes.missingNode());
        tree.putArray("array").add(tree.deepCopy()).add(2).addNull();

        Object came = cross(format, "json", tree);

        assertThat(came).isEqualTo(tree).hasToString(tree.toString());
        tree.properties()
                .forEach(each -> assertThat(((JsonNode) Objects.requireNonNull(came)).get(each.getKey()))
                        .hasSameClassAs(each.getValue()));
        assertThat(cross(format, "json", nodes.stringNode("x"))).isEqualTo(nodes.stringNode("x"));
        assertRefused("json", nodes.arrayNode().add(nodes.pojoNode(new Object())), "JsonNode[0]", "no JSON");
    }

    @ParameterizedTest
    @EnumSource
    void timesOfXmlCross(Marshaller.Format format) {
        DatatypeFactory times = DatatypeFactory.newDefaultInstance();
        for (String text : List.of(
                "2026-01-02T03:04:05.600+02:00",
                "2026-01-02",
                "--02-29",
                "12:00:00.10",
                "1000000000000-01-01",
                "2026Z")) {
            XMLGregorianCalendar time = times.newXMLGregorianCalendar(text);
            assertThat(cross(format, "xmlTime", time)).isEqualTo(time).hasToString(text);
        }
        for (String text : List.of("P1Y2M3DT4H5M6.70S", "-P1D", "PT0S", "P0Y")) {
            Duration duration = times.newDuration(text);
            assertThat(cross(format, "xmlDuration", duration))
                    .isEqualTo(duration)
                    .hasToString(text);
        }
    }

    @Test
    void classesWithoutAUsableCreatorAreMadeWithout() {
        assertCrosses("built", Samples.Built.of("b", LocalDate.of(2026, 1, 2)));
        assertCrosses("kotlin", new Samples.KotlinLike("k", 1, List.of(new Samples.KotlinLike("part", 2, null))));
    }

    @Test
    void recordsCanBeKeys() {
        assertCrosses("recordMap", new HashMap<>(Map.of(new Samples.Circle(1.5), "x")));
    }

    @Test
    void aConstructorThatThrowsSaysWhy() throws Exception {
        Marshaller marshaller = new Marshaller(Marshaller.Format.CBOR, 1000, Marshaller.UNCHANGED);
        byte[] bytes = marshaller.write(Money.class, new Money(-1));
        MarshallingException[] caught = new MarshallingException[1];
        Thread other = new Thread(
                () -> {
                    try {
                        marshaller.read(Money.class, bytes, getClass().getClassLoader());
                    } catch (MarshallingException e) {
                        caught[0] = e;
                    }
                },
                "other side");
        other.start();
        other.join();

        assertThat(caught[0])
                .hasMessageContaining("IllegalArgumentException: no money")
                .hasCauseInstanceOf(IllegalArgumentException.class);
    }

    // ---- cycles

    @ParameterizedTest
    @EnumSource
    void bidirectionalEntitiesArriveAsTheyWere(Marshaller.Format format) {
        Samples.Order order = new Samples.Order();
        order.id = 7;
        for (int i = 0; i < 3; i++) {
            Samples.Line line = i == 1 ? new Samples.GiftLine() : new Samples.Line();
            line.number = i;
            line.order = order;
            order.lines.add(line);
            order.urgent.add(line);
        }

        assertThat(cross(format, "order", order)).isInstanceOfSatisfying(Samples.Order.class, came -> {
            assertThat(Sameness.difference(order, came)).isNull();
            assertThat(came.lines).allSatisfy(line -> assertThat(line.order).isSameAs(came));
            assertThat(came.urgent).containsExactlyInAnyOrderElementsOf(came.lines);
            assertThat(came.urgent).anyMatch(line -> line == came.lines.get(0));
        });
    }

    @Test
    void cyclesThroughAnythingThatCanBeChangedCross() {
        Samples.Node node = new Samples.Node();
        node.left = new Samples.Node();
        node.left.right = node;
        node.named = new HashMap<>(Map.of("self", node));
        assertCrosses("node", node);
        List<Samples.Animal> self = new ArrayList<>();
        assertCrosses("animals", self);
    }

    @Test
    void whatIsOnlyDeepIsRefusedInFewWords() {
        Object nested = "x";
        for (int i = 0; i < 5_000; i++) {
            nested = new ArrayList<>(List.of(nested));
        }
        assertRefused("anything", nested, "Object[0][0]", "nested too deeply", "flat list");
    }

    // ---- what cannot cross says what it is

    @Test
    void theMessageNamesPathClassAndDeclaredType() throws Exception {
        Method method = Methods.class.getDeclaredMethod("save", Samples.Person.class);
        MethodCodec codec = TaskMethod.of(
                        "t",
                        method,
                        Limits.OF_THE_POOL,
                        new Marshaller(Marshaller.Format.CBOR, 1000, Marshaller.UNCHANGED))
                .codec();
        Samples.Animal wild = new Samples.Animal() {};

        assertThatThrownBy(() -> codec.encodeArguments(new Object[] {new Samples.Person("p", wild)}))
                .isInstanceOf(MarshallingException.class)
                .hasMessageStartingWith("Methods.save: parameter 'person' (Person) cannot cross: Person.pet")
                .satisfies(e -> ValuePropertyTests.assertOurs("save", (MarshallingException) e));
    }

    @Test
    void whatIsMadeAtRunTimeIsRefused() {
        assertRefused("own", (Own) () -> "", "declared Own", "made while this process runs");
        Object proxy = java.lang.reflect.Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Own.class}, (self, method, arguments) -> null);
        assertRefused("own", proxy, "declared Own", "made while this process runs");
        assertRefused("inner", new Inner(), "inner class", "Make it static");
        assertRefused("objects", new String[] {"a"}, "Object[]", "String");
    }

    @Test
    void streamsSayWhatTheyAreAndWhatToPassInstead() {
        assertRefused("stream", new ByteArrayInputStream(new byte[0]), "belongs to this process", "Pass the data");
        assertRefused("supplier", (Supplier<String>) () -> "", "class of the JDK");
    }

    /** Methods with what cannot cross. */
    interface Methods {
        void save(Samples.Person person);

        List<? extends InputStream> twoProblems(Map<String, List<InputStream>> streams, Object object);
    }

    @Test
    void allProblemsOfASignatureAreToldAtOnceAsWritten() {
        Method method = Arrays.stream(Methods.class.getDeclaredMethods())
                .filter(each -> each.getName().equals("twoProblems"))
                .findFirst()
                .orElseThrow();
        Marshaller marshaller = new Marshaller(Marshaller.Format.CBOR, 1000, Marshaller.UNCHANGED);

        assertThatThrownBy(() -> TaskMethod.of("t", method, Limits.OF_THE_POOL, marshaller)
                        .check())
                .isInstanceOf(MarshallingException.class)
                .hasMessageContainingAll(
                        "parameter 'streams' (Map<String, List<InputStream>>)",
                        "parameter 'object' (Object)",
                        "the result (List<? extends InputStream>)",
                        "the real type would be lost");
    }

    // ---- generic base classes

    /** What a bean inherits. */
    static class Base<T> {
        public T echo(T value) {
            return value;
        }

        public List<T> echoAll(List<T> values) {
            return values;
        }
    }

    static class OfCircles extends Base<Samples.Circle> {}

    static class OfStrings extends Base<String> {}

    @Test
    void typeVariablesOfABaseClassAreWhatTheBeanSaysTheyAre() throws Exception {
        Marshaller marshaller = new Marshaller(Marshaller.Format.CBOR, 1000, Marshaller.UNCHANGED);
        Method echo = Base.class.getMethod("echo", Object.class);
        Method all = Base.class.getMethod("echoAll", List.class);
        TaskMethod circles = TaskMethod.of("t", echo, OfCircles.class, Limits.OF_THE_POOL, marshaller);
        TaskMethod more = TaskMethod.of("t", all, OfCircles.class, Limits.OF_THE_POOL, marshaller);
        circles.check();
        more.check();

        byte[] bytes = circles.codec().encodeResult(new Samples.Circle(2)).bytes();
        assertThat(circles.codec().decodeResult(bytes, 0, null)).isEqualTo(new Samples.Circle(2));
        bytes = more.codec().encodeResult(List.of(new Samples.Circle(2))).bytes();
        assertThat(more.codec().decodeResult(bytes, 0, null)).isEqualTo(List.of(new Samples.Circle(2)));
        assertThatThrownBy(() ->
                        TaskMethod.of("t", echo, Limits.OF_THE_POOL, marshaller).check())
                .isInstanceOf(MarshallingException.class);

        Marshaller plain = new Marshaller(Marshaller.Format.CBOR, 1000, Marshaller.UNCHANGED);
        TaskMethod strings = TaskMethod.of("t", echo, OfStrings.class, Limits.OF_THE_POOL, plain);
        strings.codec().encodeResult("x");
        assertThat(plain.isPrepared()).isFalse();
    }

    // ---- a worker that lies

    /** It would be heard of if it were initialised. */
    static final class Tripwire {
        static {
            System.setProperty("values.tripwire", "initialised");
        }
    }

    /** Likewise. */
    abstract static class AbstractTripwire extends Samples.Animal {
        static {
            System.setProperty("values.tripwire", "initialised");
        }
    }

    /** Likewise; an animal it is. */
    static final class AnimalTripwire extends Samples.Animal {
        static {
            System.setProperty("values.animalTripwire", "initialised");
        }
    }

    static final class OtherTree implements Own {
        @Override
        public String get() {
            return "";
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "java.lang.Thread",
                "java.util.ArrayList",
                "io.github.inparallel.marshal.ValueTests$OtherTree",
                "io.github.inparallel.marshal.ValueTests$Own",
                "io.github.inparallel.marshal.Samples$Order",
                "[Lio.github.inparallel.marshal.Samples$Animal;",
                "no.such.Type",
                ""
            })
    void aNameThatIsNoSubclassGetsNothing(String name) {
        String json = text("animal", new Samples.Dog()).replace(Samples.Dog.class.getName(), name);
        assertThat(json).contains(name);
        assertThatThrownBy(() -> fromText("animal", json))
                .isInstanceOf(MarshallingException.class)
                .hasMessageContaining("malformed");
    }

    @ParameterizedTest
    @ValueSource(classes = {Tripwire.class, AbstractTripwire.class})
    void aNameThatIsNoSubclassIsLookedUpWithoutBeingInitialised(Class<?> type) throws Exception {
        for (String declared : List.of("animal", "shape", "order")) {
            String json = declared.equals("animal")
                    ? text(declared, new Samples.Dog()).replace(Samples.Dog.class.getName(), type.getName())
                    : declared.equals("shape")
                            ? text(declared, new Samples.Circle(1))
                                    .replace(Samples.Circle.class.getName(), type.getName())
                            : text(declared, new Samples.Order())
                                    .replace("\"id\":0", "\"id\":[\"" + type.getName() + "\",{}]");
            assertThat(json).contains(type.getName());
            assertThatThrownBy(() -> fromText(declared, json)).isInstanceOf(MarshallingException.class);
        }
        assertThat(System.getProperty("values.tripwire")).isNull();

        Class.forName(type.getName()); // the wire is there
        assertThat(System.clearProperty("values.tripwire")).isEqualTo("initialised");
    }

    @Test
    void aSubclassIsInitialisedOnlyWhenOneOfItsObjectsIsMade() {
        String json =
                text("animal", new Samples.Dog()).replace(Samples.Dog.class.getName(), AnimalTripwire.class.getName());
        assertThatThrownBy(() -> fromText("animal", json.replace("{", "["))).isInstanceOf(MarshallingException.class);
        assertThat(System.getProperty("values.animalTripwire")).isNull();

        assertThat(fromText("animal", json)).isExactlyInstanceOf(AnimalTripwire.class);
        assertThat(System.clearProperty("values.animalTripwire")).isEqualTo("initialised");
    }

    @Test
    void namesWithoutEndAreNotLookedUpWithoutEnd() {
        int[] asked = {0};
        ClassLoader counting = new ClassLoader(getClass().getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                asked[0] += name.startsWith("unknown.") ? 1 : 0;
                return super.loadClass(name, resolve);
            }
        };
        Marshaller marshaller = new Marshaller(Marshaller.Format.JSON, 1 << 20, Marshaller.UNCHANGED);
        String json = new String(
                marshaller.write(declared("animal"), new Samples.Dog()), java.nio.charset.StandardCharsets.UTF_8);
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = json.replace(Samples.Dog.class.getName(), "unknown.Type" + i)
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8);
            assertThatThrownBy(() -> marshaller.read(declared("animal"), bytes, counting))
                    .isInstanceOf(MarshallingException.class);
        }
        assertThat(asked[0]).isLessThan(1_100);
    }

    @Test
    void unknownAndMissingPropertiesAreRefused() {
        String json = text("person", new Samples.Person("p", null));
        for (String changed : List.of(
                json.replace("\"name\"", "\"nome\""),
                json.replace("\"name\":\"p\",", ""),
                json.replace("\"pet\":null", "\"pet\":null,\"more\":1"),
                json.replace("}", ""),
                json + "1")) {
            assertThat(changed).isNotEqualTo(json);
            assertThatThrownBy(() -> fromText("person", changed)).isInstanceOf(MarshallingException.class);
        }
    }

    private static String text(String declared, Object value) {
        Marshaller marshaller = new Marshaller(Marshaller.Format.JSON, 1 << 20, Marshaller.UNCHANGED);
        return new String(marshaller.write(declared(declared), value), java.nio.charset.StandardCharsets.UTF_8);
    }

    private static @Nullable Object fromText(String declared, String json) {
        return new Marshaller(Marshaller.Format.JSON, 1 << 20, Marshaller.UNCHANGED)
                .read(
                        declared(declared),
                        json.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        ValueTests.class.getClassLoader());
    }

    /** It would be made before its elements are read. */
    @ParameterizedTest
    @ValueSource(ints = {0, 2, 1_000, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
    void aLengthThatIsNotThatOfTheArrayIsRefused(int length) {
        Marshaller marshaller = new Marshaller(Marshaller.Format.JSON, 1 << 20, Marshaller.UNCHANGED);
        Samples.Node node = new Samples.Node();
        node.left = node;
        node.others = new Object[] {"x"};
        String json = new String(marshaller.write(declared("node"), node), java.nio.charset.StandardCharsets.UTF_8);
        String lie = json.replaceFirst("(\"others\":\\[)1,", "$1" + length + ",");
        assertThat(lie).isNotEqualTo(json);

        assertThatThrownBy(() -> fromText("node", lie)).isInstanceOf(MarshallingException.class);
    }

    @Test
    void referencesToOtherTypesOrToNothingAreRefused() {
        Marshaller marshaller = new Marshaller(Marshaller.Format.JSON, 1 << 20, Marshaller.UNCHANGED);
        Samples.Node node = new Samples.Node();
        node.left = node;
        node.others = new Object[] {"x"};
        String json = new String(marshaller.write(declared("node"), node), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(json).contains("\"left\":0");
        for (String reference : List.of("1", "2", "99", "-1", "2147483648")) {
            assertThatThrownBy(() -> fromText("node", json.replace("\"left\":0", "\"left\":" + reference)))
                    .isInstanceOf(MarshallingException.class);
        }
    }
}
