package io.github.inparallel.marshal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BigIntegerNode;
import tools.jackson.databind.node.BinaryNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.DecimalNode;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.FloatNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.ShortNode;
import tools.jackson.databind.node.StringNode;

/** Jackson's trees: an array of a number that says which class a node has, and what it holds. */
final class JsonNodeCodec extends Codec {

    private static final String PACKAGE = "tools.jackson.databind.";

    private static final int OBJECT = 0;
    private static final int ARRAY = 1;
    private static final int STRING = 2;
    private static final int INT = 3;
    private static final int LONG = 4;
    private static final int SHORT = 5;
    private static final int DOUBLE = 6;
    private static final int FLOAT = 7;
    private static final int DECIMAL = 8;
    private static final int INTEGER = 9;
    private static final int BOOLEAN = 10;
    private static final int BINARY = 11;
    private static final int NULL = 12;
    private static final int MISSING = 13;

    private final Class<?> declared;

    JsonNodeCodec(Class<?> declared) {
        this.declared = declared;
    }

    static boolean isFor(Class<?> raw) {
        return raw.getName().startsWith(PACKAGE) && JsonNode.class.isAssignableFrom(raw);
    }

    @Override
    void write(ValueWriter out, Object node) {
        out.generator().writeStartArray();
        if (node instanceof ObjectNode object) {
            out.generator().writeNumber(OBJECT);
            for (Map.Entry<String, JsonNode> each : object.properties()) {
                Scalars.STRING.write(out, each.getKey());
                member("." + each.getKey(), out, each.getValue());
            }
        } else if (node instanceof ArrayNode array) {
            out.generator().writeNumber(ARRAY);
            int index = 0;
            for (JsonNode each : array) {
                member("[" + index++ + "]", out, each);
            }
        } else if (node instanceof StringNode text) {
            whole(out, STRING, text.stringValue());
        } else if (node instanceof IntNode number) {
            whole(out, INT, number.intValue());
        } else if (node instanceof LongNode number) {
            whole(out, LONG, number.longValue());
        } else if (node instanceof ShortNode number) {
            whole(out, SHORT, number.shortValue());
        } else if (node instanceof DoubleNode number) {
            whole(out, DOUBLE, number.doubleValue());
        } else if (node instanceof FloatNode number) {
            whole(out, FLOAT, number.floatValue());
        } else if (node instanceof DecimalNode number) {
            whole(out, DECIMAL, number.decimalValue());
        } else if (node instanceof BigIntegerNode number) {
            whole(out, INTEGER, number.bigIntegerValue());
        } else if (node instanceof BooleanNode flag) {
            whole(out, BOOLEAN, flag.booleanValue());
        } else if (node instanceof BinaryNode bytes) {
            out.generator().writeNumber(BINARY).writeBinary(bytes.binaryValue());
        } else if (node instanceof NullNode || node instanceof MissingNode) {
            out.generator().writeNumber(node instanceof NullNode ? NULL : MISSING);
        } else {
            throw ValueFailure.of(node, declared, "it holds what is no JSON", "Pass a tree of JSON only");
        }
        out.generator().writeEndArray();
    }

    private void member(String step, ValueWriter out, JsonNode node) {
        try {
            write(out, node);
        } catch (Throwable e) {
            throw ValueFailure.at(step, e);
        }
    }

    private static void whole(ValueWriter out, int kind, @Nullable Object value) {
        out.generator().writeNumber(kind);
        out.write(scalar(value == null ? String.class : value.getClass()), value);
    }

    private static Scalar<?> scalar(Class<?> type) {
        return Objects.requireNonNull(Scalars.of(type));
    }

    @Override
    Object read(ValueReader in) {
        JsonNode node = node(in);
        if (!declared.isInstance(node)) {
            throw ValueFailure.malformed("a node of another class");
        }
        return node;
    }

    private static JsonNode node(ValueReader in) {
        int kind = Scalars.first(in, Scalars::integer);
        if (kind == OBJECT) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            while (in.next() != JsonToken.END_ARRAY) {
                String name = Scalars.STRING.read(in);
                in.next();
                object.set(name, node(in));
            }
            return object;
        } else if (kind == ARRAY) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            while (in.next() != JsonToken.END_ARRAY) {
                array.add(node(in));
            }
            return array;
        }
        return Scalars.last(in, leaf(in, kind));
    }

    private static JsonNode leaf(ValueReader in, int kind) {
        return switch (kind) {
            case STRING -> StringNode.valueOf((String) value(in, String.class));
            case INT -> IntNode.valueOf((Integer) value(in, Integer.class));
            case LONG -> LongNode.valueOf((Long) value(in, Long.class));
            case SHORT -> ShortNode.valueOf((Short) value(in, Short.class));
            case DOUBLE -> DoubleNode.valueOf((Double) value(in, Double.class));
            case FLOAT -> FloatNode.valueOf((Float) value(in, Float.class));
            case DECIMAL -> DecimalNode.valueOf((BigDecimal) value(in, BigDecimal.class));
            case INTEGER -> BigIntegerNode.valueOf((BigInteger) value(in, BigInteger.class));
            case BOOLEAN -> BooleanNode.valueOf((Boolean) value(in, Boolean.class));
            case BINARY -> {
                in.next();
                yield BinaryNode.valueOf(in.parser().getBinaryValue());
            }
            case NULL -> NullNode.getInstance();
            case MISSING -> MissingNode.getInstance();
            default -> throw ValueFailure.malformed("no kind of node");
        };
    }

    private static Object value(ValueReader in, Class<?> type) {
        in.next();
        return scalar(type).read(in);
    }
}
