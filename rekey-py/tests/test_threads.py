"""Many threads and multiple interpreters: the results are those of one thread, and no memory is leaked."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import threading

import pytest
import rekey
from test_memory import DOCKERFILE, KEY, STATM, resident


def work() -> None:
    assert rekey.check_tag("1.0-1").passed
    assert not rekey.check_tag("1.0").passed
    assert rekey.check_dockerfile(DOCKERFILE).findings
    assert rekey.check_private_key(KEY[:200], quick=True).findings


def in_threads(times: int) -> None:
    failed: list[BaseException] = []

    def many() -> None:
        try:
            for _ in range(times):
                work()
        except BaseException as error:  # noqa: BLE001 (reported below)
            failed.append(error)

    threads = [threading.Thread(target=many) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed


def grown() -> int:
    """The growth of the process in bytes after the best of four rounds, compared with its size after warming up."""
    in_threads(200)
    warm = resident()
    least = sys.maxsize
    for _ in range(4):
        in_threads(500)
        least = min(least, resident() - warm)
    return least


@pytest.mark.skipif(not STATM.exists(), reason="only Linux tells how much memory a process has now")
def test_threads_leak_no_memory() -> None:
    # The C library keeps a memory pool for each thread; with one pool, growth means a leak.
    program = "import test_threads; print(test_threads.grown())"
    folder = os.path.dirname(__file__)
    environment = {**os.environ, "MALLOC_ARENA_MAX": "1"}
    run = subprocess.run([sys.executable, "-c", program], cwd=folder, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    # 16,000 calls of each check: a leak of 500 bytes per call would be detected.
    assert int(run.stdout) < 8_000_000


def test_another_interpreter_rejects_the_module_or_loads_it() -> None:
    for name in ("_interpreters", "_xxsubinterpreters"):
        try:
            interpreters = importlib.import_module(name)
        except ImportError:
            continue
        for _ in range(20):
            beside = interpreters.create()
            try:
                interpreters.run_string(beside, "import rekey; assert rekey.check_tag('1.0-1').passed")
            except Exception as error:  # noqa: BLE001 (its class belongs to the interpreter's module)
                assert "AssertionError" not in str(error)
            interpreters.destroy(beside)
    assert rekey.check_tag("1.0-1").passed
