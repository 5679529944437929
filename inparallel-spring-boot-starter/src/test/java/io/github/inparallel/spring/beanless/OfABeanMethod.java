package io.github.inparallel.spring.beanless;

import io.github.inparallel.InParallel;

public class OfABeanMethod {

    @InParallel
    public void work() {}
}
