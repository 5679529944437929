package io.github.inparallel.pool.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RandomNameTests {

    @Test
    void namesLookAlikeAndAreNotTheSame() {
        List<String> names = Stream.generate(RandomName::create).limit(1_000).toList();
        assertThat(names).allMatch(name -> name.matches(RandomName.PATTERN)).doesNotHaveDuplicates();
    }
}
