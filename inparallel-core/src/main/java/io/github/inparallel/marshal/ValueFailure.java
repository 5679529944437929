package io.github.inparallel.marshal;

import java.util.ArrayDeque;
import java.util.ConcurrentModificationException;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Why a value cannot cross, and where it is; grows a path on its way out. Its message has one or two lines. */
final class ValueFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private static final int MOST_STEPS = 12;
    private static final int MOST_TEXT = 300;
    private static final String SAME_CLASSES = "Both sides must have the same classes";
    private static final String DATA_OBJECT = "Pass an id or a plain data object (DTO)";

    private final transient Deque<String> path = new ArrayDeque<>();
    private final String why;
    private final String instead;
    private @Nullable String what; // written by the thread that fails
    private boolean isCut;
    private boolean needsIdentities;
    private boolean isTooLarge;

    private ValueFailure(String why, String instead, @Nullable Throwable cause) {
        super(why, cause, false, false);
        this.why = why;
        this.instead = instead;
    }

    static ValueFailure because(String why) {
        return new ValueFailure(why, DATA_OBJECT, null);
    }

    static ValueFailure because(String why, String instead) {
        return new ValueFailure(why, instead, null);
    }

    /** Of a value that is not what it should be. */
    static ValueFailure of(Object value, Object declared, String why, String instead) {
        ValueFailure failure = new ValueFailure(why, instead, null);
        failure.what = "is of " + value.getClass().getName() + ", declared " + TypeText.of(declared);
        return failure;
    }

    /** What the other side wrote makes no sense. */
    static ValueFailure malformed(String why) {
        return new ValueFailure("malformed: " + why, SAME_CLASSES, null);
    }

    static ValueFailure tooLarge() {
        ValueFailure failure = because("it is larger than may cross", "Pass a reference (a path, an id)");
        failure.isTooLarge = true;
        failure.needsIdentities = true; // if it is what one object holds many times
        return failure;
    }

    /** Of objects that are found by their identities there, and would be others. */
    static ValueFailure ofIdentities() {
        ValueFailure failure = because("it is compared by identity");
        failure.needsIdentities = true;
        return failure;
    }

    /**
     * What went wrong within, in few words.
     *
     * @throws VirtualMachineError if it is not the value that is wrong
     */
    static ValueFailure from(Throwable e) {
        Throwable root = e;
        while (root instanceof JacksonException && root.getCause() != null) {
            root = root.getCause();
        }
        if (root instanceof ValueFailure failure) {
            if (root != e && e instanceof JacksonException jackson) {
                failure.prepend(jackson.getPath());
            }
            return failure;
        }
        if (root instanceof VirtualMachineError error && !(root instanceof StackOverflowError)) {
            throw error;
        }
        if (root instanceof StackOverflowError || root instanceof StreamConstraintsException) {
            ValueFailure failure =
                    new ValueFailure("it is nested too deeply", "Pass it in parts, or as a flat list", root);
            failure.needsIdentities = true;
            return failure;
        }
        if (root instanceof ConcurrentModificationException) {
            return new ValueFailure("it was changed while it was written", "Pass a copy that nobody changes", root);
        }
        return root instanceof JacksonException jackson
                ? fromJackson(jackson)
                : new ValueFailure(firstLine(text(root)), DATA_OBJECT, root);
    }

    /** What it says, if it says it. */
    private static String text(Throwable root) {
        try {
            return String.valueOf(root.toString());
        } catch (Throwable e) {
            return root.getClass().getName();
        }
    }

    /** Its own words are for those who know it; they stay in the cause. */
    private static ValueFailure fromJackson(JacksonException e) {
        boolean isMalformed = e instanceof StreamReadException || e instanceof UnrecognizedPropertyException;
        ValueFailure failure = isMalformed
                ? new ValueFailure("malformed: no value of this type", SAME_CLASSES, e)
                : new ValueFailure(
                        "its class says by annotations how it is made and written, and that does not work",
                        "Give it a creator that takes what is written, or pass a plain data object (DTO)",
                        e);
        failure.prepend(e.getPath());
        return failure;
    }

    private void prepend(List<JacksonException.Reference> outer) {
        for (int i = outer.size() - 1; i >= 0; i--) {
            String name = outer.get(i).getPropertyName();
            step(name != null ? "." + name : "[" + outer.get(i).getIndex() + "]");
        }
    }

    private void step(String step) {
        path.addFirst(step);
        if (path.size() > MOST_STEPS) {
            path.removeLast();
            isCut = true;
        }
    }

    /** Whether it may cross where objects are written with their identities: what is too deep may be a cycle. */
    boolean needsIdentities() {
        return needsIdentities;
    }

    boolean isTooLarge() {
        return isTooLarge;
    }

    /** The same, seen from one step further out. */
    static ValueFailure at(String step, Throwable e) {
        ValueFailure failure = from(e);
        failure.step(step);
        return failure;
    }

    /** @param root the outermost value's type as written, where the path begins */
    String describe(String root) {
        StringBuilder text = new StringBuilder();
        if (!path.isEmpty() || what != null) {
            int arguments = root.indexOf('<');
            text.append(arguments < 0 ? root : root.substring(0, arguments));
            path.forEach(text::append);
            text.append(isCut ? "…" : "").append(what == null ? "" : " " + what).append(": ");
        }
        return text.append(why).append(". ").append(instead).toString();
    }

    private static String firstLine(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() <= MOST_TEXT ? line : line.substring(0, MOST_TEXT) + "…";
    }
}
