package io.github.inparallel.spring.ui;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.spring.WorkerPools;
import java.time.Instant;
import java.util.ArrayList;
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

    // The application's own mapper may be set up in any way; others rely on this JSON.
    private static final JsonMapper JSON = JsonMapper.builder()
            .changeDefaultPropertyInclusion(all -> all.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

    private final WorkerPools pools;
    private final PagePaths paths;
    private final String application;
    private final Supplier<@Nullable PageCsrf> csrf;

    PageState(WorkerPools pools, PagePaths paths, String application, Supplier<@Nullable PageCsrf> csrf) {
        this.pools = pools;
        this.paths = paths;
        this.application = application;
        this.csrf = csrf;
    }

    /** @param since cursor of the last answer; null, or one that this process did not give, for the whole history */
    byte[] write(@Nullable String since) {
        Cursor cursor = Cursor.parse(since);
        int most = MOST_ENTRIES;
        byte[] written = JSON.writeValueAsBytes(document(cursor, most));
        while (!cursor.isStart() && written.length > MOST_BYTES && most > 0) {
            most /= 2;
            written = JSON.writeValueAsBytes(document(cursor, most));
        }
        return written;
    }

    private StateDocument document(Cursor cursor, int most) {
        Instant now = Instant.now();
        Diagnosis diagnosis = new Diagnosis();
        Cursor next = Cursor.start();
        List<StateDocument.Pool> all = new ArrayList<>();
        for (WorkerPool pool : pools.all()) {
            all.add(new PoolState(pool, most).look(cursor, next, diagnosis, now));
        }
        return new StateDocument(
                StateDocument.VERSION,
                next.toString(),
                application,
                now.toEpochMilli(),
                diagnosis.headline(),
                diagnosis.problems().stream()
                        .map(each -> new StateDocument.Trouble(
                                each.severity().label(),
                                each.pool(),
                                each.text(),
                                each.advice().text()))
                        .toList(),
                paths.actions(),
                paths.isWritable(),
                cursor.isStart() ? csrf.get() : null, // it may begin a session, so once only
                all);
    }
}
