package io.github.inparallel.marshal;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Classes as applications have them. */
@SuppressWarnings({"DoNotCallSuggester", "HidingField", "UnusedVariable"}) // as they are found
final class Samples {

    private Samples() {}

    /** Constants with a label of another, bodies, and a field. */
    enum Level {
        LOW("HIGH"),
        HIGH("LOW") {
            @Override
            int weight() {
                return 2;
            }
        };

        private final String label;

        Level(String label) {
            this.label = label;
        }

        int weight() {
            return 1;
        }

        @Override
        public String toString() {
            return label;
        }
    }

    /** Sealed, without a word to Jackson; one of its kind is an enum, one is open. */
    sealed interface Shape permits Circle, Unit, Polygon {}

    record Circle(double radius) implements Shape {}

    enum Unit implements Shape {
        POINT
    }

    static non-sealed class Polygon implements Shape {
        final int @Nullable [] corners;

        Polygon(int @Nullable [] corners) {
            this.corners = corners;
        }
    }

    static final class Triangle extends Polygon {
        Triangle(int[] corners) {
            super(corners);
        }
    }

    static class Animal {
        @Nullable
        String name;
    }

    /** Without fields of its own. */
    static class Dog extends Animal {}

    static final class Puppy extends Dog {
        int weeks;

        @Nullable
        String name; // as its superclass has
    }

    interface Named {
        @Nullable
        String name();
    }

    record Person(@Nullable String name, @Nullable Animal pet) implements Named {}

    /** As Kotlin's compiler writes data classes: final fields, one constructor, getters. */
    static final class KotlinLike {
        private final String name;
        private final int count;
        private final @Nullable List<KotlinLike> parts;

        KotlinLike(String name, int count, @Nullable List<KotlinLike> parts) {
            this.name = Objects.requireNonNull(name);
            this.count = count;
            this.parts = parts;
        }

        public String getName() {
            throw new IllegalStateException("a getter was called");
        }

        public int getCount() {
            return count;
        }

        public @Nullable List<KotlinLike> getParts() {
            return parts;
        }

        public String component1() {
            return name;
        }
    }

    /** As Lombok's {@code @Value @Builder} writes them. */
    static final class Built {
        private final String id;
        private final Optional<LocalDate> due;

        private Built(String id, Optional<LocalDate> due) {
            this.id = id;
            this.due = due;
        }

        static Built of(String id, @Nullable LocalDate due) {
            return new Built(id, Optional.ofNullable(due));
        }
    }

    /** What says too little of what it holds. */
    static final class Loose {
        @Nullable
        Object any;

        @Nullable
        Number number;

        @Nullable
        Map<String, Object> attributes;

        @Nullable
        Comparable<?> comparable;

        @Nullable
        Date date;

        @Nullable
        CharSequence text;

        transient int counter;
        transient @Nullable String cached;
    }

    record Pair<A, B>(A first, B second) {}

    static class Box<T> {
        @Nullable
        T content;

        @Nullable
        List<? extends T> more;
    }

    static final class Crate<T> extends Box<T> {
        boolean closed;
    }

    /** Bidirectional, as entities are. */
    static final class Order {
        long id;
        List<Line> lines = new ArrayList<>();
        Set<Line> urgent = new HashSet<>();

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Order order && order.id == id;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(id);
        }
    }

    static class Line {
        @Nullable
        Order order;

        int number;

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Line line && line.number == number && Objects.equals(line.order, order);
        }

        @Override
        public int hashCode() {
            return 31 * number + Objects.hashCode(order); // of what comes later
        }
    }

    static final class GiftLine extends Line {}

    static final class Basket extends ArrayList<Line> {
        private static final long serialVersionUID = 1;

        @Nullable
        String owner;
    }

    static final class Node {
        @Nullable
        Node left;

        @Nullable
        Node right;

        Object @Nullable [] others;

        @Nullable
        Map<String, Node> named;
    }
}
