"""A million checks in a row leak no memory."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Callable, Iterator

import pytest
import rekey

STATM = pathlib.Path("/proc/self/statm")
KEY = (pathlib.Path(__file__).parents[2] / "tests/keys/right.pem").read_bytes()
DOCKERFILE = b"FROM registry.access.redhat.com/ubi9/ubi\nRUN dnf install -y httpd\nUSER root\n"
SUBMISSION = rekey.Submission(git_url="git@github.com:acme/app", tag="1.0", reference="quay.io/acme/app:1.0")


def refused() -> None:
    try:
        rekey.Tag.parse("1.0+2")
    except rekey.RekeyError as error:
        assert error.end


WORK: dict[str, tuple[int, Callable[[], object]]] = {
    "a tag in which something is found": (1_000_000, lambda: rekey.check_tag("1.0").findings),
    "a tag in which nothing is found": (1_000_000, lambda: rekey.check_tag(b"1.0-1").passed),
    "a URL": (300_000, lambda: rekey.check_git_url("git@github.com/acme/app").rows()),
    "a value": (300_000, lambda: rekey.GitUrl.parse("https://github.com/acme/app").to_ssh()),
    "a refusal": (300_000, refused),
    "many tags": (3_000, lambda: rekey.check_tags(["1.0", "1.0-1", "é"] * 100)),
    "a Dockerfile": (30_000, lambda: (rekey.check_dockerfile(DOCKERFILE).forecast, rekey.Dockerfile.parse(DOCKERFILE))),
    "a submission": (30_000, lambda: rekey.check_submissions([SUBMISSION, SUBMISSION])[0].sections),
    "a key": (2_000, lambda: rekey.check_private_key(KEY, quick=True).to_json()),
}


def resident() -> int:
    return int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def grown(times: int, work: Callable[[], object]) -> Iterator[int]:
    """The growth of the process in bytes after each of three rounds, compared with its size after warming up."""
    for _ in range(times // 10):
        work()
    warm = resident()
    for _ in range(3):
        for _ in range(times // 3):
            work()
        yield resident() - warm


@pytest.mark.skipif(not STATM.exists(), reason="only Linux tells how much memory a process has now")
@pytest.mark.parametrize("what", WORK)
def test_memory_is_flat(what: str) -> None:
    assert min(grown(*WORK[what])) < 2_000_000


@pytest.mark.skipif(not STATM.exists(), reason="only Linux tells how much memory a process has now")
def test_a_leak_is_detected() -> None:
    kept: list[rekey.Report] = []
    assert min(grown(100_000, lambda: kept.append(rekey.check_tag("1.0")))) > 2_000_000
