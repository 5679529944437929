package io.github.inparallel.cluster;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which package may know which, and what is public. */
class ArchitectureTests {

    private static final String ROOT = "io.github.inparallel.cluster";

    /** What others of the module may know of who gets which call. */
    private static final List<String> PUBLIC_TYPES = List.of(
            ROOT + ".ClusterNode",
            ROOT + ".ClusterObserver",
            ROOT + ".ClusterStats",
            ROOT + ".Identity",
            ROOT + ".Peer",
            ROOT + ".SharedPool",
            ROOT + ".Transport");

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.github.inparallel");

    private static final JavaClasses CLASSES = ALL.that(JavaClass.Predicates.resideInAPackage(ROOT + ".."));

    @Test
    void whoGetsWhichCallKnowsNeitherJGroupsNorSpring() {
        noClasses()
                .that()
                .resideInAPackage(ROOT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.jgroups..",
                        "org.springframework..",
                        "io.micrometer..",
                        "io.github.inparallel.spring..",
                        ROOT + ".*..")
                .check(CLASSES);
    }

    @Test
    void whatCarriesMessagesKnowsNoSpring() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".jgroups..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework..",
                        "io.github.inparallel.spring..",
                        "io.github.inparallel.pool.member..",
                        ROOT + ".autoconfigure..")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void onlyOnePackageKnowsJGroups() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".jgroups..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.jgroups..")
                .check(ALL);
    }

    /** A system clock that jumps must move no deadline. */
    @Test
    void deadlinesUseMonotonicTime() {
        noClasses()
                .that()
                .resideInAPackage(ROOT)
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(java.time.Clock.class, java.util.Date.class, java.util.Timer.class)
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.github.inparallel.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void publicTypesArePinned() {
        assertThat(CLASSES.stream()
                        .filter(type -> type.getPackageName().equals(ROOT)
                                && type.isTopLevelClass()
                                && type.getModifiers().contains(JavaModifier.PUBLIC))
                        .map(JavaClass::getName))
                .containsExactlyInAnyOrderElementsOf(PUBLIC_TYPES);
    }
}
