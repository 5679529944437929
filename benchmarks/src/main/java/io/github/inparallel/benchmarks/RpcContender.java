package io.github.inparallel.benchmarks;

import io.github.inparallel.cluster.jgroups.Layer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.jgroups.Address;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.blocks.MethodCall;
import org.jgroups.blocks.RequestOptions;
import org.jgroups.blocks.RpcDispatcher;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.TCPPING;
import org.jgroups.util.DefaultSocketFactory;

/**
 * JGroups alone: its own remote calls, from this member to one in a JVM of its own, with the stack that it ships for TCP. A call
 * runs on a thread of the other member: no worker takes part.
 */
final class RpcContender implements Contender {

    private static final int TIMEOUT_MILLIS = 30_000;

    // Numbers of what can be called.
    private static final short ECHO = 1;
    private static final short BYTES = 2;
    private static final short WORK = 3;

    private final Members others = new Members();
    private final JChannel channel;
    private final RpcDispatcher dispatcher;
    private final Address there;

    RpcContender(boolean tls) throws Exception {
        int port = Members.freePort();
        this.channel = channel(port, port, tls);
        this.dispatcher = dispatcher(channel);
        channel.connect("benchmark");
        others.start(RpcContender.class, port, tls);
        while (channel.getView().size() < 2) {
            others.check();
            LockSupport.parkNanos(10_000_000);
        }
        this.there = channel.getView().getMembers().stream()
                .filter(member -> !member.equals(channel.getAddress()))
                .findFirst()
                .orElseThrow();
    }

    /**
     * The other member.
     *
     * @param args the first one's port; whether there is TLS
     */
    public static void main(String[] args) throws Exception {
        Program.endWithParent();
        JChannel channel = channel(Members.freePort(), Integer.parseInt(args[0]), Boolean.parseBoolean(args[1]));
        dispatcher(channel);
        channel.connect("benchmark");
        Thread.currentThread().join(); // JGroups' virtual threads keep no JVM running
    }

    private static JChannel channel(int port, int first, boolean tls) throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        JChannel channel = new JChannel("tcp.xml");
        TCP tcp = channel.getProtocolStack().findProtocol(TCP.class);
        tcp.setBindAddress(loopback);
        tcp.setBindPort(port);
        tcp.setPortRange(0);
        tcp.tcpNodelay(true);
        tcp.getDiagnosticsHandler().setEnabled(false);
        if (tls) {
            Layer layer = Members.tls();
            tcp.setSocketFactory(new DefaultSocketFactory(layer.context()));
        }
        TCPPING finder = channel.getProtocolStack().findProtocol(TCPPING.class);
        finder.setInitialHosts(List.of(new InetSocketAddress(loopback, first)));
        return channel;
    }

    private static RpcDispatcher dispatcher(JChannel channel) {
        RpcDispatcher dispatcher = new RpcDispatcher(channel, channel);
        dispatcher.setMethodInvoker((target, id, args) -> invoke(id, args[0]));
        return dispatcher;
    }

    private static Object invoke(short id, Object argument) {
        return switch (id) {
            case BYTES -> new byte[(Integer) argument];
            case WORK -> Work.steps((Integer) argument);
            default -> argument;
        };
    }

    /** A call that is waited for is written at once. */
    private Object call(MethodCall call) throws Exception {
        return dispatcher.callRemoteMethod(
                there,
                call,
                RequestOptions.SYNC().timeout(TIMEOUT_MILLIS).flags(Message.Flag.OOB, Message.Flag.DONT_BUNDLE));
    }

    /** Many calls are written together, as they come. */
    private <T> Future<T> callLater(MethodCall call) throws Exception {
        return dispatcher.callRemoteMethodWithFuture(
                there, call, RequestOptions.SYNC().timeout(TIMEOUT_MILLIS).flags(Message.Flag.OOB));
    }

    @Override
    public String echo(String text) throws Exception {
        return (String) call(new MethodCall(ECHO, text));
    }

    @Override
    public Future<String> echoLater(String text) throws Exception {
        return callLater(new MethodCall(ECHO, text));
    }

    @Override
    public byte[] echoBytes(byte[] bytes) throws Exception {
        return (byte[]) call(new MethodCall(ECHO, (Object) bytes));
    }

    @Override
    public byte[] bytes(int size) throws Exception {
        return (byte[]) call(new MethodCall(BYTES, size));
    }

    @Override
    public Future<Long> work(int millionSteps) throws Exception {
        return callLater(new MethodCall(WORK, millionSteps));
    }

    @Override
    public void close() {
        others.close();
        channel.close();
    }
}
