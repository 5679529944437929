package io.github.inparallel.benchmarks.app;

import io.github.inparallel.InParallel;
import org.springframework.stereotype.Service;

@Service
class Greetings {

    @InParallel
    String greeting(String name) {
        return "Hello, " + name;
    }
}
