"""What the scripts share: warm-up, timing, and saying figures as the Java programs do."""

import time


def say(figure, unit, value):
    print("@@", figure, unit, value, sep="\t", flush=True)


def say_word(figure, word):
    say(figure, word, "NaN")


def times(call, millis, at_least=3):
    """Nanoseconds of each call, one after another, for so long."""
    samples = []
    end = time.perf_counter_ns() + millis * 1_000_000
    while len(samples) < at_least or time.perf_counter_ns() < end:
        start = time.perf_counter_ns()
        call()
        samples.append(time.perf_counter_ns() - start)
    return samples


def percentile(samples, part):
    samples = sorted(samples)
    return samples[max(0, -int(-part * len(samples) // 1) - 1)]


def latency(call, warm_up, measured):
    times(call, warm_up)
    samples = times(call, measured)
    say("p50", "µs", percentile(samples, 0.5) / 1e3)
    say("p99", "µs", percentile(samples, 0.99) / 1e3)


def transfer(call, warm_up, measured, size):
    times(call, warm_up)
    samples = times(call, measured)
    say(f"{size >> 20} MiB", "MB/s", 2 * size * 1e3 / percentile(samples, 0.5))
