package io.github.inparallel.spring.sample;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.inparallel.InParallel;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.DayOfWeek;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Methods of an interface with all kinds of types that cross. Each also says that it ran in a worker. */
public interface Catalogue {

    /** An annotation of the application's own. */
    @InParallel
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @interface Isolated {}

    /** What is drawn. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes({@JsonSubTypes.Type(Circle.class), @JsonSubTypes.Type(Square.class)})
    sealed interface Shape permits Circle, Square {}

    record Circle(double radius) implements Shape {}

    record Square(double side, Optional<String> name) implements Shape {}

    @InParallel
    List<Map<String, Instant>> later(List<Map<String, Instant>> times, long seconds);

    @InParallel
    Optional<DayOfWeek> next(Optional<DayOfWeek> day);

    @InParallel
    CompletableFuture<List<Shape>> twice(List<Shape> shapes);

    @InParallel
    byte[] reversed(byte[] bytes);

    @Isolated
    long pid();

    /** Whether a transaction is open around the body. */
    @InParallel
    boolean inTransaction();
}
