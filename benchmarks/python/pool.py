"""CPython's ProcessPoolExecutor: pool.py latency|throughput|transfer|recovery|fresh WARM_UP MEASURED [SIZE]"""

import collections
import os
import signal
import sys
import time
from concurrent.futures import ProcessPoolExecutor, TimeoutError
from concurrent.futures.process import BrokenProcessPool

import measuring

IN_FLIGHT = 1_000


def echo(value):
    return value


def hang():
    time.sleep(600)


def rate(pool, millis, in_flight):
    flight = collections.deque(pool.submit(echo, "hello, worker") for _ in range(in_flight))
    start = now = time.perf_counter_ns()
    end = start + millis * 1_000_000
    done = 0
    while now < end:
        flight.popleft().result()
        flight.append(pool.submit(echo, "hello, worker"))
        done += 1
        now = time.perf_counter_ns()
    for left in flight:
        left.result()
    return done * 1e9 / (now - start)


def recovery():
    """Whether, and how soon, a call is answered after the busy worker was killed."""
    with ProcessPoolExecutor(1) as pool:
        worker = pool.submit(os.getpid).result()
        pool.submit(hang)
        time.sleep(0.2)
        start = time.perf_counter_ns()
        os.kill(worker, signal.SIGKILL)
        try:
            while True:  # a call that is taken by the dying pool may fail once; this one never stops
                try:
                    pool.submit(echo, "hello").result(timeout=5)
                    measuring.say("kill -9 to the next answer", "ms", (time.perf_counter_ns() - start) / 1e6)
                    return
                except BrokenProcessPool:
                    if time.perf_counter_ns() - start > 1_000_000_000:
                        raise
        except (BrokenProcessPool, TimeoutError) as failure:
            measuring.say_word("kill -9 to the next answer", "never: " + type(failure).__name__)


def main():
    what, warm_up, measured = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    if what == "latency":
        with ProcessPoolExecutor(1) as pool:
            measuring.latency(lambda: pool.submit(echo, "hello, worker").result(), warm_up, measured)
    elif what == "throughput":
        with ProcessPoolExecutor(2) as pool:
            rate(pool, warm_up, IN_FLIGHT)
            measuring.say("throughput", "/s", rate(pool, measured, IN_FLIGHT))
    elif what == "transfer":
        size = int(sys.argv[4])
        payload = os.urandom(size)
        with ProcessPoolExecutor(1) as pool:
            measuring.transfer(lambda: pool.submit(echo, payload).result(), warm_up, measured, size)
    elif what == "recovery":
        recovery()
    elif what == "fresh":
        with ProcessPoolExecutor(1, max_tasks_per_child=1) as pool:
            measuring.latency(lambda: pool.submit(echo, "hello, worker").result(), warm_up, measured)
        with ProcessPoolExecutor(2, max_tasks_per_child=1) as pool:
            measuring.say("sustained", "/s", rate(pool, measured, 4))


if __name__ == "__main__":
    main()
