package io.github.inparallel.spring;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which package may know which, and what is public. */
class ArchitectureTests {

    private static final String ROOT = "io.github.inparallel.spring";

    /** Each package, and those that it may know. What lies between a bean and the engine knows none; wiring is known by none. */
    private static final Map<String, List<String>> DIRECTIONS = Map.of(
            ROOT,
            List.of(),
            ROOT + ".actuate",
            List.of(ROOT),
            ROOT + ".logging",
            List.of(ROOT),
            ROOT + ".metrics",
            List.of(ROOT),
            ROOT + ".ui",
            List.of(ROOT),
            ROOT + ".worker",
            List.of(ROOT, ROOT + ".logging", ROOT + ".metrics"),
            ROOT + ".autoconfigure",
            List.of(ROOT, ROOT + ".actuate", ROOT + ".logging", ROOT + ".metrics", ROOT + ".ui", ROOT + ".worker"));

    private static final List<String> PUBLIC_TYPES = List.of(
            "io.github.inparallel.spring.AdviceSides",
            "io.github.inparallel.spring.ClusterView",
            "io.github.inparallel.spring.InParallelBeanPostProcessor",
            "io.github.inparallel.spring.InParallelMapperCustomizer",
            "io.github.inparallel.spring.InParallelMethod",
            "io.github.inparallel.spring.InvalidInParallelMethodException",
            "io.github.inparallel.spring.NearestName",
            "io.github.inparallel.spring.PoolInstrumentation",
            "io.github.inparallel.spring.PoolPlan",
            "io.github.inparallel.spring.SingleValues",
            "io.github.inparallel.spring.SpringTypes",
            "io.github.inparallel.spring.TaskContextPropagator",
            "io.github.inparallel.spring.TaskInstrumentation",
            "io.github.inparallel.spring.TaskSurroundings",
            "io.github.inparallel.spring.WorkerInitializer",
            "io.github.inparallel.spring.WorkerPools",
            "io.github.inparallel.spring.actuate.InParallelEndpoint",
            "io.github.inparallel.spring.actuate.InParallelEndpointWebExtension",
            "io.github.inparallel.spring.actuate.InParallelHealthIndicator",
            "io.github.inparallel.spring.autoconfigure.InParallelAutoConfiguration",
            "io.github.inparallel.spring.autoconfigure.InParallelEndpointAutoConfiguration",
            "io.github.inparallel.spring.autoconfigure.InParallelHealthContributorAutoConfiguration",
            "io.github.inparallel.spring.autoconfigure.InParallelLoggingAutoConfiguration",
            "io.github.inparallel.spring.autoconfigure.InParallelMetricsAutoConfiguration",
            "io.github.inparallel.spring.autoconfigure.InParallelProperties",
            "io.github.inparallel.spring.autoconfigure.InParallelSecurityAutoConfiguration",
            "io.github.inparallel.spring.autoconfigure.InParallelUiEndpointAutoConfiguration",
            "io.github.inparallel.spring.logging.ForwardedLogging",
            "io.github.inparallel.spring.logging.LogbackWorkerLogs",
            "io.github.inparallel.spring.metrics.ForwardingMeterRegistry",
            "io.github.inparallel.spring.metrics.PoolMetrics",
            "io.github.inparallel.spring.metrics.TaskObservationConvention",
            "io.github.inparallel.spring.metrics.TaskObservations",
            "io.github.inparallel.spring.metrics.TaskSenderContext",
            "io.github.inparallel.spring.metrics.WorkerMeters",
            "io.github.inparallel.spring.ui.InParallelUiEndpoint",
            "io.github.inparallel.spring.ui.PageCsrf",
            "io.github.inparallel.spring.ui.PagePaths",
            "io.github.inparallel.spring.worker.ApplicationLaunch",
            "io.github.inparallel.spring.worker.CapturedConnections",
            "io.github.inparallel.spring.worker.InProcessBootstrap",
            "io.github.inparallel.spring.worker.SpringWorkerBootstrap",
            "io.github.inparallel.spring.worker.WorkerSettings");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void interceptorKnowsTheEngineOnlyByItsInterface() {
        noClasses()
                .that()
                .haveSimpleName("InParallelInterceptor")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.github.inparallel.pool..")
                .check(CLASSES);
    }

    @Test
    void packagesHaveOneDirection() {
        assertThat(CLASSES.stream().map(JavaClass::getPackageName)).allMatch(DIRECTIONS::containsKey);
        DIRECTIONS.forEach((each, known) -> noClasses()
                .that()
                .resideInAPackage(each)
                .should()
                .dependOnClassesThat(resideInAPackage(ROOT + "..")
                        .and(not(resideInAPackage(each)))
                        .and(not(resideInAnyPackage(known.toArray(String[]::new)))))
                .check(CLASSES));
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.github.inparallel.(**)").should().beFreeOfCycles().check(CLASSES); // the root is one, too
    }

    @Test
    void publicTypesArePinned() {
        assertThat(CLASSES.stream()
                        .filter(type ->
                                type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC))
                        .map(JavaClass::getName))
                .containsExactlyInAnyOrderElementsOf(PUBLIC_TYPES);
    }
}
