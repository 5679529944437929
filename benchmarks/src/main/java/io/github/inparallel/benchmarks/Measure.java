package io.github.inparallel.benchmarks;

import java.util.List;

/** One of the measures M1 to M8. */
interface Measure {

    /** Such as M1. */
    String id();

    /** What is measured, in one line. */
    String title();

    /** What is run in each round, one after another. */
    List<Trial> trials(Setting setting);

    /** What is wanted, and what came of it. */
    List<Goal> goals(Results results);
}
