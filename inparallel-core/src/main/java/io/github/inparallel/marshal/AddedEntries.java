package io.github.inparallel.marshal;

import java.util.AbstractMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The same for a map as {@link AddedElements} for a collection. */
final class AddedEntries extends AbstractMap<@Nullable Object, @Nullable Object> {

    private final Map<@Nullable Object, @Nullable Object> filled;
    private final IdentityHashMap<@Nullable Object, @Nullable Object> added = new IdentityHashMap<>();

    AddedEntries(Map<@Nullable Object, @Nullable Object> filled) {
        this.filled = filled;
    }

    @Override
    public @Nullable Object put(@Nullable Object key, @Nullable Object value) {
        added.put(key, value);
        return filled.put(key, value);
    }

    @Override
    public void clear() {
        added.clear();
        filled.clear();
    }

    @Override
    public int size() {
        return filled.size();
    }

    @Override
    public Set<Map.Entry<@Nullable Object, @Nullable Object>> entrySet() {
        return filled.entrySet();
    }

    /**
     * Whether each entry of the map is one that was put; {@link MapCodec} has seen that there are as many. The map is gone through,
     * not asked for its keys, which may change their order.
     */
    boolean areKept() {
        for (Map.Entry<@Nullable Object, @Nullable Object> present : filled.entrySet()) {
            Object key = present.getKey();
            if (!added.containsKey(key) || !AddedElements.isSame(added.get(key), present.getValue())) {
                return new HashMap<>(added).equals(new HashMap<>(filled));
            }
        }
        return true;
    }
}
