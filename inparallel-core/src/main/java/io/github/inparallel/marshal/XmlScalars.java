package io.github.inparallel.marshal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Objects;
import javax.xml.datatype.DatatypeFactory;
import javax.xml.datatype.Duration;
import javax.xml.datatype.XMLGregorianCalendar;
import javax.xml.namespace.QName;
import tools.jackson.core.JsonToken;

/** Those of the module {@code java.xml}, which an image may lack. */
final class XmlScalars {

    private static final Codec INTEGER = Objects.requireNonNull(Scalars.of(BigInteger.class));
    private static final Codec DECIMAL = Objects.requireNonNull(Scalars.of(BigDecimal.class));

    private XmlScalars() {}

    static void add() {
        Scalars.add(
                QName.class,
                (out, value) -> out.generator()
                        .writeStartArray()
                        .writeString(value.getNamespaceURI())
                        .writeString(value.getLocalPart())
                        .writeString(value.getPrefix())
                        .writeEndArray(),
                in -> {
                    String namespace = Scalars.first(in, Scalars::string);
                    in.next();
                    String local = Scalars.string(in);
                    in.next();
                    return Scalars.last(in, new QName(namespace, local, Scalars.string(in)));
                });
        Scalars.addAboveHidden(XMLGregorianCalendar.class, XmlScalars::writeCalendar, XmlScalars::readCalendar);
        Scalars.addAboveHidden(
                Duration.class,
                (out, value) -> out.generator().writeString(value.toString()),
                in -> Factory.ONE.newDuration(Scalars.string(in)));
    }

    private static void writeCalendar(ValueWriter out, XMLGregorianCalendar value) {
        out.generator().writeStartArray();
        out.write(INTEGER, value.getEonAndYear());
        for (int part : new int[] {
            value.getMonth(), value.getDay(), value.getHour(), value.getMinute(), value.getSecond(), value.getTimezone()
        }) {
            out.generator().writeNumber(part);
        }
        out.write(DECIMAL, value.getFractionalSecond());
        out.generator().writeEndArray();
    }

    private static XMLGregorianCalendar readCalendar(ValueReader in) {
        in.expect(JsonToken.START_ARRAY);
        BigInteger year = (BigInteger) in.readNext(INTEGER);
        int[] parts = new int[6];
        for (int i = 0; i < parts.length; i++) {
            in.next();
            parts[i] = Scalars.integer(in);
        }
        BigDecimal fraction = (BigDecimal) in.readNext(DECIMAL);
        XMLGregorianCalendar calendar = Factory.ONE.newXMLGregorianCalendar(
                year, parts[0], parts[1], parts[2], parts[3], parts[4], fraction, parts[5]);
        return Scalars.last(in, calendar);
    }

    /** A class of its own: made when one of its values is read. */
    private static final class Factory {
        static final DatatypeFactory ONE = DatatypeFactory.newDefaultInstance();
    }
}
