package io.github.inparallel.cluster.jgroups;

import io.github.inparallel.cluster.Peer;
import io.github.inparallel.cluster.Transport;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.stack.Protocol;
import org.jgroups.util.DefaultThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member's channel of JGroups, over TCP alone, on one port. What cannot be written without waiting goes to the connection's
 * queue, which a thread writes, so a peer that has stopped reading holds up nobody: what its queue has no room for is sent again,
 * until the peer reads or is declared gone. There is no flow control here; who sends much asks its peer first. Thread-safe.
 */
public final class JGroupsTransport implements Transport {

    private static final Logger log = LoggerFactory.getLogger(JGroupsTransport.class);

    private static final int MOST_QUEUED = 4_096;
    private static final int BUFFER = 64 * 1024;

    /** Messages that a member keeps until they are acknowledged: chunks of long ones cost memory, and time to collect it. */
    private static final int MOST_UNACKNOWLEDGED = 32;

    private static final long JOIN_MILLIS = 1_000;

    private final String cluster;
    private final Discovery discovery;
    private final KnownAddresses.Resolver resolver;
    private final Door door;
    private final MemberServerSocket port;
    private final Address self;
    private final String name;
    private final MemberTcp tcp;
    private final JChannel channel;
    private final GatheredMessages<Members.Member> gathered =
            new GatheredMessages<>((to, messages) -> send(to.address, Envelope.of(to.since, messages)));
    private volatile String whileAlone = "all runs here";
    private volatile @Nullable Members members; // by start

    /**
     * Takes the port. Nobody is heard before {@link #start}.
     *
     * @param cluster members of one name find each other
     * @param port 0 is any free one
     * @param layers TLS around each connection, from the outermost; none if everybody may be a member who can reach the port
     * @throws BindException if the port is taken
     */
    public JGroupsTransport(String cluster, InetAddress address, int port, Discovery discovery, List<Layer> layers)
            throws IOException {
        this(cluster, address, port, discovery, layers, Reach.USUAL);
    }

    JGroupsTransport(
            String cluster, InetAddress address, int port, Discovery discovery, List<Layer> layers, Reach reach)
            throws IOException {
        this.cluster = cluster;
        this.resolver = reach.resolver();
        this.discovery = discovery;
        this.door = new Door(cluster, layers, new Strangers(System::nanoTime));
        this.port = new MemberServerSocket(door, new InetSocketAddress(address, port));
        InetSocketAddress seenAs = reach.seenAs();
        this.self = seenAs == null
                ? MemberAddress.of(address, this.port.getLocalPort())
                : MemberAddress.of(seenAs.getAddress(), seenAs.getPort());
        this.name = MemberAddress.name(self);
        this.tcp = new MemberTcp(System::nanoTime, reach.silenceSeconds());
        try {
            channel = channel(address, this.port.getLocalPort(), reach);
        } catch (Exception e) {
            this.port.close();
            throw new IllegalStateException("The channel between members could not be made: " + e, e);
        }
    }

    private JChannel channel(InetAddress address, int ownPort, Reach reach) throws Exception {
        tcp.setSocketFactory(new MemberSockets(door, port));
        tcp.setBindAddr(address);
        tcp.setBindPort(ownPort);
        InetSocketAddress seenAs = reach.seenAs();
        if (seenAs != null) {
            tcp.setExternalAddr(seenAs.getAddress());
            tcp.setExternalPort(seenAs.getPort());
            tcp.setClientBindAddr(address);
        }
        tcp.setPortRange(0);
        // Else a short message waits, 40 ms at worst, until the one before it has been acknowledged.
        tcp.tcpNodelay(true);
        tcp.setThreadFactory(new DefaultThreadFactory("inparallel-cluster", true, true));
        tcp.useVirtualThreads(false);
        tcp.setBundler(new DirectBundler());
        tcp.logDiscardMsgs(false);
        tcp.setBufferedInputStreamSize(0); // the connection has one
        tcp.setBufferedOutputStreamSize(BUFFER);
        tcp.nonBlockingSends(true);
        tcp.maxSendQueue(MOST_QUEUED);
        tcp.logAcceptError(false);
        tcp.logDetails(false);
        tcp.enableSuspectEvents(true);
        tcp.setMaxLength(64 * LONGEST_MESSAGE);
        tcp.setSockConnTimeout(2_000);
        GMS views = new OrderedViews()
                .printLocalAddress(false)
                .logViewWarnings(false)
                .logCollectMessages(false);
        views.setJoinTimeout(JOIN_MILLIS);
        // Two that have just met, or parted, do not know each other's members and messages for a moment.
        NAKACK2 casts = new NAKACK2().logDiscardMessages(false).logNotFoundMessages(false);
        UNICAST3 messages = new UNICAST3().logNotFoundMsgs(false);
        messages.setAckThreshold(MOST_UNACKNOWLEDGED);
        casts.useMcastXmit(false);
        FD_ALL3 silence = new FD_ALL3().setTimeout(reach.millis(1)).setInterval(reach.millis(0.2));
        RepeatedQuestion verify = new RepeatedQuestion(reach.millis(0.1));
        MERGE3 merge = new MERGE3().setMinInterval(reach.millis(0.1)).setMaxInterval(reach.millis(0.5));
        JChannel made = new MemberChannel(
                self, tcp, finder(ownPort), merge, silence, verify, casts, messages, new STABLE(), views);
        DirectDelivery delivery = new DirectDelivery();
        delivery.init(tcp);
        tcp.msgProcessingPolicy(delivery); // now: the making of the channel has set another
        made.setDiscardOwnMessages(true);
        made.setReceiver(new Receiver() {
            @Override
            public void viewAccepted(View view) {
                viewed(view);
            }

            @Override
            public void receive(Message message) {
                received(message);
            }
        });
        return made;
    }

    private Protocol finder(int ownPort) {
        if (discovery instanceof Discovery.Jdbc jdbc) {
            return new MemberTable(jdbc.dataSource());
        }
        return discovery instanceof Discovery.Dns dns
                ? KnownAddresses.of(dns, ownPort, resolver)
                : KnownAddresses.of((Discovery.Static) discovery, ownPort, resolver);
    }

    /** This member's address, as others see it, with the port that it has. */
    public String address() {
        return name;
    }

    /** Its connections. */
    MemberTcp tcp() {
        return tcp;
    }

    /** Its open connections, also those that are still being made. */
    Set<MemberSocket> sockets() {
        return door.sockets();
    }

    /**
     * Says what becomes of calls while this member is alone; by default all runs here. It is for the line that is logged when it
     * joins, so it comes before that; later than the constructor, since a port is taken before pools are there.
     *
     * @param what a clause for people
     */
    public void whileAlone(String what) {
        whileAlone = what;
    }

    /** Joins, unless it is stopped meanwhile. */
    @Override
    public void start(Events events) {
        Members heard = new Members(events, MemberAddress::name, tcp::why, this::greet);
        members = heard;
        gathered.start();
        try {
            channel.connect(cluster);
        } catch (Exception e) {
            if (channel.isClosed()) {
                return; // it was stopped meanwhile
            }
            throw new IllegalStateException("This member could not join the cluster '" + cluster + "': " + e, e);
        }
        View view = channel.getView();
        if (view == null) {
            return; // it was stopped meanwhile
        }
        List<String> others = view.getMembers().stream()
                .filter(member -> !member.equals(channel.getAddress()))
                .map(MemberAddress::name)
                .toList();
        log.info(
                "This is member {} of cluster '{}', {}; discovery: {}; {}",
                name,
                cluster,
                door.describe(),
                discovery.describe(),
                others.isEmpty()
                        ? "nobody answered, so for now it is alone, and " + whileAlone
                        : "others: " + String.join(", ", others));
    }

    @Override
    public Peer self() {
        return new Peer(name, name);
    }

    @Override
    public void send(Peer to, byte[] message) {
        Members known = members;
        Members.Member member = known == null ? null : known.find(to);
        if (member != null) {
            send(member.address, member.since, message);
        }
    }

    @Override
    public void sendSoon(Peer to, byte[] message) {
        Members known = members;
        Members.Member member = known == null ? null : known.find(to);
        if (member != null) {
            gathered.add(member, message);
        }
    }

    private void greet(Address to, long since) {
        send(to, since, new byte[0]);
    }

    private void send(Address to, long since, byte[] message) {
        send(to, Envelope.of(since, message));
    }

    private void send(Address to, byte[] envelope) {
        try {
            channel.send(new BytesMessage(to, envelope).setFlag(Message.Flag.OOB));
        } catch (Exception e) {
            log.debug("Nothing can be sent to {}", to, e); // this member has left
        }
    }

    private void received(Message message) {
        Members known = members;
        if (known != null && message.getLength() > 0) { // an empty one has no array
            ByteBuffer envelope = ByteBuffer.wrap(message.getArray(), message.getOffset(), message.getLength());
            Envelope.open(envelope, (since, each) -> known.received(message.getSrc(), since, each));
        }
    }

    private void viewed(View view) {
        Members known = members;
        if (known != null) {
            Set<Address> others = new HashSet<>(view.getMembers());
            others.remove(channel.getAddress());
            log.debug("View {}", view);
            known.view(view.getViewId().getId(), others);
        }
    }

    @Override
    public void stop() {
        gathered.stop();
        channel.close();
        try {
            port.close();
        } catch (IOException e) {
            log.debug("The port could not be closed", e);
        }
        door.close();
        Members known = members;
        if (known != null) {
            known.end();
        }
    }
}
