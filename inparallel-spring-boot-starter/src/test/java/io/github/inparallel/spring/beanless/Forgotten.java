package io.github.inparallel.spring.beanless;

import io.github.inparallel.InParallel;

public class Forgotten {

    @InParallel
    public void work() {}
}
