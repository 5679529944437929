package io.github.inparallel.cluster.jgroups;

import java.util.List;
import javax.sql.DataSource;

/** How members find each other. */
public sealed interface Discovery {

    /** What it is, for people. */
    String describe();

    /**
     * By a list.
     *
     * @param members each {@code host:port}, or {@code host}, which then has this member's port
     */
    record Static(List<String> members) implements Discovery {

        public Static {
            members = members.stream().map(Static::spelled).toList();
        }

        private static String spelled(String member) {
            HostAndPort address = HostAndPort.of(member, 0);
            return address.port() == 0 ? address.host() : address.toString();
        }

        @Override
        public String describe() {
            return members.isEmpty() ? "static, with no members" : "static (" + String.join(", ", members) + ")";
        }
    }

    /** By all addresses that a name has, asked for again and again. All members have the same port. */
    record Dns(String query) implements Discovery {
        @Override
        public String describe() {
            return "dns (" + query + ")";
        }
    }

    /** By a table of a database. */
    record Jdbc(DataSource dataSource) implements Discovery {
        @Override
        public String describe() {
            return "jdbc (table " + MemberTable.NAME + ")";
        }
    }
}
