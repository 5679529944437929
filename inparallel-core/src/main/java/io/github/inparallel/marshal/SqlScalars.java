package io.github.inparallel.marshal;

import java.sql.Date;
import java.sql.Time;
import java.sql.Timestamp;

/** Those of the module {@code java.sql}, which an image may lack. */
final class SqlScalars {

    private SqlScalars() {}

    static void add() {
        Scalars.add(
                Date.class,
                (out, value) -> out.generator().writeNumber(value.getTime()),
                in -> new Date(Scalars.number(in)));
        Scalars.add(
                Time.class,
                (out, value) -> out.generator().writeNumber(value.getTime()),
                in -> new Time(Scalars.number(in)));
        Scalars.add(
                Timestamp.class,
                (out, value) -> out.generator()
                        .writeStartArray()
                        .writeNumber(value.getTime())
                        .writeNumber(value.getNanos())
                        .writeEndArray(),
                in -> {
                    Timestamp timestamp = new Timestamp(Scalars.first(in, Scalars::number));
                    in.next();
                    timestamp.setNanos(Scalars.integer(in));
                    return Scalars.last(in, timestamp);
                });
    }
}
