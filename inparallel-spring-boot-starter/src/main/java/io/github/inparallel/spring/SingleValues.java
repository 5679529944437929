package io.github.inparallel.spring;

import io.github.inparallel.TaskFuture;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.util.ClassUtils;

/**
 * Adapts reactive types of one value, such as {@code Mono}: subscribing submits, cancelling the subscription cancels.
 */
public final class SingleValues {

    /** Whether Reactor and Spring Security are there. */
    private static final boolean CALLERS_ARE_KNOWN = isPresent("reactor.core.CoreSubscriber")
            && isPresent("org.springframework.security.core.context.ReactiveSecurityContextHolder");

    private SingleValues() {}

    private static boolean isPresent(String type) {
        return ClassUtils.isPresent(type, SingleValues.class.getClassLoader());
    }

    /** Returns the adapter for the method's return type; null if that is no reactive type of one value. */
    public static @Nullable ReactiveAdapter adapter(Method method) {
        if (CompletionStage.class.isAssignableFrom(method.getReturnType())) {
            return null;
        }
        ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(method.getReturnType());
        return adapter == null || adapter.isMultiValue() ? null : adapter;
    }

    /** Returns the type of the value, which is what crosses. */
    public static Type valueType(Method method) {
        return method.getGenericReturnType() instanceof ParameterizedType parameterized
                ? parameterized.getActualTypeArguments()[0]
                : void.class;
    }

    /** Returns the publisher that the caller gets, in the parent: each subscription is a call. */
    static Object submitted(ReactiveAdapter adapter, Supplier<TaskFuture<Object>> call) {
        Publisher<Object> publisher = subscriber -> subscriber.onSubscribe(new CallSubscription(subscriber, call));
        return adapter.fromPublisher(publisher);
    }

    /** Subscribes to the publisher that the body has returned, in the worker, and returns a future of its value. */
    public static CompletableFuture<@Nullable Object> awaited(ReactiveAdapter adapter, Object value) {
        ValueSubscriber subscriber = new ValueSubscriber();
        Publisher<Object> publisher = adapter.toPublisher(value);
        (CALLERS_ARE_KNOWN ? ReactiveCaller.tell(publisher) : publisher).subscribe(subscriber);
        return subscriber;
    }

    private static final class CallSubscription implements Subscription {
        private final Subscriber<? super Object> subscriber;
        private final Supplier<TaskFuture<Object>> call;
        private final AtomicBoolean begun = new AtomicBoolean();
        private volatile boolean cancelled;
        private volatile @Nullable TaskFuture<Object> future;

        CallSubscription(Subscriber<? super Object> subscriber, Supplier<TaskFuture<Object>> call) {
            this.subscriber = subscriber;
            this.call = call;
        }

        @Override
        public void request(long count) {
            if (cancelled || !begun.compareAndSet(false, true)) {
                return;
            }
            if (CALLERS_ARE_KNOWN) {
                ReactiveCaller.submit(subscriber, this::submit);
            } else {
                submit();
            }
        }

        private void submit() {
            if (cancelled) {
                return; // while it was asked who calls
            }
            TaskFuture<Object> submitted = call.get();
            future = submitted;
            if (cancelled) {
                submitted.cancel(true); // cancelled before it was seen
            }
            submitted.whenComplete((value, failure) -> {
                if (cancelled) {
                    return;
                }
                if (failure != null) {
                    subscriber.onError(failure);
                    return;
                }
                if (value != null) {
                    subscriber.onNext(value);
                }
                subscriber.onComplete();
            });
        }

        @Override
        public void cancel() {
            cancelled = true;
            TaskFuture<Object> submitted = future;
            if (submitted != null) {
                submitted.cancel(true);
            }
        }
    }

    private static final class ValueSubscriber extends CompletableFuture<@Nullable Object>
            implements Subscriber<Object> {
        private volatile @Nullable Subscription subscription;

        @Override
        public void onSubscribe(Subscription given) {
            subscription = given;
            given.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Object value) {
            complete(value);
        }

        @Override
        public void onError(Throwable failure) {
            completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            complete(null); // an empty one; has no effect after a value
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            Subscription given = subscription;
            if (given != null) {
                given.cancel();
            }
            return super.cancel(mayInterruptIfRunning);
        }
    }
}
