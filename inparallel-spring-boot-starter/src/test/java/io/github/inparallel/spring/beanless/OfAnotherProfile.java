package io.github.inparallel.spring.beanless;

import io.github.inparallel.InParallel;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

@Component
@Profile("never")
public class OfAnotherProfile {

    @InParallel
    public void work() {}
}
