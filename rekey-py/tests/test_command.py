"""The console script runs the command."""

from __future__ import annotations

import pathlib
import subprocess
import sys

import pytest

SCRIPT = pathlib.Path(sys.executable).with_name("rekey")


@pytest.mark.parametrize(
    "command", [[str(SCRIPT)], [sys.executable, "-m", "rekey"]], ids=["script", "module"]
)
def test_the_command_runs(command: list[str]) -> None:
    right = subprocess.run([*command, "tag", "1.0-1"], capture_output=True, text=True)
    assert (right.returncode, right.stderr) == (0, "")
    wrong = subprocess.run([*command, "tag", "1.0"], capture_output=True, text=True)
    assert wrong.returncode == 1
    assert "tag-missing-release" in wrong.stdout
    usage = subprocess.run([*command, "no-such-command"], capture_output=True, text=True)
    assert usage.returncode == 2
    assert "Usage: rekey" in usage.stderr
