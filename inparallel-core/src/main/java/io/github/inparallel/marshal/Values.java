package io.github.inparallel.marshal;

import io.github.inparallel.MarshallingException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.TokenStreamFactory;

/**
 * Rows of values as bytes: an array, of which the first says whether objects have identities. They have where the values are
 * nested too deeply without, which is what a cycle looks like, or too large, or found by their identities. Thread-safe.
 */
final class Values {

    private final TokenStreamFactory factory;
    private final Codecs codecs;
    private final boolean isBinary;
    private final int most;

    /** @param most bytes that a row may take */
    Values(TokenStreamFactory factory, Codecs codecs, boolean isBinary, int most) {
        this.factory = factory;
        this.codecs = codecs;
        this.isBinary = isBinary;
        this.most = most;
    }

    Codecs codecs() {
        return codecs;
    }

    /** @throws ValueFailure if one of them cannot be written */
    byte[] write(Consumer<ValueWriter> row) {
        try {
            return write(row, false);
        } catch (ValueFailure failure) {
            if (!failure.needsIdentities()) {
                throw failure;
            }
            return write(row, true);
        }
    }

    private byte[] write(Consumer<ValueWriter> row, boolean withIdentities) {
        Output out = new Output(most);
        JsonGenerator generator = factory.createGenerator(ObjectWriteContext.empty(), out);
        try {
            generator.writeStartArray();
            generator.writeBoolean(withIdentities);
            ValueWriter writer = new ValueWriter(generator, isBinary, withIdentities);
            row.accept(writer);
            writer.writeWaiting();
            generator.writeEndArray();
            generator.close();
            return out.toByteArray();
        } catch (MarshallingException e) {
            throw e; // of one of them, and says which
        } catch (Throwable e) {
            throw ValueFailure.from(e);
        }
    }

    /** @throws ValueFailure if they are not what was declared */
    <T> T read(byte[] bytes, int offset, int length, ClassLoader loader, Function<ValueReader, T> row) {
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), bytes, offset, length)) {
            ValueReader in = new ValueReader(parser, loader, length);
            in.nextIs(JsonToken.START_ARRAY);
            in.next();
            if (parser.getBooleanValue()) {
                in.withIdentities();
            }
            T read = row.apply(in);
            in.finish();
            in.nextIs(JsonToken.END_ARRAY);
            if (parser.nextToken() != null) {
                throw ValueFailure.malformed("there is more");
            }
            return read;
        } catch (MarshallingException e) {
            throw e; // of one of them, and says which
        } catch (Throwable e) {
            throw ValueFailure.from(e);
        }
    }

    /** No more than may cross. */
    private static final class Output extends OutputStream {
        private final int most;
        private byte[] bytes = new byte[256];
        private int count;

        Output(int most) {
            this.most = most;
        }

        @Override
        public void write(int value) {
            ensureRoom(1);
            bytes[count++] = (byte) value;
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            ensureRoom(length);
            System.arraycopy(from, offset, bytes, count, length);
            count += length;
        }

        private void ensureRoom(int more) {
            if (count > most - more) {
                throw ValueFailure.tooLarge();
            }
            if (count + more > bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(most, Math.max(2L * bytes.length, count + more)));
            }
        }

        byte[] toByteArray() {
            return Arrays.copyOf(bytes, count);
        }
    }
}
