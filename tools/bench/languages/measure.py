"""Alternating batches, their medians, and the texts for them."""

from __future__ import annotations

import json
import os
import pathlib
import statistics
import tarfile
import time
from collections import deque
from collections.abc import Callable
from typing import Any

TURNS = min(101, int(os.environ.get("REKEY_BENCH_TURNS", "101")))
"""The number of turns of every contender."""
BATCH = 2_000_000
"""The minimum time of a batch in nanoseconds."""
SHARED = pathlib.Path(__file__).resolve().parents[4] / "shared" / "corpus"
CORPUS = SHARED / "strings-open.tar.gz"
"""Real texts. They belong to other projects and are not part of the repository: `../shared/corpus` beside the checkout."""

Contender = tuple[str, Callable[[Any], object]]


def compare(what: str, inputs: list[Any], contenders: list[Contender], sizes: int | None = None) -> None:
    """Prints a line for each contender: nanoseconds per input, and the ratio to the first contender's."""
    size = sizes or len(inputs)
    print(f"\n{what} ({size} inputs)")
    if not inputs:
        print("  nothing to measure")
        return
    passes = [calibrated(work, inputs) for _, work in contenders]
    turns = []
    for turn in range(TURNS):
        times = [0.0] * len(contenders)
        for place in range(len(contenders)):
            # The first contender changes with each turn.
            at = (place + turn) % len(contenders)
            times[at] = batch(contenders[at][1], inputs, passes[at]) / passes[at] / size
        turns.append(times)
    rows = []
    for at, (name, _) in enumerate(contenders):
        taken = statistics.median(times[at] for times in turns)
        ratio = statistics.median(times[at] / times[0] for times in turns)
        print(f"  {name:34} {taken:10.1f} ns  {ratio:8.2f}")
        rows.append({"name": name, "value": taken, "unit": "ns", "ratio": ratio})
    add({"table": what, "inputs": f"{size} inputs", "rows": rows})


def add(line: dict[str, object]) -> None:
    """Appends the results to the file that `REKEY_BENCH_ROWS` names, for the report."""
    if path := os.environ.get("REKEY_BENCH_ROWS"):
        with open(path, "a") as file:
            print(json.dumps(line), file=file)


def calibrated(work: Callable[[Any], object], inputs: list[Any]) -> int:
    passes = 1
    while batch(work, inputs, passes) < BATCH:
        passes *= 2
    return passes


def batch(work: Callable[[Any], object], inputs: list[Any], passes: int) -> int:
    """The CPU time of this thread: other load of the machine does not count."""
    start = time.thread_time_ns()
    for _ in range(passes):
        # The fastest way to call a function for each item.
        deque(map(work, inputs), maxlen=0)
    return time.thread_time_ns() - start


def lines(*names: str) -> list[str] | None:
    """The lines of the corpus's files with these names, if the corpus is there."""
    if not CORPUS.exists():
        why = "texts of others, which are not in `shared/corpus` beside the checkout: a few of our own stand in for them"
        print(f"not measured: {why}")
        add({"missing": why})
        return None
    found = []
    with tarfile.open(CORPUS) as archive:
        for member in archive:
            if pathlib.PurePath(member.name).name in names:
                file = archive.extractfile(member)
                assert file
                found.extend(file.read().decode().splitlines())
    return found


def dockerfiles() -> list[bytes]:
    """The Dockerfiles of the corpus, if it is there; otherwise those in `tests/partners`, repeated."""
    archive = SHARED / "dockerfiles-open.tar.gz"
    if archive.exists():
        with tarfile.open(archive) as opened:
            files = (opened.extractfile(member) for member in opened if member.name.startswith("files/"))
            return [file.read() for file in files if file]
    print("no Dockerfiles in `shared/corpus` beside the checkout: a few of our own stand in for them")
    partners = pathlib.Path(__file__).resolve().parents[3] / "tests" / "partners"
    return [path.read_bytes() for path in sorted(partners.rglob("Dockerfile"))] * 100
