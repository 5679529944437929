package io.github.inparallel.cluster.jgroups;

import org.jgroups.Address;
import org.jgroups.JChannel;
import org.jgroups.stack.Protocol;
import org.jgroups.util.NameCache;

/** JGroups' channel with an address that is known before it connects. It logs no line of its own: who has joined says it. */
final class MemberChannel extends JChannel {

    private final Address self;

    /** @param protocols from the transport up */
    MemberChannel(Address self, Protocol... protocols) throws Exception {
        super(protocols);
        this.self = self;
        setName(MemberAddress.name(self));
    }

    @Override
    protected JChannel setAddress() {
        local_addr = self;
        NameCache.add(self, name);
        for (Protocol each = prot_stack.getTopProtocol(); each != null; each = each.getDownProtocol()) {
            each.setAddress(self);
        }
        return this;
    }
}
