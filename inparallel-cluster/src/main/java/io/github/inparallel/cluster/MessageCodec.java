package io.github.inparallel.cluster;

import io.github.inparallel.TaskProgress;
import io.github.inparallel.cluster.Message.Call;
import io.github.inparallel.cluster.Message.CallAck;
import io.github.inparallel.cluster.Message.CallChunk;
import io.github.inparallel.cluster.Message.CallOffer;
import io.github.inparallel.cluster.Message.Cancel;
import io.github.inparallel.cluster.Message.EndAck;
import io.github.inparallel.cluster.Message.EndChunk;
import io.github.inparallel.cluster.Message.EndOffer;
import io.github.inparallel.cluster.Message.Ended;
import io.github.inparallel.cluster.Message.Free;
import io.github.inparallel.cluster.Message.FreeWord;
import io.github.inparallel.cluster.Message.Greeting;
import io.github.inparallel.cluster.Message.Methods;
import io.github.inparallel.cluster.Message.News;
import io.github.inparallel.cluster.Message.NoMore;
import io.github.inparallel.cluster.Message.Report;
import io.github.inparallel.pool.member.EncodedCall;
import io.github.inparallel.pool.member.FreeSlots;
import io.github.inparallel.protocol.ProtocolException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How messages are written: an octet that says which, then its fields. */
final class MessageCodec {

    private static final int MOST_POOLS = 10_000;
    private static final int MOST_SIGNATURES = 100_000;
    private static final int MOST_ATTRIBUTES = 100_000;
    private static final int MOST_SLOTS = 1_000_000;
    private static final int HEAD = 64; // bytes, about what is beside arrays

    private static final int GREETING = 1;
    private static final int FREE = 2;
    private static final int CALL = 3;
    private static final int CALL_OFFER = 4;
    private static final int CALL_CHUNK = 5;
    private static final int END_ACK = 6;
    private static final int CANCEL = 7;
    private static final int CALL_ACK = 8; // from here on to the caller
    private static final int REPORT = 9;
    private static final int ENDED = 10;
    private static final int END_OFFER = 11;
    private static final int END_CHUNK = 12;
    private static final int NO_MORE = 13; // of no task

    /**
     * Which task a message is about.
     *
     * @param toCaller whether the task is one that its receiver has sent; else it is one that its receiver is to run
     */
    record About(TaskKey key, boolean toCaller) {}

    /** Where in a message a field begins, and how many bytes it has. */
    record LongField(int at, int length) {}

    private MessageCodec() {}

    /** Returns a message that is always short. */
    static byte[] encode(Message message) {
        Parts parts = parts(message);
        if (!parts.isShort()) {
            throw new IllegalArgumentException(message.getClass().getSimpleName() + " of " + parts.size() + " bytes");
        }
        return parts.whole();
    }

    static Parts parts(Message message) {
        if (message instanceof Call call) {
            return parts(call);
        }
        if (message instanceof Ended ended) {
            WireWriter out = start(
                    ENDED,
                    ended.key(),
                    4 * HEAD + (int) Math.min(ended.outcome().size(), 64 * 1024));
            write(out, ended.free());
            write(out, ended.news());
            OutcomeCodec.write(out, ended.outcome());
            return out.parts();
        }
        if (message instanceof Report report) {
            WireWriter out = start(REPORT, report.key(), 2 * HEAD);
            write(out, report.news());
            return out.parts();
        }
        if (message instanceof Cancel cancel) {
            return start(CANCEL, cancel.key(), HEAD).parts();
        }
        if (message instanceof CallOffer offer) {
            return start(CALL_OFFER, offer.key(), HEAD).number(offer.size()).parts();
        }
        if (message instanceof EndOffer offer) {
            WireWriter out = start(END_OFFER, offer.key(), HEAD);
            write(out, offer.free());
            return out.number(offer.size()).parts();
        }
        if (message instanceof CallChunk chunk) {
            return chunk(CALL_CHUNK, chunk.key(), chunk.index(), chunk.bytes());
        }
        if (message instanceof EndChunk chunk) {
            return chunk(END_CHUNK, chunk.key(), chunk.index(), chunk.bytes());
        }
        if (message instanceof CallAck ack) {
            return start(CALL_ACK, ack.key(), HEAD).number(ack.chunks()).parts();
        }
        if (message instanceof EndAck ack) {
            return start(END_ACK, ack.key(), HEAD).number(ack.chunks()).parts();
        }
        if (message instanceof Free free) {
            return new WireWriter(4 * HEAD)
                    .octet(FREE)
                    .number(free.number())
                    .flag(free.leaving())
                    .map(free.pools(), MessageCodec::write)
                    .parts();
        }
        if (message instanceof NoMore) {
            return new WireWriter(1).octet(NO_MORE).parts();
        }
        return parts((Greeting) message);
    }

    private static Parts parts(Call message) {
        EncodedCall call = message.call();
        WireWriter out = start(CALL, message.key(), 4 * HEAD + Math.min(call.arguments().length, 64 * 1024));
        return out.text(call.taskId())
                .text(call.displayName())
                .bytes(call.address())
                .number(call.timeoutMillis())
                .number(call.queueMillis())
                .map(call.attributes(), WireWriter::text)
                .bytes(call.arguments())
                .bytesOrNull(call.attachment())
                .parts();
    }

    private static Parts parts(Greeting greeting) {
        return new WireWriter(16 * HEAD)
                .octet(GREETING)
                .number(greeting.protocol())
                .text(greeting.application())
                .text(greeting.version())
                .list(
                        greeting.pools(),
                        MOST_POOLS,
                        (out, pool) -> out.text(pool.pool())
                                .text(pool.contract())
                                .list(pool.signatures(), MOST_SIGNATURES, WireWriter::text)
                                .flag(pool.whole()))
                .parts();
    }

    private static WireWriter start(int type, TaskKey key, int expected) {
        return new WireWriter(expected).octet(type).number(key.pool()).signed(key.id());
    }

    private static Parts chunk(int type, TaskKey key, int index, ByteBuffer bytes) {
        return start(type, key, HEAD).number(index).bytes(bytes).parts();
    }

    private static void write(WireWriter out, FreeSlots slots) {
        out.number(Math.min(slots.idle(), MOST_SLOTS))
                .number(Math.min(slots.startable(), MOST_SLOTS))
                .number(Math.min(slots.ahead(), MOST_SLOTS));
    }

    private static void write(WireWriter out, FreeWord word) {
        out.number(word.number());
        write(out, word.slots());
    }

    @SuppressWarnings("JavaInstantGetSecondsGetNano") // the seconds are written, too
    private static void write(WireWriter out, News news) {
        out.number(news.number()).textOrNull(news.worker()).signed(news.pid());
        TaskProgress progress = news.progress();
        out.flag(progress != null);
        if (progress != null) {
            out.fraction(progress.fraction())
                    .text(progress.message())
                    .signed(progress.at().getEpochSecond())
                    .number(progress.at().getNano());
        }
    }

    /**
     * As {@link #decode(ByteBuffer...)}, of arrays that follow each other.
     *
     * @param parts from now on they belong to the message
     */
    static Message decode(byte[]... parts) throws ProtocolException {
        return decode(WireReader.of(parts));
    }

    /**
     * Where in a message of that size the first field begins that is not here as a whole, and how long it is.
     *
     * @param start of the message
     * @return null if there is none that can be told
     */
    static @Nullable LongField longField(ByteBuffer start, long size) {
        WireReader in = WireReader.ofStart(start, size);
        try {
            decode(in);
        } catch (ProtocolException e) {
            long at = size - in.fieldLeft();
            if (at <= start.remaining() && at + in.fieldLength() > start.remaining()) {
                return new LongField((int) at, in.fieldLength());
            }
        }
        return null;
    }

    /**
     * Reads a message. The bytes of a chunk are not copied: they stay a part of what is read.
     *
     * @param parts left as they are
     * @throws ProtocolException whatever is wrong with it
     */
    static Message decode(ByteBuffer... parts) throws ProtocolException {
        return decode(new WireReader(parts));
    }

    private static Message decode(WireReader in) throws ProtocolException {
        try {
            int type = in.octet();
            Message message = switch (type) {
                case GREETING -> greeting(in);
                case FREE -> free(in);
                case NO_MORE -> new NoMore();
                default -> ofTask(type, in);
            };
            if (!(message instanceof Greeting greeting) || greeting.protocol() == Message.PROTOCOL) {
                in.end();
            }
            return message;
        } catch (RuntimeException e) { // as of a time that is none
            throw new ProtocolException("malformed message: " + e);
        }
    }

    /** Reads which task a message is about, and nothing else of it; empty if it is about none, or cannot say so. */
    static Optional<About> about(ByteBuffer message) {
        try {
            WireReader in = new WireReader(message);
            int type = in.octet();
            return isOfTask(type) ? Optional.of(new About(key(in), type >= CALL_ACK)) : Optional.empty();
        } catch (ProtocolException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private static boolean isOfTask(int type) {
        return type >= CALL && type <= END_CHUNK;
    }

    private static TaskKey key(WireReader in) throws ProtocolException {
        return new TaskKey(in.number(MOST_POOLS), in.signed());
    }

    private static Message ofTask(int type, WireReader in) throws ProtocolException {
        if (!isOfTask(type)) {
            throw new ProtocolException("message of unknown type " + type);
        }
        TaskKey key = key(in);
        return switch (type) {
            case CALL -> new Call(key, call(in));
            case CALL_OFFER -> new CallOffer(key, size(in));
            case CALL_CHUNK -> new CallChunk(key, in.number(Integer.MAX_VALUE), in.slice());
            case END_ACK -> new EndAck(key, in.number(Integer.MAX_VALUE));
            case CANCEL -> new Cancel(key);
            case CALL_ACK -> new CallAck(key, in.number(Integer.MAX_VALUE));
            case REPORT -> new Report(key, news(in));
            case ENDED -> new Ended(key, word(in), news(in), OutcomeCodec.read(in));
            case END_OFFER -> new EndOffer(key, word(in), size(in));
            default -> new EndChunk(key, in.number(Integer.MAX_VALUE), in.slice());
        };
    }

    private static long size(WireReader in) throws ProtocolException {
        long size = in.number();
        if (size == 0) {
            throw new ProtocolException("nothing is offered");
        }
        return size;
    }

    private static EncodedCall call(WireReader in) throws ProtocolException {
        return new EncodedCall(
                in.text(),
                in.text(),
                in.bytes(),
                in.number(),
                in.number(),
                in.map(MOST_ATTRIBUTES, WireReader::text),
                in.bytes(),
                in.bytesOrNull());
    }

    private static Greeting greeting(WireReader in) throws ProtocolException {
        int protocol = in.number(Integer.MAX_VALUE);
        if (protocol != Message.PROTOCOL) {
            return new Greeting(protocol, "", "", List.of());
        }
        return new Greeting(
                protocol,
                in.text(),
                in.text(),
                in.list(
                        MOST_POOLS,
                        pool -> new Methods(
                                pool.text(), pool.text(), pool.list(MOST_SIGNATURES, WireReader::text), pool.flag())));
    }

    private static Free free(WireReader in) throws ProtocolException {
        return new Free(in.number(), in.flag(), in.map(MOST_POOLS, MessageCodec::slots));
    }

    private static FreeWord word(WireReader in) throws ProtocolException {
        return new FreeWord(in.number(), slots(in));
    }

    private static FreeSlots slots(WireReader in) throws ProtocolException {
        return new FreeSlots(in.number(MOST_SLOTS), in.number(MOST_SLOTS), in.number(MOST_SLOTS));
    }

    private static News news(WireReader in) throws ProtocolException {
        return new News(in.number(Integer.MAX_VALUE), in.textOrNull(), in.signed(), in.flag() ? progress(in) : null);
    }

    private static TaskProgress progress(WireReader in) throws ProtocolException {
        double fraction = in.fraction();
        if (!(fraction >= 0 && fraction <= 1)) {
            throw new ProtocolException("progress of " + fraction);
        }
        return new TaskProgress(fraction, in.text(), Instant.ofEpochSecond(in.signed(), in.number(999_999_999)));
    }
}
