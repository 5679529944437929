package io.github.inparallel.marshal;

import io.github.inparallel.MarshallingException;
import io.github.inparallel.TaskFailedException;
import io.github.inparallel.marshal.FieldValues.NotCrossing;
import io.github.inparallel.marshal.FieldValues.Pending;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rebuilds exceptions that came, each as its own class where it would say the same here. Methods of these classes are run
 * on the way, and may throw anything: that costs what was asked, no more.
 */
final class ThrowableRebuilder {

    private static final String PROBE = "\u0001";

    private final List<RemoteThrowable> all;
    private final ClassLoader loader;
    private final @Nullable Throwable[] made;
    private final boolean[] begun;
    private final boolean[] areOwnCause;
    private final List<Set<String>> leftOut = new ArrayList<>();
    private final List<Later> later = new ArrayList<>();

    /** What waits until all are made, because it refers to one that was being made. */
    private interface Later {
        void run() throws ReflectiveOperationException, NotCrossing, Pending;
    }

    ThrowableRebuilder(List<RemoteThrowable> all, ClassLoader loader) {
        this.all = all;
        this.loader = loader;
        this.made = new Throwable[all.size()];
        this.begun = new boolean[all.size()];
        this.areOwnCause = new boolean[all.size()];
        all.forEach(remote -> leftOut.add(new LinkedHashSet<>(remote.leftOut())));
    }

    /** The first one, with all that hang on it. */
    Throwable rebuild() {
        for (int i = 0; i < made.length; i++) {
            make(i);
        }
        for (Later each : later) {
            attempt(each);
        }
        for (int i = 0; i < made.length; i++) {
            complete(i);
        }
        return Objects.requireNonNull(made[0]);
    }

    private static boolean attempt(Later step) {
        try {
            step.run();
            return true;
        } catch (Throwable e) {
            return false;
        }
    }

    /** @throws Pending if it is being made, which means that it refers to the one that asks */
    private Throwable other(int index) throws Pending {
        if (index < 0 || index >= made.length) {
            throw new IllegalArgumentException("no exception " + index);
        }
        make(index);
        Throwable other = made[index];
        if (other == null) {
            throw new Pending();
        }
        return other;
    }

    private void make(int index) {
        if (begun[index]) {
            return;
        }
        begun[index] = true;
        RemoteThrowable remote = all.get(index);
        Throwable cause = null;
        if (remote.cause() >= 0) {
            try {
                cause = other(remote.cause());
            } catch (Pending e) {
                later.add(() -> Objects.requireNonNull(made[index]).initCause(other(remote.cause())));
            }
        }
        Class<?> found = NamedTypes.find(remote.type(), loader);
        for (Class<?> type = found; made[index] == null && type != null && isThrowable(type); type = insteadOf(type)) {
            JdkExceptions jdk = JdkExceptions.of(type);
            made[index] = new One(index, remote, type, cause, jdk).make();
            if (made[index] == null && jdk != JdkExceptions.NONE) { // its constructor makes another message
                made[index] = new One(index, remote, type, cause, JdkExceptions.NONE).make();
                leftOut.get(index).addAll(jdk.names());
            }
            if (made[index] != null && type != found) {
                leftOut.get(index).add("its class, which is the JDK's own affair");
            }
        }
        if (made[index] == null) {
            made[index] = standIn(remote, cause, whyNotItself(index, found));
        }
    }

    private String whyNotItself(int index, @Nullable Class<?> found) {
        if (found == null) {
            return "there is no such class here";
        }
        if (!isThrowable(found)) {
            return "it is no exception here";
        }
        return areOwnCause[index]
                ? "it is its own cause, so that who looks for the last one never ends"
                : "its message would be another one here";
    }

    private static boolean isThrowable(Class<?> type) {
        return Throwable.class.isAssignableFrom(type);
    }

    /** Nobody can catch what the JDK keeps to itself, but what it extends. */
    private static @Nullable Class<?> insteadOf(Class<?> type) {
        return JdkExceptions.isJdk(type) && !Modifier.isPublic(type.getModifiers()) ? type.getSuperclass() : null;
    }

    private static TaskFailedException standIn(RemoteThrowable remote, @Nullable Throwable cause, String why) {
        String message =
                remote.message() != null || remote.messageKnown() ? remote.message() : "(its message is not known)";
        TaskFailedException failure =
                new TaskFailedException(remote.type(), remote.type() + (message == null ? "" : ": " + message));
        if (cause != null) {
            failure.initCause(cause);
        }
        failure.addSuppressed(note(remote.type() + " cannot be rebuilt: " + why, null));
        return failure;
    }

    private static MarshallingException note(String text, @Nullable Throwable cause) {
        MarshallingException note = new MarshallingException(text, cause);
        note.setStackTrace(new StackTraceElement[0]);
        return note;
    }

    /** What takes all others to be there; and says what is missing. */
    private void complete(int index) {
        RemoteThrowable remote = all.get(index);
        Throwable failure = Objects.requireNonNull(made[index]);
        Set<String> missing = leftOut.get(index);
        Throwable[] lostCause = new Throwable[1];
        if (remote.cause() >= 0) {
            attempt(() -> {
                lostCause[0] = other(remote.cause());
                if (failure.getCause() == lostCause[0]) {
                    lostCause[0] = null;
                }
            });
        }
        if (lostCause[0] != null) {
            missing.add("its cause, which is this note's");
        }
        boolean stack = attempt(() -> failure.setStackTrace(remote.stack()));
        if (!stack) {
            missing.add("its stack trace, which is this note's");
        }
        for (int suppressed : remote.suppressed()) {
            attempt(() -> failure.addSuppressed(other(suppressed)));
        }
        if (!missing.isEmpty()) {
            MarshallingException note = note(
                    remote.type() + " has arrived without " + String.join(", ", missing)
                            + ". That cannot cross to another process",
                    lostCause[0]);
            if (!stack) {
                note.setStackTrace(remote.stack());
            }
            failure.addSuppressed(note);
        }
    }

    /** One that is to be of a certain class. */
    private final class One {
        private final int index;
        private final RemoteThrowable remote;
        private final Class<?> type;
        private final @Nullable Throwable cause;
        private final JdkExceptions jdk;
        private final Map<Field, @Nullable Object> fields = new LinkedHashMap<>();

        One(int index, RemoteThrowable remote, Class<?> type, @Nullable Throwable cause, JdkExceptions jdk) {
            this.index = index;
            this.remote = remote;
            this.type = type;
            this.cause = cause;
            this.jdk = jdk;
        }

        /** Null if it would not say the same. */
        @Nullable
        Throwable make() {
            resolveFields();
            List<@Nullable Object> state = state();
            Set<@Nullable String> messages = new LinkedHashSet<>();
            if (remote.detail() != null) {
                messages.add(remote.detail());
            }
            messages.add(remote.message());
            messages.add(null);
            for (String message : messages) {
                Throwable failure = with(message, state);
                if (failure != null && says(failure)) {
                    return finished(failure);
                }
            }
            Throwable probe = with(PROBE, state);
            String within = probe == null ? null : within(probe);
            Throwable failure = within == null ? null : with(within, state);
            return failure != null && says(failure) ? finished(failure) : null;
        }

        private Throwable finished(Throwable failure) {
            if (!jdk.types().isEmpty() && jdk.types().size() == remote.state().size()) {
                later.add(() -> jdk.complete(failure, state()));
            }
            return failure;
        }

        private boolean says(Throwable failure) {
            try {
                String message = failure.getMessage();
                String all = failure.getLocalizedMessage() + failure; // which must not throw
                areOwnCause[index] = isOwnCause(failure);
                return !areOwnCause[index]
                        && !all.isEmpty()
                        && (!remote.messageKnown() || Objects.equals(message, remote.message()));
            } catch (Throwable e) {
                return false;
            }
        }

        private static boolean isOwnCause(Throwable failure) {
            try {
                return failure.getCause() == failure;
            } catch (Throwable e) {
                return false;
            }
        }

        /** Which message it is that its {@code getMessage()} puts the rest of the text around. */
        private @Nullable String within(Throwable probe) {
            try {
                String message = remote.message();
                String around = probe.getMessage();
                if (message == null || around == null || !around.contains(PROBE)) {
                    return null;
                }
                String before = around.substring(0, around.indexOf(PROBE));
                String after = around.substring(before.length() + PROBE.length());
                return message.length() >= before.length() + after.length()
                                && message.startsWith(before)
                                && message.endsWith(after)
                        ? message.substring(before.length(), message.length() - after.length())
                        : null;
            } catch (Throwable e) {
                return null;
            }
        }

        private @Nullable Throwable with(@Nullable String message, List<@Nullable Object> state) {
            Throwable[] failure = new Throwable[1];
            if (!attempt(() -> failure[0] = jdk.create(type, message, cause, state))) {
                leftOut.get(index).addAll(jdk.names());
            }
            if (failure[0] == null) {
                attempt(() -> failure[0] = cause == null
                        ? ThrowableFactory.create(type, message)
                        : ThrowableFactory.create(type, message, cause));
            }
            if (failure[0] == null) {
                attempt(() -> failure[0] = ThrowableFactory.createWithoutStack(type, message, cause));
            }
            Throwable made = failure[0];
            if (made != null) {
                fields.forEach((field, value) -> set(made, field, value));
                attempt(() -> {
                    if (cause != null && made.getCause() == null) {
                        made.initCause(cause);
                    }
                });
            }
            return made;
        }

        private void set(Throwable failure, Field field, @Nullable Object value) {
            if (!attempt(() -> field.set(failure, value))) {
                leftOut.get(index).add(field.getName());
            }
        }

        private void resolveFields() {
            for (RemoteThrowable.RemoteField each : remote.fields()) {
                Field field = ThrowableFields.find(type, each.level(), each.name());
                try {
                    if (field == null) {
                        throw new NotCrossing();
                    }
                    fields.put(field, resolved(each, field));
                } catch (Pending e) {
                    later.add(() -> set(Objects.requireNonNull(made[index]), field, resolved(each, field)));
                } catch (Throwable e) {
                    leftOut.get(index).add(each.name());
                }
            }
        }

        private @Nullable Object resolved(RemoteThrowable.RemoteField from, Field field) throws NotCrossing, Pending {
            return FieldReader.resolve(from.value(), field.getGenericType(), ThrowableRebuilder.this::other, loader);
        }

        private List<@Nullable Object> state() {
            List<Class<?>> types = jdk.types();
            @Nullable Object[] values = new Object[types.size()];
            for (int i = 0; i < values.length && i < remote.state().size(); i++) {
                int item = i;
                attempt(() -> values[item] = FieldReader.resolve(
                        remote.state().get(item), types.get(item), ThrowableRebuilder.this::other, loader));
            }
            return Arrays.asList(values);
        }
    }
}
