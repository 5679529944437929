package io.github.inparallel.cluster.jgroups;

import org.jgroups.View;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.logging.Log;
import org.jgroups.logging.Slf4jLogImpl;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.util.Digest;
import org.jspecify.annotations.Nullable;

/**
 * JGroups' membership, which tells of one view at a time. JGroups decides on views under a lock, and tells of them after it: the
 * first member of a cluster, while still telling that it is alone, may let another one join, tell of that first, and then of the
 * older view, which all below and above take for the present one. The other is gone for seconds, until the two are merged.
 */
final class OrderedViews extends GMS {

    /**
     * Held while a view is told. It can be part of no deadlock: who is told waits for no other view, and JGroups holds none of the
     * locks that are taken meanwhile when it comes here.
     */
    private final Object telling = new Object();

    /** That a member is the first, the line says that is logged when it has joined. Static: JGroups asks for it while it makes this. */
    private static final Log QUIET = new Slf4jLogImpl(OrderedViews.class) {
        @Override
        public void info(String format, Object... values) {
            debug(format, values);
        }
    };

    OrderedViews() {
        setId(ClassConfigurator.getProtocolId(GMS.class));
    }

    @Override
    public Log getLog() {
        return QUIET;
    }

    @Override
    public void installView(View view, @Nullable Digest digest) {
        synchronized (telling) {
            super.installView(view, digest);
        }
    }
}
