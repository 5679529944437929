package io.github.inparallel.cluster.jgroups;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jgroups.Address;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.VERIFY_SUSPECT2;

/**
 * JGroups' question to a member that seems to be gone, asked several times in the same time. Asked once, it can be lost, since
 * nothing sends it again: when both sides of a connection make a new one at the same moment, one of the two is given up, with
 * all that is on it. Then two members that are well would lose each other, and all tasks between them.
 */
final class RepeatedQuestion extends VERIFY_SUSPECT2 {

    private static final int TIMES = 10;

    private final Set<Address> asked = ConcurrentHashMap.newKeySet(); // those who may still answer

    /** @param millis time within which the member has to answer */
    RepeatedQuestion(int millis) {
        setId(ClassConfigurator.getProtocolId(VERIFY_SUSPECT2.class));
        setTimeout(millis);
    }

    @Override
    protected void verifySuspect(Collection<Address> members) {
        for (Address member : members) {
            if (asked.add(member)) {
                askLater(member, TIMES - 1);
            }
        }
        super.verifySuspect(members);
    }

    private void askLater(Address member, int times) {
        Future<?> ignored = getTransport()
                .getTimer()
                .schedule(() -> askAgain(member, times), Math.max(1, getTimeout() / TIMES), TimeUnit.MILLISECONDS);
    }

    private void askAgain(Address member, int times) {
        if (times == 0) {
            asked.remove(member);
        } else if (asked.contains(member)) {
            askLater(member, times - 1);
            super.verifySuspect(List.of(member));
            if (!asked.contains(member)) { // it has answered meanwhile, and must not be suspected again
                unsuspect(member);
            }
        }
    }

    @Override
    public void unsuspect(Address member) {
        asked.remove(member);
        super.unsuspect(member);
    }
}
