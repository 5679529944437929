package io.github.inparallel.cluster.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskFuture;
import io.github.inparallel.pool.WorkerPool;
import io.github.inparallel.spring.ClusterView;
import io.github.inparallel.spring.WorkerPools;
import io.github.inparallel.spring.actuate.InParallelEndpoint;
import io.github.inparallel.spring.autoconfigure.InParallelAutoConfiguration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Lazy;

@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class InParallelClusterAutoConfigurationTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(InParallelAutoConfiguration.class, InParallelClusterAutoConfiguration.class))
            .withPropertyValues("inparallel.mode=in-process", "inparallel.cluster.port=0");

    @Test
    void anApplicationIsNoMemberByDefault() {
        runner.run(context -> assertThat(context).doesNotHaveBean(ClusterMembership.class));
    }

    @Test
    void anApplicationThatIsEnabledIsAMember() {
        runner.withPropertyValues("inparallel.cluster.enabled=true").run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBean(ClusterMembership.class).address())
                    .get()
                    .asString()
                    .startsWith("127.0.0.1:");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRUE", "on", "yes"})
    void everyWordForTrueMakesAMember(String word) {
        runner.withPropertyValues("inparallel.cluster.enabled=" + word)
                .run(context -> assertThat(context).hasSingleBean(ClusterMembership.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "off", "no"})
    void everyWordForFalseMakesNone(String word) {
        runner.withPropertyValues("inparallel.cluster.enabled=" + word)
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(ClusterMembership.class)
                        .hasSingleBean(InParallelClusterProperties.class));
    }

    @Test
    void propertiesAreReadAlsoWhereBeansAreLazy() {
        runner.withInitializer(context ->
                        context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
                .withPropertyValues("inparallel.cluster.secrt=x")
                .run(context -> assertThat(context).hasFailed());
    }

    @Test
    void spreadOfAnApplicationThatIsNoMemberIsAWarning(CapturedOutput output) {
        runner.withPropertyValues("inparallel.pools.ocr.spread=cluster", "inparallel.pools.scan.max-workers=1")
                .run(context -> assertThat(context).hasNotFailed());

        assertThat(output.getOut().lines().filter(line -> line.contains("no member of a cluster")))
                .singleElement()
                .asString()
                .contains("WARN", "although 'spread: cluster' is set for 'ocr'.");
    }

    @Test
    void whatStaysHereOrCrossesIsNoWarning(CapturedOutput output) {
        runner.withPropertyValues("inparallel.pools.scan.max-workers=1")
                .run(context -> assertThat(context).hasNotFailed());
        runner.withPropertyValues("inparallel.cluster.enabled=true", "inparallel.pools.ocr.spread=cluster")
                .run(context -> assertThat(context).doesNotHaveBean(NoMembership.class));

        assertThat(output).doesNotContain("no member of a cluster");
    }

    @Test
    void anApplicationWithoutWorkersIsNoMember() {
        runner.withPropertyValues("inparallel.cluster.enabled=true", "inparallel.enabled=false")
                .run(context -> assertThat(context)
                        .doesNotHaveBean(ClusterMembership.class)
                        .doesNotHaveBean(NoMembership.class));
    }

    @Test
    void aMemberDoesWithoutMicrometer() {
        runner.withPropertyValues("inparallel.cluster.enabled=true")
                .withClassLoader(new FilteredClassLoader("io.micrometer"))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(ClusterView.class)
                        .doesNotHaveBean("inParallelClusterMetrics"));
    }

    /** Nobody here may ever ask for the bean, while other members call its method. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void poolOfALazyBeanIsShared(boolean spread) {
        runner.withPropertyValues("inparallel.cluster.enabled=true")
                .withPropertyValues(spread ? "inparallel.pool.spread=cluster" : "inparallel.pools.other.spread=cluster")
                .withUserConfiguration(LazyWork.class)
                .run(context -> {
                    ClusterMembership membership = context.getBean(ClusterMembership.class);
                    await().until(() -> membership.stats().isPresent());
                    assertThat(context.getBean(WorkerPools.class).all())
                            .extracting(WorkerPool::name)
                            .containsExactly(spread ? "lazy" : "other");
                });
    }

    @Test
    void aPoolOfALazyBeanThatNobodyCouldRunStopsTheStart() {
        runner.withPropertyValues("inparallel.pool.spread=cluster", "inparallel.pool.max-workers=0")
                .withUserConfiguration(LazyWork.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(InvalidClusterPropertyException.class)
                        .hasMessageContaining("'inparallel.pool.max-workers' has the value '0'")
                        .hasMessageContaining("pool 'lazy'"));
    }

    @Test
    void spreadOfALazyBeansPoolIsAWarningInAnApplicationThatIsNoMember(CapturedOutput output) {
        runner.withPropertyValues("inparallel.pool.spread=cluster")
                .withUserConfiguration(LazyWork.class)
                .run(context -> assertThat(context).hasNotFailed());

        assertThat(output).contains("although 'spread: cluster' is set for 'lazy'.");
    }

    @Test
    void aPoolKeepsAWorkerInAnApplicationThatIsNoMember() {
        runner.withPropertyValues("inparallel.pools.ocr.spread=cluster").run(context -> {
            InParallelEndpoint endpoint = new InParallelEndpoint(
                    context.getBean(WorkerPools.class),
                    context.getBeanProvider(ClusterView.class).getIfAvailable());
            assertThatThrownBy(() -> endpoint.act("ocr", "resize", null, "0", "0"))
                    .isInstanceOf(InvalidEndpointRequestException.class)
                    .hasMessage(
                            "max-workers: 0 (expected: >= 1; 0 needs a cluster, of which this application is no member:"
                                    + " inparallel.cluster.enabled is not true)");
            assertThat(endpoint.act("ocr", "resize", null, "0", "1")).isNotNull();
        });
    }

    @Test
    void aPoolMayOnlyCallInAnApplicationThatIsAMember() {
        runner.withPropertyValues("inparallel.cluster.enabled=true", "inparallel.pools.ocr.spread=cluster")
                .run(context -> {
                    InParallelEndpoint endpoint = new InParallelEndpoint(
                            context.getBean(WorkerPools.class), context.getBean(ClusterView.class));
                    assertThat(endpoint.act("ocr", "resize", null, "0", "0")).isNotNull();
                });
    }

    @Lazy
    static class LazyWork {
        @InParallel("lazy")
        public CompletableFuture<Void> work() {
            return TaskFuture.completed(null);
        }
    }

    @Test
    void allPropertiesAreBound() {
        runner.withPropertyValues(
                        "inparallel.cluster.enabled=true",
                        "inparallel.cluster.name=shop",
                        "inparallel.cluster.members=a:1, b:2",
                        "inparallel.cluster.secret=something that members know",
                        "inparallel.cluster.discovery=static")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    InParallelClusterProperties properties = context.getBean(InParallelClusterProperties.class);
                    assertThat(properties.name()).isEqualTo("shop");
                    assertThat(properties.members()).containsExactly("a:1", "b:2");
                });
    }

    @Test
    void membersOfAListAreBound() {
        runner.withPropertyValues(
                        "inparallel.cluster.enabled=true",
                        "inparallel.cluster.members[0]=a:1",
                        "inparallel.cluster.members[1]=b:2")
                .run(context -> assertThat(context.getBean(InParallelClusterProperties.class)
                                .members())
                        .containsExactly("a:1", "b:2"));
    }
}
