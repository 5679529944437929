package io.github.inparallel.spring.sample;

import io.github.inparallel.InParallel;
import org.springframework.stereotype.Component;

@Component
@InParallel
public class Nested {

    public long pid() {
        return ProcessHandle.current().pid();
    }
}
