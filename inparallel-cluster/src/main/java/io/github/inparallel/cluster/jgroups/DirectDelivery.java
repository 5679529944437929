package io.github.inparallel.cluster.jgroups;

import org.jgroups.Message;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.util.MaxOneThreadPerSender;

/**
 * Gives members' messages to the listener on the thread that has read them, since it does not wait; to wake another one would
 * take longer than the message. What JGroups says to itself goes its usual way.
 */
final class DirectDelivery extends MaxOneThreadPerSender {

    private static final short UNICAST = ClassConfigurator.getProtocolId(UNICAST3.class);

    @Override
    public boolean process(Message message, boolean oob) {
        if (oob && message.getNumHeaders() == 2 && message.getHeader(UNICAST) != null) { // the other is the transport's
            tp.passMessageUp(message, true, false, true);
            return true;
        }
        return super.process(message, oob);
    }
}
