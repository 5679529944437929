package io.github.inparallel.marshal;

import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Fills a collection whose class is not the JDK's, and remembers with what: such a class may make something else of it. */
final class AddedElements extends AbstractCollection<@Nullable Object> {

    private final Collection<@Nullable Object> filled;
    private final List<@Nullable Object> added = new ArrayList<>();

    AddedElements(Collection<@Nullable Object> filled) {
        this.filled = filled;
    }

    @Override
    public boolean add(@Nullable Object element) {
        added.add(element);
        return filled.add(element);
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
    public Iterator<@Nullable Object> iterator() {
        return filled.iterator();
    }

    /** Whether the collection has what was added: in the same order, where it is no set. */
    boolean areKept() {
        List<@Nullable Object> present = new ArrayList<>(filled.size());
        filled.iterator().forEachRemaining(present::add);
        return present.size() == added.size() && (filled instanceof Set ? haveAll(present) : haveEach(present));
    }

    private boolean haveEach(List<@Nullable Object> present) {
        for (int i = 0; i < added.size(); i++) {
            if (!isSame(added.get(i), present.get(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean haveAll(List<@Nullable Object> present) {
        IdentityHashMap<@Nullable Object, Boolean> themselves = new IdentityHashMap<>();
        present.forEach(element -> themselves.put(element, true));
        if (themselves.keySet().containsAll(added)) {
            return true;
        }
        return new HashSet<>(present).containsAll(added);
    }

    /** Mostly it is the object itself, of which nothing has to be asked. */
    static boolean isSame(@Nullable Object one, @Nullable Object other) {
        return one == other || one != null && one.equals(other);
    }
}
