"""Dockerfiles in Python, by one thread and by two: how much sooner two are done.

Wall time, since that is what threads are for; the machine must be quiet and have two cores. `cargo xtask bench threads`
installs what is needed and runs it.
"""

from __future__ import annotations

import statistics
import threading
import time

import rekey
from measure import dockerfiles

TURNS = 15


def check(files: list[bytes]) -> None:
    for report in rekey.check_dockerfiles(files):
        report.passed


def taken(parts: list[list[bytes]]) -> float:
    threads = [threading.Thread(target=check, args=(part,)) for part in parts]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start


def main() -> None:
    files = dockerfiles()
    size = sum(map(len, files))
    # Dealt out in turn, so that both have as much to do.
    halves = [files[::2], files[1::2]]
    turns = [(taken([files]), taken(halves)) for _ in range(TURNS)]
    one, two = (statistics.median(times) for times in zip(*turns))
    ratio = statistics.median(one / two for one, two in turns)
    print(f"\n{len(files)} Dockerfiles of {size / 1e6:.1f} MB")
    print(f"  one thread   {one * 1e3:8.1f} ms  {size / one / 1e6:6.1f} MB/s")
    print(f"  two threads  {two * 1e3:8.1f} ms  {size / two / 1e6:6.1f} MB/s  {ratio:.2f} times as fast")


if __name__ == "__main__":
    main()
