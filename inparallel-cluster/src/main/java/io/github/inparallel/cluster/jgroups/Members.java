package io.github.inparallel.cluster.jgroups;

import io.github.inparallel.cluster.Peer;
import io.github.inparallel.cluster.Transport;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jgroups.Address;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes peers of the views of JGroups. A view has a number, and two members are peers since the view in which they came together;
 * each message carries that number. So what was sent before a partition is not taken for one of after it, also if only one side
 * had noticed that there was one: a message that was sent since a later view says so to the other. A message that is ahead of
 * the view here waits for it. Thread-safe.
 */
final class Members {

    private static final Logger log = LoggerFactory.getLogger(Members.class);

    private static final String BACK = "it was cut off, and is back";

    private final Transport.Events events;
    private final Function<Address, String> names;
    private final Function<Address, String> reasons;
    private final BiConsumer<Address, Long> greeting;

    private final Object lock = new Object(); // one view at a time
    private final Map<Address, Member> members = new HashMap<>(); // guarded by lock
    private final Map<Address, List<Early>> early = new HashMap<>(); // guarded by lock
    private long view = -1; // guarded by lock
    private final Map<Peer, Member> present = new ConcurrentHashMap<>();

    /**
     * @param names name of a member, for people
     * @param reasons why a member is gone, for people
     * @param greeting tells a member since which view it is a peer
     */
    Members(
            Transport.Events events,
            Function<Address, String> names,
            Function<Address, String> reasons,
            BiConsumer<Address, Long> greeting) {
        this.events = events;
        this.names = names;
        this.reasons = reasons;
        this.greeting = greeting;
    }

    /** Whom a message for a peer goes to; null if it is gone. */
    @Nullable
    Member find(Peer peer) {
        return present.get(peer);
    }

    /** A new view is there. */
    void view(long number, Set<Address> others) {
        synchronized (lock) {
            for (Member member : List.copyOf(members.values())) {
                if (!others.contains(member.address)) {
                    leave(member, reasons.apply(member.address));
                }
            }
            view = number;
            for (Address other : others) {
                if (!members.containsKey(other)) {
                    join(other, number);
                }
                rejoin(other, number);
            }
            early.keySet().removeIf(address -> !others.contains(address) && latest(address) <= number);
        }
    }

    /** It said before this view came that it had lost us in between. */
    private void rejoin(Address address, long number) {
        Member member = members.get(address);
        long since = early.getOrDefault(address, List.of()).stream()
                .mapToLong(Early::since)
                .filter(each -> each <= number)
                .max()
                .orElse(-1);
        if (member != null && since > member.since) {
            leave(member, BACK);
            join(address, since);
        }
    }

    private long latest(Address address) {
        return early.getOrDefault(address, List.of()).stream()
                .mapToLong(Early::since)
                .max()
                .orElse(-1);
    }

    private void join(Address address, long since) {
        Peer peer = new Peer(address + "@" + since, names.apply(address));
        Member member = new Member(peer, address, since);
        members.put(address, member);
        present.put(peer, member);
        tell("has joined", peer, () -> events.joined(peer));
        member.begin();
        greeting.accept(address, since);
        List<Early> waited = early.getOrDefault(address, List.of());
        for (Iterator<Early> each = waited.iterator(); each.hasNext(); ) {
            Early message = each.next();
            if (message.since <= since) {
                each.remove();
                if (message.since == since) {
                    deliver(member, message.bytes);
                }
            }
        }
    }

    private void leave(Member member, String why) {
        members.remove(member.address);
        present.remove(member.peer);
        member.end();
        tell("has left", member.peer, () -> events.left(member.peer, why));
    }

    /** A message has come. */
    void received(Address from, long since, ByteBuffer message) {
        Member member;
        synchronized (lock) {
            member = members.get(from);
            if (since > view) {
                early.computeIfAbsent(from, address -> new ArrayList<>()).add(new Early(since, message));
                return;
            }
            if (member == null || since < member.since) {
                log.trace("A message of {} is too old: it was sent since view {}", from, since);
                return;
            }
            if (since > member.since) {
                leave(member, BACK);
                join(from, since);
                member = members.get(from);
            }
        }
        if (member != null) {
            deliver(member, message);
        }
    }

    private void deliver(Member member, ByteBuffer message) {
        if (message.hasRemaining()) { // else it is a greeting
            member.deliver(() -> tell("has sent a message", member.peer, () -> events.received(member.peer, message)));
        }
    }

    /** This member has left. */
    void end() {
        synchronized (lock) {
            List.copyOf(members.values()).forEach(member -> leave(member, "this member left"));
            early.clear();
            view = Long.MAX_VALUE;
        }
    }

    private static void tell(String what, Peer peer, Runnable event) {
        try {
            event.run();
        } catch (RuntimeException | Error e) {
            log.error("Member {} {}, which could not be handled", peer, what, e);
        }
    }

    /** A message that is ahead of the view. */
    private record Early(long since, ByteBuffer bytes) {}

    /** A peer, and what JGroups knows it by. */
    static final class Member {

        final Peer peer;
        final Address address;
        final long since;
        private boolean there; // guarded by this: between its joining and its end it is heard of

        private Member(Peer peer, Address address, long since) {
            this.peer = peer;
            this.address = address;
            this.since = since;
        }

        private synchronized void begin() {
            there = true;
        }

        private synchronized void end() {
            there = false;
        }

        private synchronized void deliver(Runnable message) {
            if (there) {
                message.run();
            }
        }
    }
}
