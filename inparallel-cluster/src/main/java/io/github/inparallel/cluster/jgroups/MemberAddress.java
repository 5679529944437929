package io.github.inparallel.cluster.jgroups;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jgroups.Address;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.ByteArrayDataInputStream;
import org.jgroups.util.ByteArrayDataOutputStream;
import org.jgroups.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What JGroups knows a member by: unique for ever, and it says where the member is. So whoever has only seen it in a view, or as the
 * sender of a message, can name the member and answer it; discovery has told only those who were asked. Public since JGroups
 * makes those that it reads.
 */
public final class MemberAddress extends UUID {

    /** By which members tell each other that this class follows: any that JGroups does not use. */
    private static final short NUMBER = 26_991;

    static {
        ClassConfigurator.addIfAbsent(NUMBER, MemberAddress.class);
    }

    private byte[] where = {}; // as JGroups writes it: each message has two, and is seldom asked for it

    /** For JGroups. */
    public MemberAddress() {}

    private MemberAddress(byte[] unique, byte[] where) {
        super(unique);
        this.where = where;
    }

    /** Makes one; one that says nothing where JGroups is shared with another copy of this class, of which only one can be read. */
    static Address of(InetAddress address, int port) {
        if (ClassConfigurator.getMagicNumber(MemberAddress.class) != NUMBER) {
            return UUID.randomUUID();
        }
        ByteArrayDataOutputStream out = new ByteArrayDataOutputStream(32);
        try {
            new IpAddress(address, port).writeTo(out);
        } catch (IOException e) {
            throw new IllegalStateException(e); // of an array
        }
        return new MemberAddress(generateRandomBytes(), Arrays.copyOf(out.buffer(), out.position()));
    }

    /** Where a member is; null if its address does not say so, as one from a table, which has the unique part only. */
    static @Nullable IpAddress where(@Nullable Address member) {
        if (!(member instanceof MemberAddress saying) || saying.where.length == 0) {
            return null;
        }
        IpAddress where = new IpAddress();
        try {
            where.readFrom(new ByteArrayDataInputStream(saying.where));
        } catch (IOException e) {
            return null; // of a version that says something else
        }
        return where;
    }

    /** Name of a member, for people. */
    static String name(Address member) {
        IpAddress where = where(member);
        return where == null
                ? member.toString()
                : HostAndPort.of(where.getIpAddress(), where.getPort()).toString();
    }

    @Override
    public Supplier<? extends UUID> create() {
        return MemberAddress::new;
    }

    @Override
    public void writeTo(DataOutput out) throws IOException {
        super.writeTo(out);
        out.writeByte(where.length);
        out.write(where);
    }

    @Override
    public void readFrom(DataInput in) throws IOException {
        super.readFrom(in);
        where = new byte[in.readUnsignedByte()];
        in.readFully(where);
    }

    @Override
    public int serializedSize() {
        return super.serializedSize() + 1 + where.length;
    }

    /** Its name also where JGroups has not been told of it. */
    @Override
    public String toString() {
        return where.length == 0 ? super.toString() : name(this);
    }
}
