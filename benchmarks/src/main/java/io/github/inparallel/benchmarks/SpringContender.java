package io.github.inparallel.benchmarks;

import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.spring.WorkerPools;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The pool behind the proxy of a Spring bean. */
final class SpringContender extends PoolContender {

    private final ConfigurableApplicationContext context;
    private final Tasks tasks;

    private SpringContender(ConfigurableApplicationContext context) {
        this.context = context;
        this.tasks = context.getBean(Tasks.class);
    }

    static SpringContender start(int workers) {
        return start("min-workers=" + workers, "max-workers=" + workers);
    }

    /** @param pool properties of the pool */
    static SpringContender start(String... pool) {
        List<String> properties =
                new ArrayList<>(List.of("inparallel.pool.heap=" + (PoolSettings.HEAP_BYTES >> 20) + "MB"));
        for (String property : pool) {
            properties.add("inparallel.pool." + property);
        }
        return new SpringContender(run(properties));
    }

    /** Starts the application. */
    static ConfigurableApplicationContext run(List<String> properties) {
        List<String> arguments = new ArrayList<>(List.of(
                "--spring.main.banner-mode=off",
                "--spring.main.register-shutdown-hook=false",
                "--inparallel.worker.sources=" + SmallApplication.class.getName(),
                "--inparallel.pool.max-payload=" + (PoolSettings.MAX_PAYLOAD_BYTES >> 20) + "MB"));
        properties.forEach(property -> arguments.add("--" + property));
        return SpringApplication.run(SmallApplication.class, arguments.toArray(String[]::new));
    }

    @Override
    Tasks tasks() {
        return tasks;
    }

    @Override
    WorkerPool pool() {
        return context.getBean(WorkerPools.class).get("default");
    }

    @Override
    public void close() {
        context.close();
    }
}
