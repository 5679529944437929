package io.github.inparallel.spring.ui;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.inparallel.spring.ClusterView;
import io.github.inparallel.spring.WorkerPools;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Writes what the page shows. Thread-safe. */
final class PageState {

    /** Most bytes of an answer to who has a cursor, and so asks each second. */
    static final int MOST_BYTES = 64 * 1024;

    /** Most entries of each list; fewer where an answer would become too large. */
    private static final int MOST_ENTRIES = 1500;

    private static final int MOST_PROBLEMS = 50;
    private static final int MOST_MEMBERS = 100;

    // The application's own mapper may be set up in any way; others rely on this JSON.
    private static final JsonMapper JSON = JsonMapper.builder()
            .changeDefaultPropertyInclusion(all -> all.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

    private final WorkerPools pools;
    private final @Nullable ClusterView cluster;
    private final PagePaths paths;
    private final String application;
    private final Supplier<@Nullable PageCsrf> csrf;

    /** @param cluster of which the application is a member; null if of none */
    PageState(
            WorkerPools pools,
            @Nullable ClusterView cluster,
            PagePaths paths,
            String application,
            Supplier<@Nullable PageCsrf> csrf) {
        this.pools = pools;
        this.cluster = cluster;
        this.paths = paths;
        this.application = application;
        this.csrf = csrf;
    }

    /** @param since cursor of the last answer; null, or one that this process did not give, for the whole history */
    byte[] write(@Nullable String since) {
        Cursor cursor = Cursor.parse(since);
        return write(
                cursor,
                pools.all().stream().map(pool -> PoolState.of(pool, cursor)).toList());
    }

    /**
     * Writes them so that the answer is not too large. What is there now is sent each second and may take half of it; what
     * has happened gets the rest, lest many workers leave no room for it ever.
     */
    byte[] write(Cursor cursor, List<PoolState> all) {
        Instant now = Instant.now();
        byte[] written = JSON.writeValueAsBytes(document(cursor, all, now, MOST_ENTRIES, MOST_ENTRIES));
        if (cursor.isStart() || written.length <= MOST_BYTES) {
            return written;
        }
        int present = MOST_ENTRIES;
        while (present > 0 && JSON.writeValueAsBytes(document(cursor, all, now, present, 0)).length > MOST_BYTES / 2) {
            present /= 2;
        }
        int past = MOST_ENTRIES;
        do {
            written = JSON.writeValueAsBytes(document(cursor, all, now, present, past));
            past = past == 0 ? -1 : past / 2;
        } while (written.length > MOST_BYTES && past >= 0);
        return written;
    }

    private StateDocument document(Cursor cursor, List<PoolState> all, Instant now, int present, int past) {
        Diagnosis diagnosis = new Diagnosis();
        Cursor next = Cursor.start();
        all.forEach(pool -> {
            pool.note(next);
            pool.diagnose(diagnosis, now);
        });
        return new StateDocument(
                StateDocument.VERSION,
                next.toString(),
                application,
                now.toEpochMilli(),
                diagnosis.headline(),
                diagnosis.problems().stream()
                        .limit(Math.max(1, Math.min(present, MOST_PROBLEMS)))
                        .map(each -> new StateDocument.Trouble(
                                each.severity().label(),
                                each.pool(),
                                each.text(),
                                each.advice().text()))
                        .toList(),
                paths.actions(),
                paths.isWritable(),
                cursor.isStart() && paths.isWritable() ? csrf.get() : null, // it may begin a session
                cluster == null ? null : cluster(cluster, present),
                all.stream().map(pool -> pool.shown(present, past)).toList());
    }

    private static StateDocument.Cluster cluster(ClusterView cluster, int present) {
        List<ClusterView.Member> members = cluster.members();
        int shown = Math.min(members.size(), Math.min(present, MOST_MEMBERS));
        return new StateDocument.Cluster(
                cluster.address().orElse(null),
                members.subList(0, shown).stream()
                        .map(member -> new StateDocument.Member(
                                member.address(),
                                member.state(),
                                member.difference(),
                                member.freeSlots(),
                                member.sentByPool(),
                                member.receivedByPool()))
                        .toList(),
                members.size() - shown);
    }
}
