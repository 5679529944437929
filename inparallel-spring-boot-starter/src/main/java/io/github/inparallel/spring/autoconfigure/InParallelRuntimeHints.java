package io.github.inparallel.spring.autoconfigure;

import io.github.inparallel.protocol.WorkerJvm;
import io.github.inparallel.spring.worker.SpringWorkerBootstrap;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;

/** Registers what is found by name: the worker's classes and the configuration of its logging. */
final class InParallelRuntimeHints implements RuntimeHintsRegistrar {

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
        hints.reflection()
                .registerType(SpringWorkerBootstrap.class, MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS)
                .registerType(TypeReference.of(WorkerJvm.MAIN_CLASS), MemberCategory.INVOKE_PUBLIC_METHODS);
        hints.resources().registerPattern("io/github/inparallel/spring/logging/*.xml");
    }
}
