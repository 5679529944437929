package io.github.inparallel.spring;

import io.github.inparallel.marshal.Marshaller;
import java.util.function.Consumer;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import tools.jackson.databind.cfg.MapperBuilder;

/**
 * Adds Jackson modules to the mapper that writes arguments and results. Beans of this type are called in parent and
 * worker alike.
 */
@FunctionalInterface
public interface InParallelMapperCustomizer {

    void customize(MapperBuilder<?, ?> builder);

    /** Returns one customizer for all beans of this type, in their order; they are asked for when a mapper is made. */
    static Consumer<MapperBuilder<?, ?>> of(ListableBeanFactory beans) {
        boolean none = BeanFactoryUtils.beanNamesForTypeIncludingAncestors(
                                beans, InParallelMapperCustomizer.class, true, false)
                        .length
                == 0;
        return none
                ? Marshaller.UNCHANGED
                : builder -> beans.getBeanProvider(InParallelMapperCustomizer.class)
                        .orderedStream()
                        .forEach(each -> each.customize(builder));
    }
}
