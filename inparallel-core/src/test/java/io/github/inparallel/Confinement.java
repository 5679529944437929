package io.github.inparallel;

import static net.bytebuddy.matcher.ElementMatchers.isAbstract;
import static net.bytebuddy.matcher.ElementMatchers.isAnnotatedWith;
import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.isPrivate;
import static net.bytebuddy.matcher.ElementMatchers.isStatic;
import static net.bytebuddy.matcher.ElementMatchers.isSynthetic;
import static net.bytebuddy.matcher.ElementMatchers.nameStartsWith;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.not;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.annotation.AnnotationSource;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Watches in each test run that what is confined to the supervisor's thread is called by one thread only: the first that calls
 * a method of an object after it was made. A breach fails the test in which it is noticed.
 */
public final class Confinement implements BeforeAllCallback, AfterEachCallback {

    private static final String PACKAGE = "io.github.inparallel.pool.supervision.";
    private static final ElementMatcher.Junction<AnnotationSource> CONFINED =
            isAnnotatedWith(named(PACKAGE + "ConfinedToSupervisor"));
    private static final ElementMatcher.Junction<AnnotationSource> ANY_THREAD =
            isAnnotatedWith(named(PACKAGE + "AnyThread"));

    private static final AtomicBoolean watching = new AtomicBoolean();
    private static final Map<Object, Thread> owners = new WeakHashMap<>(); // guarded by itself
    private static final List<String> breaches = new ArrayList<>(); // guarded by owners

    @Override
    public void beforeAll(ExtensionContext context) {
        if (watching.compareAndSet(false, true)) {
            new AgentBuilder.Default()
                    .disableClassFormatChanges()
                    .with(AgentBuilder.RedefinitionStrategy.RETRANSFORMATION)
                    .with(AgentBuilder.Listener.StreamWriting.toSystemError().withErrorsOnly())
                    .type(nameStartsWith(PACKAGE))
                    .transform((builder, type, loader, module, domain) ->
                            builder.visit(Advice.to(Entry.class).on(confinedMethods(type))))
                    .installOn(ByteBuddyAgent.install());
        }
    }

    private static ElementMatcher.Junction<net.bytebuddy.description.method.MethodDescription> confinedMethods(
            TypeDescription type) {
        ElementMatcher.Junction<net.bytebuddy.description.method.MethodDescription> methods =
                not(isConstructor().or(isStatic()).or(isAbstract()).or(isSynthetic()));
        return CONFINED.matches(type) ? methods.and(not(isPrivate())).and(not(ANY_THREAD)) : methods.and(CONFINED);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        List<String> found = takeBreaches();
        if (!found.isEmpty()) {
            throw new AssertionError(String.join("\n", found));
        }
    }

    /** Returns what was found since this was asked last. */
    public static List<String> takeBreaches() {
        synchronized (owners) {
            List<String> found = List.copyOf(breaches);
            breaches.clear();
            return found;
        }
    }

    /** Called by the methods that are watched. */
    public static void entered(Object object, String method) {
        Thread thread = Thread.currentThread();
        synchronized (owners) {
            Thread owner = owners.putIfAbsent(object, thread);
            if (owner != null && owner != thread && !(isOfTests(owner) && isOfTests(thread)) && breaches.size() < 10) {
                breaches.add(method + " belongs to " + owner + ", and was called by " + thread + "\n\tat "
                        + StackWalker.getInstance()
                                .walk(frames -> frames.skip(1)
                                        .limit(6)
                                        .map(String::valueOf)
                                        .toList()));
            }
        }
    }

    /** A test may run on another thread than what comes before and after it: for each other they are one. */
    private static boolean isOfTests(Thread thread) {
        return thread.getName().equals("main") || thread.getName().startsWith("junit-");
    }

    /** What the methods that are watched begin with. */
    private static final class Entry {
        @Advice.OnMethodEnter
        static void enter(@Advice.This Object object, @Advice.Origin("#t.#m") String method) {
            Confinement.entered(object, method);
        }
    }
}
