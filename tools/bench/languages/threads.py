"""Dockerfiles in Python with one thread and with two, compared with two processes, which show the machine's own speedup.

Wall time, since that is what threads are for; the machine must be quiet and have two cores. `cargo xtask bench threads`
installs what is needed and runs it.
"""

from __future__ import annotations

import multiprocessing
import statistics
import threading
import time
from multiprocessing.connection import Connection

import rekey
from measure import dockerfiles

TURNS = 31
AT_ONCE = 200
"""Large enough that a thread rarely needs the interpreter, small enough that the reports fit in memory."""


def check(files: list[bytes]) -> None:
    for at in range(0, len(files), AT_ONCE):
        for report in rekey.check_dockerfiles(files[at : at + AT_ONCE]):
            report.passed


def by_threads(parts: list[list[bytes]]) -> float:
    threads = [threading.Thread(target=check, args=(part,)) for part in parts]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start


def serve(files: list[bytes], asked: Connection) -> None:
    while asked.recv():
        check(files)
        asked.send(None)


def by_processes(asked: list[Connection]) -> float:
    start = time.perf_counter()
    for one in asked:
        one.send(True)
    for one in asked:
        one.recv()
    return time.perf_counter() - start


def main() -> None:
    files = dockerfiles()
    size = sum(map(len, files))
    # Distributed alternately, so that both have the same amount of work.
    halves = [files[::2], files[1::2]]
    asked = []
    for half in halves:
        ours, theirs = multiprocessing.Pipe()
        multiprocessing.Process(target=serve, args=(half, theirs), daemon=True).start()
        asked.append(ours)
    by_processes(asked)
    turns = [(by_threads([files]), by_threads(halves), by_processes(asked)) for _ in range(TURNS)]
    print(f"\n{len(files)} Dockerfiles of {size / 1e6:.1f} MB")
    for at, name in enumerate(("one thread", "two threads", "two processes")):
        taken = statistics.median(times[at] for times in turns)
        ratio = statistics.median(times[0] / times[at] for times in turns)
        print(f"  {name:14} {taken * 1e3:8.1f} ms  {size / taken / 1e6:6.1f} MB/s  {ratio:5.2f} times as fast")


if __name__ == "__main__":
    main()
