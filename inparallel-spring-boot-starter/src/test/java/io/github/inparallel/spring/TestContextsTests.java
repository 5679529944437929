package io.github.inparallel.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.InParallel;
import io.github.inparallel.TaskContext;
import io.github.inparallel.spring.sample.Catalogue;
import io.github.inparallel.spring.sample.Catalogue.Circle;
import io.github.inparallel.spring.sample.Catalogue.Shape;
import io.github.inparallel.spring.sample.Catalogue.Square;
import io.github.inparallel.spring.sample.Nested;
import io.github.inparallel.spring.sample.SampleApplication;
import io.github.inparallel.spring.sample.Work;
import java.time.DayOfWeek;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestClassOrder;
import org.junit.jupiter.api.Timeout;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

/** Whatever a test context is made of, its worker has too; contexts that are cached side by side do not mix. */
@Tag("process")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
class TestContextsTests {

    private static @Nullable ApplicationContext first;

    /** Reads properties in a worker. */
    static class Reader {

        private final Environment environment;

        Reader(Environment environment) {
            this.environment = environment;
        }

        @InParallel
        public @Nullable String read(String property) {
            return TaskContext.inWorker() ? environment.getProperty(property) : "not in a worker";
        }
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class Imported {

        @Bean
        Reader imported(Environment environment) {
            return new Reader(environment);
        }
    }

    @org.junit.jupiter.api.Nested
    @Order(1)
    @SpringBootTest(
            classes = SampleApplication.class,
            properties = {
                "inparallel.pool.heap=96MB",
                "inparallel.pool.max-workers=1",
                "sample.greeting=moin",
                "spring.aop.proxy-target-class=false"
            })
    @TestPropertySource(properties = "sample.source=test property source")
    @ActiveProfiles("first")
    @Import(Imported.class)
    class First {

        @Autowired
        private Work work;

        @Autowired
        private Reader reader;

        @Autowired
        private Catalogue catalogue;

        @Autowired
        private ApplicationContext context;

        @DynamicPropertySource
        static void dynamic(DynamicPropertyRegistry registry) {
            registry.add(
                    "sample.dynamic", () -> "pid " + ProcessHandle.current().pid());
        }

        @Test
        void propertiesProfilesAndConfigurationOfTheTestReachTheWorker() {
            first = context;

            assertThat(work.greet("Ada")).isEqualTo("moin Ada");
            assertThat(reader.read("sample.source")).isEqualTo("test property source");
            assertThat(reader.read("sample.dynamic"))
                    .isEqualTo("pid " + ProcessHandle.current().pid());
            assertThat(work.profiles()).contains("first", "inparallel-worker").doesNotContain("default");
        }

        @Test
        void methodsOfAnInterfaceRunInTheWorkerBehindAProxyOfIt() {
            assertThat(AopUtils.isJdkDynamicProxy(catalogue)).isTrue();
            assertThat(catalogue.pid()).isNotEqualTo(ProcessHandle.current().pid());
            assertThat(catalogue.inTransaction()).isTrue();
        }

        @Test
        void aTypeThatIsAnnotatedRunsInTheWorker() {
            assertThat(context.getBean(Nested.class).pid())
                    .isNotEqualTo(ProcessHandle.current().pid());
        }

        @Test
        void valuesOfAllKindsCross() {
            Instant now = Instant.now();
            byte[] bytes = {1, 2, -3};

            assertThat(catalogue.later(List.of(Map.of("a", now), Map.of()), 5))
                    .containsExactly(Map.of("a", now.plusSeconds(5)), Map.of());
            assertThat(catalogue.next(Optional.of(DayOfWeek.SUNDAY))).contains(DayOfWeek.MONDAY);
            assertThat(catalogue.next(Optional.empty())).isEmpty();
            List<Shape> shapes = List.of(new Circle(1.5), new Square(2, Optional.of("lawn")));
            assertThat(catalogue.twice(shapes).join())
                    .containsExactly(new Circle(3), new Square(4, Optional.of("lawn")));
            assertThat(catalogue.reversed(bytes)).containsExactly(-3, 2, 1);
        }
    }

    @org.junit.jupiter.api.Nested
    @Order(2)
    @DirtiesContext
    @SpringBootTest(
            classes = SampleApplication.class,
            properties = {"inparallel.pool.heap=96MB", "inparallel.pool.max-workers=1", "sample.greeting=servus"})
    class Second {

        @Autowired
        private Work work;

        @Test
        void theOtherContextHasAWorkerOfItsOwn() {
            assertThat(work.greet("Ada")).isEqualTo("servus Ada");
            assertThat(work.profiles()).contains("default").doesNotContain("first");
        }
    }

    @org.junit.jupiter.api.Nested
    @Order(3)
    @DirtiesContext
    class FirstAgain extends First {

        @Autowired
        private Work work;

        @Test
        void aCachedContextWorksAgain(@Autowired ApplicationContext context) {
            assertThat(context).isSameAs(first);
            assertThat(work.greet("Bob")).isEqualTo("moin Bob");
        }
    }

    @org.junit.jupiter.api.Nested
    @DirtiesContext
    @SpringBootTest(classes = SampleApplication.class, properties = "inparallel.mode=in-process")
    class InProcess {

        @Autowired
        private Work work;

        @Test
        void tasksRunOnThreads() {
            assertThat(work.pid().join()).isEqualTo(ProcessHandle.current().pid());
            assertThat(work.profiles()).doesNotContain("inparallel-worker");
        }
    }
}
