"""A fork for each call, the answer through a pipe: fork.py latency|throughput|transfer|fresh WARM_UP MEASURED [SIZE]"""

import collections
import os
import pickle
import sys
import time

import measuring

AT_A_TIME = 2


def start(value):
    """Has a child of its own answer with the value."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with os.fdopen(writing, "wb") as answer:
            pickle.dump(value, answer, protocol=pickle.HIGHEST_PROTOCOL)
        os._exit(0)
    os.close(writing)
    return child, reading


def result(call):
    child, reading = call
    with os.fdopen(reading, "rb") as answer:
        value = pickle.load(answer)
    os.waitpid(child, 0)
    return value


def rate(millis):
    flight = collections.deque(start("hello, worker") for _ in range(AT_A_TIME))
    begin = now = time.perf_counter_ns()
    end = begin + millis * 1_000_000
    done = 0
    while now < end:
        result(flight.popleft())
        flight.append(start("hello, worker"))
        done += 1
        now = time.perf_counter_ns()
    for left in flight:
        result(left)
    return done * 1e9 / (now - begin)


def main():
    what, warm_up, measured = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    if what in ("latency", "fresh"):
        measuring.latency(lambda: result(start("hello, worker")), warm_up, measured)
    if what in ("throughput", "fresh"):
        rate(warm_up)
        measuring.say("sustained" if what == "fresh" else "throughput", "/s", rate(measured))
    if what == "transfer":
        size = int(sys.argv[4])
        payload = os.urandom(size)
        measuring.transfer(lambda: result(start(payload)), warm_up, measured, size)


if __name__ == "__main__":
    main()
