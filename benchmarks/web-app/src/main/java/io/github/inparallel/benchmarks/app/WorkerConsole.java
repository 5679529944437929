package io.github.inparallel.benchmarks.app;

import io.github.inparallel.TaskContext;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.spring.PoolInstrumentation;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/** Says how long workers took to be ready, and has them replaced, where the starter is present. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(name = "io.github.inparallel.spring.PoolInstrumentation")
class WorkerConsole {

    @Bean
    Workers workers() {
        return new Workers();
    }

    static final class Workers implements PoolInstrumentation {

        private volatile @Nullable WorkerPool pool; // by the thread that creates it

        @Override
        public PoolObserver observe(String name) {
            return new PoolObserver() {
                @Override
                public void workerReady(String worker, Duration startup) {
                    Console.say("worker", startup.toMillis());
                }
            };
        }

        @Override
        public void bind(WorkerPool created) {
            pool = created;
        }

        @Override
        public void unbind(String name) {
            pool = null;
        }

        /** The pool prepares its class cache on a thread of its own, and says nothing that could be waited for. */
        private static long threadsThatPrepare() {
            return Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().endsWith("-class-cache"))
                    .count();
        }

        @EventListener
        void heard(Console.Line line) {
            WorkerPool current = pool;
            if (current == null || TaskContext.inWorker()) {
                return;
            }
            if (line.text().equals("recycle")) {
                current.recycle();
            } else if (line.text().equals("pids")) {
                current.stats().workers().forEach(worker -> Console.say("pid", worker.pid()));
                Console.say("pids", current.stats().workers().size());
            } else if (line.text().equals("preparing")) {
                Console.say("preparing", threadsThatPrepare());
            }
        }
    }
}
