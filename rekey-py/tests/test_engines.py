"""The programs of the guide to data run, if their engines are installed."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]
GUIDE = ROOT / "docs/guide/data.md"
PROGRAMS = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
ENGINES = {"pandas", "duckdb", "pyarrow", "pyspark"}


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda one: re.findall(r"pandas|duckdb|pyspark", one)[0])
def test_a_program_of_the_guide_runs(program: str) -> None:
    for engine in sorted(ENGINES & set(re.findall(r"^(?:import|from) (\w+)", program, re.MULTILINE))):
        pytest.importorskip(engine, reason=f"{engine} is not installed")
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    if "partners" in program:
        assert {"true", "false", "missing"} <= set(re.findall(r"[a-z]+", done.stdout))
    else:
        assert {"tag-missing-release", "tag-latest", "tag-build-metadata"} <= set(re.findall(r"[a-z-]+", done.stdout))


def test_the_guide_has_a_program_for_every_engine() -> None:
    assert len(PROGRAMS) == 4
