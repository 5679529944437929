package io.github.inparallel.marshal;

import javax.xml.namespace.QName;

/** Those of the module {@code java.xml}, which an image may lack. */
final class XmlScalars {

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
    }
}
