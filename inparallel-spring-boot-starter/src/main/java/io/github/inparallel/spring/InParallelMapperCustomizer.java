package io.github.inparallel.spring;

import tools.jackson.databind.cfg.MapperBuilder;

/** Adds Jackson modules to what writes arguments and results. A bean of this type is called in parent and worker alike. */
@FunctionalInterface
public interface InParallelMapperCustomizer {

    void customize(MapperBuilder<?, ?> builder);
}
