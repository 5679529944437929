package io.github.inparallel.spring.beanless;

import io.github.inparallel.InParallel;

public record BehindItsInterface(String name) implements Runnable {

    @Override
    @InParallel
    public void run() {}
}
