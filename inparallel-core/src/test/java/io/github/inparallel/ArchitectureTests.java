package io.github.inparallel;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.github.inparallel.pool.InvalidOptionException;
import io.github.inparallel.pool.PoolHistory;
import io.github.inparallel.pool.PoolObserver;
import io.github.inparallel.pool.PoolOptions;
import io.github.inparallel.pool.PoolOptionsBuilder;
import io.github.inparallel.pool.PoolStats;
import io.github.inparallel.pool.WorkerLauncher;
import io.github.inparallel.pool.WorkerLogs;
import io.github.inparallel.pool.WorkerProcess;
import io.github.inparallel.pool.WorkerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which package may know which, and what is public. */
class ArchitectureTests {

    private static final String ROOT = "io.github.inparallel";

    /** What users may rely on. */
    private static final List<String> API = List.of(
            "io.github.inparallel.DrainTimeoutException",
            "io.github.inparallel.InParallel",
            "io.github.inparallel.InParallelException",
            "io.github.inparallel.MarshallingException",
            "io.github.inparallel.TaskContext",
            "io.github.inparallel.TaskFailedException",
            "io.github.inparallel.TaskFuture",
            "io.github.inparallel.TaskOptions",
            "io.github.inparallel.TaskProgress",
            "io.github.inparallel.TaskRefusedException",
            "io.github.inparallel.TaskState",
            "io.github.inparallel.TaskTimeoutException",
            "io.github.inparallel.WaitFor",
            "io.github.inparallel.WorkerExit",
            "io.github.inparallel.WorkerLostException",
            "io.github.inparallel.WorkerStartException",
            "io.github.inparallel.inprocess.InProcessLauncher",
            "io.github.inparallel.pool.InvalidOptionException",
            "io.github.inparallel.pool.PoolHistory",
            "io.github.inparallel.pool.PoolObserver",
            "io.github.inparallel.pool.PoolOptions",
            "io.github.inparallel.pool.PoolOptionsBuilder",
            "io.github.inparallel.pool.PoolStats",
            "io.github.inparallel.pool.WorkerLauncher",
            "io.github.inparallel.pool.WorkerLogs",
            "io.github.inparallel.pool.WorkerPool",
            "io.github.inparallel.pool.WorkerProcess",
            "io.github.inparallel.pool.WorkerState");

    /** What is public for the other packages, and for the starter; it changes with them. */
    private static final List<String> SHARED = List.of(
            "io.github.inparallel.call.Call",
            "io.github.inparallel.call.CallEngine",
            "io.github.inparallel.call.CallerWait",
            "io.github.inparallel.marshal.Encoded",
            "io.github.inparallel.marshal.KnownTypes",
            "io.github.inparallel.marshal.Limits",
            "io.github.inparallel.marshal.Marshaller",
            "io.github.inparallel.marshal.MethodCodec",
            "io.github.inparallel.marshal.TaskMethod",
            "io.github.inparallel.marshal.ThrowableCodec",
            "io.github.inparallel.platform.JavaCommand",
            "io.github.inparallel.platform.OwnerOnly",
            "io.github.inparallel.platform.PlatformFeature",
            "io.github.inparallel.platform.Procfs",
            "io.github.inparallel.protocol.Answer",
            "io.github.inparallel.protocol.Frame",
            "io.github.inparallel.protocol.FrameChannel",
            "io.github.inparallel.protocol.FrameType",
            "io.github.inparallel.protocol.HeapHistogram",
            "io.github.inparallel.protocol.HeapUse",
            "io.github.inparallel.protocol.Hello",
            "io.github.inparallel.protocol.Inspection",
            "io.github.inparallel.protocol.LaunchDescription",
            "io.github.inparallel.protocol.LogEvent",
            "io.github.inparallel.protocol.LogLevels",
            "io.github.inparallel.protocol.ProgressReport",
            "io.github.inparallel.protocol.ProcessMark",
            "io.github.inparallel.protocol.ProtocolException",
            "io.github.inparallel.protocol.Scarcity",
            "io.github.inparallel.protocol.Secret",
            "io.github.inparallel.protocol.Spinning",
            "io.github.inparallel.protocol.TaskRequest",
            "io.github.inparallel.protocol.WireLimit",
            "io.github.inparallel.protocol.WorkerJvm",
            "io.github.inparallel.protocol.WorkerReport",
            "io.github.inparallel.units.Counts",
            "io.github.inparallel.units.Durations",
            "io.github.inparallel.units.Sizes",
            "io.github.inparallel.units.TimeoutText",
            "io.github.inparallel.worker.Halt",
            "io.github.inparallel.worker.MethodTarget",
            "io.github.inparallel.worker.PlainBootstrap",
            "io.github.inparallel.worker.WorkerBootstrap",
            "io.github.inparallel.worker.WorkerEnvironment",
            "io.github.inparallel.worker.WorkerMain",
            "io.github.inparallel.worker.WorkerRuntime",
            "io.github.inparallel.worker.WorkerTarget");

    /** What packages below the pool may know of its own. */
    private static final DescribedPredicate<JavaClass> POOL_API = DescribedPredicate.describe(
            "are API of the pool that says how it is set up",
            type -> List.of(
                            InvalidOptionException.class,
                            PoolHistory.class,
                            PoolObserver.class,
                            PoolOptions.class,
                            PoolOptionsBuilder.class,
                            PoolStats.class,
                            WorkerLauncher.class,
                            WorkerLogs.class,
                            WorkerProcess.class,
                            WorkerState.class)
                    .stream()
                    .anyMatch(api -> type.getBaseComponentType().getName().equals(api.getName())
                            || type.getName().startsWith(api.getName() + "$")));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void poolAndWorkerDoNotKnowEachOther() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".pool..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + ".worker", ROOT + ".inprocess")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".worker")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + ".pool", ROOT + ".inprocess")
                .check(CLASSES);
    }

    @Test
    void classCacheKnowsFilesOnly() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".pool.process.cache")
                .should()
                .dependOnClassesThat(
                        ours().and(outside(ROOT + ".pool.process.cache", ROOT + ".pool.runtime", ROOT + ".platform")))
                .check(CLASSES);
    }

    @Test
    void whatEnginesRunOnKnowsNoPool() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".pool.runtime")
                .should()
                .dependOnClassesThat(ours().and(outside(ROOT + ".pool.runtime", ROOT + ".units")))
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".pool.config")
                .should()
                .dependOnClassesThat(ours().and(outside(ROOT + ".pool.config", ROOT + ".units"))
                        .and(DescribedPredicate.not(JavaClass.Predicates.type(InvalidOptionException.class))))
                .check(CLASSES);
    }

    /** Processes are started and cleared away for whoever has a pool: they know how it is set up, and not the pool. */
    @Test
    void processesKnowOptionsOnly() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".pool.process")
                .should()
                .dependOnClassesThat(JavaClass.Predicates.resideInAPackage(ROOT + ".pool..")
                        .and(outside(ROOT + ".pool.process..", ROOT + ".pool.config", ROOT + ".pool.runtime"))
                        .and(DescribedPredicate.not(POOL_API)))
                .check(CLASSES);
    }

    @Test
    void tasksKnowNeitherSlotsNorWorkers() {
        engineKnows("task", POOL_API, "history", "member");
    }

    @Test
    void wordsOfMembersKnowNothingOfTheEngine() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".pool.member")
                .should()
                .dependOnClassesThat(ours().and(outside(ROOT, ROOT + ".pool.member")))
                .check(CLASSES);
    }

    @Test
    void historyKnowsNothingOfTheEngine() {
        engineKnows("history", POOL_API);
    }

    @Test
    void dispatchKnowsTasksAndNoSupervision() {
        engineKnows("dispatch", POOL_API, "task", "history", "member");
    }

    @Test
    void supervisionKnowsAllButTheDoor() {
        engineKnows("supervision", POOL_API, "dispatch", "task", "process", "history");
    }

    /** What users set up and observe a pool with stands on nothing of the engine. */
    @Test
    void apiOfThePoolKnowsNoEngine() {
        noClasses()
                .that(POOL_API)
                .should()
                .dependOnClassesThat(JavaClass.Predicates.resideInAPackage(ROOT + ".pool..")
                        .and(outside(
                                ROOT + ".pool", ROOT + ".pool.config", ROOT + ".pool.process.cache"))) // a class path
                .check(CLASSES);
    }

    private void engineKnows(String name, DescribedPredicate<JavaClass> api, String... others) {
        List<String> known =
                new ArrayList<>(List.of(ROOT + ".pool." + name, ROOT + ".pool.config", ROOT + ".pool.runtime"));
        Stream.of(others).map(other -> ROOT + ".pool." + other).forEach(known::add);
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".pool." + name)
                .should()
                .dependOnClassesThat(JavaClass.Predicates.resideInAPackage(ROOT + ".pool..")
                        .and(outside(known.toArray(String[]::new)))
                        .and(DescribedPredicate.not(api)))
                .check(CLASSES);
    }

    /** They are under its lock, and nobody else has that. */
    @Test
    void notesOfTheDispatcherAreItsOwn() {
        List<String> notes = List.of("Slot", "WorkerEntry", "DispatchedTask");
        List<String> owners = List.of(
                "Dispatcher",
                "DispatchState",
                "EarlyTasks",
                "Lending",
                "LocalSlots",
                "MemberSlots",
                "RemoteDispatch",
                "TaskAges",
                "TaskChain",
                "TaskQueue",
                "WorkerEntries");
        noClasses()
                .that(DescribedPredicate.describe(
                        "do not belong to the dispatcher",
                        type -> !notes.contains(type.getSimpleName()) && !owners.contains(type.getSimpleName())))
                .should()
                .accessFieldWhere(DescribedPredicate.describe(
                        "it is a note of the dispatcher",
                        access -> access.getTargetOwner().getPackageName().equals(ROOT + ".pool.dispatch")
                                && notes.contains(access.getTargetOwner().getSimpleName())))
                .check(CLASSES);
    }

    @Test
    void noConstructorHasMoreThanSixParameters() {
        assertThat(CLASSES.stream()
                        .filter(type -> type.getPackageName().startsWith(ROOT + ".pool") && !type.isRecord())
                        .flatMap(type -> type.getConstructors().stream())
                        .filter(constructor ->
                                constructor.getRawParameterTypes().size() > 6)
                        .filter(constructor -> !constructor.getOwner().isEnum()
                                && !constructor.getOwner().isAnonymousClass())
                        .map(JavaConstructor::getFullName))
                .isEmpty();
    }

    /** The application may fill it with work that blocks, perhaps on tasks: what must come on cannot wait behind that. */
    @Test
    void nothingWaitsForTheCommonPool() {
        noClasses()
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "it is run in the common pool",
                        call -> call.getTarget().getName().equals("onExit")
                                        && call.getTargetOwner().getName().startsWith("java.lang.Process")
                                || call.getTarget().getName().endsWith("Async")
                                        && call.getTargetOwner().isAssignableTo(CompletionStage.class)
                                        && call.getTarget().getRawParameterTypes().stream()
                                                .noneMatch(type -> type.isEquivalentTo(Executor.class))
                                || call.getTarget().getName().equals("parallelStream")))
                .check(CLASSES);
    }

    /** Who knows whom, as the documentation says; what to write there is what the failure shows. */
    @Test
    void pictureInTheDocumentationIsTrue() throws IOException {
        Map<String, Set<String>> known = new TreeMap<>();
        for (JavaClass type : CLASSES) {
            for (Dependency each : type.getDirectDependenciesFromSelf()) {
                String to = shortName(each.getTargetClass().getPackageName());
                String from = shortName(type.getPackageName());
                if (!to.isEmpty() && !to.equals(from)) {
                    known.computeIfAbsent(from, key -> new TreeSet<>()).add(to);
                }
            }
        }
        String picture = known.entrySet().stream()
                .map(each -> String.format("%-20s %s%n", each.getKey(), String.join(", ", each.getValue())))
                .collect(Collectors.joining());

        assertThat(Files.readString(Path.of("../docs/architecture.md"))).contains("```\n" + picture + "```");
    }

    private static String shortName(String packageName) {
        return packageName.equals(ROOT)
                ? "(root)"
                : packageName.startsWith(ROOT + ".") ? packageName.substring(ROOT.length() + 1) : "";
    }

    private static DescribedPredicate<JavaClass> ours() {
        return JavaClass.Predicates.resideInAPackage(ROOT + "..");
    }

    private static DescribedPredicate<JavaClass> outside(String... packages) {
        return DescribedPredicate.not(JavaClass.Predicates.resideInAnyPackage(packages));
    }

    @Test
    void protocolAndMarshallingKnowNeitherSide() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT, ROOT + ".protocol", ROOT + ".marshal", ROOT + ".call")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + ".pool", ROOT + ".worker", ROOT + ".inprocess")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".protocol")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".marshal")
                .check(CLASSES);
    }

    @Test
    void whatUsersTouchKnowsNothingElse() {
        noClasses()
                .that()
                .resideInAPackage(ROOT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + ".call", ROOT + ".marshal", ROOT + ".protocol")
                .check(CLASSES);
    }

    /** A system clock that jumps must move no deadline. */
    @Test
    void supervisionUsesMonotonicTime() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".pool..")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(java.time.Clock.class, java.util.Date.class, java.util.Timer.class)
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().assignedFrom(PACKAGES).should().beFreeOfCycles().check(CLASSES);
    }

    /** Each package below the root, with all that is below it, and the root itself. */
    private static final SliceAssignment PACKAGES = new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            String name = type.getPackageName();
            if (name.equals(ROOT)) {
                return SliceIdentifier.of(ROOT);
            }
            return name.startsWith(ROOT + ".")
                    ? SliceIdentifier.of(name.substring(ROOT.length() + 1).replaceFirst("\\..*", ""))
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "packages, the root too";
        }
    };

    @Test
    void coreKnowsNoFramework() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "io.micrometer..")
                .check(CLASSES);
    }

    @Test
    void apiIsPinned() {
        assertThat(publicTypes().filter(ArchitectureTests::isApi)).containsExactlyInAnyOrderElementsOf(API);
    }

    /** Packages below {@code pool} are no API, as each of them says: what is public there is so for its neighbours. */
    @Test
    void whatIsSharedIsPinned() {
        assertThat(publicTypes().filter(name -> !isApi(name) && !name.startsWith(ROOT + ".pool.")))
                .containsExactlyInAnyOrderElementsOf(SHARED);
    }

    private Stream<String> publicTypes() {
        return CLASSES.stream()
                .filter(type -> type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC))
                .map(JavaClass::getName);
    }

    private static boolean isApi(String name) {
        String packageName = name.substring(0, name.lastIndexOf('.'));
        return List.of(ROOT, ROOT + ".pool", ROOT + ".inprocess").contains(packageName);
    }
}
