package io.github.inparallel.spring;

import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * Knows who calls from a reactive chain. Spring Security has the caller in the subscriber's context, not on its
 * thread. The caller is put on the thread while the call is captured, and back into the context of a reactive body.
 */
final class ReactiveCaller {

    private ReactiveCaller() {}

    /**
     * Makes the call as soon as the caller is known. If asking for the caller fails, the subscriber gets that error.
     */
    static void submit(Subscriber<?> subscriber, Runnable call) {
        if (!(subscriber instanceof CoreSubscriber<?> caller)
                || !caller.currentContext().hasKey(SecurityContext.class)) {
            call.run();
            return;
        }
        Context context = caller.currentContext();
        Mono<SecurityContext> security = context.get((Object) SecurityContext.class);
        security.contextWrite(context).toFuture().whenComplete((known, failure) -> {
            if (failure != null) {
                subscriber.onError(failure);
            } else if (known == null) {
                call.run();
            } else {
                as(known, call);
            }
        });
    }

    private static void as(SecurityContext known, Runnable call) {
        SecurityContext before = SecurityContextHolder.getContext();
        SecurityContextHolder.setContext(known);
        try {
            call.run();
        } finally {
            if (before.getAuthentication() == null) {
                SecurityContextHolder.clearContext();
            } else {
                SecurityContextHolder.setContext(before);
            }
        }
    }

    /** Puts the caller where a reactive body looks for it, in the worker. */
    static Publisher<Object> tell(Publisher<Object> body) {
        SecurityContext security = SecurityContextHolder.getContext();
        return security.getAuthentication() == null
                ? body
                : Mono.from(body).contextWrite(ReactiveSecurityContextHolder.withSecurityContext(Mono.just(security)));
    }
}
