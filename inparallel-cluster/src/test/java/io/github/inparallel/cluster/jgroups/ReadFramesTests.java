package io.github.inparallel.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.CompositeMessage;
import org.jgroups.EmptyMessage;
import org.jgroups.LongMessage;
import org.jgroups.Message;
import org.jgroups.MessageFactory;
import org.jgroups.NioMessage;
import org.jgroups.ObjectMessage;
import org.jgroups.protocols.TpHeader;
import org.jgroups.protocols.UnicastHeader3;
import org.jgroups.util.ByteArrayDataInputStream;
import org.jgroups.util.ByteArrayDataOutputStream;
import org.jgroups.util.MessageBatch;
import org.jgroups.util.UUID;
import org.jgroups.util.Util;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@link MemberTcp} and {@link DirectBundler} rely on: JGroups keeps nothing of the array that a frame is read into, which
 * is used again for the next one, and a message has a few bytes more than its size.
 */
class ReadFramesTests {

    private static final Address TO = UUID.randomUUID();
    private static final Address FROM = UUID.randomUUID();

    static Stream<Message> messages() {
        return Stream.concat(
                IntStream.of(0, 1, 100, 32_700).mapToObj(size -> new BytesMessage(TO, bytes(size))),
                Stream.of(
                        new NioMessage(TO, ByteBuffer.wrap(bytes(32_700))),
                        new EmptyMessage(TO),
                        new LongMessage(TO, 5),
                        new ObjectMessage(TO, "text"),
                        new CompositeMessage(
                                TO,
                                new BytesMessage(TO, bytes(500)),
                                new NioMessage(TO, ByteBuffer.wrap(bytes(500))))));
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private static byte[] written(Message message) throws IOException {
        ByteArrayDataOutputStream out = new ByteArrayDataOutputStream(message.size() + DirectBundler.AROUND);
        int room = out.capacity();
        Util.writeMessage(message, out, false);
        assertThat(out.capacity()).as("it was not copied to a longer array").isEqualTo(room);
        return Arrays.copyOf(out.buffer(), out.position());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void messageIsTheSameWhenItsFrameHasBeenOverwritten(Message message) throws Exception {
        message.setSrc(FROM)
                .setFlag(Message.Flag.OOB)
                .putHeader((short) 18, UnicastHeader3.createDataHeader(70_000, (short) 3, true))
                .putHeader((short) 24, new TpHeader("cluster"));
        byte[] sent = written(message);
        byte[] frame = Arrays.copyOf(sent, sent.length + 100);
        ByteArrayDataInputStream in = new ByteArrayDataInputStream(frame, 0, sent.length);
        in.readShort(); // version
        in.readByte(); // flags
        Message read = MessageFactory.create(in.readShort());
        read.readFrom(in);

        Arrays.fill(frame, (byte) 0x55);

        assertThat(written(read)).isEqualTo(sent);
    }

    @Test
    void messagesOfABatchAreTheSameWhenTheirFrameHasBeenOverwritten() throws Exception {
        List<Message> sent =
                messages().skip(1).limit(3).map(each -> each.setSrc(FROM)).toList();
        ByteArrayDataOutputStream out = new ByteArrayDataOutputStream(64);
        Util.writeMessageList(TO, FROM, "cluster".getBytes(StandardCharsets.UTF_8), sent, out, false);
        ByteArrayDataInputStream in = new ByteArrayDataInputStream(out.buffer(), 0, out.position());
        in.readShort();
        in.readByte();
        MessageBatch[] batches = Util.readMessageBatch(in, false);

        Arrays.fill(out.buffer(), (byte) 0x55);

        List<byte[]> read = new ArrayList<>();
        for (MessageBatch batch : batches) {
            if (batch != null) { // of a kind of which there is none
                batch.forEach(each -> read.add(
                        Arrays.copyOfRange(each.getArray(), each.getOffset(), each.getOffset() + each.getLength())));
            }
        }
        assertThat(read).containsExactly(bytes(1), bytes(100), bytes(32_700));
    }
}
