package io.github.inparallel.cluster;

import io.github.inparallel.cluster.Message.Greeting;
import io.github.inparallel.cluster.Message.Methods;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether two members may run each other's calls. */
final class Contract {

    private static final int ROOM = 128 * 1024; // characters of signatures in a greeting
    private static final int NAMED = 3; // methods, in a message for people

    private Contract() {}

    static Greeting greeting(Identity identity) {
        List<Methods> pools = new ArrayList<>();
        int room = ROOM / 2; // UTF-8 may need more bytes than characters
        for (String pool : identity.methods().keySet()) {
            List<String> signatures = new ArrayList<>();
            for (String each : identity.methods().get(pool)) {
                if (each.length() > room) {
                    break;
                }
                room -= each.length() + 1;
                signatures.add(each);
            }
            boolean whole = signatures.size() == identity.methods().get(pool).size();
            pools.add(new Methods(pool, identity.contract(pool), signatures, whole));
        }
        return new Greeting(Message.PROTOCOL, identity.application(), identity.version(), pools);
    }

    /** Returns what differs, for people; empty if nothing does. A pool that only one of them has is no difference. */
    static Optional<String> difference(Identity here, Greeting there) {
        if (there.protocol() != Message.PROTOCOL) {
            return Optional.of("it speaks version " + there.protocol() + " of the protocol of inparallel, here it is "
                    + Message.PROTOCOL);
        }
        if (!here.application().equals(there.application())) {
            return Optional.of(
                    "it is application '" + there.application() + "', here it is '" + here.application() + "'");
        }
        if (!here.version().equals(there.version())) {
            return Optional.of(
                    "it has version '" + there.version() + "' of the application, here it is '" + here.version() + "'");
        }
        List<String> differences = new ArrayList<>();
        for (Methods pool : there.pools()) {
            List<String> ours = here.methods().get(pool.pool());
            if (ours != null && !here.contract(pool.pool()).equals(pool.contract())) {
                differences.add(difference(pool, ours));
            }
        }
        return differences.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", differences));
    }

    private static String difference(Methods there, List<String> here) {
        StringBuilder text = new StringBuilder("pool '" + there.pool() + "' has other methods");
        String separator = ": ";
        Set<String> missingHere = new HashSet<>(there.signatures());
        here.forEach(missingHere::remove);
        if (!missingHere.isEmpty()) {
            text.append(separator).append("only there ").append(some(missingHere));
            separator = ", ";
        }
        Set<String> missingThere = new HashSet<>(here);
        there.signatures().forEach(missingThere::remove);
        if (there.whole() && !missingThere.isEmpty()) {
            text.append(separator).append("only here ").append(some(missingThere));
        }
        return text.toString();
    }

    private static String some(Set<String> methods) {
        List<String> sorted = methods.stream().sorted().toList();
        String named = String.join(", ", sorted.subList(0, Math.min(NAMED, sorted.size())));
        return sorted.size() <= NAMED ? named : named + " and " + (sorted.size() - NAMED) + " more";
    }
}
